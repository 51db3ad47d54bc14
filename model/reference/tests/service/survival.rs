//! What outlives what: tables, backups and restored tables are independent copies.

use serde_json::json;

use crate::world::{DAY_US, Items, World};

fn items(pairs: &[(&str, i64)]) -> Items {
    pairs
        .iter()
        .map(|(key, v)| ((*key).to_owned(), json!({"pk": key, "v": v})))
        .collect()
}

fn with_items(pairs: &[(&str, i64)]) -> World {
    let mut aws = World::exact();
    aws.table("music");
    for (key, v) in pairs {
        aws.put("music", json!({"pk": key, "v": v}));
    }
    aws
}

#[test]
fn later_writes_do_not_reach_a_backup() {
    let mut aws = with_items(&[("a", 1), ("b", 2)]);
    let arn = aws.backup("music");
    aws.put("music", json!({"pk": "a", "v": 10}));
    aws.delete("music", json!({"pk": "b"}));
    aws.put("music", json!({"pk": "c", "v": 3}));
    aws.restore(&arn, "again");
    assert_eq!(aws.items("again"), items(&[("a", 1), ("b", 2)]));
}

#[test]
fn writes_while_a_backup_is_creating_do_not_reach_it() {
    let mut aws = with_items(&[("a", 1)]);
    let arn = aws.start_backup("music")["BackupArn"].clone();
    aws.put("music", json!({"pk": "a", "v": 2}));
    aws.settle();
    aws.restore(arn.as_str().unwrap(), "again");
    assert_eq!(aws.items("again"), items(&[("a", 1)]));
}

#[test]
fn writes_of_the_same_instant_are_told_apart_by_their_order() {
    let mut aws = with_items(&[("a", 1)]);
    let first = aws.start_backup("music")["BackupArn"].clone();
    aws.put("music", json!({"pk": "a", "v": 2}));
    let second = aws.start_backup("music")["BackupArn"].clone();
    aws.put("music", json!({"pk": "a", "v": 3}));
    aws.settle();
    aws.restore(first.as_str().unwrap(), "one");
    aws.restore(second.as_str().unwrap(), "two");
    assert_eq!(aws.items("one"), items(&[("a", 1)]));
    assert_eq!(aws.items("two"), items(&[("a", 2)]));
    assert_eq!(aws.items("music"), items(&[("a", 3)]));
}

#[test]
fn a_chain_of_backups_holds_each_state() {
    let mut aws = with_items(&[]);
    let mut taken = Vec::new();
    for v in 0..10 {
        aws.put("music", json!({"pk": "a", "v": v}));
        aws.put("music", json!({"pk": format!("new-{v}"), "v": v}));
        taken.push((aws.backup("music"), aws.items("music")));
    }
    aws.drop("music");
    for (number, (arn, items)) in taken.into_iter().enumerate() {
        aws.restore(&arn, &format!("again-{number}"));
        assert_eq!(aws.items(&format!("again-{number}")), items);
    }
}

#[test]
fn a_deleted_item_is_in_the_backup_before_and_not_in_the_one_after() {
    let mut aws = with_items(&[("a", 1)]);
    let before = aws.backup("music");
    aws.delete("music", json!({"pk": "a"}));
    let after = aws.backup("music");
    aws.put("music", json!({"pk": "a", "v": 2}));
    aws.restore(&before, "one");
    aws.restore(&after, "two");
    assert_eq!(aws.items("one"), items(&[("a", 1)]));
    assert_eq!(aws.items("two"), items(&[]));
}

#[test]
fn a_backup_outlives_its_table() {
    let mut aws = with_items(&[("a", 1)]);
    let arn = aws.backup("music");
    aws.drop("music");
    aws.advance_us(400 * DAY_US);
    assert_eq!(aws.backup_status(&arn), "AVAILABLE");
    assert_eq!(aws.listed(json!({})), std::slice::from_ref(&arn));
    aws.restore(&arn, "again");
    assert_eq!(aws.items("again"), items(&[("a", 1)]));
    aws.delete_backup(&arn);
}

#[test]
fn a_backup_comes_back_under_the_original_name() {
    let mut aws = with_items(&[("a", 1)]);
    let arn = aws.backup("music");
    aws.drop("music");
    aws.restore(&arn, "music");
    assert_eq!(aws.items("music"), items(&[("a", 1)]));
}

#[test]
fn a_new_table_of_the_same_name_does_not_reach_the_backup_of_the_old_one() {
    let mut aws = with_items(&[("a", 1)]);
    let arn = aws.backup("music");
    aws.drop("music");
    aws.table("music");
    assert!(aws.items("music").is_empty());
    aws.put("music", json!({"pk": "a", "v": 99}));
    aws.restore(&arn, "again");
    assert_eq!(aws.items("again"), items(&[("a", 1)]));
    assert_eq!(aws.items("music"), items(&[("a", 99)]));
}

#[test]
fn writes_to_a_restored_table_stay_there() {
    let mut aws = with_items(&[("a", 1)]);
    let arn = aws.backup("music");
    aws.restore(&arn, "one");
    aws.put("one", json!({"pk": "a", "v": 2}));
    aws.delete("music", json!({"pk": "a"}));
    aws.restore(&arn, "two");
    assert_eq!(aws.items("one"), items(&[("a", 2)]));
    assert_eq!(aws.items("two"), items(&[("a", 1)]));
    assert_eq!(aws.items("music"), items(&[]));
}

#[test]
fn a_restored_table_outlives_source_and_backup() {
    let mut aws = with_items(&[("a", 1)]);
    let arn = aws.backup("music");
    aws.restore(&arn, "again");
    aws.delete_backup(&arn);
    aws.drop("music");
    for number in 0..100 {
        aws.ok("DescribeTable", json!({"TableName": "again"}));
        aws.advance_s(number);
    }
    assert_eq!(aws.items("again"), items(&[("a", 1)]));
}

#[test]
fn a_backup_survives_the_deletion_of_its_neighbours() {
    let mut aws = with_items(&[("a", 1)]);
    let first = aws.backup("music");
    aws.put("music", json!({"pk": "a", "v": 2}));
    let second = aws.backup("music");
    aws.put("music", json!({"pk": "a", "v": 3}));
    let third = aws.backup("music");
    aws.put("music", json!({"pk": "a", "v": 4}));
    aws.delete_backup(&first);
    aws.delete_backup(&third);
    for number in 5..50 {
        aws.put("music", json!({"pk": "a", "v": number}));
        aws.put("music", json!({"pk": "b", "v": number}));
    }
    aws.restore(&second, "again");
    assert_eq!(aws.items("again"), items(&[("a", 2)]));
}

#[test]
fn an_adversarial_backup_soon_after_a_restore_holds_what_was_restored() {
    for seed in 0..40 {
        let mut aws = World::adversarial(seed);
        aws.table("music");
        for number in 0..20 {
            aws.put("music", json!({"pk": format!("{number}")}));
        }
        aws.advance_s(61);
        let first = aws.backup("music");
        aws.restore(&first, "again");
        let second = aws.backup("again");
        aws.restore(&second, "third");
        assert_eq!(aws.items("third").len(), 20, "{seed}");
    }
}

#[test]
fn an_adversarial_backup_two_minutes_after_another_is_no_older() {
    for seed in 0..20 {
        let mut aws = World::adversarial(seed);
        aws.table("music");
        let mut taken = Vec::new();
        for round in 0..3 {
            for key in 0..10 {
                aws.put("music", json!({"pk": format!("{key}"), "v": round}));
                aws.advance_s(7);
            }
            taken.push(aws.start_backup("music")["BackupArn"].clone());
            aws.advance_s(121);
        }
        aws.settle();
        let mut before: Option<Items> = None;
        for (number, arn) in taken.iter().enumerate() {
            let target = format!("again-{number}");
            aws.restore(arn.as_str().unwrap(), &target);
            let items = aws.items(&target);
            for (key, item) in before.iter().flatten() {
                let now = items.get(key).expect("an item was lost");
                assert!(
                    now["v"].as_i64() >= item["v"].as_i64(),
                    "{seed}: {key} went back"
                );
            }
            before = Some(items);
        }
    }
}
