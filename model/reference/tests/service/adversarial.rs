//! The worst that is legal: each item of a backup has a cut of its own, anywhere from a minute before the request
//! to a minute after it (CONSISTENCY-001..005).

use serde_json::json;

use crate::world::{World, text};

const KEYS: usize = 100;
const MINUTE_US: i64 = 60_000_000;

/// Writes version `v` of every item now.
fn write(aws: &mut World, v: i64) {
    for key in 0..KEYS {
        aws.put("music", json!({"pk": format!("{key}"), "v": v}));
    }
}

fn delete(aws: &mut World) {
    for key in 0..KEYS {
        aws.delete("music", json!({"pk": format!("{key}")}));
    }
}

/// A table whose items have had version 0 for an hour.
fn ready(seed: u64) -> World {
    let mut aws = World::adversarial(seed);
    aws.table("music");
    write(&mut aws, 0);
    aws.advance_s(3_600);
    aws
}

fn start_backup(aws: &mut World) -> String {
    text(&aws.start_backup("music")["BackupArn"])
}

/// How many items of the backup have version 0, version 1, and are absent.
fn versions(aws: &mut World, arn: &str, target: &str) -> (usize, usize, usize) {
    aws.settle();
    aws.restore(arn, target);
    let items = aws.items(target);
    let of = |v: i64| items.values().filter(|item| item["v"] == v).count();
    (of(0), of(1), KEYS - items.len())
}

#[test]
fn a_write_a_minute_before_is_in() {
    for seed in 0..20 {
        let mut aws = ready(seed);
        write(&mut aws, 1);
        aws.advance_us(MINUTE_US);
        let arn = start_backup(&mut aws);
        assert_eq!(versions(&mut aws, &arn, "again"), (0, KEYS, 0), "{seed}");
    }
}

#[test]
fn a_write_more_than_a_minute_after_is_out() {
    for seed in 0..20 {
        let mut aws = ready(seed);
        let arn = start_backup(&mut aws);
        aws.advance_us(MINUTE_US + 1);
        write(&mut aws, 1);
        assert_eq!(versions(&mut aws, &arn, "again"), (KEYS, 0, 0), "{seed}");
    }
}

#[test]
fn a_deletion_a_minute_before_is_in_and_one_more_than_a_minute_after_is_out() {
    for seed in 0..20 {
        let mut aws = ready(seed);
        let before = start_backup(&mut aws);
        aws.advance_us(MINUTE_US + 1);
        delete(&mut aws);
        aws.advance_us(MINUTE_US);
        let after = start_backup(&mut aws);
        assert_eq!(versions(&mut aws, &before, "one"), (KEYS, 0, 0), "{seed}");
        assert_eq!(versions(&mut aws, &after, "two"), (0, 0, KEYS), "{seed}");
    }
}

#[test]
fn a_write_at_the_request_is_in_for_some_items_and_out_for_others() {
    let mut aws = ready(1);
    write(&mut aws, 1);
    let arn = start_backup(&mut aws);
    let (old, new, absent) = versions(&mut aws, &arn, "again");
    assert!(old > 20 && new > 20, "{old} old, {new} new");
    assert_eq!(absent, 0);
}

#[test]
fn a_later_write_can_be_in_without_an_earlier_one() {
    let mut aws = ready(2);
    let arn = start_backup(&mut aws);
    for key in 0..KEYS {
        aws.advance_ms(500);
        aws.put("music", json!({"pk": format!("{key}"), "v": 1}));
    }
    aws.settle();
    aws.restore(&arn, "again");
    let items = aws.items("again");
    let versions: Vec<i64> = (0..KEYS)
        .map(|key| items[&key.to_string()]["v"].as_i64().unwrap())
        .collect();
    assert!(
        !versions.is_sorted_by(|earlier, later| earlier >= later),
        "{versions:?}"
    );
}

#[test]
fn items_made_or_deleted_inside_the_band_are_there_or_not() {
    let mut aws = World::adversarial(3);
    aws.table("music");
    aws.advance_s(3_600);
    write(&mut aws, 1);
    let making = start_backup(&mut aws);
    aws.advance_s(3_600);
    delete(&mut aws);
    let deleting = start_backup(&mut aws);
    for (arn, target) in [(making, "one"), (deleting, "two")] {
        let (_, present, absent) = versions(&mut aws, &arn, target);
        assert!(
            present > 20 && absent > 20,
            "{target}: {present} present, {absent} absent"
        );
    }
}

#[test]
fn a_backup_shows_the_same_in_every_restore() {
    let mut aws = ready(4);
    write(&mut aws, 1);
    let arn = start_backup(&mut aws);
    aws.settle();
    aws.restore(&arn, "one");
    write(&mut aws, 1);
    aws.restore(&arn, "two");
    assert_eq!(aws.items("one"), aws.items("two"));
}

#[test]
fn two_backups_of_one_instant_have_different_cuts() {
    let mut aws = ready(5);
    write(&mut aws, 1);
    let (first, second) = (start_backup(&mut aws), start_backup(&mut aws));
    aws.settle();
    aws.restore(&first, "one");
    aws.restore(&second, "two");
    assert_ne!(aws.items("one"), aws.items("two"));
}

#[test]
fn cuts_depend_on_the_seed() {
    let restored = |seed| {
        let mut aws = ready(seed);
        write(&mut aws, 1);
        let arn = start_backup(&mut aws);
        aws.settle();
        aws.restore(&arn, "again");
        aws.items("again")
    };
    assert_eq!(restored(6), restored(6));
    assert_ne!(restored(6), restored(7));
}

#[test]
fn reads_of_the_live_table_are_never_torn() {
    let mut aws = ready(8);
    write(&mut aws, 1);
    start_backup(&mut aws);
    assert!(aws.items("music").values().all(|item| item["v"] == 1));
}
