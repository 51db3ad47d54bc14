//! DescribeContinuousBackups and UpdateContinuousBackups, as far as on-demand backups meet them.

use serde_json::{Value, json};

use crate::world::{DAY_US, START_US, World, refusal, table_input};

fn described(aws: &mut World) -> Value {
    aws.ok("DescribeContinuousBackups", json!({"TableName": "music"}))["ContinuousBackupsDescription"].take()
}

fn input(enabled: bool, days: Value) -> Value {
    let specification =
        json!({"PointInTimeRecoveryEnabled": enabled, "RecoveryPeriodInDays": days});
    json!({"TableName": "music", "PointInTimeRecoverySpecification": crate::world::merged(specification, json!({}))})
}

fn switch(aws: &mut World, enabled: bool, days: Value) -> Value {
    let body = aws.ok("UpdateContinuousBackups", input(enabled, days));
    assert_eq!(
        body["ContinuousBackupsDescription"],
        described(aws),
        "the answer shows the new state"
    );
    body["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"].clone()
}

fn ready() -> World {
    let mut aws = World::exact();
    aws.table("music");
    aws
}

#[test]
fn a_creating_table_is_not_found() {
    let mut aws = World::exact();
    aws.ok("CreateTable", table_input("music", json!({})));
    let expected = refusal("TableNotFoundException", "Table not found: music");
    assert_eq!(
        aws.refused("DescribeContinuousBackups", json!({"TableName": "music"})),
        expected
    );
    assert_eq!(
        aws.refused("UpdateContinuousBackups", input(true, Value::Null)),
        expected
    );
}

#[test]
fn continuous_backups_turn_enabled_by_themselves() {
    let mut aws = World::typical();
    aws.ok("CreateTable", table_input("music", json!({})));
    aws.advance_s(3);
    assert_eq!(described(&mut aws)["ContinuousBackupsStatus"], "DISABLED");
    aws.advance_s(3);
    let description = described(&mut aws);
    assert_eq!(description["ContinuousBackupsStatus"], "ENABLED");
    assert_eq!(
        description["PointInTimeRecoveryDescription"],
        json!({"PointInTimeRecoveryStatus": "DISABLED"})
    );
}

#[test]
fn switching_off_on_a_fresh_table_is_no_error() {
    let mut aws = World::typical();
    aws.ok("CreateTable", table_input("music", json!({})));
    aws.advance_s(3);
    let recovery = switch(&mut aws, false, Value::Null);
    assert_eq!(recovery, json!({"PointInTimeRecoveryStatus": "DISABLED"}));
    assert_eq!(described(&mut aws)["ContinuousBackupsStatus"], "DISABLED");
}

#[test]
fn switching_on_a_fresh_table_has_to_wait() {
    let mut aws = World::typical();
    aws.ok("CreateTable", table_input("music", json!({})));
    aws.advance_s(3);
    let refused = aws.refused("UpdateContinuousBackups", input(true, Value::Null));
    assert_eq!(refused.code, "ContinuousBackupsUnavailableException");
}

#[test]
fn a_new_window_begins_with_the_second_of_the_request() {
    let mut aws = ready();
    aws.now_us = START_US + 60_999_999;
    let recovery = switch(&mut aws, true, Value::Null);
    assert_eq!(recovery["EarliestRestorableDateTime"], 1_700_000_060);
    assert_eq!(recovery["LatestRestorableDateTime"], 1_700_000_060);
    assert_eq!(recovery["RecoveryPeriodInDays"], 35);
}

#[test]
fn switching_on_twice_keeps_the_window() {
    let mut aws = ready();
    let first = switch(&mut aws, true, Value::Null);
    aws.advance_s(100);
    let second = switch(&mut aws, true, Value::Null);
    assert_eq!(
        second["EarliestRestorableDateTime"],
        first["EarliestRestorableDateTime"]
    );
}

#[test]
fn the_period_is_changed_in_place() {
    let mut aws = ready();
    let first = switch(&mut aws, true, json!(1));
    let second = switch(&mut aws, true, json!(35));
    assert_eq!(
        (
            &first["RecoveryPeriodInDays"],
            &second["RecoveryPeriodInDays"]
        ),
        (&json!(1), &json!(35))
    );
    assert_eq!(
        second["EarliestRestorableDateTime"],
        first["EarliestRestorableDateTime"]
    );
}

#[test]
fn the_period_and_the_window_are_forgotten_when_switched_off() {
    let mut aws = ready();
    switch(&mut aws, true, json!(7));
    switch(&mut aws, false, Value::Null);
    aws.advance_us(DAY_US);
    let recovery = switch(&mut aws, true, Value::Null);
    assert_eq!(recovery["RecoveryPeriodInDays"], 35);
    assert_eq!(
        recovery["EarliestRestorableDateTime"],
        START_US / 1_000_000 + 86_400
    );
}

#[test]
fn the_window_slides_with_the_period() {
    let mut aws = ready();
    switch(&mut aws, true, json!(2));
    aws.now_us = START_US + 10 * DAY_US;
    let recovery = described(&mut aws)["PointInTimeRecoveryDescription"].clone();
    assert_eq!(
        recovery["EarliestRestorableDateTime"],
        START_US / 1_000_000 + 8 * 86_400
    );
    assert_eq!(
        recovery["LatestRestorableDateTime"],
        START_US / 1_000_000 + 10 * 86_400 - 300
    );
}

#[test]
fn periods_outside_their_range_are_refused() {
    let mut aws = ready();
    for days in [0, -1, 36] {
        let refused = aws.refused("UpdateContinuousBackups", input(true, json!(days)));
        let member = "at 'pointInTimeRecoverySpecification.recoveryPeriodInDays'";
        assert!(refused.message.contains(member), "{refused:?}");
    }
}

#[test]
fn a_period_does_not_go_with_switching_off() {
    let mut aws = ready();
    let refused = aws.refused("UpdateContinuousBackups", input(false, json!(7)));
    assert!(
        refused
            .message
            .starts_with("Invalid Request: Cannot specify RecoveryPeriodInDays"),
        "{refused:?}"
    );
}

#[test]
fn on_demand_backups_do_not_need_recovery() {
    let mut aws = ready();
    switch(&mut aws, true, Value::Null);
    switch(&mut aws, false, Value::Null);
    aws.put("music", json!({"pk": "a"}));
    let arn = aws.backup("music");
    aws.restore(&arn, "again");
    assert_eq!(aws.items("again").len(), 1);
}
