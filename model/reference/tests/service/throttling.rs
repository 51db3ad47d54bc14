//! Rates, when they are enforced at all.

use lookback_reference::Throttling;
use serde_json::json;

use crate::world::{World, refusal, text};

/// How many of these calls are accepted at one instant.
fn admitted(aws: &mut World, operation: &str, input: &serde_json::Value, calls: usize) -> usize {
    (0..calls)
        .filter(|_| match aws.call(operation, input.clone()) {
            Ok(_) => true,
            Err(refused) => {
                assert_eq!(refused, refusal("ThrottlingException", "Rate exceeded"));
                false
            }
        })
        .count()
}

fn with_backup(throttling: Throttling) -> (World, serde_json::Value) {
    let mut aws = World::throttled(throttling);
    aws.table("music");
    let arn = text(&aws.start_backup("music")["BackupArn"]);
    aws.advance_s(60);
    (aws, json!({"BackupArn": arn}))
}

#[test]
fn nothing_is_throttled_by_default() {
    let (mut aws, backup) = with_backup(Throttling::Off);
    assert_eq!(admitted(&mut aws, "DescribeBackup", &backup, 200), 200);
    assert_eq!(admitted(&mut aws, "ListBackups", &json!({}), 200), 200);
}

#[test]
fn documented_rates_are_enforced() {
    let (mut aws, backup) = with_backup(Throttling::Documented);
    assert_eq!(admitted(&mut aws, "DescribeBackup", &backup, 20), 10);
    assert_eq!(admitted(&mut aws, "ListBackups", &json!({}), 20), 5);
    let create = json!({"TableName": "music", "BackupName": "nightly"});
    assert_eq!(admitted(&mut aws, "CreateBackup", &create, 60), 50);
}

#[test]
fn observed_bursts_are_enforced() {
    let (mut aws, backup) = with_backup(Throttling::Observed);
    assert_eq!(admitted(&mut aws, "DescribeBackup", &backup, 20), 13);
    assert_eq!(admitted(&mut aws, "ListBackups", &json!({}), 20), 5);
    let create = json!({"TableName": "music", "BackupName": "nightly"});
    assert_eq!(
        admitted(&mut aws, "CreateBackup", &create, 60),
        60,
        "never seen to be throttled"
    );
}

/// Nobody saw these refused: under `observed` they pass, whatever is documented.
#[test]
fn what_was_never_seen_to_be_throttled_passes() {
    let (mut aws, backup) = with_backup(Throttling::Observed);
    let music = json!({"TableName": "music"});
    assert_eq!(
        admitted(&mut aws, "DescribeContinuousBackups", &music, 60),
        60
    );
    assert_eq!(admitted(&mut aws, "DescribeLimits", &json!({}), 60), 60);
    assert_eq!(admitted(&mut aws, "DescribeTable", &music, 60), 60);
    assert_eq!(admitted(&mut aws, "DescribeBackup", &backup, 60), 13);
}

/// RATE-015.
#[test]
fn reads_of_settings_have_rates_of_their_own() {
    let music = json!({"TableName": "music"});
    let (mut aws, _) = with_backup(Throttling::Observed);
    assert_eq!(admitted(&mut aws, "DescribeTimeToLive", &music, 9), 4);
    let (mut aws, _) = with_backup(Throttling::Documented);
    assert_eq!(admitted(&mut aws, "DescribeTimeToLive", &music, 60), 60);
    assert_eq!(
        admitted(&mut aws, "DescribeContinuousBackups", &music, 60),
        10
    );
    assert_eq!(admitted(&mut aws, "DescribeLimits", &json!({}), 9), 1);
    aws.advance_s(59);
    assert_eq!(admitted(&mut aws, "DescribeLimits", &json!({}), 9), 0);
    aws.advance_s(1);
    assert_eq!(admitted(&mut aws, "DescribeLimits", &json!({}), 9), 1);
}

/// RATE-005: the rate is that of calls, also of those that are refused for something else.
#[test]
fn restores_have_a_rate_for_each_kind() {
    let (mut aws, _) = with_backup(Throttling::Documented);
    let mut calls = |operation: &str, input: &serde_json::Value| {
        let codes = (0..15).map(|_| aws.refused(operation, input.clone()).code);
        codes.filter(|code| code == "ThrottlingException").count()
    };
    let to_a_time = json!({
        "SourceTableName": "nothing", "TargetTableName": "again", "UseLatestRestorableTime": true,
    });
    assert_eq!(calls("RestoreTableToPointInTime", &to_a_time), 5);
    let unknown =
        "arn:aws:dynamodb:us-east-1:111122223333:table/music/backup/01700000000000-00000000";
    let from_backup = json!({"BackupArn": unknown, "TargetTableName": "again"});
    assert_eq!(calls("RestoreTableFromBackup", &from_backup), 5);
}

#[test]
fn a_bucket_fills_with_time() {
    let (mut aws, _) = with_backup(Throttling::Documented);
    assert_eq!(admitted(&mut aws, "ListBackups", &json!({}), 9), 5);
    aws.advance_ms(199);
    assert_eq!(admitted(&mut aws, "ListBackups", &json!({}), 9), 0);
    aws.advance_ms(1);
    assert_eq!(admitted(&mut aws, "ListBackups", &json!({}), 9), 1);
    aws.advance_s(1_000_000);
    assert_eq!(admitted(&mut aws, "ListBackups", &json!({}), 9), 5);
}

#[test]
fn items_and_tables_are_never_throttled() {
    let (mut aws, _) = with_backup(Throttling::Documented);
    assert_eq!(
        admitted(
            &mut aws,
            "DescribeTable",
            &json!({"TableName": "music"}),
            500
        ),
        500
    );
    assert_eq!(
        admitted(&mut aws, "Scan", &json!({"TableName": "music"}), 500),
        500
    );
}

#[test]
fn accounts_and_regions_have_buckets_of_their_own() {
    let (mut aws, _) = with_backup(Throttling::Documented);
    assert_eq!(admitted(&mut aws, "ListBackups", &json!({}), 9), 5);
    aws.caller.region = "eu-west-1".to_owned();
    assert_eq!(admitted(&mut aws, "ListBackups", &json!({}), 9), 5);
    aws.caller.account = "444455556666".to_owned();
    assert_eq!(admitted(&mut aws, "ListBackups", &json!({}), 9), 5);
}

#[test]
fn a_throttled_call_does_nothing() {
    let (mut aws, _) = with_backup(Throttling::Documented);
    let create = json!({"TableName": "music", "BackupName": "nightly"});
    let accepted = admitted(&mut aws, "CreateBackup", &create, 100);
    aws.advance_s(60);
    assert_eq!(aws.listed(json!({})).len(), accepted + 1);
}
