//! One data file as pieces of whole lines, with the digest of what is stored.

use std::io::{self, BufReader, Read, Write};
use std::mem;

use flate2::bufread::MultiGzDecoder;
use lookback_formats::{Md5, Md5Writer};

/// About how much is decompressed at a time, in bytes.
const PIECE_BYTES: usize = 256 * 1024;
/// How much is read at a time, in bytes.
const READ_BYTES: usize = 64 * 1024;
/// No line is longer: two images of 400 KB, with every character escaped.
const LINE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Whole lines of a data file.
#[derive(Debug)]
pub struct Piece {
    /// The lines, each with its line feed; but for the last one of a file that ends without.
    pub lines: Vec<u8>,
    /// The number of the first line, from 1.
    pub first_line: u64,
    /// Where it begins, in bytes of the decompressed file.
    pub offset: u64,
}

/// What is known of a data file once all of it was read.
#[derive(Debug)]
pub struct Ending {
    /// Of the stored bytes.
    pub md5: Md5,
    /// How many there are.
    pub stored_bytes: u64,
    /// How many there are decompressed.
    pub plain_bytes: u64,
    /// How many lines.
    pub lines: u64,
    /// Where decompressing ended too early.
    pub damage: Option<Damage>,
}

/// What is wrong with a data file as a whole.
#[derive(Debug)]
pub struct Damage {
    /// The line that it hit.
    pub line: u64,
    /// Where, in stored bytes; nothing where all of them were good.
    pub offset: Option<u64>,
    /// What.
    pub what: String,
}

/// Reads one data file.
pub struct Inflater<R> {
    /// Apart: it moves from thread to thread.
    gzip: Box<MultiGzDecoder<BufReader<Tap<R>>>>,
    rest: Vec<u8>,
    lines: u64,
    plain_bytes: u64,
    ended: bool,
    damage: Option<Damage>,
}

/// What there is of a file.
#[derive(Debug)]
pub enum Step {
    /// Lines.
    Piece(Piece),
    /// Nothing more.
    Ended(Ending),
}

impl<R: Read> Inflater<R> {
    /// Reads an object.
    pub fn new(object: R) -> Self {
        let tap = Tap {
            inner: object,
            digest: Md5Writer::new(io::sink()),
            bytes: 0,
            broken: None,
        };
        Self {
            gzip: Box::new(MultiGzDecoder::new(BufReader::with_capacity(
                READ_BYTES, tap,
            ))),
            rest: Vec::new(),
            lines: 0,
            plain_bytes: 0,
            ended: false,
            damage: None,
        }
    }

    /// How many stored bytes were read so far.
    pub fn stored_bytes(&self) -> u64 {
        self.gzip.get_ref().get_ref().bytes
    }

    /// The next lines, or the end.
    ///
    /// # Errors
    /// The place broke off: the object may be good.
    pub fn step(mut self) -> io::Result<(Option<Self>, Step)> {
        while !self.ended {
            self.inflate()?;
            let whole = match memchr::memrchr(b'\n', &self.rest) {
                Some(_) if self.ended => self.rest.len(),
                Some(last) => last + 1,
                None if self.ended => self.rest.len(),
                None => 0,
            };
            if whole > 0 {
                let piece = self.piece(whole);
                return Ok((Some(self), Step::Piece(piece)));
            }
            if self.rest.len() > LINE_BYTES_MAX {
                self.damaged("the line is longer than any record can be", false);
                self.rest = Vec::new();
            }
        }
        let mut stored = self.gzip.into_inner();
        // What follows the damage counts for the digest.
        io::copy(&mut stored, &mut io::sink())?;
        let tap = stored.into_inner();
        let ending = Ending {
            md5: tap.digest.finish().1,
            stored_bytes: tap.bytes,
            plain_bytes: self.plain_bytes,
            lines: self.lines,
            damage: self.damage,
        };
        Ok((None, Step::Ended(ending)))
    }

    /// Decompresses a piece more into `rest`, or finds the end.
    fn inflate(&mut self) -> io::Result<()> {
        let begun = self.rest.len();
        self.rest.reserve(PIECE_BYTES);
        let mut piece = (&mut self.gzip).take(PIECE_BYTES as u64);
        let read = piece.read_to_end(&mut self.rest);
        self.plain_bytes += (self.rest.len() - begun) as u64;
        match read {
            Ok(0) => {
                self.ended = true;
                if self.rest.last().is_some_and(|byte| *byte != b'\n') {
                    self.damaged("the last line has no line feed at its end", false);
                }
            }
            Ok(_) => {}
            Err(error) => {
                if let Some(broken) = self.gzip.get_mut().get_mut().broken.take() {
                    return Err(broken);
                }
                self.damaged(&format!("cannot be decompressed: {error}"), true);
            }
        }
        Ok(())
    }

    fn damaged(&mut self, what: &str, with_offset: bool) {
        let buffered = self.gzip.get_ref().buffer().len() as u64;
        let feeds = memchr::memchr_iter(b'\n', &self.rest).count() as u64;
        self.ended = true;
        self.damage = Some(Damage {
            line: self.lines + feeds + 1,
            offset: with_offset.then(|| self.stored_bytes().saturating_sub(buffered)),
            what: what.to_owned(),
        });
    }

    /// Takes the first bytes of `rest`.
    fn piece(&mut self, whole: usize) -> Piece {
        let offset = self.plain_bytes - self.rest.len() as u64;
        let left = self.rest.split_off(whole);
        let lines = mem::replace(&mut self.rest, left);
        let first_line = self.lines + 1;
        let feeds = memchr::memchr_iter(b'\n', &lines).count() as u64;
        let unended = lines.last().is_some_and(|byte| *byte != b'\n');
        self.lines += feeds + u64::from(unended);
        Piece {
            lines,
            first_line,
            offset,
        }
    }
}

impl<R> std::fmt::Debug for Inflater<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inflater")
            .field("lines", &self.lines)
            .finish_non_exhaustive()
    }
}

/// Takes the digest of what passes.
struct Tap<R> {
    inner: R,
    digest: Md5Writer<io::Sink>,
    bytes: u64,
    /// Why reading broke off, which is not the object's fault.
    broken: Option<io::Error>,
}

impl<R: Read> Read for Tap<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match self.inner.read(buffer) {
            Ok(read) => read,
            Err(error) => {
                let told = io::Error::new(error.kind(), error.to_string());
                self.broken = Some(error);
                return Err(told);
            }
        };
        self.bytes += read as u64;
        let passed = buffer.get(..read).unwrap_or_default();
        self.digest.write_all(passed)?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn zipped(text: &[u8]) -> Vec<u8> {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(text).unwrap();
        gzip.finish().unwrap()
    }

    fn all(stored: &[u8]) -> (Vec<Piece>, Ending) {
        let mut pieces = Vec::new();
        let mut inflater = Some(Inflater::new(stored));
        while let Some(at) = inflater {
            match at.step().unwrap() {
                (next, Step::Piece(piece)) => {
                    pieces.push(piece);
                    inflater = next;
                }
                (_, Step::Ended(ending)) => return (pieces, ending),
            }
        }
        panic!("no end");
    }

    #[test]
    fn lines_are_whole_and_know_where_they_stand() {
        let text: String = (0..40_000).map(|n| format!("line {n}\n")).collect();
        let stored = zipped(text.as_bytes());
        let (pieces, ending) = all(&stored);
        assert!(pieces.len() > 1);
        let mut joined = Vec::new();
        for piece in &pieces {
            assert_eq!(piece.offset, joined.len() as u64);
            let first = format!("line {}\n", piece.first_line - 1);
            assert!(piece.lines.starts_with(first.as_bytes()));
            assert!(piece.lines.ends_with(b"\n"));
            joined.extend_from_slice(&piece.lines);
        }
        assert_eq!(joined, text.as_bytes());
        assert_eq!(ending.md5, Md5::of(&stored));
        assert_eq!(ending.stored_bytes, stored.len() as u64);
        assert_eq!(ending.plain_bytes, text.len() as u64);
        assert_eq!(ending.lines, 40_000);
        assert!(ending.damage.is_none());
    }

    #[test]
    fn an_empty_file_has_no_lines() {
        let (pieces, ending) = all(&zipped(b""));
        assert!(pieces.is_empty());
        assert_eq!(ending.lines, 0);
        assert!(ending.damage.is_none());
    }

    #[test]
    fn a_last_line_without_line_feed_is_given_and_told() {
        let (pieces, ending) = all(&zipped(b"a\nb"));
        let lines: Vec<u8> = pieces.into_iter().flat_map(|piece| piece.lines).collect();
        assert_eq!(lines, b"a\nb");
        assert_eq!(ending.lines, 2);
        let damage = ending.damage.unwrap();
        assert_eq!(damage.line, 2);
        assert!(damage.what.contains("no line feed"), "{damage:?}");
    }

    #[test]
    fn what_is_cut_off_or_damaged_is_told_and_digested_to_its_end() {
        let text: String = (0..1_000).map(|n| format!("line {n}\n")).collect();
        let stored = zipped(text.as_bytes());
        for bad in [
            stored[..stored.len() / 2].to_vec(),
            stored[..stored.len() - 1].to_vec(),
            [&[0xff_u8, 0xff], &stored[2..]].concat(),
            [&stored[..stored.len() - 6], &[0; 6][..]].concat(),
            [&stored[..], b"garbage"].concat(),
        ] {
            let (_, ending) = all(&bad);
            assert_eq!(ending.md5, Md5::of(&bad));
            let damage = ending.damage.unwrap();
            assert!(
                damage.what.starts_with("cannot be decompressed"),
                "{damage:?}"
            );
            assert!(damage.offset.unwrap() <= bad.len() as u64);
        }
    }

    #[test]
    fn a_line_without_end_does_not_fill_the_memory() {
        let stored = zipped(&vec![b'x'; 3 * LINE_BYTES_MAX]);
        let (pieces, ending) = all(&stored);
        assert!(pieces.is_empty());
        assert!(
            ending
                .damage
                .unwrap()
                .what
                .contains("longer than any record")
        );
        assert_eq!(ending.md5, Md5::of(&stored));
    }

    #[test]
    fn a_place_that_breaks_off_is_no_damage() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("unplugged"))
            }
        }
        let error = Inflater::new(Broken).step().unwrap_err();
        assert_eq!(error.to_string(), "unplugged");
    }
}
