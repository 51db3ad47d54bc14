//! The command: what it prints and how it ends.

use std::fs;
use std::path::Path;
use std::process::Command;

use lookback_formats::Format;
use serde_json::Value;
use tempfile::tempdir;

use crate::exports::{full, incremental, objects, table};

/// Exit status, standard output and standard error.
fn lookback(words: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lookback"));
    // No machine role of whoever tests is asked for.
    command
        .env("AWS_ACCESS_KEY_ID", "111122223333")
        .env("AWS_SECRET_ACCESS_KEY", "lookback");
    let done = command.arg("verify-export").args(words).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        done.status.code().unwrap(),
        text(done.stdout),
        text(done.stderr),
    )
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_sound_export_ends_with_0() {
    let bucket = tempdir().unwrap();
    let export = full(bucket.path(), 1, Format::DynamoDbJson, 24, &table(20));
    let (status, out, err) = lookback(&[text(&export), "--key", "pk"]);
    assert_eq!((status, err.as_str()), (0, ""));
    assert!(
        out.contains("full export at 2027-02-04T05:00:00.000Z, DYNAMODB_JSON"),
        "{out}"
    );
    assert!(out.contains("4 data files, 20 records"), "{out}");
    assert!(out.ends_with("\nsound\n"), "{out}");
}

#[test]
fn a_damaged_one_ends_with_1_and_says_where() {
    let bucket = tempdir().unwrap();
    let export = full(bucket.path(), 1, Format::DynamoDbJson, 24, &table(20));
    let data = &objects(&export.join("data"))[0];
    let mut bytes = fs::read(data).unwrap();
    bytes.truncate(bytes.len() - 5);
    fs::write(data, bytes).unwrap();
    let (status, out, _) = lookback(&[text(&export)]);
    assert_eq!(status, 1);
    assert!(out.contains("compression"), "{out}");
    assert!(out.contains(text(data)), "{out}");
    assert!(
        out.contains("NOT SOUND: 2 findings (checksum 1, compression 1)"),
        "{out}"
    );
}

#[test]
fn differences_end_with_1_and_are_told() {
    let bucket = tempdir().unwrap();
    let at = bucket.path();
    let (a, b, mut c) = (table(5), table(6), table(6));
    c.insert(2, 99);
    let first = full(at, 1, Format::DynamoDbJson, 0, &a);
    let day = incremental(at, 2, "NEW_IMAGE", (0, 24), (&a, &b));
    let last = full(at, 3, Format::DynamoDbJson, 24, &c);
    let words = [
        text(&first),
        "--incremental",
        text(&day),
        "--against",
        text(&last),
    ];
    let (status, out, _) = lookback(&words);
    assert_eq!(status, 1);
    assert!(out.contains(r#"differs     {"pk":{"S":"key 2"}}"#), "{out}");
    assert!(
        out.contains(r#"value: {"N":"20"} expected, {"N":"99"} found"#),
        "{out}"
    );
    assert!(out.ends_with("NOT SOUND: 1 difference\n"), "{out}");
}

#[test]
fn the_report_as_json() {
    let bucket = tempdir().unwrap();
    let export = full(bucket.path(), 1, Format::DynamoDbJson, 24, &table(20));
    let (status, out, _) = lookback(&[text(&export), "--json"]);
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(status, 0);
    assert_eq!(report["sound"], true);
    assert_eq!(report["exports"][0]["read"]["records"], 20);
}

#[test]
fn what_cannot_be_verified_ends_with_2_and_says_what_to_do() {
    for (words, told) in [
        (vec!["nowhere"], "give the folder of an export"),
        (vec!["ftp://x"], "s3://BUCKET/PREFIX"),
        (vec!["s3://"], "there is no bucket in it"),
        (vec![".", "--key", "a,b,c"], "such as id or id,sort"),
        (vec![".", "--incremental", "x"], "--against"),
    ] {
        let (status, out, err) = lookback(&words);
        assert_eq!((status, out.as_str()), (2, ""), "{words:?}: {err}");
        assert!(err.contains(told), "{words:?}: {err}");
    }
}

#[test]
fn the_help_has_examples_and_exit_statuses() {
    let (status, out, _) = lookback(&["--help"]);
    assert_eq!(status, 0);
    for told in [
        "Examples:",
        "Exit status: 0 sound, 1 something is wrong, 2",
        "--against",
    ] {
        assert!(out.contains(told), "{out}");
    }
}
