//! No point in time falls between the members of a transaction (ITEM-018): all of them commit at one instant.

use serde_json::{Value, json};

use crate::world::{SECOND_US, START_US, World, at, micros, wire_item};

const KEYS: usize = 5;
/// Restores that run at once.
const RESTORES: usize = 50;

/// Puts version `v` of every key into every table, in one transaction.
fn transact(aws: &mut World, tables: &[&str], v: i64) {
    let put = |(table, key): (&&str, usize)| {
        let item = wire_item(&json!({"pk": format!("{key}"), "v": v}));
        json!({"Put": {"TableName": table, "Item": item}})
    };
    let members = tables
        .iter()
        .flat_map(|table| (0..KEYS).map(move |key| (table, key)));
    let members: Vec<Value> = members.map(put).collect();
    aws.ok("TransactWriteItems", json!({"TransactItems": members}));
}

/// The only version that a table holds: `None` for an empty one.
#[track_caller]
fn version(aws: &mut World, table: &str) -> Option<i64> {
    let items = aws.items(table);
    let mut versions: Vec<i64> = items
        .values()
        .map(|item| item["v"].as_i64().unwrap())
        .collect();
    versions.dedup();
    assert!(
        items.is_empty() || items.len() == KEYS && versions.len() == 1,
        "{table} is split: {items:?}"
    );
    versions.first().copied()
}

/// Restores the tables to every one of these instants: the instant that is echoed, and the version of each table.
fn restored(aws: &mut World, tables: &[&str], instants_us: &[i64]) -> Vec<(i64, Vec<Option<i64>>)> {
    let mut seen = Vec::new();
    for (number, instants_us) in instants_us.chunks(RESTORES / tables.len()).enumerate() {
        let mut started = Vec::new();
        for us in instants_us {
            for table in tables {
                let target = format!("{table}-{number}-{us}");
                let description = aws.start_restore_to(table, &target, at(*us));
                let echoed = micros(&description["RestoreSummary"]["RestoreDateTime"]);
                started.push((echoed, target));
            }
        }
        aws.advance_s(800);
        for restores in started.chunks(tables.len()) {
            assert!(restores.iter().all(|(echoed, _)| *echoed == restores[0].0));
            let versions = restores.iter().map(|(_, target)| version(aws, target));
            seen.push((restores[0].0, versions.collect()));
        }
        for (_, target) in started {
            aws.start_drop(&target);
        }
        aws.advance_s(20);
    }
    seen
}

/// Two tables whose items get version 1 and, some milliseconds later, version 2, in the middle of a millisecond.
fn two_commits(mut aws: World) -> (World, [i64; 2]) {
    aws.recoverable_table("red");
    aws.recoverable_table("green");
    aws.now_us = START_US + 100 * SECOND_US + 3_456;
    let first_us = aws.now_us;
    transact(&mut aws, &["red", "green"], 1);
    aws.advance_us(2_111);
    let second_us = aws.now_us;
    transact(&mut aws, &["red", "green"], 2);
    aws.advance_s(700);
    (aws, [first_us, second_us])
}

/// Times are rounded to milliseconds before they are judged: what is asked for is every microsecond all the same.
#[test]
fn a_restore_at_any_microsecond_around_two_commits_is_whole_and_right() {
    let (mut aws, [first_us, second_us]) = two_commits(World::exact());
    let instants: Vec<i64> = (first_us - 1_100..=second_us + 1_100).collect();
    let seen = restored(&mut aws, &["red"], &instants);
    assert_eq!(seen.len(), instants.len());
    for (wanted_us, (restored_us, versions)) in instants.iter().zip(seen) {
        assert_eq!(restored_us, (wanted_us + 500).div_euclid(1_000) * 1_000);
        let expected = match restored_us {
            us if us < first_us => None,
            us if us < second_us => Some(1),
            _ => Some(2),
        };
        assert_eq!(versions, [expected], "at {wanted_us}");
    }
}

/// A transaction over two tables: restores of both to one instant agree.
#[test]
fn restores_of_two_tables_to_one_instant_agree_on_a_transaction_over_both() {
    let worlds = [
        World::exact(),
        World::typical(),
        World::adversarial(1),
        World::adversarial(2),
    ];
    for world in worlds {
        let (mut aws, [first_us, second_us]) = two_commits(world);
        let instants: Vec<i64> = (first_us - 2_000..second_us + 2_000).step_by(97).collect();
        let mut versions_seen = Vec::new();
        for (restored_us, versions) in restored(&mut aws, &["red", "green"], &instants) {
            assert_eq!(versions[0], versions[1], "at {restored_us}");
            versions_seen.push(versions[0]);
        }
        versions_seen.dedup();
        assert_eq!(versions_seen, [None, Some(1), Some(2)]);
    }
}

/// At the very instant nobody knows whether the transaction is in; it is not in by halves.
#[test]
fn a_restore_to_the_very_instant_is_whole() {
    let mut aws = World::exact();
    aws.recoverable_table("red");
    let mut instants = Vec::new();
    for v in 0..20 {
        aws.now_us = START_US + 10 * SECOND_US + v * 1_000;
        instants.push(aws.now_us);
        transact(&mut aws, &["red"], v);
    }
    aws.advance_s(700);
    for (number, (_, versions)) in restored(&mut aws, &["red"], &instants).iter().enumerate() {
        let v = number as i64;
        let right = versions[0] == Some(v) || versions[0] == (v > 0).then_some(v - 1);
        assert!(right, "{versions:?} at the commit of {v}");
    }
}

#[test]
fn several_transactions_of_one_instant_are_one_after_the_other_and_whole() {
    let mut aws = World::exact();
    aws.recoverable_table("red");
    aws.now_us = START_US + 10 * SECOND_US + 500;
    for v in 0..4 {
        transact(&mut aws, &["red"], v);
    }
    let commit_us = aws.now_us;
    aws.advance_s(700);
    let instants = [commit_us - 1_000, commit_us + 1_000];
    let seen = restored(&mut aws, &["red"], &instants);
    let versions: Vec<Option<i64>> = seen.iter().map(|(_, versions)| versions[0]).collect();
    assert_eq!(versions, [None, Some(3)]);
}

/// The latest restorable time, the SYSTEM backup and, but for *adversarial*, a backup on demand.
#[test]
fn latest_restores_and_backups_are_whole_too() {
    let mut aws = World::exact();
    aws.recoverable_table("red");
    for v in 0..30 {
        aws.now_us = START_US + (10 + v) * SECOND_US + 77 * v;
        transact(&mut aws, &["red"], v);
        if v % 10 == 9 {
            let arn = aws.start_backup("red")["BackupArn"].clone();
            aws.advance_us(60_000);
            aws.start_restore(arn.as_str().unwrap(), &format!("backup-{v}"), json!({}));
        }
    }
    for step in 0..40 {
        aws.now_us = START_US + 300 * SECOND_US + step * 1_037_113;
        let target = format!("latest-{step}");
        let latest = json!({"UseLatestRestorableTime": true});
        aws.start_restore_to("red", &target, latest);
    }
    aws.advance_s(5);
    for v in [9, 19, 29] {
        assert_eq!(version(&mut aws, &format!("backup-{v}")), Some(v));
    }
    let versions: Vec<_> = (0..40)
        .map(|step| version(&mut aws, &format!("latest-{step}")))
        .collect();
    assert!(versions.is_sorted(), "{versions:?}");
    assert_eq!((versions[0], versions[39]), (None, Some(29)));
    aws.drop_recoverable("red");
    let arn = aws.system_backup();
    aws.start_restore(&arn, "red", json!({}));
    aws.until_status("red", "ACTIVE");
    assert_eq!(version(&mut aws, "red"), Some(29));
}

/// Inside the band every item has a cut of its own, whatever wrote it (CONSISTENCY-006).
#[test]
fn an_adversarial_backup_may_split_a_transaction_within_its_band_and_not_outside() {
    let mut split = 0;
    for seed in 0..20 {
        let mut aws = World::adversarial(seed);
        aws.table("red");
        aws.advance_s(100);
        transact(&mut aws, &["red"], 1);
        let inside = aws.start_backup("red")["BackupArn"].clone();
        aws.advance_us(60 * SECOND_US);
        let outside = aws.start_backup("red")["BackupArn"].clone();
        aws.settle();
        aws.restore(inside.as_str().unwrap(), "inside");
        aws.restore(outside.as_str().unwrap(), "outside");
        split += usize::from((1..KEYS).contains(&aws.items("inside").len()));
        assert_eq!(version(&mut aws, "outside"), Some(1), "{seed}");
    }
    assert!(split > 5, "{split} of 20");
}
