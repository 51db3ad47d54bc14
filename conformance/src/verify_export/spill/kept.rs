//! What is kept of each record, and its bytes.

use lookback_formats::verify::Digest;

/// Where a record stands: the export, its data file, the line. In this order they are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// Which export, in the order of the report.
    pub export: u16,
    /// Which of its data files.
    pub file: u32,
    /// Which line, from 1.
    pub line: u64,
}

/// What is kept of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The key.
    pub key: Digest,
    /// Where the record stands.
    pub spot: Spot,
    /// The image before; only where images are kept.
    pub old: Option<Digest>,
    /// The item, or the image after; only where images are kept.
    pub new: Option<Digest>,
}

/// The bytes of what is kept: without images, and with them. Their order is that of keys, then of places.
pub const PLAIN_BYTES: usize = 32;
/// With images.
pub const IMAGES_BYTES: usize = 64;

const HAS_OLD: u8 = 1;
const HAS_NEW: u8 = 2;

impl Kept {
    /// As bytes; images only if there is room for them.
    pub fn to_bytes<const N: usize>(self) -> [u8; N] {
        let flags = if self.old.is_some() { HAS_OLD } else { 0 }
            | if self.new.is_some() { HAS_NEW } else { 0 };
        let image = |image: Option<Digest>| image.map_or(0, |image| image.0).to_be_bytes();
        let (old, new) = (image(self.old), image(self.new));
        let pieces: [&[u8]; 8] = [
            &self.key.0.to_be_bytes(),
            &self.spot.export.to_be_bytes(),
            &self.spot.file.to_be_bytes(),
            &self.spot.line.to_be_bytes(),
            &[flags],
            &[0],
            &old,
            &new,
        ];
        let mut bytes = [0; N];
        for (target, source) in bytes.iter_mut().zip(pieces.into_iter().flatten()) {
            *target = *source;
        }
        bytes
    }

    /// From bytes.
    pub fn from_bytes<const N: usize>(bytes: &[u8; N]) -> Self {
        let mut rest = bytes.as_slice();
        let flags = bytes.get(30).copied().unwrap_or(0);
        let key = u128::from_be_bytes(take(&mut rest));
        let spot = Spot {
            export: u16::from_be_bytes(take(&mut rest)),
            file: u32::from_be_bytes(take(&mut rest)),
            line: u64::from_be_bytes(take(&mut rest)),
        };
        let _: [u8; 2] = take(&mut rest);
        let old = Digest(u128::from_be_bytes(take(&mut rest)));
        let new = Digest(u128::from_be_bytes(take(&mut rest)));
        Self {
            key: Digest(key),
            spot,
            old: (flags & HAS_OLD != 0).then_some(old),
            new: (flags & HAS_NEW != 0).then_some(new),
        }
    }
}

/// The next bytes; zeros past the end.
pub(super) fn take<const N: usize>(rest: &mut &[u8]) -> [u8; N] {
    match rest.split_first_chunk::<N>() {
        Some((first, others)) => {
            *rest = others;
            *first
        }
        None => [0; N],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back() {
        let spot = Spot {
            export: 3,
            file: 70_000,
            line: 1 << 40,
        };
        for old in [None, Some(Digest(7))] {
            let one = Kept {
                key: Digest(1 << 100),
                spot,
                old,
                new: Some(Digest(u128::MAX)),
            };
            assert_eq!(Kept::from_bytes(&one.to_bytes::<IMAGES_BYTES>()), one);
            let plain = Kept::from_bytes(&one.to_bytes::<PLAIN_BYTES>());
            assert_eq!((plain.key, plain.spot), (one.key, one.spot));
        }
    }
}
