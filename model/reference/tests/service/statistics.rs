//! Counts and sizes lag: they are refreshed every six hours.

use serde_json::{Value, json};

use crate::world::{HOUR_US, START_US, World};

const SIX_HOURS_US: i64 = 6 * HOUR_US;

fn with_item() -> World {
    let mut aws = World::exact();
    aws.table("music");
    aws.put("music", json!({"pk": "a", "v": 1}));
    aws
}

fn of_table(aws: &mut World, table: &str) -> (Value, Value) {
    let table = aws.describe(table);
    (table["ItemCount"].clone(), table["TableSizeBytes"].clone())
}

#[test]
fn fresh_items_are_not_counted() {
    let mut aws = with_item();
    aws.now_us = START_US + SIX_HOURS_US - 1;
    assert_eq!(of_table(&mut aws, "music"), (json!(0), json!(0)));
}

#[test]
fn items_are_counted_after_six_hours() {
    let mut aws = with_item();
    aws.now_us = START_US + SIX_HOURS_US;
    // Names and values: "pk" + "a" + "v" + a number of one digit.
    assert_eq!(of_table(&mut aws, "music"), (json!(1), json!(6)));
}

#[test]
fn later_changes_wait_for_the_next_refresh() {
    let mut aws = with_item();
    aws.now_us = START_US + SIX_HOURS_US;
    aws.delete("music", json!({"pk": "a"}));
    assert_eq!(of_table(&mut aws, "music").0, json!(1));
    aws.now_us = START_US + 2 * SIX_HOURS_US;
    assert_eq!(of_table(&mut aws, "music"), (json!(0), json!(0)));
}

#[test]
fn a_refresh_that_nobody_saw_still_counts() {
    let mut aws = with_item();
    aws.now_us = START_US + SIX_HOURS_US + HOUR_US;
    aws.put("music", json!({"pk": "b", "v": 2}));
    assert_eq!(
        of_table(&mut aws, "music").0,
        json!(1),
        "as of six hours, when there was one"
    );
}

#[test]
fn a_backup_records_the_lagging_figures() {
    let mut aws = with_item();
    let fresh = aws.backup("music");
    aws.now_us = START_US + SIX_HOURS_US;
    let later = aws.backup("music");
    let figures = |aws: &mut World, arn: &str| {
        let backup = aws.describe_backup(arn);
        let source = &backup["SourceTableDetails"];
        [
            &backup["BackupDetails"]["BackupSizeBytes"],
            &source["TableSizeBytes"],
            &source["ItemCount"],
        ]
        .map(|value| value.as_i64().unwrap())
    };
    assert_eq!(figures(&mut aws, &fresh), [0, 0, 0]);
    assert_eq!(figures(&mut aws, &later), [6, 6, 1]);
}

#[test]
fn a_restored_table_counts_nothing_for_six_hours() {
    let mut aws = with_item();
    let arn = aws.backup("music");
    aws.now_us = START_US + SIX_HOURS_US;
    aws.start_restore(&arn, "again", json!({}));
    let restored_us = aws.now_us;
    aws.settle();
    assert_eq!(of_table(&mut aws, "again"), (json!(0), json!(0)));
    aws.now_us = restored_us + SIX_HOURS_US;
    assert_eq!(of_table(&mut aws, "again"), (json!(1), json!(6)));
}
