//! Artefacts and their bands.

use lookback_checker::contract::Grade;
use serde_json::json;

use crate::script::{Script, item, us};

#[test]
fn a_backup_holds_what_was_acknowledged_a_minute_before() {
    let mut script = Script::new();
    script.put(1_000, 1_010, "a", 1);
    script.backup(100_000, &[item("a", 1)]);
    script.passes("dynamodb");
}

#[test]
fn a_write_acknowledged_more_than_a_minute_before_must_be_in() {
    let mut script = Script::new();
    script.put(1_000, 1_010, "a", 1);
    script.put(1_000, 1_010, "b", 1);
    script.backup(62_210, &[item("a", 1)]);
    let told = script.breaks("dynamodb");
    assert_eq!(
        told,
        [
            r#"t {"pk":{"S":"b"}}: {"v":{"N":"1"}} was acknowledged at +1.010 s, 61.2 s before its anchor, and is missing: on demand backup 1 shows no item."#
        ]
    );
}

#[test]
fn a_write_inside_the_band_may_be_in_or_out() {
    for shown in [vec![item("a", 1)], vec![]] {
        let mut script = Script::new();
        script.put(1_000, 1_010, "a", 1);
        script.backup(60_000, &shown);
        script.passes("dynamodb");
    }
}

#[test]
fn a_write_begun_more_than_a_minute_after_must_be_out() {
    let mut script = Script::new();
    script.backup(10_000, &[item("a", 1)]);
    script.put(75_000, 75_010, "a", 1);
    let told = script.breaks("dynamodb");
    assert!(
        told[0].contains("was written only at +75.000 s, 65 s after its anchor"),
        "{told:?}"
    );
}

#[test]
fn a_deleted_item_must_not_come_back() {
    let mut script = Script::new();
    script.put(1_000, 1_010, "a", 1);
    script.delete(2_000, 2_010, "a");
    script.backup(100_000, &[item("a", 1)]);
    let told = script.breaks("dynamodb");
    assert!(
        told[0].contains("the deletion was acknowledged"),
        "{told:?}"
    );
}

#[test]
fn each_item_of_a_backup_has_its_own_cut() {
    let mut script = Script::new();
    script.put(50_000, 50_010, "a", 1);
    script.put(55_000, 55_010, "b", 1);
    script.backup(60_000, &[item("b", 1)]);
    script.passes("dynamodb");
}

#[test]
fn the_items_of_a_snapshot_share_one_cut() {
    let mut script = Script::new();
    script.put(1_000, 1_010, "a", 1);
    script.put(2_000, 2_010, "b", 1);
    script.snapshot(1_500, &[item("b", 1)]);
    assert!(!script.breaks("snapshot").is_empty());
}

#[test]
fn what_fits_alone_and_contradicts_ordinary_reads_breaks_an_inference() {
    let mut script = Script::new();
    script.put(50_000, 70_000, "a", 1);
    // A reader saw it before the second write began ...
    script.get(51_000, 51_010, "a", Some(1));
    script.put(60_000, 90_000, "a", 2);
    script.get(61_000, 61_010, "a", Some(2));
    script.get(69_000, 69_010, "a", Some(2));
    // ... and the artefact, whose band ends later, shows the first value again.
    let contract = tight("point-in-time-restore");
    script.artefact(
        100_000,
        "point-in-time-restore",
        &[item("a", 1)],
        json!({"anchor_us": us(65_000)}),
    );
    let verdict = script.judge_by(&contract);
    assert_eq!(verdict.violations.len(), 1, "{verdict:#?}");
    assert_eq!(verdict.violations[0].grade, Grade::Inference);
    // Against the writes alone it fits.
    let mut alone = contract.clone();
    for promise in alone.artefacts.values_mut() {
        promise.joint = lookback_checker::contract::Joint::No;
    }
    assert!(script.judge_by(&alone).is_pass());
}

/// A restore of nothing that asked for one time and was told another.
fn restored(asked_ms: i64, told_ms: i64) -> Script {
    let mut script = Script::new();
    let asked = json!({
        "SourceTableName": "t", "TargetTableName": "r", "RestoreDateTime": asked_ms as f64 / 1e3,
    });
    let call = script.call(
        80_000,
        80_010,
        "RestoreTableToPointInTime",
        asked,
        json!({}),
    );
    let told = json!({"anchor_us": us(told_ms), "call": call});
    script.artefact(90_000, "point-in-time-restore", &[], told);
    script
}

#[test]
fn a_restore_that_names_another_time_than_it_was_asked_for_is_told() {
    let told = restored(20_000, 80_000).breaks("dynamodb");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("60 s after the one"), "{told:?}");
    assert_eq!(restored(20_000, 5_000).breaks("dynamodb").len(), 1);
}

#[test]
fn a_restore_that_names_the_time_that_it_was_asked_for_is_right() {
    restored(20_000, 20_000).passes("dynamodb");
    // The documents tell times in seconds.
    restored(20_400, 20_000).passes("dynamodb");
}

#[test]
fn a_restore_to_the_latest_time_may_name_any() {
    let mut script = Script::new();
    let asked = json!({
        "SourceTableName": "t", "TargetTableName": "r", "UseLatestRestorableTime": true,
    });
    let call = script.call(
        80_000,
        80_010,
        "RestoreTableToPointInTime",
        asked,
        json!({}),
    );
    let told = json!({"anchor_us": us(20_000), "call": call});
    script.artefact(90_000, "point-in-time-restore", &[], told);
    script.passes("dynamodb");
}

/// DynamoDB's contract, with one kind read at its anchor.
fn tight(kind: &str) -> lookback_checker::Contract {
    let mut contract = lookback_checker::Contract::dynamodb();
    let promise = contract.artefacts.get_mut(kind).unwrap();
    promise.band_us = lookback_checker::contract::Around::both(1_000_000);
    promise.sure_us = None;
    contract
}

#[test]
fn two_artefacts_that_are_legal_alone_can_contradict_each_other() {
    let mut script = Script::new();
    script.put(1_000, 100_000, "a", 1);
    script.put(1_000, 100_000, "a", 2);
    script.snapshot(20_000, &[item("a", 1)]);
    script.snapshot(40_000, &[item("a", 2)]);
    script.passes("snapshot");
    script.snapshot(60_000, &[item("a", 1)]);
    let verdict = script.judge("snapshot");
    assert_eq!(verdict.violations.len(), 1, "{verdict:#?}");
    // One write of each value: the first value cannot come back.
    assert_eq!(verdict.violations[0].witness.facts.len(), 3, "{verdict:#?}");
}

#[test]
fn an_anchor_outside_of_its_call_is_found() {
    let mut script = Script::new();
    script.put(1_000, 1_010, "a", 1);
    let input = json!({"TableName": "t", "BackupName": "b"});
    let call = script.call(100_000, 100_010, "CreateBackup", input, json!({}));
    let members = json!({"anchor_us": us(90_000), "call": call});
    script.artefact(101_000, "on-demand-backup", &[item("a", 1)], members);
    let told = script.breaks("dynamodb");
    assert!(told[0].contains("10 s before the call"), "{told:?}");
}

#[test]
fn a_system_backup_holds_what_was_acknowledged_before_the_deletion() {
    for (shown, fits) in [(vec![item("a", 2)], true), (vec![item("a", 1)], false)] {
        let mut script = Script::new();
        script.put(1_000, 1_010, "a", 1);
        script.put(2_000, 2_010, "a", 2);
        let call = script.call(
            3_000,
            3_010,
            "DeleteTable",
            json!({"TableName": "t"}),
            json!({}),
        );
        script.artefact(9_000, "system-backup", &shown, json!({"call": call}));
        assert_eq!(script.judge("dynamodb").is_pass(), fits);
    }
}

#[test]
fn a_write_in_flight_at_the_deletion_may_be_in_or_out() {
    for shown in [1, 2] {
        let mut script = Script::new();
        script.put(1_000, 1_010, "a", 1);
        script.put(2_990, 3_005, "a", 2);
        let call = script.call(
            3_000,
            3_010,
            "DeleteTable",
            json!({"TableName": "t"}),
            json!({}),
        );
        script.artefact(
            9_000,
            "system-backup",
            &[item("a", shown)],
            json!({"call": call}),
        );
        script.passes("dynamodb");
    }
}

#[test]
fn a_log_prefix_is_not_judged_with_ordinary_reads_but_holds_no_gap() {
    let mut script = Script::new();
    script.put(1_000, 5_000, "a", 1);
    script.get(1_500, 1_600, "a", Some(1));
    script.snapshot(2_000, &[]);
    script.passes("log-prefix");
    assert!(!script.judge("snapshot").is_pass());
    let mut gap = Script::new();
    gap.put(1_000, 1_010, "a", 1);
    gap.put(1_020, 1_030, "b", 1);
    gap.snapshot(1_025, &[item("b", 1)]);
    assert!(!gap.judge("log-prefix").is_pass());
}

#[test]
fn an_artefact_at_a_position_holds_the_log_up_to_it() {
    let mut script = Script::new();
    for (position, value) in [(10, 1), (20, 2), (30, 3)] {
        let input = json!({"TableName": "t", "Item": item("a", value)});
        let id = 700 + position;
        let at_us = us(position);
        script.line(
            position,
            json!({"call": {"id": id, "at_us": at_us, "op": "PutItem", "in": input}}),
        );
        script.line(
            position,
            json!({"return": {"id": id, "at_us": at_us, "out": {}, "position": position}}),
        );
    }
    let mut contract = lookback_checker::Contract::log_prefix();
    contract.artefacts.get_mut("snapshot").unwrap().anchor =
        lookback_checker::contract::Anchor::Position;
    script.artefact(100, "snapshot", &[item("a", 2)], json!({"position": 25}));
    assert!(script.judge_by(&contract).is_pass());
    script.artefact(101, "snapshot", &[item("a", 2)], json!({"position": 19}));
    let verdict = script.judge_by(&contract);
    assert_eq!(verdict.violations.len(), 1, "{verdict:#?}");
}

#[test]
fn a_statement_reads_at_one_instant_of_its_call() {
    let mut script = Script::new();
    script.put(1_000, 1_010, "a", 1);
    let call = script.call(
        2_000,
        3_000,
        "ExportTableToPointInTime",
        json!({}),
        json!({}),
    );
    script.put(2_400, 2_500, "a", 2);
    script.put(2_600, 2_700, "b", 1);
    script.artefact(
        4_000,
        "snapshot",
        &[item("a", 2), item("b", 1)],
        json!({"call": call}),
    );
    script.passes("statement");
    script.artefact(
        4_001,
        "snapshot",
        &[item("a", 1), item("b", 1)],
        json!({"call": call}),
    );
    let told = script.breaks("statement");
    assert!(told[0].contains("share no cut"), "{told:?}");
}

#[test]
fn an_artefact_of_a_kind_without_a_promise_is_unknown() {
    let mut script = Script::new();
    script.artefact(10, "photograph", &[], json!({"anchor_us": 10}));
    let verdict = script.judge("dynamodb");
    assert!(verdict.violations.is_empty());
    assert_eq!(verdict.unknowns.len(), 1);
}

#[test]
fn the_indexes_of_a_restored_table_are_compared_with_its_items() {
    let index = |items: serde_json::Value, global: bool, settled: bool| {
        json!({"indexes": [{
            "name": "by-v", "global": global, "settled": settled, "items": items,
            "key_schema": [{"AttributeName": "v", "KeyType": "HASH"}],
            "attribute_definitions": [{"AttributeName": "v", "AttributeType": "N"}],
            "projection": {"ProjectionType": "ALL"},
        }], "anchor_us": us(2_000)})
    };
    let judged = |members: serde_json::Value| {
        let mut script = Script::new();
        script.put(1_000, 1_010, "a", 1);
        script.artefact(3_000, "snapshot", &[item("a", 1)], members);
        script.judge("snapshot")
    };
    assert!(judged(index(json!([item("a", 1)]), false, true)).is_pass());
    let lacking = judged(index(json!([]), false, false));
    assert!(
        lacking.violations[0].witness.summary.contains("lacks"),
        "{lacking:#?}"
    );
    assert!(judged(index(json!([]), true, false)).violations.is_empty());
    assert!(!judged(index(json!([item("a", 2)]), true, true)).is_pass());
}

#[test]
fn writes_without_a_position_may_lie_anywhere_in_the_log_each_once() {
    let judged = |shown: i64| {
        let mut script = Script::new();
        let add = json!({
            "TableName": "t", "Key": {"pk": {"S": "a"}}, "UpdateExpression": "ADD v :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        });
        for at_ms in [10, 20] {
            script.lost(at_ms, at_ms + 5, "UpdateItem", add.clone());
        }
        script.artefact(100, "snapshot", &[item("a", shown)], json!({"position": 1}));
        let mut contract = lookback_checker::Contract::log_prefix();
        contract.artefacts.get_mut("snapshot").unwrap().anchor =
            lookback_checker::contract::Anchor::Position;
        script.judge_by(&contract).is_pass()
    };
    assert!(judged(1));
    assert!(judged(2));
    assert!(!judged(3));
}
