//! RestoreTableToPointInTime: what it refuses, what it shows, what comes up (PITR-RESTORE).

use serde_json::{Value, json};

use crate::world::{
    HOME, Items, SECOND_US, START_US, World, capacity, global_index, indexed, invalid, merged,
    micros, refusal, seconds,
};

/// One item that gets a new number every ten seconds: 0 at second 10, 1 at second 20 and so on, up to second 100.
fn counting() -> World {
    let mut aws = World::exact();
    aws.recoverable_table("music");
    for v in 0..10 {
        aws.now_us = START_US + (10 + 10 * v) * SECOND_US;
        aws.put("music", json!({"pk": "a", "v": v}));
    }
    aws
}

fn latest() -> Value {
    json!({"UseLatestRestorableTime": true})
}

fn at(us: i64) -> Value {
    json!({"RestoreDateTime": seconds(us)})
}

fn missing(name: &str) -> crate::world::Refusal {
    refusal("TableNotFoundException", format!("Table not found: {name}"))
}

// --- which table

#[test]
fn both_forms_of_the_source_are_refused() {
    let mut aws = counting();
    let arn = aws.describe("music")["TableArn"].clone();
    let input = merged(latest(), json!({"SourceTableArn": arn}));
    assert_eq!(
        aws.restore_to_refused("music", "again", input),
        invalid("Must provide exactly one of: sourceTableArn, sourceTableName")
    );
}

#[test]
fn neither_form_of_the_source_is_refused() {
    let mut aws = counting();
    let input = merged(latest(), json!({"TargetTableName": "again"}));
    assert_eq!(
        aws.refused("RestoreTableToPointInTime", input),
        invalid("The parameter 'TableName' is required")
    );
}

#[test]
fn a_source_may_be_named_by_its_arn() {
    let mut aws = counting();
    let arn = aws.describe("music")["TableArn"].clone();
    let input = json!({"SourceTableArn": arn, "TargetTableName": "again"});
    aws.ok("RestoreTableToPointInTime", merged(latest(), input));
    aws.until_status("again", "ACTIVE");
}

#[test]
fn what_is_no_table_arn_is_refused() {
    let mut aws = counting();
    let arn = format!("arn:aws:dynamodb:{HOME}:111122223333:table/music");
    for wrong in [
        "music".to_owned(),
        arn.replace(":dynamodb:", ":s3:"),
        arn.replace("arn:aws:", "arn:aws-cn:"),
        arn.replace(HOME, "mars-north-1"),
        arn.replace(HOME, ""),
        format!("{arn}/index/by-v"),
        arn.replace("/music", "/m"),
    ] {
        let input = json!({"SourceTableArn": wrong, "TargetTableName": "again"});
        let refused = aws.refused("RestoreTableToPointInTime", merged(latest(), input));
        assert_eq!(
            refused,
            invalid("sourceTableArn is not a valid ARN"),
            "{wrong}"
        );
    }
}

#[test]
fn a_source_of_another_account_is_refused() {
    let mut aws = counting();
    let arn = format!("arn:aws:dynamodb:{HOME}:444455556666:table/music");
    let input = json!({"SourceTableArn": arn, "TargetTableName": "again"});
    assert_eq!(
        aws.refused("RestoreTableToPointInTime", merged(latest(), input)),
        invalid(
            "This action is only supported by accounts that match the resource owner's account"
        )
    );
}

#[test]
fn a_missing_source_is_told_by_name_or_barely() {
    let mut aws = counting();
    assert_eq!(
        aws.restore_to_refused("nothing", "again", latest()),
        missing("nothing")
    );
    let arn = format!("arn:aws:dynamodb:{HOME}:111122223333:table/nothing");
    let input = json!({"SourceTableArn": arn, "TargetTableName": "again"});
    assert_eq!(
        aws.refused("RestoreTableToPointInTime", merged(latest(), input)),
        refusal("TableNotFoundException", "Table not found")
    );
}

#[test]
fn a_region_of_any_name_can_restore_its_own_tables() {
    let mut aws = World::exact();
    aws.caller.region = "local".to_owned();
    aws.recoverable_table("music");
    let arn = aws.describe("music")["TableArn"].clone();
    let input = json!({"SourceTableArn": arn, "TargetTableName": "again"});
    aws.ok("RestoreTableToPointInTime", merged(latest(), input));
    let backup = aws.start_backup("music")["BackupArn"].clone();
    aws.advance_s(1);
    aws.start_restore(backup.as_str().unwrap(), "third", json!({}));
}

// --- which time

#[test]
fn one_of_both_times_is_needed_and_no_more() {
    let mut aws = counting();
    let either = "Invalid Request: Either one of RestoreDateTime or UseLatestRestorableTime must be specified, but not both";
    for members in [json!({}), json!({"UseLatestRestorableTime": false})] {
        let refused = aws.restore_to_refused("music", "again", members);
        assert_eq!(refused, invalid(either));
    }
    let both = merged(latest(), at(aws.now_us));
    assert_eq!(
        aws.restore_to_refused("music", "again", both),
        invalid(
            "Invalid Request: Both RestoreDateTime and UseLatestRestorableTime cannot be set for point-in-time \
             restore request. Please specify either RestoreDateTime time or UseLatestRestorableTime"
        )
    );
}

#[test]
fn a_time_goes_with_latest_false() {
    let mut aws = counting();
    let members = merged(
        at(START_US + 15 * SECOND_US),
        json!({"UseLatestRestorableTime": false}),
    );
    aws.start_restore_to("music", "again", members);
}

#[test]
fn a_refused_time_is_told_with_both_ends_of_the_window() {
    let mut aws = counting();
    aws.now_us = START_US + 400 * SECOND_US + 95_000;
    for (us, told) in [
        (START_US - SECOND_US, "2023-11-14T22:13:19Z"),
        (START_US + 4_000 * SECOND_US, "2023-11-14T23:20:00Z"),
    ] {
        assert_eq!(
            aws.restore_to_refused("music", "again", at(us)),
            refusal(
                "InvalidRestoreTimeException",
                format!(
                    "RestoreDateTime '{told}' must be within EarliestRestorableDateTime '2023-11-14T22:13:20Z' and \
                     LatestRestorableDateTime '2023-11-14T22:15:00.095Z' for table 'music'"
                )
            )
        );
    }
}

#[test]
fn times_are_rounded_to_milliseconds_before_they_are_judged() {
    let mut aws = counting();
    let (earliest_us, _) = aws.window_us("music");
    for (offset_us, restored_us) in [
        (-400, 0),
        (0, 0),
        (400, 0),
        (600, 1_000),
        (100_400, 100_000),
    ] {
        let target = format!("again-{}", offset_us + 1_000);
        let table = aws.start_restore_to("music", &target, at(earliest_us + offset_us));
        let echoed = micros(&table["RestoreSummary"]["RestoreDateTime"]);
        assert_eq!(echoed, earliest_us + restored_us, "{offset_us}");
    }
    let refused = aws.restore_to_refused("music", "again", at(earliest_us - 600));
    assert_eq!(refused.code, "InvalidRestoreTimeException");
}

#[test]
fn a_time_between_latest_and_now_is_admitted() {
    let mut aws = counting();
    aws.advance_s(5);
    let (_, latest_us) = aws.window_us("music");
    let wanted_us = aws.now_us - 2 * SECOND_US;
    assert!(latest_us < wanted_us);
    aws.restore_to("music", "again", wanted_us);
    assert_eq!(v(&mut aws, "again"), Some(9));
}

// --- the order of checks

#[test]
fn a_missing_source_is_told_before_an_existing_target() {
    let mut aws = counting();
    assert_eq!(
        aws.restore_to_refused("nothing", "music", latest()),
        missing("nothing")
    );
}

#[test]
fn recovery_that_is_off_is_told_before_a_bad_time() {
    let mut aws = counting();
    aws.switch_recovery("music", false, None);
    let expected = refusal(
        "PointInTimeRecoveryUnavailableException",
        "Point in time recovery is not enabled for table 'music'",
    );
    for members in [latest(), at(START_US - SECOND_US)] {
        assert_eq!(aws.restore_to_refused("music", "music", members), expected);
    }
}

#[test]
fn a_bad_time_is_told_before_an_existing_target() {
    let mut aws = counting();
    let refused = aws.restore_to_refused("music", "music", at(START_US - SECOND_US));
    assert_eq!(refused.code, "InvalidRestoreTimeException");
}

#[test]
fn the_shape_is_told_before_everything() {
    let mut aws = counting();
    let refused = aws.restore_to_refused("nothing", "music", json!({}));
    assert_eq!(refused.code, "ValidationException");
}

#[test]
fn the_source_is_no_target() {
    let mut aws = counting();
    assert_eq!(
        aws.restore_to_refused("music", "music", latest()),
        refusal("TableAlreadyExistsException", "Table already exists: music")
    );
    assert_eq!(v(&mut aws, "music"), Some(9));
}

#[test]
fn a_target_that_is_being_restored_is_in_use() {
    let mut aws = counting();
    aws.start_restore_to("music", "again", latest());
    let refused = aws.restore_to_refused("music", "again", latest());
    assert_eq!(refused.code, "TableInUseException");
}

// --- what it shows

fn v(aws: &mut World, table: &str) -> Option<i64> {
    aws.get(table, json!({"pk": "a"}))?["v"].as_i64()
}

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
