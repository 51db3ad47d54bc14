//! One test for each kind of constraint, and the counted message about several (VALIDATION-001).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use insta::assert_snapshot;
use lookback_protocol::error::ErrorCode;
use lookback_protocol::wire::{Operation, Request};
use serde_json::{Value, json};

#[allow(clippy::needless_pass_by_value)]
fn refusal(operation: Operation, body: Value) -> String {
    let error = Request::parse(operation, body.to_string().as_bytes()).unwrap_err();
    assert_eq!(error.code, ErrorCode::ValidationException);
    error.message.unwrap()
}

#[track_caller]
#[allow(clippy::needless_pass_by_value)]
fn accepts(operation: Operation, body: Value) {
    Request::parse(operation, body.to_string().as_bytes()).unwrap();
}

#[test]
fn a_required_member_is_absent() {
    assert_snapshot!(refusal(
        Operation::CreateBackup,
        json!({ "TableName": "music" })
    ));
}

#[test]
fn a_required_member_is_null() {
    let body = json!({ "TableName": "music", "BackupName": null });
    assert_snapshot!(refusal(Operation::CreateBackup, body));
}

#[test]
fn a_required_structure_is_absent_and_what_is_in_it_is_not_asked_for() {
    let body = json!({ "TableName": "music" });
    assert_snapshot!(refusal(Operation::UpdateContinuousBackups, body));
}

#[test]
fn a_required_member_of_a_structure_is_absent() {
    let body = json!({ "TableName": "music", "PointInTimeRecoverySpecification": {} });
    assert_snapshot!(refusal(Operation::UpdateContinuousBackups, body));
}

#[test]
fn a_text_is_too_short() {
    let body = json!({ "TableName": "music", "BackupName": "ab" });
    assert_snapshot!(refusal(Operation::CreateBackup, body));
    accepts(
        Operation::CreateBackup,
        json!({ "TableName": "music", "BackupName": "abc" }),
    );
}

#[test]
fn a_text_is_too_long() {
    let body = json!({ "TableName": "music", "BackupName": "a".repeat(256) });
    let text = refusal(Operation::CreateBackup, body);
    assert_snapshot!(text.replace(&"a".repeat(256), "(256 times a)"));
    let longest = json!({ "TableName": "music", "BackupName": "a".repeat(255) });
    accepts(Operation::CreateBackup, longest);
}

#[test]
fn an_empty_name_breaks_length_and_pattern() {
    let body = json!({ "TableName": "music", "BackupName": "" });
    assert_snapshot!(refusal(Operation::CreateBackup, body));
}

#[test]
fn a_text_does_not_match_as_a_whole() {
    for name in ["ab cd", "ab$", "näme", "abc\n"] {
        let body = json!({ "TableName": "music", "BackupName": name });
        let text = refusal(Operation::CreateBackup, body);
        assert!(text.contains("pattern: [a-zA-Z0-9_.-]+"), "{text}");
    }
    let body = json!({ "TableName": "music", "BackupName": "ab cd" });
    assert_snapshot!(refusal(Operation::CreateBackup, body));
}

#[test]
fn a_text_is_not_one_of_the_values() {
    assert_snapshot!(refusal(
        Operation::ListBackups,
        json!({ "BackupType": "user" })
    ));
    accepts(Operation::ListBackups, json!({ "BackupType": "USER" }));
}

#[test]
fn a_number_is_too_small() {
    assert_snapshot!(refusal(Operation::ListBackups, json!({ "Limit": 0 })));
    accepts(Operation::ListBackups, json!({ "Limit": 1 }));
}

#[test]
fn a_number_is_too_large() {
    let body = json!({ "TableName": "music", "PointInTimeRecoverySpecification": {
        "PointInTimeRecoveryEnabled": true, "RecoveryPeriodInDays": 36 } });
    assert_snapshot!(refusal(Operation::UpdateContinuousBackups, body));
    accepts(Operation::ListBackups, json!({ "Limit": 100 }));
}

#[test]
fn a_number_is_beyond_its_type() {
    assert_snapshot!(refusal(
        Operation::ListBackups,
        json!({ "Limit": 99_999_999_999_u64 })
    ));
    assert_snapshot!(refusal(
        Operation::ListBackups,
        json!({ "Limit": u64::MAX })
    ));
}

#[test]
fn provisioned_throughput_of_zero_is_refused() {
    let body = json!({ "TableName": "music", "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }],
        "ProvisionedThroughput": { "ReadCapacityUnits": 0, "WriteCapacityUnits": 0 } });
    assert_snapshot!(refusal(Operation::CreateTable, body));
}

#[test]
fn a_list_is_too_short() {
    let body = json!({ "TableName": "music", "KeySchema": [] });
    assert_snapshot!(refusal(Operation::CreateTable, body));
}

#[test]
fn a_list_is_too_long_and_its_print_is_capped() {
    let element = json!({ "Put": { "TableName": "music", "Item": { "pk": { "S": "a" } } } });
    let body = json!({ "TransactItems": vec![element; 101] });
    let text = refusal(Operation::TransactWriteItems, body);
    assert!(text.len() < 1200, "{}", text.len());
    assert!(
        text.ends_with("Member must have length less than or equal to 100"),
        "{text}"
    );
}

#[test]
fn a_map_is_too_short() {
    assert_snapshot!(refusal(
        Operation::BatchGetItem,
        json!({ "RequestItems": {} })
    ));
}

#[test]
fn a_name_in_a_map_is_too_short() {
    let body = json!({ "RequestItems": { "": { "Keys": [{ "pk": { "S": "a" } }] } } });
    assert_snapshot!(refusal(Operation::BatchGetItem, body));
}

#[test]
fn an_element_is_named_by_its_position_from_one() {
    let index = json!({ "IndexName": "x", "KeySchema": [{ "AttributeName": "pk", "KeyType": "SORT" }],
        "Projection": { "ProjectionType": "ALL" } });
    let arn = "arn:aws:dynamodb:us-east-1:000000000000:table/music/backup/01489602797149-73d8d5bc";
    let body = json!({ "TargetTableName": "restored", "BackupArn": arn,
        "GlobalSecondaryIndexOverride": [index] });
    assert_snapshot!(refusal(Operation::RestoreTableFromBackup, body));
}

#[test]
fn an_element_is_null() {
    let body = json!({ "ResourceArn": "arn", "TagKeys": [null] });
    assert_snapshot!(refusal(Operation::UntagResource, body));
}

#[test]
fn an_entry_is_named_by_its_name() {
    let body = json!({ "RequestItems": { "music": [{ "PutRequest": {} }] } });
    assert_snapshot!(refusal(Operation::BatchWriteItem, body));
}

#[test]
fn a_structure_prints_with_its_name() {
    let body = json!({ "RequestItems": { "music": { "Keys": [], "AttributesToGet": [] } } });
    assert_snapshot!(refusal(Operation::BatchGetItem, body));
}

#[test]
fn an_empty_prefix_of_an_export_is_refused() {
    let body = json!({ "TableArn": "arn", "S3Bucket": "bucket", "S3Prefix": "" });
    assert_snapshot!(refusal(Operation::ExportTableToPointInTime, body));
}

#[test]
fn all_violations_are_told_at_once() {
    let body = json!({ "TableName": "", "BackupName": "$" });
    assert_snapshot!(refusal(Operation::CreateBackup, body));
}

#[test]
fn at_most_ten_violations_are_told() {
    let tags = vec![json!({ "Key": "" }); 20];
    let text = refusal(
        Operation::TagResource,
        json!({ "ResourceArn": "arn", "Tags": tags }),
    );
    assert!(
        text.starts_with("10 validation errors detected: "),
        "{text}"
    );
    assert_eq!(text.matches("Member must").count(), 10);
}

#[test]
fn what_is_inside_an_item_is_not_subject_to_constraints() {
    let body = json!({ "TableName": "music", "Item": { "": { "Several": 1 }, "null": null } });
    accepts(Operation::PutItem, body);
}

#[test]
fn a_wrong_type_is_told_before_any_violation() {
    let body = br#"{"TableName":"","BackupName":5}"#;
    let error = Request::parse(Operation::CreateBackup, body).unwrap_err();
    assert_eq!(error.code, ErrorCode::SerializationException);
}
