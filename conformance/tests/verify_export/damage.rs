//! Damage is found and located.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use lookback_formats::manifest::{FileEntry, Summary};
use lookback_formats::{Format, Md5, part_etag};
use proptest::prelude::*;
use tempfile::{TempDir, tempdir};

use crate::exports::{found, full, incremental_as, objects, options, table, verified};

fn export(items: u32) -> (TempDir, PathBuf) {
    let bucket = tempdir().unwrap();
    let export = full(bucket.path(), 1, Format::DynamoDbJson, 24, &table(items));
    (bucket, export)
}

/// Gives a data file other lines, and the list the digest and the count that follow.
fn rewrite(export: &Path, number: usize, lines: &str, count: u64) -> PathBuf {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(lines.as_bytes()).unwrap();
    let bytes = gzip.finish().unwrap();
    let list = export.join("manifest-files.json");
    let mut entries = FileEntry::read_all(&fs::read(&list).unwrap()).unwrap();
    let name = entries[number].data_file_s3_key.rsplit('/').next().unwrap();
    let path = export.join("data").join(name);
    let md5 = Md5::of(&bytes);
    fs::write(&path, bytes).unwrap();
    entries[number].md5_checksum = md5.to_base64();
    entries[number].etag = part_etag(md5);
    entries[number].item_count = count;
    let items = entries.iter().map(|entry| entry.item_count).sum();
    with_checksum(&list, &FileEntry::write_all(&entries));
    let summary = export.join("manifest-summary.json");
    let mut told = Summary::read(&fs::read(&summary).unwrap()).unwrap();
    told.item_count = items;
    with_checksum(&summary, &told.write());
    path
}

fn with_checksum(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
    let md5 = Md5::of(bytes).to_base64();
    fs::write(path.with_extension("md5"), md5).unwrap();
}

fn line(key: &str, value: &str) -> String {
    format!("{{\"Item\":{{\"pk\":{{\"S\":\"{key}\"}},\"value\":{{\"N\":\"{value}\"}}}}}}\n")
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

#[test]
fn a_bad_line_is_told_with_its_place() {
    let (_bucket, export) = export(0);
    let lines = line("a", "1") + &line("b", "x") + &line("c", "1") + "{}\n";
    let path = rewrite(&export, 2, &lines, 4);
    let report = verified(&options(&export)).unwrap();
    let name = name(&path);
    let expected = [("record", name.clone(), Some(2)), ("record", name, Some(4))];
    assert_eq!(found(&report), expected);
    assert_eq!(report.findings[0].offset, Some(line("a", "1").len() as u64));
    assert!(report.findings[0].what.contains("numeric"), "{report:?}");
}

#[test]
fn a_key_that_is_there_twice_in_one_file_or_in_two() {
    let (_bucket, export) = export(0);
    let again = line("a", "1") + &line("b", "1") + &line("a", "2");
    let first = name(&rewrite(&export, 0, &again, 3));
    let second = name(&rewrite(&export, 1, &line("b", "1"), 1));
    let report = verified(&options(&export)).unwrap();
    let expected = [
        ("duplicate", first.clone(), Some(3)),
        ("duplicate", second, Some(1)),
    ];
    assert_eq!(found(&report), expected);
    assert_eq!(report.findings[0].what, "has the key of line 1");
    assert!(
        report.findings[1]
            .what
            .ends_with(&format!("{first} line 2"))
    );
}

#[test]
fn without_a_key_only_equal_items_are_there_twice() {
    let (_bucket, export) = export(0);
    let lines = line("a", "1") + &line("a", "2") + &line("a", "1");
    rewrite(&export, 0, &lines, 3);
    let mut options = options(&export);
    options.key = None;
    let report = verified(&options).unwrap();
    let found = found(&report);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].0, found[0].2), ("duplicate", Some(3)));
}

#[test]
fn keys_of_two_types() {
    let (_bucket, export) = export(0);
    let lines = line("a", "1") + "{\"Item\":{\"pk\":{\"N\":\"1\"}}}\n";
    rewrite(&export, 0, &lines, 2);
    let report = verified(&options(&export)).unwrap();
    assert_eq!(report.finding_counts.len(), 1);
    assert!(report.findings[0].what.contains("elsewhere"), "{report:?}");
}

#[test]
fn counts_that_do_not_agree() {
    let (_bucket, export) = export(0);
    let path = rewrite(&export, 0, &line("a", "1"), 2);
    let report = verified(&options(&export)).unwrap();
    assert_eq!(found(&report), [("count", name(&path), None)]);
    assert!(
        report.findings[0]
            .what
            .contains("1 lines, and the listed itemCount is 2")
    );
    let summary = export.join("manifest-summary.json");
    let mut told = Summary::read(&fs::read(&summary).unwrap()).unwrap();
    told.item_count = 7;
    with_checksum(&summary, &told.write());
    let report = verified(&options(&export)).unwrap();
    assert_eq!(
        found(&report)[0],
        ("count", "manifest-summary.json".to_owned(), None)
    );
}

#[test]
fn objects_that_are_missing_and_objects_that_belong_to_nothing() {
    let (_bucket, export) = export(50);
    let data = objects(&export.join("data"));
    fs::remove_file(&data[0]).unwrap();
    fs::write(export.join("data/stranger.json.gz"), b"").unwrap();
    fs::remove_file(export.join("_started")).unwrap();
    fs::remove_file(export.join("manifest-files.md5")).unwrap();
    let report = verified(&options(&export)).unwrap();
    let mut found = found(&report);
    found.sort();
    let mut expected = [
        ("layout", "_started".to_owned(), None),
        ("layout", "manifest-files.md5".to_owned(), None),
        ("layout", "stranger.json.gz".to_owned(), None),
        ("layout", name(&data[0]), None),
    ];
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn an_export_that_never_ended() {
    let (_bucket, export) = export(5);
    for gone in ["manifest-summary.json", "manifest-summary.md5"] {
        fs::remove_file(export.join(gone)).unwrap();
    }
    let report = verified(&options(&export)).unwrap();
    assert!(!report.sound);
    let missing = ("layout", "manifest-summary.json".to_owned(), None);
    assert_eq!(found(&report), [missing]);
}

#[test]
fn an_etag_that_does_not_follow_from_the_bytes() {
    let (_bucket, export) = export(5);
    let list = export.join("manifest-files.json");
    let mut entries = FileEntry::read_all(&fs::read(&list).unwrap()).unwrap();
    entries[0].etag = part_etag(Md5::of("something else"));
    with_checksum(&list, &FileEntry::write_all(&entries));
    let report = verified(&options(&export)).unwrap();
    assert_eq!(found(&report)[0].0, "etag");
    // What is encrypted by a key of KMS has other ETags.
    let summary = export.join("manifest-summary.json");
    let mut told = Summary::read(&fs::read(&summary).unwrap()).unwrap();
    told.s3_sse_algorithm = "KMS".to_owned();
    with_checksum(&summary, &told.write());
    assert!(verified(&options(&export)).unwrap().sound);
}

#[test]
fn findings_are_counted_and_the_first_ones_shown() {
    let (_bucket, export) = export(0);
    rewrite(&export, 0, &"x\n".repeat(100), 100);
    let mut options = options(&export);
    options.findings_max = 3;
    let report = verified(&options).unwrap();
    let lines: Vec<Option<u64>> = report.findings.iter().map(|one| one.line).collect();
    assert_eq!(lines, [Some(1), Some(2), Some(3)]);
    assert_eq!(report.finding_counts.values().sum::<u64>(), 100);
}

/// Whose object a finding names, an object and its checksum being one.
fn stem(name: &str) -> &str {
    name.split('.').next().unwrap()
}

/// An export of either kind in either format.
fn some_export(bucket: &Path, ion: bool, incremental: bool) -> PathBuf {
    let format = if ion {
        Format::Ion
    } else {
        Format::DynamoDbJson
    };
    if incremental {
        let tables = (&table(3), &table(40));
        incremental_as(format, bucket, 1, "NEW_AND_OLD_IMAGES", (0, 24), tables)
    } else {
        full(bucket, 1, format, 24, &table(40))
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// An object that ends early, or goes on, is found, and told with the object that it is.
    #[test]
    fn an_object_of_another_length(
        number in any::<prop::sample::Index>(),
        kept in any::<prop::sample::Index>(),
        longer: bool,
        ion: bool,
        incremental_export: bool,
    ) {
        let bucket = tempdir().unwrap();
        let export = some_export(bucket.path(), ion, incremental_export);
        let objects = objects(bucket.path());
        let damaged = &objects[number.index(objects.len())];
        let mut bytes = fs::read(damaged).unwrap();
        match bytes.len() {
            // _started: it can only grow.
            0 => bytes.push(0),
            length if longer => bytes.extend(vec![0; 1 + kept.index(length)]),
            length => bytes.truncate(kept.index(length)),
        }
        fs::write(damaged, bytes).unwrap();
        let report = verified(&options(&export)).unwrap();
        prop_assert!(!report.sound);
        let told = found(&report);
        let damaged = name(damaged);
        prop_assert!(
            told.iter().any(|(_, name, _)| stem(name) == stem(&damaged)),
            "{damaged}: {told:?}"
        );
    }

    /// One flipped bit anywhere in an export is found, and told with the object that it is in.
    #[test]
    fn one_flipped_bit(
        at in any::<prop::sample::Index>(),
        bit in 0..8_u32,
        ion: bool,
        incremental_export: bool,
    ) {
        let bucket = tempdir().unwrap();
        let export = some_export(bucket.path(), ion, incremental_export);
        let objects = objects(bucket.path());
        let sizes: Vec<usize> = objects
            .iter()
            .map(|path| fs::metadata(path).unwrap().len() as usize)
            .collect();
        let mut place = at.index(sizes.iter().sum());
        let mut number = 0;
        while place >= sizes[number] {
            place -= sizes[number];
            number += 1;
        }
        let mut bytes = fs::read(&objects[number]).unwrap();
        bytes[place] ^= 1 << bit;
        fs::write(&objects[number], bytes).unwrap();
        let report = verified(&options(&export)).unwrap();
        prop_assert!(!report.sound);
        let damaged = name(&objects[number]);
        let told = found(&report);
        prop_assert!(
            told.iter().any(|(_, name, _)| stem(name) == stem(&damaged)),
            "{damaged}: {told:?}"
        );
    }
}
