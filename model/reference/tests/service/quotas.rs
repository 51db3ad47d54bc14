//! Quotas that are only documented, or only observed: enforced when asked for.

use lookback_reference::Throttling;
use serde_json::{Value, json};

use crate::world::{Refusal, World, capacity, global_index, merged, refusal, table_input};

fn create(aws: &mut World, number: usize, members: Value) -> Result<Value, Refusal> {
    aws.call(
        "CreateTable",
        table_input(&format!("table-{number}"), members),
    )
}

fn indexed() -> Value {
    json!({
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "v", "AttributeType": "N"},
        ],
        "GlobalSecondaryIndexes": [global_index("by-v", "v", "ALL", None)],
    })
}

/// How many of these calls are accepted, one after the other; the others exceed a limit.
fn admitted(calls: usize, mut call: impl FnMut(usize) -> Result<Value, Refusal>) -> usize {
    let is_admitted = |number: &usize| match call(*number) {
        Ok(_) => true,
        Err(refused) => {
            assert_eq!(refused.code, "LimitExceededException", "{refused:?}");
            assert!(
                refused.message.starts_with("Subscriber limit exceeded: "),
                "{refused:?}"
            );
            false
        }
    };
    (0..calls).filter(is_admitted).count()
}

// --- table operations in progress (RATE-012)

#[test]
fn five_hundred_tables_are_created_at_once_and_the_next_when_they_are_done() {
    let mut aws = World::throttled(Throttling::Documented);
    assert_eq!(
        admitted(510, |number| create(&mut aws, number, json!({}))),
        500
    );
    aws.settle();
    create(&mut aws, 600, json!({})).unwrap();
}

#[test]
fn two_hundred_and_fifty_of_them_may_have_indexes() {
    let mut aws = World::throttled(Throttling::Documented);
    assert_eq!(
        admitted(260, |number| create(&mut aws, number, indexed())),
        250
    );
    create(&mut aws, 300, json!({})).unwrap();
    aws.settle();
    create(&mut aws, 301, indexed()).unwrap();
}

/// An account with 500 table operations in progress, and a table `music`.
fn busy() -> World {
    let mut aws = World::throttled(Throttling::Documented);
    aws.recoverable_table("music");
    for number in 0..500 {
        create(&mut aws, number, json!({})).unwrap();
    }
    aws
}

#[test]
fn updates_deletions_restores_and_time_to_live_count_too() {
    let mut aws = busy();
    let ttl = json!({"Enabled": true, "AttributeName": "expires"});
    let restore = json!({
        "SourceTableName": "music", "TargetTableName": "again", "UseLatestRestorableTime": true,
    });
    for (operation, input) in [
        (
            "UpdateTable",
            json!({"TableName": "music", "DeletionProtectionEnabled": true}),
        ),
        ("DeleteTable", json!({"TableName": "music"})),
        (
            "UpdateTimeToLive",
            json!({"TableName": "music", "TimeToLiveSpecification": ttl}),
        ),
        ("RestoreTableToPointInTime", restore),
    ] {
        let refused = aws.refused(operation, input.clone());
        assert_eq!(refused.code, "LimitExceededException", "{operation}");
        let mut later = busy();
        later.settle();
        later.ok(operation, input);
    }
}

#[test]
fn a_table_in_deletion_can_be_deleted_again() {
    let mut aws = World::throttled(Throttling::Documented);
    aws.table("music");
    aws.start_drop("music");
    for number in 0..499 {
        create(&mut aws, number, json!({})).unwrap();
    }
    assert_eq!(aws.start_drop("music")["TableStatus"], "DELETING");
}

#[test]
fn the_quota_is_of_one_account_in_one_region() {
    let mut aws = busy();
    aws.caller.region = "eu-west-1".to_owned();
    create(&mut aws, 0, json!({})).unwrap();
}

#[test]
fn two_thousand_five_hundred_tables_are_the_most() {
    let mut aws = World::throttled(Throttling::Documented);
    for hundreds in 0..25 {
        for number in 0..100 {
            create(&mut aws, 100 * hundreds + number, json!({})).unwrap();
        }
        aws.settle();
    }
    assert_eq!(
        admitted(3, |number| create(&mut aws, 5_000 + number, json!({}))),
        0
    );
    aws.drop("table-7");
    create(&mut aws, 5_000, json!({})).unwrap();
}

#[test]
fn without_being_asked_for_none_of_this_is_enforced() {
    for throttling in [Throttling::Off, Throttling::Observed] {
        let mut aws = World::throttled(throttling);
        assert_eq!(
            admitted(510, |number| create(&mut aws, number, indexed())),
            510
        );
    }
}

// --- how often settings change

fn provisioned(throttling: Throttling) -> World {
    let mut aws = World::throttled(throttling);
    aws.table_with(
        "music",
        json!({"BillingMode": "PROVISIONED", "ProvisionedThroughput": capacity(1_000, 1_000)}),
    );
    aws
}

fn update(aws: &mut World, members: Value) -> Result<Value, Refusal> {
    let answer = aws.call(
        "UpdateTable",
        merged(json!({"TableName": "music"}), members),
    );
    // Not to the next thing that is pending: a day is long.
    aws.advance_s(1);
    answer
}

/// Lowers the capacity of reads by one.
fn decrease(aws: &mut World) -> Result<Value, Refusal> {
    let read = aws.describe("music")["ProvisionedThroughput"]["ReadCapacityUnits"].clone();
    let lower = capacity(read.as_i64().unwrap() - 1, 1_000);
    update(aws, json!({"ProvisionedThroughput": lower}))
}

/// TABLE-022.
#[test]
fn capacity_is_lowered_four_times_and_then_once_after_each_quiet_hour() {
    let mut aws = provisioned(Throttling::Documented);
    aws.now_us = 1_700_006_400_000_000; // 2023-11-15T00:00:00Z
    assert_eq!(admitted(10, |_| decrease(&mut aws)), 4);
    let mut today = 4;
    for _ in 0..22 {
        aws.advance_s(3_500);
        assert_eq!(admitted(1, |_| decrease(&mut aws)), 0, "after {today}");
        aws.advance_s(100);
        today += admitted(2, |_| decrease(&mut aws));
    }
    assert_eq!(today, 26);
    // Midnight.
    aws.now_us = 1_700_006_400_000_000 + 86_400_000_000;
    assert_eq!(admitted(10, |_| decrease(&mut aws)), 4);
}

#[test]
fn raising_capacity_is_not_limited() {
    let mut aws = provisioned(Throttling::Documented);
    let raise =
        |number: usize| json!({"ProvisionedThroughput": capacity(2_000 + number as i64, 1_000)});
    assert_eq!(admitted(20, |number| update(&mut aws, raise(number))), 20);
}

/// TABLE-020.
#[test]
fn the_table_class_changes_twice_within_thirty_days() {
    let mut aws = provisioned(Throttling::Documented);
    let class = |number: usize| match number % 2 {
        0 => json!({"TableClass": "STANDARD_INFREQUENT_ACCESS"}),
        _ => json!({"TableClass": "STANDARD"}),
    };
    assert_eq!(admitted(3, |number| update(&mut aws, class(number))), 2);
    aws.advance_s(30 * 86_400);
    assert_eq!(admitted(3, |number| update(&mut aws, class(number))), 2);
    let mut free = provisioned(Throttling::Off);
    assert_eq!(admitted(9, |number| update(&mut free, class(number))), 9);
}

/// TABLE-015.
#[test]
fn deletion_protection_changes_every_fifteen_seconds_when_observed_limits_hold() {
    let protect = |on: bool| json!({"DeletionProtectionEnabled": on});
    let mut aws = provisioned(Throttling::Observed);
    update(&mut aws, protect(true)).unwrap();
    aws.advance_s(10);
    let refused = update(&mut aws, protect(false)).unwrap_err();
    let text = "Deletion protection was changed a moment ago. Retry after 5 seconds";
    assert_eq!(refused, refusal("ThrottlingException", text));
    aws.advance_s(4);
    update(&mut aws, protect(false)).unwrap();
    let mut free = provisioned(Throttling::Documented);
    update(&mut free, protect(true)).unwrap();
    update(&mut free, protect(false)).unwrap();
}
