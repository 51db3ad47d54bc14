//! Bodies that clients compress: gzip alone, as on the live service (record 10.16).

use std::io::Read as _;

use axum::body::Bytes;
use flate2::read::MultiGzDecoder;

/// Why a body cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It is not what its Content-Encoding says: the live service answers HTTP 500.
    NotCompressedSo,
    /// It is longer than a body may be once it is decompressed. The live service was seen to take more; here memory is
    /// bounded.
    TooLarge,
}

/// The body as it was before its sender compressed it.
///
/// # Errors
/// An encoding that nobody knows, bytes that are not of it, or more than `bytes_max` bytes.
pub fn plain(encoding: Option<&str>, body: Bytes, bytes_max: usize) -> Result<Bytes, Unreadable> {
    let Some(encoding) = encoding.filter(|encoding| !encoding.eq_ignore_ascii_case("identity"))
    else {
        return Ok(body);
    };
    if !encoding.eq_ignore_ascii_case("gzip") {
        return Err(Unreadable::NotCompressedSo);
    }
    let mut plain = Vec::new();
    let beyond = bytes_max as u64 + 1;
    MultiGzDecoder::new(&*body)
        .take(beyond)
        .read_to_end(&mut plain)
        .map_err(|_| Unreadable::NotCompressedSo)?;
    if plain.len() > bytes_max {
        return Err(Unreadable::TooLarge);
    }
    Ok(plain.into())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn read(encoding: &str, body: Vec<u8>) -> Result<Bytes, Unreadable> {
        plain(Some(encoding), body.into(), 100)
    }

    #[test]
    fn gzip_is_undone_whatever_the_case_of_its_name() {
        assert_eq!(read("gzip", gzip(b"{}")).unwrap(), "{}");
        assert_eq!(read("GZIP", gzip(b"{}")).unwrap(), "{}");
    }

    #[test]
    fn gzip_may_have_several_members() {
        assert_eq!(
            read("gzip", [gzip(b"{"), gzip(b"}")].concat()).unwrap(),
            "{}"
        );
    }

    #[test]
    fn what_is_not_compressed_stays_as_it_is() {
        assert_eq!(read("identity", b"{}".to_vec()).unwrap(), "{}");
        assert_eq!(plain(None, Bytes::from_static(b"{}"), 100).unwrap(), "{}");
    }

    #[test]
    fn what_is_no_gzip_or_cut_short_or_otherwise_encoded_is_refused() {
        let cut = |mut body: Vec<u8>| {
            body.pop();
            body
        };
        for (encoding, body) in [
            ("gzip", b"{}".to_vec()),
            ("gzip", Vec::new()),
            ("gzip", cut(gzip(b"{}"))),
            ("garbage", b"{}".to_vec()),
        ] {
            assert_eq!(read(encoding, body), Err(Unreadable::NotCompressedSo));
        }
    }

    #[test]
    fn a_body_is_no_longer_than_bodies_are_allowed_to_be() {
        assert_eq!(read("gzip", gzip(&[b' '; 100])).unwrap().len(), 100);
        assert_eq!(read("gzip", gzip(&[b' '; 101])), Err(Unreadable::TooLarge));
    }
}
