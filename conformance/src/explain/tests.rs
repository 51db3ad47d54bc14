use serde_json::json;

use super::script;
use super::shell::{Names, json_word, quote, text_word};
use crate::case::load;

fn explained(text: &str) -> String {
    script(&load::parse("group/name", "name.json", text).unwrap(), None)
}

/// The script without its head, which is the same for all.
fn body(text: &str) -> String {
    explained(text)
        .split("trap cleanup EXIT\n")
        .nth(1)
        .unwrap()
        .to_owned()
}

#[test]
fn the_example_of_the_documentation() {
    let document = include_str!("../../../docs/cases.md");
    let example = document
        .split("```json\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .unwrap();
    insta::assert_snapshot!(explained(example));
}

#[test]
fn every_kind_of_step() {
    insta::assert_snapshot!(body(
        r#"{ "title": "t", "clauses": ["WIRE-001"], "tables": { "t": { "range": "sk:N", "items": [{ "pk": { "S": "it's" } }] } },
        "steps": [
          { "call": "PutItem", "in": { "TableName": "${t}", "Item": {} }, "raw": { "headers": { "X-Amz-Target": null }, "path": "/x" },
            "expect": { "error": "ValidationException", "message": "a|b" } },
          { "call": "CreateBackup", "in": { "TableName": "${t}", "BackupName": "${repeat:x:300}" }, "as": "other_account",
            "bind": { "at": "/BackupDetails/BackupCreationDateTime", "arn": "/BackupDetails/BackupArn" } },
          { "wait_s": 61, "why": "the band" },
          { "table": "${t}", "becomes": "GONE", "within_s": 30 },
          { "items": "${t}", "contain": [{ "pk": { "S": "a" } }], "lack": [] },
          { "pages": "ListBackups", "in": { "TimeRangeLowerBound": "${at}" }, "collect": "/BackupSummaries",
            "cursor": "/LastEvaluatedBackupArn", "as_input": "ExclusiveStartBackupArn" },
          { "let": { "before": { "$add": ["${at}", -1] }, "id": { "$last": [{ "$first": ["${arn}", "/backup/"] }, "/"] } } },
          { "each": { "limit": [0, 101] }, "do": [ { "call": "ListBackups", "in": { "Limit": "${limit}" }, "observe": true } ] } ] }"#
    ));
}

#[test]
fn a_word_survives_quotes() {
    assert_eq!(quote("plain-1"), "plain-1");
    assert_eq!(quote("it's"), r"'it'\''s'");
    assert_eq!(text_word("a ${b.c}"), r#"'a '"${b_c}""#);
}

#[test]
fn a_number_loses_the_quotes_of_its_string() {
    let mut names = Names::default();
    names.number("at");
    let value = json!({ "From": "${at}", "Name": "${name}" });
    assert_eq!(
        json_word(&value, &names),
        r#"'{"From":'"${at}"',"Name":"'"${name}"'"}'"#
    );
}

#[test]
fn steps_that_look_at_objects_use_the_s3_command() {
    let script = explained(
        r#"{ "title": "t", "clauses": ["IMPORT-001"], "buckets": ["files"], "steps": [
          { "put": "in/a", "bucket": "${files}", "lines": [{ "Item": { "pk": { "S": "a" } } }], "compress": "GZIP" },
          { "objects": "${files}", "prefix": "in/", "bind": { "arn": "/keys/0" } },
          { "object": "in/a", "bucket": "${files}" },
          { "export": "${arn}", "are": [] } ] }"#,
    );
    for line in [
        r#"s3() { aws s3 "$@" --endpoint-url "${S3_ENDPOINT:-$endpoint}" --region "$region"; }"#,
        r#"files="$case_-files"; s3 mb "s3://$files" && buckets+=("$files")"#,
        r#"  for bucket in "${buckets[@]}"; do s3 rb --force "s3://$bucket" >/dev/null; done"#,
        r#"printf '%s\n' '{"Item":{"pk":{"S":"a"}}}' | gzip | s3 cp - s3://"${files}"/'in/a'"#,
        r#"s3 ls --recursive s3://"${files}"/'in/'"#,
        r#"s3 cp s3://"${files}"/'in/a' -"#,
        r#"call describe-export --export-arn "${arn}" --query ExportDescription | tee export.json"#,
    ] {
        assert!(script.contains(line), "{line}\n{script}");
    }
}
