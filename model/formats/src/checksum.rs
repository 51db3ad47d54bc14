//! MD5 as manifests show it (EXPORT-FORMAT-009, -010, -018).

use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::Digest as _;

/// An MD5 digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Md5([u8; 16]);

impl Md5 {
    /// The digest of some bytes.
    pub fn of(bytes: impl AsRef<[u8]>) -> Self {
        Self(md5::Md5::digest(bytes).into())
    }

    /// The digest's bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The 24 characters of base64 that stand in manifests and in `.md5` objects.
    pub fn to_base64(self) -> String {
        STANDARD.encode(self.0)
    }

    /// 32 hexadecimal digits in lower case, as in ETags.
    pub fn to_hex(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Reads 24 characters of base64, with or without white space around them (EXPORT-FORMAT-018).
    pub fn from_base64(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text.trim()).ok()?;
        bytes.try_into().ok().map(Self)
    }
}

/// The ETag that S3 gives an object that was uploaded in one part of a multipart upload, without quotes:
/// `hex(md5(md5(bytes)))-1` (EXPORT-FORMAT-010).
pub fn part_etag(md5: Md5) -> String {
    format!("{}-1", Md5::of(md5.0).to_hex())
}

/// Passes bytes on and takes their digest.
#[derive(Debug)]
pub struct Md5Writer<W> {
    inner: W,
    digest: md5::Md5,
}

impl<W> Md5Writer<W> {
    /// Passes bytes on to `inner`.
    pub fn new(inner: W) -> Self {
        Self {
            inner,
            digest: md5::Md5::new(),
        }
    }

    /// The writer within, and the digest of everything that was written.
    pub fn finish(self) -> (W, Md5) {
        (self.inner, Md5(self.digest.finalize().into()))
    }
}

impl<W: Write> Write for Md5Writer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.digest.update(bytes.get(..written).unwrap_or(bytes));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The empty data file of the live service, and what its manifest says of it.
    #[test]
    fn known_digests() {
        let empty = [
            0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        ];
        let md5 = Md5::of(empty);
        assert_eq!(md5.to_base64(), "FjvgqIxwymKf1RbbqtrZag==");
        assert_eq!(part_etag(md5), "7deb4078f238dd87d6af0538152c04e9-1");
    }

    #[test]
    fn white_space_around_a_checksum_does_not_count() {
        let md5 = Md5::of("x");
        let text = format!(" {}\n", md5.to_base64());
        assert_eq!(Md5::from_base64(&text), Some(md5));
        for wrong in ["", "x", "AAAA", &text.trim()[1..]] {
            assert_eq!(Md5::from_base64(wrong), None);
        }
    }

    #[test]
    fn a_writer_takes_the_digest_of_what_passed() {
        let mut writer = Md5Writer::new(Vec::new());
        writer.write_all(b"ab").unwrap();
        writer.write_all(b"c").unwrap();
        let (bytes, md5) = writer.finish();
        assert_eq!(md5, Md5::of(&bytes));
    }
}
