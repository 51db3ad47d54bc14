//! What can be restored from a window as it slides, shrinks, ends and begins anew (PITR-CFG-008, -017, -018;
//! PITR-RESTORE-004, -024).

use serde_json::json;

use crate::world::{DAY_US, SECOND_US, START_US, World, at};

/// Recovery since the start, and a number of the day written at noon of each day.
fn diary(days: i64) -> World {
    let mut aws = World::exact();
    aws.recoverable_table("diary");
    for day in 0..days {
        aws.now_us = START_US + day * DAY_US + DAY_US / 2;
        aws.put("diary", json!({"pk": "a", "day": day}));
    }
    aws
}

/// The day that a restore to an instant shows.
fn day_at(aws: &mut World, us: i64) -> Option<i64> {
    let target = format!("restored-{}", aws.now_us);
    aws.restore_to("diary", &target, us);
    let item = aws.get(&target, json!({"pk": "a"}))?;
    item["day"].as_i64()
}

#[test]
fn every_day_of_the_window_can_be_restored() {
    let mut aws = diary(35);
    for day in 0..35 {
        let noon_us = START_US + day * DAY_US + DAY_US / 2;
        assert_eq!(day_at(&mut aws, noon_us + SECOND_US), Some(day));
        assert_eq!(
            day_at(&mut aws, noon_us - SECOND_US),
            (day > 0).then_some(day - 1)
        );
    }
}

#[test]
fn both_described_ends_can_be_restored_at_any_microsecond() {
    let mut aws = diary(1);
    aws.switch_recovery("diary", true, Some(1));
    for offset_us in [0, 1, 499, 500, 501, 999, 1_000, 123_456] {
        aws.now_us = START_US + 3 * DAY_US + offset_us;
        let (earliest_us, latest_us) = aws.window_us("diary");
        aws.start_restore_to("diary", &format!("earliest-{offset_us}"), at(earliest_us));
        aws.start_restore_to("diary", &format!("latest-{offset_us}"), at(latest_us));
    }
}

#[test]
fn a_second_before_the_window_is_refused_and_its_first_second_is_not() {
    let mut aws = diary(40);
    let earliest_us = aws.now_us - 35 * DAY_US;
    let refused = aws.restore_to_refused("diary", "again", at(earliest_us - SECOND_US));
    assert_eq!(refused.code, "InvalidRestoreTimeException");
    assert_eq!(day_at(&mut aws, earliest_us), Some(4));
}

#[test]
fn what_a_shorter_period_drops_is_gone_for_good() {
    let mut aws = diary(20);
    let dropped_us = aws.now_us - 8 * DAY_US;
    aws.switch_recovery("diary", true, Some(7));
    let refused = aws.restore_to_refused("diary", "again", at(dropped_us));
    assert_eq!(refused.code, "InvalidRestoreTimeException");
    aws.switch_recovery("diary", true, Some(35));
    let refused = aws.restore_to_refused("diary", "again", at(dropped_us));
    assert_eq!(refused.code, "InvalidRestoreTimeException");
    let kept_us = aws.now_us - 7 * DAY_US;
    assert_eq!(day_at(&mut aws, kept_us + SECOND_US), Some(12));
}

#[test]
fn nothing_of_before_a_disable_can_be_restored() {
    let mut aws = diary(5);
    aws.switch_recovery("diary", false, None);
    aws.switch_recovery("diary", true, None);
    let enabled_us = aws.now_us;
    aws.advance_us(DAY_US);
    let refused = aws.restore_to_refused("diary", "again", at(enabled_us - SECOND_US));
    assert_eq!(refused.code, "InvalidRestoreTimeException");
    assert_eq!(day_at(&mut aws, enabled_us), Some(4));
}

#[test]
fn the_first_instant_of_a_window_holds_what_was_there_when_it_opened() {
    let mut aws = World::exact();
    aws.table("music");
    aws.put("music", json!({"pk": "a", "v": 1}));
    aws.now_us = START_US + 100 * SECOND_US + 900_000;
    aws.put("music", json!({"pk": "a", "v": 2}));
    aws.switch_recovery("music", true, None);
    aws.advance_s(5);
    aws.put("music", json!({"pk": "a", "v": 3}));
    aws.restore_to_latest("music", "again");
    let item = aws.get("again", json!({"pk": "a"}));
    assert_eq!(item, Some(json!({"pk": "a", "v": 2})));
}

#[test]
fn a_million_seconds_of_nothing_change_nothing() {
    let mut aws = diary(3);
    let noted_us = aws.now_us;
    aws.advance_s(1_000_000);
    assert_eq!(day_at(&mut aws, noted_us + SECOND_US), Some(2));
    let late_us = aws.now_us - SECOND_US;
    assert_eq!(day_at(&mut aws, late_us), Some(2));
    assert_eq!(day_at(&mut aws, noted_us - SECOND_US), Some(1));
}

#[test]
fn weeks_without_a_call_keep_the_version_that_was_current_when_the_window_began() {
    let mut aws = diary(1);
    aws.advance_us(100 * DAY_US);
    aws.put("diary", json!({"pk": "a", "day": 100}));
    let before_us = aws.now_us - SECOND_US;
    let (earliest_us, _) = aws.window_us("diary");
    assert_eq!(day_at(&mut aws, earliest_us), Some(0));
    assert_eq!(day_at(&mut aws, before_us), Some(0));
}

#[test]
fn a_disable_stops_restores_and_not_the_one_on_its_way() {
    let mut aws = diary(3);
    let noon_us = START_US + DAY_US + DAY_US / 2;
    aws.start_restore_to("diary", "again", at(noon_us + SECOND_US));
    aws.switch_recovery("diary", false, None);
    let refused = aws.restore_to_refused("diary", "third", at(noon_us));
    assert_eq!(refused.code, "PointInTimeRecoveryUnavailableException");
    aws.until_status("again", "ACTIVE");
    let item = aws.get("again", json!({"pk": "a"}));
    assert_eq!(item, Some(json!({"pk": "a", "day": 1})));
}
