//! Every byte of small exports.

use std::fmt::Write as _;

use lookback_formats::manifest::FileEntry;
use lookback_formats::{DATA_FILES, ExportPlan, Md5, part_etag, write_export};
use serde_json::json;

use crate::bucket::{
    Bucket, full, in_ion, incremental, key, order_changes, orders, record, unzipped, written,
};

/// All objects in their order: key, length, and what is in them; of data files what is compressed.
fn picture(bucket: &Bucket) -> String {
    let mut text = String::new();
    for (key, bytes) in &bucket.0 {
        let content = if key.ends_with(".gz") {
            unzipped(bytes)
        } else {
            String::from_utf8(bytes.clone()).unwrap()
        };
        writeln!(text, "--- {key}: {} bytes\n{content}", bytes.len()).unwrap();
    }
    text
}

#[test]
fn a_full_export_in_json() {
    insta::assert_snapshot!(picture(&written(&full(2), &orders())));
}

#[test]
fn a_full_export_in_ion() {
    insta::assert_snapshot!(picture(&written(&in_ion(full(2)), &orders())));
}

#[test]
fn an_incremental_export_in_json() {
    insta::assert_snapshot!(picture(&written(&incremental(3), &order_changes())));
}

#[test]
fn an_incremental_export_in_ion() {
    insta::assert_snapshot!(picture(&written(&in_ion(incremental(3)), &order_changes())));
}

/// EXPORT-FORMAT-022: the header of the live service, and the 20 bytes of an empty file.
#[test]
fn an_empty_table_has_the_recorded_empty_files() {
    let bucket = written(&full(0), &[]);
    let empty = [
        0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];
    assert_eq!(bucket.data().count(), DATA_FILES);
    assert!(bucket.data().all(|(_, bytes)| *bytes == empty));
}

#[test]
fn every_data_file_begins_with_the_recorded_header() {
    let bucket = written(&full(2), &orders());
    let header = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    assert!(bucket.data().all(|(_, bytes)| bytes.starts_with(&header)));
}

/// EXPORT-FORMAT-009, -010, -017.
#[test]
fn the_list_tells_the_checksums_and_counts_of_the_data_files() {
    let bucket = written(&full(2), &orders());
    let entries = FileEntry::read_all(bucket.ending("manifest-files.json")).unwrap();
    let files: Vec<_> = bucket.data().collect();
    assert_eq!(entries.len(), files.len());
    for (entry, (key, bytes)) in entries.iter().zip(files) {
        let md5 = Md5::of(bytes);
        assert_eq!(entry.data_file_s3_key, *key);
        assert_eq!(entry.md5_checksum, md5.to_base64());
        assert_eq!(entry.etag, part_etag(md5));
        let lines = unzipped(bytes).lines().count();
        assert_eq!(entry.item_count, lines as u64);
    }
}

/// EXPORT-FORMAT-004, -026.
#[test]
fn the_started_object_comes_first_and_the_summary_last() {
    let bucket = written(&full(2), &orders());
    let keys: Vec<&str> = bucket
        .0
        .iter()
        .map(|(key, _)| key.rsplit('/').next().unwrap())
        .collect();
    assert_eq!(keys.first(), Some(&"_started"));
    let manifests = &keys[keys.len() - 4..];
    let expected = [
        "manifest-files.md5",
        "manifest-files.json",
        "manifest-summary.md5",
        "manifest-summary.json",
    ];
    assert_eq!(manifests, expected);
    assert!(bucket.ending("_started").is_empty());
}

/// EXPORT-FORMAT-005.
#[test]
fn names_of_data_files_are_26_letters_and_all_different() {
    let (one, other) = (written(&full(0), &[]), written(&incremental(0), &[]));
    let mut names: Vec<&str> = one
        .data()
        .chain(other.data())
        .map(|(key, _)| key.rsplit('/').next().unwrap())
        .collect();
    for name in &names {
        let name = name.strip_suffix(".json.gz").unwrap();
        assert_eq!(name.len(), 26);
        let is_letter = |c: char| c.is_ascii_lowercase() || ('2'..='7').contains(&c);
        assert!(name.chars().all(is_letter), "{name}");
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 2 * DATA_FILES);
}

/// EXPORT-FORMAT-027: the items of one hash value are together, and the files share the load.
#[test]
fn items_are_spread_over_the_data_files_by_their_hash_value() {
    let records: Vec<_> = (0..400)
        .map(|n| record(json!({"pk": {"S": format!("k{:03}", n / 2)}, "n": {"N": n.to_string()}})))
        .collect();
    let bucket = written(&full(400), &records);
    let mut places = std::collections::BTreeMap::new();
    for (number, (_, bytes)) in bucket.data().enumerate() {
        let text = unzipped(bytes);
        assert!((50..150).contains(&text.lines().count()));
        for line in text.lines() {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            let pk = line["Item"]["pk"]["S"].as_str().unwrap().to_owned();
            assert_eq!(*places.entry(pk).or_insert(number), number);
        }
    }
    assert_eq!(places.len(), 200);
}

/// No manifest tells of an export that is not whole.
#[test]
fn records_that_do_not_fit_the_count_leave_no_manifest() {
    let plan = ExportPlan::new(&full(3), &key()).unwrap();
    let mut bucket = Bucket::default();
    let records = orders();
    let error = write_export(&plan, records.as_slice(), &mut bucket).unwrap_err();
    assert!(
        error.to_string().contains("2 items were written"),
        "{error}"
    );
    assert!(bucket.0.iter().all(|(key, _)| !key.contains("manifest")));
}

#[test]
fn a_running_export_has_no_objects() {
    let mut description = full(0);
    description.end_time = None;
    let error = ExportPlan::new(&description, &key()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the export has no EndTime: it is not completed"
    );
}
