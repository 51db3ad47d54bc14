//! The compressions of sources (IMPORT-025..027).

use std::io::{self, BufRead, Read};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

/// How the objects of an import are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// Gzip, of one member or more.
    Gzip,
    /// Zstandard, of one frame or more.
    Zstd,
}

impl Compression {
    /// The compression with this name on the wire.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "NONE" => Some(Self::None),
            "GZIP" => Some(Self::Gzip),
            "ZSTD" => Some(Self::Zstd),
            _ => None,
        }
    }

    /// What an object holds. An object without bytes holds nothing, whatever its compression (IMPORT-021).
    pub(super) fn decompressed<'r>(
        self,
        mut object: impl BufRead + Send + 'r,
    ) -> io::Result<Box<dyn Read + Send + 'r>> {
        let empty = object.fill_buf()?.is_empty();
        Ok(match self {
            Self::None => Box::new(object),
            _ if empty => Box::new(io::empty()),
            Self::Gzip => Box::new(MultiGzDecoder::new(object)),
            Self::Zstd => Box::new(ZstdFrames::Between(object)),
        })
    }
}

/// Zstandard frames, one after the other.
enum ZstdFrames<R: Read> {
    Between(R),
    Within(Box<StreamingDecoder<R, FrameDecoder>>),
    Failed,
}

impl<R: BufRead> Read for ZstdFrames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match std::mem::replace(self, Self::Failed) {
                Self::Failed => return Err(io::Error::other("the object is damaged")),
                Self::Between(mut object) => {
                    if object.fill_buf()?.is_empty() {
                        *self = Self::Between(object);
                        return Ok(0);
                    }
                    let frame = StreamingDecoder::new(object).map_err(io::Error::other)?;
                    *self = Self::Within(Box::new(frame));
                }
                Self::Within(mut frame) => {
                    let read = frame.read(buffer)?;
                    if read > 0 || buffer.is_empty() {
                        *self = Self::Within(frame);
                        return Ok(read);
                    }
                    *self = Self::Between(frame.into_inner());
                }
            }
        }
    }
}
