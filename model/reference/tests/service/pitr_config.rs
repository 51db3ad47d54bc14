//! The recovery switch and its window: what UpdateContinuousBackups and DescribeContinuousBackups add to what
//! `continuous_backups` tells (PITR-CFG).

use serde_json::json;

use crate::world::{DAY_US, HOUR_US, SECOND_US, START_US, World, invalid, refusal, table_input};

fn recoverable() -> World {
    let mut aws = World::exact();
    aws.recoverable_table("music");
    aws
}

#[test]
fn a_table_is_addressed_by_name_or_arn() {
    let mut aws = recoverable();
    let arn = aws.describe("music")["TableArn"].clone();
    let by_name = aws.ok("DescribeContinuousBackups", json!({"TableName": "music"}));
    let by_arn = aws.ok("DescribeContinuousBackups", json!({"TableName": arn}));
    assert_eq!(by_name, by_arn);
}

#[test]
fn a_missing_table_is_not_found_by_either_call() {
    let mut aws = World::exact();
    let expected = refusal("TableNotFoundException", "Table not found: music");
    let described = aws.refused("DescribeContinuousBackups", json!({"TableName": "music"}));
    assert_eq!(described, expected);
    assert_eq!(
        aws.try_switch_recovery("music", true, None),
        Err(expected.clone())
    );
    assert_eq!(aws.try_switch_recovery("music", false, None), Err(expected));
}

#[test]
fn an_open_window_has_four_members_and_the_recorded_twin_of_the_period() {
    let mut aws = recoverable();
    let recovery = aws.recovery("music");
    let names: Vec<&String> = recovery.as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        [
            "EarliestRestorableDateTime",
            "LatestRestorableDateTime",
            "PointInTimeRecoveryStatus",
            "PointInTimeRecoveryWindowDays",
            "RecoveryPeriodInDays"
        ]
    );
    assert_eq!(recovery["PointInTimeRecoveryStatus"], "ENABLED");
    assert_eq!(recovery["RecoveryPeriodInDays"], 35);
    assert_eq!(recovery["PointInTimeRecoveryWindowDays"], 35);
}

/// Record S17.
#[test]
fn the_twin_of_the_period_follows_it() {
    let mut aws = recoverable();
    for days in [1, 7, 35] {
        let recovery = aws.switch_recovery("music", true, Some(days));
        assert_eq!(recovery["PointInTimeRecoveryWindowDays"], days);
        assert_eq!(aws.recovery("music")["PointInTimeRecoveryWindowDays"], days);
    }
}

#[test]
fn nobody_may_rely_on_an_undocumented_member() {
    let mut aws = World::adversarial(1);
    aws.recoverable_table("music");
    let recovery = aws.recovery("music");
    assert_eq!(recovery["RecoveryPeriodInDays"], 35);
    assert_eq!(recovery.get("PointInTimeRecoveryWindowDays"), None);
}

#[test]
fn a_closed_window_tells_its_status_alone_and_continuous_backups_stay_enabled() {
    let mut aws = recoverable();
    aws.switch_recovery("music", false, None);
    aws.switch_recovery("music", false, None);
    let body = aws.ok("DescribeContinuousBackups", json!({"TableName": "music"}));
    assert_eq!(
        body["ContinuousBackupsDescription"],
        json!({
            "ContinuousBackupsStatus": "ENABLED",
            "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED"},
        })
    );
}

#[test]
fn switching_leaves_the_table_active() {
    let mut aws = recoverable();
    assert_eq!(aws.status("music"), "ACTIVE");
    aws.switch_recovery("music", false, None);
    assert_eq!(aws.status("music"), "ACTIVE");
}

#[test]
fn the_latest_time_is_pinned_for_five_minutes_and_then_follows() {
    let mut aws = World::exact();
    aws.table("music");
    aws.now_us = START_US + 100 * SECOND_US;
    aws.switch_recovery("music", true, None);
    let enabled_us = aws.now_us;
    for (after_ms, latest_ms) in [
        (0, 0),
        (30_000, 0),
        (300_000, 0),
        (300_001, 1),
        (420_115, 120_115),
    ] {
        aws.now_us = enabled_us + after_ms * 1_000;
        let expected_us = enabled_us + latest_ms * 1_000;
        assert_eq!(
            aws.window_us("music"),
            (enabled_us, expected_us),
            "{after_ms}"
        );
    }
}

#[test]
fn the_latest_time_is_cut_to_milliseconds() {
    let mut aws = recoverable();
    aws.now_us = START_US + 1_000_123_999;
    let (_, latest_us) = aws.window_us("music");
    assert_eq!(latest_us, START_US + 700_123_000);
}

#[test]
fn the_earliest_time_stays_for_the_whole_period_and_then_slides() {
    for days in [1, 7, 34, 35] {
        let mut aws = World::exact();
        aws.table("music");
        aws.now_us = START_US + SECOND_US;
        aws.switch_recovery("music", true, Some(days));
        let enabled_us = aws.now_us;
        aws.now_us = enabled_us + days * DAY_US;
        assert_eq!(aws.window_us("music").0, enabled_us, "{days}");
        aws.advance_s(1);
        assert_eq!(aws.window_us("music").0, enabled_us + SECOND_US, "{days}");
    }
}

#[test]
fn a_shorter_period_moves_the_earliest_time_at_once() {
    let mut aws = recoverable();
    aws.advance_us(20 * DAY_US);
    aws.switch_recovery("music", true, Some(7));
    assert_eq!(aws.window_us("music").0, aws.now_us - 7 * DAY_US);
}

#[test]
fn a_longer_period_does_not_move_the_earliest_time() {
    let mut aws = recoverable();
    aws.advance_us(20 * DAY_US);
    aws.switch_recovery("music", true, Some(7));
    let (earliest_us, _) = aws.window_us("music");
    aws.switch_recovery("music", true, Some(35));
    assert_eq!(aws.window_us("music").0, earliest_us);
    aws.advance_us(28 * DAY_US + HOUR_US);
    assert_eq!(aws.window_us("music").0, earliest_us + HOUR_US);
}

#[test]
fn off_and_on_within_a_second_begins_a_new_window() {
    let mut aws = recoverable();
    aws.advance_us(DAY_US);
    aws.switch_recovery("music", false, None);
    let recovery = aws.switch_recovery("music", true, None);
    let now_s = aws.now_us / SECOND_US;
    assert_eq!(recovery["EarliestRestorableDateTime"], now_s);
    assert_eq!(recovery["LatestRestorableDateTime"], now_s);
}

#[test]
fn a_period_of_any_length_does_not_go_with_switching_off() {
    let mut aws = recoverable();
    for days in [7, 35] {
        assert_eq!(
            aws.try_switch_recovery("music", false, Some(days)),
            Err(invalid(
                "Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery."
            ))
        );
    }
    assert_eq!(
        aws.recovery("music")["PointInTimeRecoveryStatus"],
        "ENABLED"
    );
}

#[test]
fn a_deleting_table_can_be_switched_for_a_second_and_is_then_not_found() {
    let mut aws = World::typical();
    aws.recoverable_table("music");
    aws.start_drop("music");
    aws.advance_s(1);
    aws.switch_recovery("music", true, Some(3));
    aws.advance_s(1);
    assert_eq!(aws.status("music"), "DELETING");
    let expected = refusal("TableNotFoundException", "Table not found: music");
    assert_eq!(
        aws.try_switch_recovery("music", false, None),
        Err(expected.clone())
    );
    let described = aws.refused("DescribeContinuousBackups", json!({"TableName": "music"}));
    assert_eq!(described, expected);
}

#[test]
fn recovery_can_be_switched_while_the_table_is_updating() {
    let mut aws = World::typical();
    aws.table("music");
    let stream = json!({"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"});
    aws.ok(
        "UpdateTable",
        json!({"TableName": "music", "StreamSpecification": stream}),
    );
    assert_eq!(aws.status("music"), "UPDATING");
    aws.switch_recovery("music", true, None);
    let recovery = aws.switch_recovery("music", false, None);
    assert_eq!(recovery["PointInTimeRecoveryStatus"], "DISABLED");
}

#[test]
fn a_new_table_under_an_old_name_has_recovery_off() {
    let mut aws = recoverable();
    aws.drop_recoverable("music");
    aws.ok("CreateTable", table_input("music", json!({})));
    aws.until_status("music", "ACTIVE");
    assert_eq!(
        aws.recovery("music"),
        json!({"PointInTimeRecoveryStatus": "DISABLED"})
    );
}

#[test]
fn every_region_has_a_switch_of_its_own() {
    let mut aws = recoverable();
    aws.caller.region = "eu-west-1".to_owned();
    aws.table("music");
    assert_eq!(
        aws.recovery("music"),
        json!({"PointInTimeRecoveryStatus": "DISABLED"})
    );
}
