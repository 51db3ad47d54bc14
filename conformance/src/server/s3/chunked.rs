//! What signed uploads wrap around their bytes: `aws-chunked`, that is chunks with their lengths, signatures and
//! checksums, which are not verified.

use axum::body::Bytes;
use futures::{Stream, StreamExt};
use http_body_util::StreamBody;
use hyper::body::Frame;

/// The longest line between two chunks, in bytes.
const LINE_BYTES_MAX: usize = 16 * 1024;

/// Why a body is not chunked as it says.
#[derive(Debug, thiserror::Error)]
pub enum ChunkError {
    /// A line that begins no chunk.
    #[error("the body is not aws-chunked: {0}")]
    Line(String),
    /// The connection broke.
    #[error("the body ended early: {0}")]
    Broken(#[from] axum::Error),
}

/// The bytes within the chunks, as a body.
pub fn decoded(
    body: impl Stream<Item = Result<Bytes, axum::Error>> + Send + Unpin + 'static,
) -> StreamBody<impl Stream<Item = Result<Frame<Bytes>, ChunkError>> + Send> {
    let state = (body, Decoder::default());
    StreamBody::new(futures::stream::try_unfold(
        state,
        |(mut body, mut decoder)| async move {
            loop {
                if let Some(piece) = decoder.next()? {
                    return Ok(Some((Frame::data(piece), (body, decoder))));
                }
                match body.next().await {
                    Some(bytes) => decoder.rest.extend_from_slice(&bytes?),
                    None => return decoder.end().map(|()| None),
                }
            }
        },
    ))
}

/// Where the reading stands.
#[derive(Debug, Default)]
struct Decoder {
    rest: Vec<u8>,
    /// Bytes of the chunk that are still to come.
    open: usize,
    begun: bool,
    over: bool,
}

impl Decoder {
    /// The next bytes within a chunk; `None`: more is needed, or all is read.
    fn next(&mut self) -> Result<Option<Bytes>, ChunkError> {
        loop {
            if self.over {
                // Checksums come behind the last chunk.
                self.rest.clear();
                return Ok(None);
            }
            if self.open > 0 {
                let count = self.open.min(self.rest.len());
                if count == 0 {
                    return Ok(None);
                }
                self.open -= count;
                return Ok(Some(self.rest.drain(..count).collect()));
            }
            let Some(line) = self.line()? else {
                return Ok(None);
            };
            // The line feed that ends a chunk.
            if line.is_empty() && self.begun {
                continue;
            }
            let size = line.split(';').next().unwrap_or_default();
            let size =
                usize::from_str_radix(size, 16).map_err(|_| ChunkError::Line(line.clone()))?;
            (self.open, self.begun, self.over) = (size, true, size == 0);
        }
    }

    fn line(&mut self) -> Result<Option<String>, ChunkError> {
        let Some(end) = self.rest.windows(2).position(|pair| pair == b"\r\n") else {
            return match self.rest.len() {
                0..=LINE_BYTES_MAX => Ok(None),
                _ => Err(ChunkError::Line("a line has no end".to_owned())),
            };
        };
        let line: Vec<u8> = self.rest.drain(..end + 2).take(end).collect();
        Ok(Some(String::from_utf8_lossy(&line).into_owned()))
    }

    fn end(&self) -> Result<(), ChunkError> {
        match self.over {
            true => Ok(()),
            false => Err(ChunkError::Line("there is no last chunk".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(body: &str, piece: usize) -> Result<String, String> {
        let pieces: Vec<_> = body
            .as_bytes()
            .chunks(piece)
            .map(|piece| Ok(Bytes::copy_from_slice(piece)))
            .collect();
        let whole = http_body_util::BodyExt::collect(decoded(futures::stream::iter(pieces))).await;
        let bytes = whole.map_err(|error| error.to_string())?.to_bytes();
        Ok(String::from_utf8(bytes.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn chunks_are_joined_however_they_arrive() {
        let signed = "3;chunk-signature=ab\r\nabc\r\n2;chunk-signature=cd\r\nde\r\n0;chunk-signature=ef\r\n\r\n";
        let trailed = "5\r\na\r\nbc\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n";
        for piece in [1, 2, 7, 1000] {
            assert_eq!(read(signed, piece).await, Ok("abcde".to_owned()));
            assert_eq!(read(trailed, piece).await, Ok("a\r\nbc".to_owned()));
            assert_eq!(read("0\r\n\r\n", piece).await, Ok(String::new()));
        }
    }

    #[tokio::test]
    async fn what_is_no_chunk_is_an_error() {
        for body in ["", "x\r\n", "3\r\nab", "3\r\nabc\r\n"] {
            assert!(read(body, 4).await.is_err(), "{body:?}");
        }
    }
}
