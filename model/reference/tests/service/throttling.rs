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
