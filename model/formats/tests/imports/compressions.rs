//! Compressed sources (IMPORT-015, -021, -025..027).

use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use serde_json::{Value, json};

use crate::source::{gzip, lines, read};

fn compressed(kind: &str) -> Value {
    json!({"InputCompressionType": kind})
}

#[test]
fn the_same_lines_come_out_of_every_compression() {
    let text = lines(1_000);
    let zstd = compress_to_vec(text.as_bytes(), CompressionLevel::Fastest);
    for (kind, object) in [
        ("NONE", text.clone().into_bytes()),
        ("GZIP", gzip(&text)),
        ("ZSTD", zstd),
    ] {
        let read = read(compressed(kind), &object);
        assert_eq!(read.counts(), (1_000, 0), "{kind}");
        // Uncompressed, line feeds included.
        assert_eq!(read.bytes, text.len() as u64, "{kind}");
    }
}

#[test]
fn members_and_frames_may_follow_each_other() {
    let text = lines(10);
    let twice = [gzip(&text), gzip(&text)].concat();
    assert_eq!(read(compressed("GZIP"), &twice).counts(), (20, 0));
    let zstd = compress_to_vec(text.as_bytes(), CompressionLevel::Fastest);
    let twice = [zstd.clone(), zstd].concat();
    assert_eq!(read(compressed("ZSTD"), &twice).counts(), (20, 0));
}

#[test]
fn an_object_without_bytes_is_empty_in_every_compression() {
    for kind in ["NONE", "GZIP", "ZSTD"] {
        assert_eq!(read(compressed(kind), b"").counts(), (0, 0), "{kind}");
    }
}

/// IMPORT-026, -028.
#[test]
fn the_wrong_compression_is_one_error() {
    let text = lines(10);
    for (kind, object) in [
        ("GZIP", text.clone().into_bytes()),
        ("ZSTD", text.clone().into_bytes()),
        ("NONE", gzip(&text)),
        ("ZSTD", gzip(&text)),
    ] {
        assert_eq!(read(compressed(kind), &object).counts(), (0, 1), "{kind}");
    }
}

#[test]
fn an_object_that_is_cut_off_is_one_error_after_what_was_there() {
    let object = gzip(&lines(10_000));
    let (items, errors) = read(compressed("GZIP"), &object[..object.len() / 2]).counts();
    assert!(items > 0 && items < 10_000, "{items}");
    assert_eq!(errors, 1);
}
