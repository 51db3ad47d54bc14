//! What a body of the wrong form is told (WIRE-002..005).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use lookback_protocol::error::ErrorCode;
use lookback_protocol::wire::{Operation, Request};

#[track_caller]
fn refusal(operation: Operation, body: &str) -> String {
    let error = Request::parse(operation, body.as_bytes()).unwrap_err();
    assert_eq!(error.code, ErrorCode::SerializationException, "{error}");
    error.message.unwrap()
}

/// One line for each body: what is told about it.
fn refusals(operation: Operation, bodies: &[&str]) -> String {
    let lines = bodies
        .iter()
        .map(|body| format!("{body} -> {}", refusal(operation, body)));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn scalars_of_the_wrong_type() {
    let bodies = [
        r#"{"TableName":5}"#,
        r#"{"TableName":5.5}"#,
        r#"{"TableName":true}"#,
        r#"{"TableName":false}"#,
        r#"{"TableName":[]}"#,
        r#"{"TableName":{}}"#,
        r#"{"Limit":"5"}"#,
        r#"{"Limit":true}"#,
        r#"{"Limit":[]}"#,
        r#"{"Limit":{}}"#,
        r#"{"TimeRangeLowerBound":"2020-01-01"}"#,
    ];
    insta::assert_snapshot!(refusals(Operation::ListBackups, &bodies));
}

#[test]
fn truth_values_of_the_wrong_type() {
    let body = |value: &str| {
        format!(
            r#"{{"PointInTimeRecoverySpecification":{{"PointInTimeRecoveryEnabled":{value}}}}}"#
        )
    };
    let bodies = ["1", "1.5", "\"yes\"", "[]", "{}"].map(body);
    let bodies = bodies.each_ref().map(String::as_str);
    insta::assert_snapshot!(refusals(Operation::UpdateContinuousBackups, &bodies));
    let text = r#"{"TableName":"music","PointInTimeRecoverySpecification":{"PointInTimeRecoveryEnabled":"True"}}"#;
    let request = Request::parse(Operation::UpdateContinuousBackups, text.as_bytes()).unwrap();
    let Request::UpdateContinuousBackups(request) = request else {
        panic!("another request")
    };
    assert!(
        request
            .point_in_time_recovery_specification
            .point_in_time_recovery_enabled
    );
}

#[test]
fn structures_lists_and_maps_of_the_wrong_type() {
    let bodies = [
        r#"{"SSESpecification":5}"#,
        r#"{"SSESpecification":[]}"#,
        r#"{"KeySchema":"pk"}"#,
        r#"{"KeySchema":{}}"#,
        r#"{"KeySchema":["pk"]}"#,
        r#"{"KeySchema":[[]]}"#,
    ];
    insta::assert_snapshot!("create_table", refusals(Operation::CreateTable, &bodies));
    let bodies = [
        r#"{"RequestItems":1}"#,
        r#"{"RequestItems":[]}"#,
        r#"{"RequestItems":{"music":1}}"#,
        r#"{"RequestItems":{"music":[{"PutRequest":1}]}}"#,
    ];
    insta::assert_snapshot!("batch_write", refusals(Operation::BatchWriteItem, &bodies));
}

#[test]
fn attribute_values_of_the_wrong_type() {
    let body = |value: &str| format!(r#"{{"TableName":"music","Item":{value}}}"#);
    let bodies = [
        "1",
        "[]",
        r#"{"a":"text"}"#,
        r#"{"a":[]}"#,
        r#"{"a":{"S":5}}"#,
        r#"{"a":{"N":5}}"#,
        r#"{"a":{"N":5.5}}"#,
        r#"{"a":{"BOOL":5}}"#,
        r#"{"a":{"NULL":"yes"}}"#,
        r#"{"a":{"SS":"a"}}"#,
        r#"{"a":{"SS":{}}}"#,
        r#"{"a":{"NS":[5]}}"#,
        r#"{"a":{"BS":[5]}}"#,
        r#"{"a":{"M":5}}"#,
        r#"{"a":{"M":[]}}"#,
        r#"{"a":{"L":5}}"#,
        r#"{"a":{"L":[5]}}"#,
        r#"{"a":{"M":{"b":{"S":5}}}}"#,
    ]
    .map(body);
    let bodies = bodies.each_ref().map(String::as_str);
    insta::assert_snapshot!(refusals(Operation::PutItem, &bodies));
}

#[test]
fn binaries_that_are_not_base64() {
    let body = |value: &str| format!(r#"{{"TableName":"music","Item":{{"a":{{"B":{value}}}}}}}"#);
    let bodies = [
        r#""AQ""#,
        r#""AQ=""#,
        r#""A===""#,
        r#""AR==""#,
        r#""AQ=*""#,
        r#""-_-_""#,
        "5",
        "[]",
        "{}",
    ];
    let bodies = bodies.map(body);
    let bodies = bodies.each_ref().map(String::as_str);
    insta::assert_snapshot!(refusals(Operation::PutItem, &bodies));
}

#[test]
fn bodies_that_are_not_one_json_object() {
    let bodies = [
        "",
        " ",
        "hello",
        "{",
        r#"{"TableName":"#,
        r#"{"TableName":"music""#,
        r#"{"TableName":"music"}}"#,
        r#"{"TableName":"music"} {}"#,
        r#"{"TableName":'music'}"#,
        "{\"TableName\":\"a\u{1}\"}",
        "[]",
        "null",
        "5",
        "true",
        r#""text""#,
    ];
    insta::assert_snapshot!(refusals(Operation::DescribeTable, &bodies));
}

#[test]
fn a_body_that_is_not_utf_8() {
    let error =
        Request::parse(Operation::DescribeTable, b"{\"TableName\":\"\xff\xff\"}").unwrap_err();
    assert_eq!(error.code, ErrorCode::SerializationException);
}

#[test]
fn a_body_nested_beyond_all_bounds() {
    let unknown = format!(
        r#"{{"TableName":"music","Unknown":{}{}}}"#,
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    Request::parse(Operation::DescribeTable, unknown.as_bytes()).unwrap();
    let value = format!("{}{}", r#"{"L":["#.repeat(50_000), "]}".repeat(50_000));
    let deep = format!(r#"{{"TableName":"music","Item":{{"a":{value}}}}}"#);
    assert!(refusal(Operation::PutItem, &deep).contains("recursion limit"));
}

#[test]
fn a_member_that_is_there_twice() {
    assert_eq!(
        refusal(
            Operation::DescribeTable,
            r#"{"TableName":"a","TableName":"b"}"#
        ),
        "duplicate field `TableName`"
    );
}
