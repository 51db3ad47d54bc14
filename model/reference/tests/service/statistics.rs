//! Counts and sizes lag: they are refreshed every six hours.

use serde_json::{Value, json};

use crate::world::{HOUR_US, SECOND_US, START_US, World, global_index, table_input};

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

/// ItemCount and IndexSizeBytes of an index.
fn of_index(aws: &mut World, list: &str, name: &str) -> (Value, Value) {
    let table = aws.describe("music");
    let indexes = table[list].as_array().unwrap();
    let index = indexes.iter().find(|index| index["IndexName"] == name);
    let index = index.unwrap();
    (index["ItemCount"].clone(), index["IndexSizeBytes"].clone())
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

#[test]
fn an_index_counts_its_entries_and_the_bytes_of_what_it_holds() {
    let mut aws = World::exact();
    aws.indexed_table("music");
    aws.put(
        "music",
        json!({"pk": "a", "sk": 1, "genre": "jazz", "year": 7}),
    );
    aws.put("music", json!({"pk": "b", "sk": 1, "genre": "jazz"}));
    aws.now_us = START_US + SIX_HOURS_US - 1;
    let (global, local) = ("GlobalSecondaryIndexes", "LocalSecondaryIndexes");
    assert_eq!(of_index(&mut aws, global, "by-genre"), (json!(0), json!(0)));
    aws.now_us += 1;
    // All attributes of both items: "pk" 2 + 1, "sk" 2 + 2, "genre" 5 + 4, and "year" 4 + 2 of the first.
    assert_eq!(
        of_index(&mut aws, global, "by-genre"),
        (json!(2), json!(38))
    );
    // The keys of the item that has a year.
    assert_eq!(of_index(&mut aws, local, "by-year"), (json!(1), json!(13)));
    aws.delete("music", json!({"pk": "a", "sk": 1}));
    assert_eq!(of_index(&mut aws, local, "by-year").0, json!(1));
    aws.now_us = START_US + 2 * SIX_HOURS_US;
    assert_eq!(of_index(&mut aws, local, "by-year"), (json!(0), json!(0)));
    assert_eq!(
        of_index(&mut aws, global, "by-genre"),
        (json!(1), json!(16))
    );
}

/// TABLE-019, A-45: figures may be as old as six hours, and as new as the call.
#[test]
fn adversarial_figures_are_those_of_some_instant_of_the_last_six_hours() {
    let (mut of_now, mut stale) = (0, 0);
    for seed in 0..60 {
        let mut aws = World::adversarial(seed);
        let indexed = json!({"GlobalSecondaryIndexes": [global_index("by-pk", "pk", "ALL", None)]});
        aws.ok("CreateTable", table_input("music", indexed));
        aws.settle();
        // One item more every half hour.
        let first_us = aws.now_us;
        for count in 1..48_i64 {
            aws.put("music", json!({"pk": format!("{count}")}));
            aws.advance_s(1_800);
            let table = aws.describe("music");
            let told = table["ItemCount"].as_i64().unwrap();
            let six_hours_ago = (count - SIX_HOURS_US / (1_800 * SECOND_US)).max(0);
            assert!(
                (six_hours_ago..=count).contains(&told),
                "{seed}: {told} of {count}"
            );
            assert_eq!(table["GlobalSecondaryIndexes"][0]["ItemCount"], told);
            of_now += i32::from(told == count);
            stale += i32::from(told + 11 <= count);
        }
        assert_eq!(aws.now_us, first_us + 47 * 1_800 * SECOND_US);
    }
    assert!(
        of_now > 300 && stale > 50,
        "{of_now} of now, {stale} almost six hours old"
    );
}
