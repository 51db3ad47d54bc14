//! One export against another.

use std::path::{Path, PathBuf};

use lookback_conformance::verify_export::compare::DifferenceKind;
use lookback_conformance::verify_export::{Options, Report};
use lookback_formats::Format;
use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

use crate::exports::{Table, full, incremental, options, table, verified};

const BOTH: &str = "NEW_AND_OLD_IMAGES";

/// Two full exports of a day and the incremental ones of its halves.
struct Day {
    _bucket: TempDir,
    morning: PathBuf,
    halves: Vec<PathBuf>,
    evening: PathBuf,
}

fn day(tables: [&Table; 3], evening: &Table, view: &str) -> Day {
    let bucket = tempdir().unwrap();
    let at = bucket.path();
    let [a, b, c] = tables;
    Day {
        morning: full(at, 1, Format::DynamoDbJson, 0, a),
        halves: vec![
            incremental(at, 2, view, (0, 12), (a, b)),
            incremental(at, 3, view, (12, 24), (b, c)),
        ],
        evening: full(at, 4, Format::Ion, 24, evening),
        _bucket: bucket,
    }
}

fn compared(first: &Path, between: &[&PathBuf], last: &Path) -> Options {
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    Options {
        incrementals: between.iter().map(|path| text(path)).collect(),
        against: Some(text(last)),
        key: None,
        ..options(first)
    }
}

/// Key, kind and differing attributes of each difference.
fn differences(report: &Report) -> Vec<(Value, DifferenceKind, Vec<String>)> {
    let comparison = report.comparison.as_ref().unwrap();
    let differences = comparison.differences.iter();
    let mut short: Vec<_> = differences
        .map(|one| {
            let attributes = one.attributes.iter();
            let names = attributes.map(|attribute| attribute.name.clone()).collect();
            (one.key.clone(), one.kind, names)
        })
        .collect();
    short.sort_by_key(|(key, kind, _)| (key.to_string(), *kind));
    short
}

fn key(number: u32) -> Value {
    json!({"pk": {"S": format!("key {number}")}})
}

#[test]
fn full_and_incrementals_are_the_later_full() {
    let mut evening = table(250);
    evening.insert(7, 1);
    evening.remove(&8);
    let noon = table(100);
    for view in [BOTH, "NEW_IMAGE"] {
        let day = day([&table(200), &noon, &evening], &evening, view);
        // In any order: their periods tell theirs.
        for between in [
            [&day.halves[0], &day.halves[1]],
            [&day.halves[1], &day.halves[0]],
        ] {
            let report = verified(&compared(&day.morning, &between, &day.evening)).unwrap();
            assert!(report.sound, "{report:?}");
            assert_eq!(report.key, Some(vec!["pk".to_owned()]));
            assert!(report.comparison.unwrap().holds);
        }
    }
}

#[test]
fn what_differs_is_told_by_key_and_attribute() {
    let after = table(100);
    let mut evening = after.clone();
    evening.remove(&1);
    evening.insert(2, 999);
    evening.insert(500, 5);
    let day = day([&table(50), &table(60), &after], &evening, BOTH);
    let between = [&day.halves[0], &day.halves[1]];
    let report = verified(&compared(&day.morning, &between, &day.evening)).unwrap();
    assert!(!report.sound);
    assert!(report.findings.is_empty());
    let expected = [
        (key(1), DifferenceKind::Missing, vec![]),
        (key(2), DifferenceKind::Differs, vec!["value".to_owned()]),
        (key(500), DifferenceKind::Unexpected, vec![]),
    ];
    assert_eq!(differences(&report), expected);
    let comparison = report.comparison.unwrap();
    let differs = comparison.differences.iter();
    let differs: Vec<_> = differs.flat_map(|one| &one.attributes).collect();
    assert_eq!(differs[0].expected, Some(json!({"N": "20"})));
    assert_eq!(differs[0].found, Some(json!({"N": "999"})));
}

#[test]
fn differences_are_counted_and_the_first_ones_shown() {
    let bucket = tempdir().unwrap();
    let one = full(bucket.path(), 1, Format::DynamoDbJson, 24, &table(300));
    let other = full(bucket.path(), 2, Format::DynamoDbJson, 24, &table(100));
    let mut options = compared(&one, &[], &other);
    options.key = Some("pk".parse().unwrap());
    options.differences_max = 5;
    let comparison = verified(&options).unwrap().comparison.unwrap();
    assert_eq!(comparison.differences.len(), 5);
    assert_eq!(comparison.difference_counts[&DifferenceKind::Missing], 200);
}

#[test]
fn an_old_image_that_was_never_there() {
    let (a, b, c) = (table(10), table(20), table(30));
    let mut wrong = a.clone();
    wrong.insert(3, 999);
    let bucket = tempdir().unwrap();
    let at = bucket.path();
    let first = full(at, 1, Format::DynamoDbJson, 0, &a);
    let mut changed = b.clone();
    changed.insert(3, 4);
    let half = incremental(at, 2, BOTH, (0, 12), (&wrong, &changed));
    let mut end = c.clone();
    end.insert(3, 4);
    let other = incremental(at, 3, BOTH, (12, 24), (&changed, &end));
    let last = full(at, 4, Format::DynamoDbJson, 24, &end);
    let report = verified(&compared(&first, &[&half, &other], &last)).unwrap();
    let expected = [(key(3), DifferenceKind::OldImage, vec!["value".to_owned()])];
    assert_eq!(differences(&report), expected);
}

#[test]
fn json_and_ion_of_one_instant() {
    let bucket = tempdir().unwrap();
    let json = full(bucket.path(), 1, Format::DynamoDbJson, 24, &table(100));
    let ion = full(bucket.path(), 2, Format::Ion, 24, &table(100));
    // Even without a key: whole items are compared.
    assert!(verified(&compared(&json, &[], &ion)).unwrap().sound);
}

#[test]
fn incremental_exports_compose() {
    let (a, b, c) = (table(10), table(200), table(100));
    for view in [BOTH, "NEW_IMAGE"] {
        let bucket = tempdir().unwrap();
        let at = bucket.path();
        let first = incremental(at, 1, view, (0, 8), (&a, &b));
        let second = incremental(at, 2, view, (8, 16), (&b, &c));
        let whole = incremental(at, 3, view, (0, 16), (&a, &c));
        let report = verified(&compared(&first, &[&second], &whole)).unwrap();
        assert!(report.sound, "{report:?}");
        let mut other = c.clone();
        other.insert(50, 1);
        let wrong = incremental(at, 4, view, (0, 16), (&a, &other));
        let report = verified(&compared(&first, &[&second], &wrong)).unwrap();
        assert_eq!(differences(&report).len(), 1, "{report:?}");
    }
}

#[test]
fn a_gap_between_periods_proves_nothing() {
    let day = day([&table(1), &table(2), &table(3)], &table(3), BOTH);
    for (between, gap) in [
        (
            vec![&day.halves[1]],
            "2027-02-03T05:00:00.000Z to 2027-02-03T17:00:00.000Z",
        ),
        (
            vec![&day.halves[0]],
            "2027-02-03T17:00:00.000Z to 2027-02-04T05:00:00.000Z",
        ),
    ] {
        let told = verified(&compared(&day.morning, &between, &day.evening))
            .unwrap_err()
            .0;
        assert!(
            told.contains(gap) && told.contains("--incremental"),
            "{told}"
        );
    }
}

#[test]
fn exports_that_cannot_be_compared_are_told() {
    let day = day([&table(1), &table(2), &table(3)], &table(3), BOTH);
    let told = |first: &Path, between: &[&PathBuf], last: &Path| {
        verified(&compared(first, between, last)).unwrap_err().0
    };
    let full_last = told(&day.morning, &[], &day.halves[0]);
    assert!(
        full_last.contains("give the later full export as --against"),
        "{full_last}"
    );
    let incremental_first = told(&day.halves[0], &[], &day.evening);
    assert!(
        incremental_first.contains("give the earlier full export first"),
        "{incremental_first}"
    );
    let full_between = told(&day.morning, &[&day.evening], &day.evening);
    assert!(
        full_between.contains("--incremental wants incremental exports"),
        "{full_between}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever the tables are: the differences are those of the tables.
    #[test]
    fn differences_are_those_of_the_tables(
        one in prop::collection::btree_map(0..60_u32, 0..4_u32, 0..60),
        other in prop::collection::btree_map(0..60_u32, 0..4_u32, 0..60),
    ) {
        let bucket = tempdir().unwrap();
        let first = full(bucket.path(), 1, Format::DynamoDbJson, 24, &one);
        let second = full(bucket.path(), 2, Format::Ion, 24, &other);
        let mut options = compared(&first, &[], &second);
        options.key = Some("pk".parse().unwrap());
        options.differences_max = 1_000;
        let told = differences(&verified(&options).unwrap());
        let mut expected = Vec::new();
        for number in 0..60 {
            let kind = match (one.get(&number), other.get(&number)) {
                (Some(_), None) => DifferenceKind::Missing,
                (None, Some(_)) => DifferenceKind::Unexpected,
                (Some(one), Some(other)) if one != other => DifferenceKind::Differs,
                _ => continue,
            };
            expected.push((key(number), kind));
        }
        expected.sort_by_key(|(key, kind)| (key.to_string(), *kind));
        let told: Vec<_> = told.into_iter().map(|(key, kind, _)| (key, kind)).collect();
        prop_assert_eq!(told, expected);
    }
}
