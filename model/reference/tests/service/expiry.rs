//! Time to live: what it does to items, and to those who look back (TTL-005, TTL-006, PITR-RESTORE-022).

use serde_json::{Value, json};

use crate::world::World;

/// How long after its expiry *exact* deletes an item.
const LAG_S: i64 = 600;

fn expiring() -> World {
    let mut aws = World::exact();
    aws.table("music");
    let specification = json!({"Enabled": true, "AttributeName": "ttl"});
    aws.ok(
        "UpdateTimeToLive",
        json!({"TableName": "music", "TimeToLiveSpecification": specification}),
    );
    aws
}

/// An item that expires this many seconds from now.
fn item(aws: &World, pk: &str, seconds: i64) -> Value {
    let at = aws.now_s().as_f64().unwrap() as i64 + seconds;
    json!({"pk": pk, "ttl": at})
}

fn key(pk: &str) -> Value {
    json!({"pk": pk})
}

#[test]
fn an_expired_item_is_readable_until_it_is_deleted() {
    let mut aws = expiring();
    let expired = item(&aws, "a", -10);
    aws.put("music", expired);
    aws.advance_s(LAG_S - 1);
    assert!(aws.get("music", key("a")).is_some());
    aws.advance_s(2);
    assert!(aws.get("music", key("a")).is_none());
}

#[test]
fn an_update_of_the_expiry_in_time_saves_the_item() {
    let mut aws = expiring();
    let soon = item(&aws, "a", 10);
    aws.put("music", soon);
    let later = item(&aws, "a", 100_000);
    aws.put("music", later);
    aws.advance_s(50_000);
    assert!(aws.get("music", key("a")).is_some());
}

#[test]
fn items_that_were_there_before_the_switch_expire_too() {
    let mut aws = World::exact();
    aws.table("music");
    let old = item(&aws, "a", -10);
    aws.put("music", old);
    let specification = json!({"Enabled": true, "AttributeName": "ttl"});
    aws.ok(
        "UpdateTimeToLive",
        json!({"TableName": "music", "TimeToLiveSpecification": specification}),
    );
    aws.advance_s(LAG_S + 1);
    assert!(aws.get("music", key("a")).is_none());
}

#[test]
fn a_backup_keeps_an_expired_item_that_was_not_yet_deleted() {
    let mut aws = expiring();
    let expired = item(&aws, "a", -10);
    aws.put("music", expired);
    let arn = aws.backup("music");
    aws.advance_s(LAG_S + 1);
    assert!(aws.get("music", key("a")).is_none());
    aws.restore(&arn, "restored");
    aws.advance_s(100 * 86_400);
    assert!(aws.get("restored", key("a")).is_some());
}

#[test]
fn a_restore_to_before_the_deletion_brings_the_item_back() {
    let mut aws = expiring();
    let expired = item(&aws, "a", 5);
    aws.put("music", expired);
    let recovery = json!({"PointInTimeRecoveryEnabled": true});
    aws.ok(
        "UpdateContinuousBackups",
        json!({"TableName": "music", "PointInTimeRecoverySpecification": recovery}),
    );
    aws.advance_s(LAG_S);
    let before = aws.now_s();
    // Days go by without a call: the deletion stands in the log at the instant at which it was due.
    aws.advance_s(3 * 86_400);
    let after = aws.now_s().as_f64().unwrap() - 86_400.0;
    for (target, time) in [("then", before), ("later", json!(after))] {
        aws.ok(
            "RestoreTableToPointInTime",
            json!({"SourceTableName": "music", "TargetTableName": target, "RestoreDateTime": time}),
        );
    }
    aws.advance_s(10);
    assert!(aws.get("then", key("a")).is_some());
    assert!(aws.get("later", key("a")).is_none());
}
