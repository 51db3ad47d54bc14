//! Which tables a call names.

use lookback_checker::history::Entry;

use crate::of_lines;

fn of(body: &str) -> Vec<String> {
    let line = format!(r#"{{"call":{{"id":1,"at_us":1,"op":"Any","in":{body}}}}}"#);
    match &of_lines(&[&line]).unwrap().entries[0] {
        Entry::Call(call) => call.tables(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn by_name_or_by_arn() {
    assert_eq!(of(r#"{"TableName":"music"}"#), ["music"]);
    let arn = r#"{"TableArn":"arn:aws:dynamodb:us-east-1:111122223333:table/music"}"#;
    assert_eq!(of(arn), ["music"]);
}

#[test]
fn both_sides_of_a_restore() {
    let body = r#"{"SourceTableName":"music","TargetTableName":"again","RestoreDateTime":1}"#;
    assert_eq!(of(body), ["again", "music"]);
}

#[test]
fn every_table_of_a_batch() {
    assert_eq!(
        of(r#"{"RequestItems":{"b":[],"a":{"Keys":[]}}}"#),
        ["a", "b"]
    );
}

#[test]
fn every_table_of_a_transaction_once() {
    let body = r#"{"TransactItems":[{"Put":{"TableName":"b"}},{"Delete":{"TableName":"a"}},{"Put":{"TableName":"b"}}]}"#;
    assert_eq!(of(body), ["a", "b"]);
}

#[test]
fn none_where_none_is_named() {
    assert_eq!(of("{}"), [""; 0]);
    assert_eq!(of("[1]"), [""; 0]);
    assert_eq!(of(r#"{"TableName":7}"#), [""; 0]);
}
