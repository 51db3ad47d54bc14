//! While a table is being restored.

use serde_json::json;

use crate::world::{World, refusal, table_input};

/// A table with two items, and a backup of it.
fn with_backup() -> (World, String) {
    let mut aws = World::exact();
    aws.table("music");
    aws.put("music", json!({"pk": "a", "v": 1}));
    aws.put("music", json!({"pk": "b", "v": 2}));
    let arn = aws.backup("music");
    (aws, arn)
}

/// The same with a restore into `again` on its way.
fn restoring() -> (World, String) {
    let (mut aws, arn) = with_backup();
    aws.start_restore(&arn, "again", json!({}));
    (aws, arn)
}

#[test]
fn a_restoring_target_is_refused_with_the_backup_that_fills_it() {
    let (mut aws, arn) = with_backup();
    let other = aws.backup("music");
    aws.start_restore(&arn, "again", json!({}));
    assert_eq!(
        aws.restore_refused(&other, "again", json!({})),
        refusal(
            "TableInUseException",
            format!("Table: again is already being restored from backup: {arn}")
        )
    );
}

#[test]
fn one_backup_feeds_one_restore_at_a_time() {
    let (mut aws, arn) = restoring();
    assert_eq!(
        aws.restore_refused(&arn, "third", json!({})),
        refusal(
            "BackupInUseException",
            format!("Backup is being used to restore another table: {arn}")
        )
    );
    aws.settle();
    aws.restore(&arn, "third");
    assert_eq!(aws.items("third"), aws.items("again"));
}

#[test]
fn the_backup_stays_available_meanwhile() {
    let (mut aws, arn) = restoring();
    assert_eq!(aws.backup_status(&arn), "AVAILABLE");
}

#[test]
fn items_cannot_be_read_or_written_meanwhile() {
    let (mut aws, _) = restoring();
    let key = json!({"pk": {"S": "a"}});
    for (operation, input) in [
        ("GetItem", json!({"TableName": "again", "Key": key})),
        ("PutItem", json!({"TableName": "again", "Item": key})),
        ("DeleteItem", json!({"TableName": "again", "Key": key})),
        ("Scan", json!({"TableName": "again"})),
        (
            "BatchGetItem",
            json!({"RequestItems": {"again": {"Keys": [key]}}}),
        ),
    ] {
        assert_eq!(
            aws.refused(operation, input),
            refusal("ResourceNotFoundException", "Requested resource not found"),
            "{operation}"
        );
    }
}

#[test]
fn settings_cannot_be_changed_or_read_meanwhile() {
    let (mut aws, _) = restoring();
    let arn = "arn:aws:dynamodb:us-east-1:111122223333:table/again";
    let ttl = json!({"Enabled": true, "AttributeName": "expires"});
    for (operation, input) in [
        (
            "UpdateTable",
            json!({"TableName": "again", "DeletionProtectionEnabled": true}),
        ),
        (
            "UpdateTimeToLive",
            json!({"TableName": "again", "TimeToLiveSpecification": ttl}),
        ),
        ("DescribeTimeToLive", json!({"TableName": "again"})),
        (
            "TagResource",
            json!({"ResourceArn": arn, "Tags": [{"Key": "k", "Value": "v"}]}),
        ),
        (
            "UntagResource",
            json!({"ResourceArn": arn, "TagKeys": ["k"]}),
        ),
        ("ListTagsOfResource", json!({"ResourceArn": arn})),
    ] {
        assert_eq!(
            aws.refused(operation, input),
            refusal(
                "ResourceNotFoundException",
                "Requested resource not found: Table: again not found"
            ),
            "{operation}"
        );
    }
}

#[test]
fn backup_calls_do_not_know_the_table_meanwhile() {
    let (mut aws, _) = restoring();
    let recovery = json!({"PointInTimeRecoveryEnabled": true});
    for (operation, input) in [
        (
            "CreateBackup",
            json!({"TableName": "again", "BackupName": "nightly"}),
        ),
        ("DescribeContinuousBackups", json!({"TableName": "again"})),
        (
            "UpdateContinuousBackups",
            json!({"TableName": "again", "PointInTimeRecoverySpecification": recovery}),
        ),
    ] {
        let expected = refusal("TableNotFoundException", "Table not found: again");
        assert_eq!(aws.refused(operation, input), expected, "{operation}");
    }
}

#[test]
fn the_name_is_taken_meanwhile() {
    let (mut aws, _) = restoring();
    assert_eq!(
        aws.refused("CreateTable", table_input("again", json!({}))),
        refusal("ResourceInUseException", "Table is being used: again")
    );
    let refused = aws.refused("DeleteTable", json!({"TableName": "again"}));
    assert_eq!(refused.code, "ResourceInUseException");
}
