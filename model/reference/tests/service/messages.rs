//! The wire before any operation: targets, bodies, and the texts of broken shapes.

use lookback_reference::Caller;
use serde_json::{Value, json};

use crate::world::{ACCOUNT, HOME, START_US, World};

fn answer(target: Option<&str>, body: &[u8]) -> (u16, Value) {
    let mut aws = World::exact();
    let caller = Caller::new(ACCOUNT, HOME);
    let answer = aws.service.answer(START_US, &caller, target, body);
    (answer.status, serde_json::from_slice(&answer.body).unwrap())
}

fn error_of(operation: &str, body: &str) -> (String, String) {
    let (status, body) = answer(
        Some(&format!("DynamoDB_20120810.{operation}")),
        body.as_bytes(),
    );
    assert_eq!(status, 400);
    let message = body
        .get("message")
        .or(body.get("Message"))
        .and_then(Value::as_str);
    (
        body["__type"].as_str().unwrap().to_owned(),
        message.unwrap_or_default().to_owned(),
    )
}

#[test]
fn a_target_that_names_no_operation_is_unknown() {
    for target in [
        None,
        Some(""),
        Some("ListBackups"),
        Some("DynamoDB_20120810."),
        Some("DynamoDB_20120810.Nothing"),
        Some("DynamoDB_20120810.listbackups"),
        Some("DynamoDB_20111205.ListBackups"),
        Some("DynamoDBStreams_20120810.ListStreams"),
    ] {
        let (status, body) = answer(target, b"{}");
        let kind = body["__type"].as_str().unwrap();
        assert_eq!(status, 400, "{target:?}");
        assert!(
            kind.ends_with("#UnknownOperationException"),
            "{target:?}: {kind}"
        );
    }
}

#[test]
fn bodies_that_are_no_objects_are_not_read() {
    for body in [
        "",
        "{",
        "[]",
        "5",
        "null",
        "{\"Limit\":}",
        "{} {}",
        "\u{feff}{}",
    ] {
        let (kind, _) = error_of("CreateBackup", body);
        assert!(kind.contains("Exception"), "{body}: {kind}");
    }
    assert!(
        error_of("CreateBackup", "{")
            .0
            .ends_with("#SerializationException")
    );
    assert!(
        error_of("CreateBackup", "[]")
            .0
            .ends_with("#SerializationException")
    );
}

#[test]
fn bytes_that_are_no_text_are_not_read() {
    let (status, body) = answer(
        Some("DynamoDB_20120810.CreateBackup"),
        &[b'{', b'"', 0xff, b'"', b'}'],
    );
    assert_eq!(status, 400);
    assert!(
        body["__type"]
            .as_str()
            .unwrap()
            .ends_with("#SerializationException")
    );
}

#[test]
fn a_member_of_the_wrong_type_is_not_read() {
    for (operation, body) in [
        (
            "CreateBackup",
            r#"{"TableName": 5, "BackupName": "nightly"}"#,
        ),
        ("ListBackups", r#"{"Limit": "ten"}"#),
        ("ListBackups", r#"{"TimeRangeLowerBound": "yesterday"}"#),
        ("DescribeBackup", r#"{"BackupArn": ["x"]}"#),
        (
            "RestoreTableFromBackup",
            r#"{"BackupArn": "x", "TargetTableName": {}}"#,
        ),
        (
            "PutItem",
            r#"{"TableName": "music", "Item": {"pk": {"S": 5}}}"#,
        ),
        (
            "PutItem",
            r#"{"TableName": "music", "Item": {"pk": {"N": 5}}}"#,
        ),
        (
            "PutItem",
            r#"{"TableName": "music", "Item": {"pk": {"B": "no base64!"}}}"#,
        ),
    ] {
        let (kind, _) = error_of(operation, body);
        assert!(
            kind.ends_with("#SerializationException"),
            "{operation} {body}: {kind}"
        );
    }
}

#[test]
fn deep_nesting_is_refused_and_does_not_end_the_process() {
    let body = format!(
        r#"{{"TableName": {}{}}}"#,
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert!(
        error_of("CreateBackup", &body)
            .0
            .ends_with("#SerializationException")
    );
}

#[test]
fn a_name_given_twice_does_not_end_the_process() {
    let (kind, _) = error_of("DescribeBackup", r#"{"BackupArn": "x", "BackupArn": "y"}"#);
    assert!(kind.ends_with("Exception"), "{kind}");
}

#[test]
fn absent_members_are_counted() {
    assert_eq!(
        error_of("CreateBackup", "{}").1,
        "2 validation errors detected: Value null at 'tableName' failed to satisfy constraint: Member must not be \
         null; Value null at 'backupName' failed to satisfy constraint: Member must not be null"
    );
}

#[test]
fn null_is_absent() {
    assert_eq!(
        error_of("CreateBackup", r#"{"TableName": null, "BackupName": null}"#),
        error_of("CreateBackup", "{}")
    );
}

#[test]
fn one_violation_is_counted_in_the_singular() {
    let (_, message) = error_of("ListBackups", r#"{"Limit": 0}"#);
    assert!(
        message.starts_with("1 validation error detected: Value '0' at 'limit'"),
        "{message}"
    );
}

#[test]
fn enumerations_print_their_values() {
    let (_, message) = error_of("ListBackups", r#"{"BackupType": "user"}"#);
    let (_, values) = message.split_once("enum value set: [").unwrap();
    let mut values: Vec<&str> = values.trim_end_matches(']').split(", ").collect();
    values.sort_unstable();
    assert_eq!(values, ["ALL", "AWS_BACKUP", "SYSTEM", "USER"]);
}

#[test]
fn errors_of_the_service_and_of_the_frame_have_their_namespaces() {
    let unknown = json!({"TableName": "none", "BackupName": "nightly"}).to_string();
    assert_eq!(
        error_of("CreateBackup", &unknown).0,
        "com.amazonaws.dynamodb.v20120810#TableNotFoundException"
    );
    assert_eq!(
        error_of("CreateBackup", "{}").0,
        "com.amazon.coral.validate#ValidationException"
    );
}

#[test]
fn times_are_written_in_seconds_with_milliseconds_at_most() {
    let mut aws = World::exact();
    aws.table("music");
    for (us, text) in [
        (123_456, "1700000100.123"),
        (500_000, "1700000100.5"),
        (999, "1700000100"),
        (0, "1700000100"),
    ] {
        let mut aws = World::exact();
        aws.table("music");
        aws.now_us = START_US + 100_000_000 + us;
        let (_, body) = aws.raw(
            "CreateBackup",
            br#"{"TableName":"music","BackupName":"nightly"}"#,
        );
        let body = String::from_utf8(body).unwrap();
        let (_, rest) = body.split_once("\"BackupCreationDateTime\":").unwrap();
        let written: String = rest
            .chars()
            .take_while(|c| c.is_ascii_digit() || *c == '.')
            .collect();
        assert_eq!(written, text);
    }
}
