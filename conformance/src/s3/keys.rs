//! Any key of S3 as a path of `object_store`, and back.
//!
//! A key may begin or end with a slash, hold two in a row, or a segment `.`; a path may not. Within a segment, what a
//! path cannot hold is percent-encoded; a segment without letters becomes `%2F`, which no other segment does.

use object_store::path::{Path, PathPart};

/// What stands for a segment without letters.
const EMPTY: &str = "%2F";

/// The path of a key; below a bucket's folder if there is one.
pub fn path(folder: Option<&str>, key: &str) -> Path {
    let segments = folder.into_iter().chain(key.split('/'));
    let parts = segments.map(|segment| match segment {
        "" => PathPart::parse(EMPTY).unwrap_or_default(),
        segment => PathPart::from(segment),
    });
    parts.collect()
}

/// The key of a path, which lies below the bucket's folder if there is one. `None`: it lies elsewhere.
pub fn key(folder: Option<&str>, path: &Path) -> Option<String> {
    let text = path.as_ref();
    let below = match folder {
        Some(folder) => text.strip_prefix(folder)?.strip_prefix('/')?,
        None => text,
    };
    let segments = below.split('/').map(|segment| match segment {
        EMPTY => String::new(),
        segment => decoded(segment),
    });
    Some(segments.collect::<Vec<_>>().join("/"))
}

/// A key as it stands in an address.
pub fn percent_encoded(key: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte);
    let mut text = String::with_capacity(key.len());
    for byte in key.bytes() {
        match keep(byte) {
            true => text.push(char::from(byte)),
            false => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

fn decoded(segment: &str) -> String {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    loop {
        match rest {
            [b'%', high, low, tail @ ..] if digit(*high).is_some() && digit(*low).is_some() => {
                bytes.push(digit(*high).unwrap_or(0) * 16 + digit(*low).unwrap_or(0));
                rest = tail;
            }
            [byte, tail @ ..] => {
                bytes.push(*byte);
                rest = tail;
            }
            [] => return String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn usual_keys_look_as_they_are() {
        let path = path(Some("bucket"), "nightly/AWSDynamoDB/01-ab/data/x.json.gz");
        assert_eq!(
            path.as_ref(),
            "bucket/nightly/AWSDynamoDB/01-ab/data/x.json.gz"
        );
    }

    #[test]
    fn no_key_leaves_its_bucket() {
        for wicked in ["../x", "..", "./x", "/x", "//", "a//b", "%2F", "%2E%2E/x"] {
            let path = path(Some("bucket"), wicked);
            assert!(path.as_ref().starts_with("bucket/"), "{wicked}: {path}");
            assert!(!path.as_ref().contains("/../"), "{wicked}: {path}");
            assert_eq!(key(Some("bucket"), &path).as_deref(), Some(wicked));
        }
    }

    #[test]
    fn an_address_has_letters_of_addresses_only() {
        assert_eq!(percent_encoded("a-b/c d%é"), "a-b/c%20d%25%C3%A9");
    }

    #[test]
    fn what_lies_elsewhere_has_no_key() {
        assert_eq!(key(Some("a"), &path(Some("ab"), "c")), None);
    }

    proptest! {
        #[test]
        fn every_key_comes_back(text in "[a-zé%/.#~ ]{1,12}") {
            for folder in [None, Some("bucket")] {
                prop_assert_eq!(key(folder, &path(folder, &text)), Some(text.clone()));
            }
        }
    }
}
