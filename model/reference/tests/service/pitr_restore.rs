//! RestoreTableToPointInTime: what it shows, and what comes up (PITR-RESTORE-008..017, -020..023).

use serde_json::{Value, json};

use crate::world::{
    Items, SECOND_US, START_US, World, at, capacity, counting, global_index, indexed, invalid,
    latest, merged, micros, missing, v,
};

// --- what it shows

#[test]
fn each_second_across_the_writes_of_one_key_shows_its_own_version() {
    let mut aws = counting();
    for second in 1..100 {
        if second % 10 == 0 {
            continue;
        }
        let target = format!("again-{second}");
        aws.restore_to("music", &target, START_US + second * SECOND_US);
        let expected = (second >= 10).then_some(second / 10 - 1);
        assert_eq!(v(&mut aws, &target), expected, "{second}");
    }
}

#[test]
fn put_delete_and_put_again_are_three_states() {
    let mut aws = World::exact();
    aws.recoverable_table("music");
    aws.now_us = START_US + 10 * SECOND_US;
    aws.put("music", json!({"pk": "a", "v": 1}));
    aws.advance_s(10);
    aws.delete("music", json!({"pk": "a"}));
    aws.advance_s(10);
    aws.put("music", json!({"pk": "a", "v": 2}));
    aws.advance_s(10);
    for (second, expected) in [(5, None), (15, Some(1)), (25, None), (35, Some(2))] {
        let target = format!("again-{second}");
        aws.restore_to("music", &target, START_US + second * SECOND_US);
        assert_eq!(v(&mut aws, &target), expected, "{second}");
    }
}

#[test]
fn latest_leaves_out_the_last_five_minutes() {
    let mut aws = counting();
    aws.now_us = START_US + 1_000 * SECOND_US;
    aws.put("music", json!({"pk": "a", "v": 100}));
    aws.advance_s(299);
    aws.restore_to_latest("music", "early");
    assert_eq!(v(&mut aws, "early"), Some(9));
    aws.advance_s(2);
    aws.restore_to_latest("music", "late");
    assert_eq!(v(&mut aws, "late"), Some(100));
}

#[test]
fn latest_works_right_after_the_switch() {
    let mut aws = World::exact();
    aws.table("music");
    aws.put("music", json!({"pk": "a", "v": 1}));
    aws.advance_s(10);
    aws.switch_recovery("music", true, None);
    aws.restore_to_latest("music", "again");
    assert_eq!(v(&mut aws, "again"), Some(1));
}

#[test]
fn writes_while_a_restore_runs_reach_the_source_alone() {
    let mut aws = World::typical();
    aws.recoverable_table("music");
    aws.put("music", json!({"pk": "a", "v": 1}));
    aws.advance_s(2);
    let noted_us = aws.now_us;
    aws.start_restore_to("music", "again", at(noted_us));
    for v in 2..20 {
        aws.advance_s(5);
        aws.put("music", json!({"pk": "a", "v": v}));
    }
    aws.until_status("again", "ACTIVE");
    assert_eq!(
        (v(&mut aws, "again"), v(&mut aws, "music")),
        (Some(1), Some(19))
    );
}

#[test]
fn several_restores_of_one_source_run_together() {
    let mut aws = counting();
    aws.advance_s(1);
    for second in [15, 45, 75] {
        let members = at(START_US + second * SECOND_US);
        aws.start_restore_to("music", &format!("again-{second}"), members);
    }
    aws.advance_s(2);
    for (second, expected) in [(15, 0), (45, 3), (75, 6)] {
        assert_eq!(v(&mut aws, &format!("again-{second}")), Some(expected));
    }
}

#[test]
fn fifty_restores_are_the_most_at_one_time() {
    let mut aws = counting();
    for number in 0..50 {
        aws.start_restore_to("music", &format!("again-{number}"), latest());
    }
    let refused = aws.restore_to_refused("music", "one-more", latest());
    assert_eq!(refused.code, "LimitExceededException");
    aws.advance_s(1);
    aws.start_restore_to("music", "one-more", latest());
}

#[test]
fn a_restore_of_a_restore_of_a_restore_has_a_window_of_its_own() {
    let mut aws = counting();
    let mut source = "music".to_owned();
    for round in 0..3 {
        let target = format!("again-{round}");
        aws.advance_s(1);
        let last_us = aws.now_us - 1_000;
        aws.restore_to(&source, &target, last_us);
        let enabled = aws.switch_recovery(&target, true, None);
        let earliest_us = micros(&enabled["EarliestRestorableDateTime"]);
        assert_eq!(earliest_us, aws.now_us - aws.now_us.rem_euclid(SECOND_US));
        source = target;
    }
    assert_eq!(v(&mut aws, &source), Some(9));
}

#[test]
fn a_restore_outlives_its_source() {
    let mut aws = World::typical();
    aws.recoverable_table("music");
    aws.put("music", json!({"pk": "a", "v": 1}));
    aws.advance_s(2);
    let noted_us = aws.now_us;
    aws.start_restore_to("music", "again", at(noted_us));
    aws.start_drop("music");
    aws.until_status("again", "ACTIVE");
    assert_eq!(aws.status("music"), "gone");
    assert_eq!(v(&mut aws, "again"), Some(1));
}

#[test]
fn a_deleting_source_can_be_restored_for_a_second() {
    let mut aws = World::typical();
    aws.recoverable_table("music");
    aws.start_drop("music");
    aws.advance_s(1);
    aws.start_restore_to("music", "again", latest());
    aws.advance_s(1);
    assert_eq!(aws.status("music"), "DELETING");
    let refused = aws.restore_to_refused("music", "third", latest());
    assert_eq!(refused, missing("music"));
}

// --- what comes up

#[test]
fn the_answer_tells_where_the_table_comes_from() {
    let mut aws = counting();
    let wanted_us = START_US + 15 * SECOND_US;
    let table = aws.start_restore_to("music", "again", at(wanted_us));
    assert_eq!(table["TableStatus"], "CREATING");
    let source = aws.describe("music")["TableArn"].clone();
    assert_eq!(
        table["RestoreSummary"],
        json!({
            "SourceTableArn": source,
            "RestoreDateTime": wanted_us / SECOND_US,
            "RestoreInProgress": true,
        })
    );
    aws.until_status("again", "ACTIVE");
    assert_eq!(aws.describe("again").get("RestoreSummary"), None);
}

#[test]
fn settings_are_those_of_now_and_items_those_of_then() {
    let mut aws = World::exact();
    aws.indexed_table("music");
    aws.switch_recovery("music", true, None);
    aws.put(
        "music",
        json!({"pk": "a", "sk": 1, "genre": "jazz", "year": 1959}),
    );
    aws.advance_s(2);
    let noted_us = aws.now_us;
    aws.advance_s(2);
    aws.put(
        "music",
        json!({"pk": "a", "sk": 1, "genre": "rock", "year": 1969}),
    );
    aws.ok(
        "UpdateTable",
        json!({"TableName": "music", "ProvisionedThroughput": capacity(30, 40)}),
    );
    aws.advance_s(1);
    aws.restore_to("music", "again", noted_us);
    let throughput = &aws.describe("again")["ProvisionedThroughput"];
    assert_eq!(throughput["ReadCapacityUnits"], 30);
    assert_eq!(throughput["WriteCapacityUnits"], 40);
    let entries: Items = aws.entries("again", "by-genre");
    let genres: Vec<&Value> = entries.values().map(|item| &item["genre"]).collect();
    assert_eq!(genres, ["jazz"]);
}

#[test]
fn an_index_made_later_is_filled_with_the_items_of_then() {
    let mut aws = World::exact();
    aws.recoverable_table("music");
    aws.put("music", json!({"pk": "a", "v": 1}));
    aws.put("music", json!({"pk": "b", "v": "no number"}));
    aws.advance_s(2);
    let noted_us = aws.now_us;
    aws.advance_s(2);
    aws.delete("music", json!({"pk": "b"}));
    aws.put("music", json!({"pk": "a", "v": 2}));
    aws.ok(
        "UpdateTable",
        json!({
            "TableName": "music",
            "AttributeDefinitions": [{"AttributeName": "v", "AttributeType": "N"}],
            "GlobalSecondaryIndexUpdates": [{"Create": global_index("by-v", "v", "ALL", None)}],
        }),
    );
    aws.advance_s(5);
    aws.restore_to("music", "again", noted_us);
    assert_eq!(aws.items("again").len(), 2);
    let entries = aws.entries("again", "by-v");
    let expected: Items = [("a".to_owned(), json!({"pk": "a", "v": 1}))].into();
    assert_eq!(entries, expected);
}

#[test]
fn recovery_and_time_to_live_are_off_on_the_restored_table() {
    let mut aws = counting();
    aws.restore_to_latest("music", "again");
    assert_eq!(
        aws.recovery("again"),
        json!({"PointInTimeRecoveryStatus": "DISABLED"})
    );
    let ttl = aws.ok("DescribeTimeToLive", json!({"TableName": "again"}));
    assert_eq!(ttl["TimeToLiveDescription"]["TimeToLiveStatus"], "DISABLED");
}

#[test]
fn warm_throughput_of_an_index_cannot_be_overridden() {
    let mut aws = World::exact();
    aws.indexed_table("music");
    aws.switch_recovery("music", true, None);
    let mut index = global_index("by-genre", "genre", "ALL", Some((7, 8)));
    index["WarmThroughput"] = json!({"ReadUnitsPerSecond": 12_000, "WriteUnitsPerSecond": 4_000});
    let members = merged(latest(), json!({"GlobalSecondaryIndexOverride": [index]}));
    let refused = aws.restore_to_refused("music", "again", members);
    assert_eq!(refused.code, "ValidationException");
    assert_eq!(aws.status("again"), "gone");
}

#[test]
fn overrides_are_judged_as_with_backups() {
    let mut aws = counting();
    let refused = aws.restore_to_refused(
        "music",
        "again",
        merged(
            latest(),
            json!({"ProvisionedThroughputOverride": capacity(1, 1)}),
        ),
    );
    let text = "Cannot override ProvisionedThroughput unless BillingMode is PROVISIONED";
    assert_eq!(refused, invalid(text));
    let refused = aws.restore_to_refused(
        "music",
        "again",
        merged(latest(), json!({"BillingModeOverride": "PROVISIONED"})),
    );
    let text = "Must override ProvisionedThroughput if BillingMode is overridden to PROVISIONED";
    assert_eq!(refused, invalid(text));
}

#[test]
fn an_override_to_provisioned_comes_up_with_its_capacity() {
    let mut aws = counting();
    let overrides = json!({
        "BillingModeOverride": "PROVISIONED",
        "ProvisionedThroughputOverride": capacity(3, 4),
    });
    aws.start_restore_to("music", "again", merged(latest(), overrides));
    aws.until_status("again", "ACTIVE");
    let throughput = &aws.describe("again")["ProvisionedThroughput"];
    assert_eq!(throughput["ReadCapacityUnits"], 3);
    assert_eq!(throughput.get("LastDecreaseDateTime"), None);
}

#[test]
fn at_the_recorded_pace_a_restore_lowers_its_own_capacity_at_the_end() {
    let mut aws = World::typical();
    aws.table_with("music", indexed());
    aws.switch_recovery("music", true, None);
    let table = aws.start_restore_to("music", "again", latest());
    let restoring = &table["ProvisionedThroughput"];
    assert_eq!(restoring["NumberOfDecreasesToday"], 0);
    aws.until_status("again", "ACTIVE");
    let throughput = aws.describe("again")["ProvisionedThroughput"].take();
    assert_eq!(throughput["NumberOfDecreasesToday"], 1);
    assert_eq!(micros(&throughput["LastDecreaseDateTime"]), aws.now_us);
    aws.advance_s(86_400);
    let next_day = aws.describe("again")["ProvisionedThroughput"].take();
    assert_eq!(next_day["NumberOfDecreasesToday"], 0);
}

// --- across regions

#[test]
fn another_region_needs_the_arn_and_its_encryption() {
    let mut aws = counting();
    let arn = aws.describe("music")["TableArn"].clone();
    aws.caller.region = "eu-west-1".to_owned();
    assert_eq!(
        aws.restore_to_refused("music", "again", latest()),
        missing("music")
    );
    let by_arn = json!({"SourceTableArn": arn, "TargetTableName": "again"});
    let input = merged(latest(), by_arn.clone());
    let refused = aws.refused("RestoreTableToPointInTime", input);
    let text =
        "Invalid Request: sseSpecificationOverride must be provided for cross-region restores";
    assert_eq!(refused, invalid(text));
    let encrypted = merged(
        by_arn,
        json!({"SSESpecificationOverride": {"Enabled": true}}),
    );
    let wanted = at(START_US + 55 * SECOND_US);
    aws.ok("RestoreTableToPointInTime", merged(wanted, encrypted));
    aws.until_status("again", "ACTIVE");
    assert_eq!(v(&mut aws, "again"), Some(4));
}
