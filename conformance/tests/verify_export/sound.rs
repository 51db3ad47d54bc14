//! Sound exports are sound, wherever they were copied to.

use std::fs;

use lookback_formats::Format;
use tempfile::tempdir;

use crate::exports::{full, incremental, options, table, verified};

#[test]
fn a_full_export_in_both_formats() {
    for format in [Format::DynamoDbJson, Format::Ion] {
        let bucket = tempdir().unwrap();
        let export = full(bucket.path(), 1, format, 24, &table(500));
        let report = verified(&options(&export)).unwrap();
        assert!(report.sound, "{report:?}");
        let read = report.exports[0].read.as_ref().unwrap();
        assert_eq!((read.files, read.records), (4, 500));
        assert_eq!(report.key, Some(vec!["pk".to_owned()]));
        assert_eq!(report.notes, Vec::<String>::new());
    }
}

#[test]
fn an_incremental_export_tells_its_key() {
    for view in ["NEW_AND_OLD_IMAGES", "NEW_IMAGE"] {
        let bucket = tempdir().unwrap();
        let export = incremental(bucket.path(), 1, view, (0, 24), (&table(10), &table(200)));
        let mut options = options(&export);
        options.key = None;
        let report = verified(&options).unwrap();
        assert!(report.sound, "{report:?}");
        assert_eq!(report.key, Some(vec!["pk".to_owned()]));
        assert_eq!(report.exports[0].read.as_ref().unwrap().records, 190);
    }
}

#[test]
fn an_empty_export() {
    let bucket = tempdir().unwrap();
    let export = full(bucket.path(), 1, Format::DynamoDbJson, 24, &table(0));
    assert!(verified(&options(&export)).unwrap().sound);
}

#[test]
fn without_a_key_the_report_says_what_was_not_checked() {
    let bucket = tempdir().unwrap();
    let export = full(bucket.path(), 1, Format::DynamoDbJson, 24, &table(5));
    let mut options = options(&export);
    options.key = None;
    let report = verified(&options).unwrap();
    assert!(report.sound);
    assert!(report.notes[0].contains("--key HASH[,RANGE]"), "{report:?}");
}

#[test]
fn an_export_is_found_from_above_and_by_its_summary() {
    let bucket = tempdir().unwrap();
    let export = full(bucket.path(), 1, Format::DynamoDbJson, 24, &table(5));
    let above = export.parent().unwrap();
    for named in [
        above,
        above.parent().unwrap(),
        &export.join("manifest-summary.json"),
    ] {
        let report = verified(&options(named)).unwrap();
        assert!(report.sound, "{named:?}");
    }
}

#[test]
fn the_folder_of_a_full_export_alone_is_enough() {
    let bucket = tempdir().unwrap();
    let export = full(bucket.path(), 1, Format::DynamoDbJson, 24, &table(5));
    let copy = bucket.path().join("copied here");
    fs::rename(export, &copy).unwrap();
    assert!(verified(&options(&copy)).unwrap().sound);
}

#[test]
fn several_exports_are_told_and_one_has_to_be_chosen() {
    let bucket = tempdir().unwrap();
    let export = full(bucket.path(), 1, Format::DynamoDbJson, 24, &table(5));
    full(bucket.path(), 2, Format::DynamoDbJson, 24, &table(5));
    let told = verified(&options(export.parent().unwrap())).unwrap_err().0;
    assert!(told.contains("2 exports"), "{told}");
    assert!(told.contains("01801640000000-00000002"), "{told}");
}

#[test]
fn what_is_no_export_is_told() {
    let bucket = tempdir().unwrap();
    let told = verified(&options(bucket.path())).unwrap_err().0;
    assert!(told.contains("there is no export here"), "{told}");
    let nowhere = bucket.path().join("nowhere");
    let told = verified(&options(&nowhere)).unwrap_err().0;
    assert!(told.contains("give the folder of an export"), "{told}");
}
