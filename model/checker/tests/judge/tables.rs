//! Tables that come, go, and come again under one name.

use serde_json::{Value, json};

use crate::script::{Script, item, us};

fn create() -> Value {
    json!({
        "TableName": "t", "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    })
}

fn replaced() -> Script {
    let mut script = Script::new();
    script.put(1_000, 1_010, "a", 1);
    script.call(
        2_000,
        2_010,
        "DeleteTable",
        json!({"TableName": "t"}),
        json!({}),
    );
    script.call(3_000, 3_010, "CreateTable", create(), json!({}));
    script
}

#[test]
fn a_table_created_again_begins_empty() {
    let mut script = replaced();
    script.get(4_000, 4_010, "a", None);
    script.passes("dynamodb");
}

#[test]
fn an_item_of_the_table_before_is_resurrected() {
    let mut script = replaced();
    script.get(4_000, 4_010, "a", Some(1));
    assert_eq!(script.breaks("dynamodb").len(), 1);
}

#[test]
fn a_backup_of_the_table_before_is_judged_by_that_table() {
    let mut script = replaced();
    script.put(4_000, 4_010, "a", 2);
    let members = json!({"anchor_us": us(1_500)});
    script.artefact(9_000, "snapshot", &[item("a", 1)], members);
    script.passes("snapshot");
}

#[test]
fn a_write_in_flight_while_the_table_is_replaced_may_land_in_either() {
    for shown in [None, Some(7)] {
        let mut script = replaced();
        script.put(2_005, 3_020, "b", 7);
        script.get(4_000, 4_010, "b", shown);
        script.passes("dynamodb");
    }
}

#[test]
fn what_a_table_held_before_is_there() {
    let mut script = Script::new();
    script.table("old", 0, &[item("a", 5)]);
    let get = json!({"TableName": "old", "Key": {"pk": {"S": "a"}}, "ConsistentRead": true});
    script.call(
        10,
        20,
        "GetItem",
        get.clone(),
        json!({"Item": item("a", 5)}),
    );
    script.passes("dynamodb");
    script.call(30, 40, "GetItem", get, json!({}));
    assert_eq!(script.breaks("dynamodb").len(), 1);
}

#[test]
fn calls_on_unknown_tables_are_told_and_not_judged() {
    let mut script = Script::new();
    let get = json!({"TableName": "elsewhere", "Key": {"pk": {"S": "a"}}});
    script.call(10, 20, "GetItem", get, json!({"Item": item("a", 5)}));
    let verdict = script.judge("dynamodb");
    assert!(verdict.is_pass());
    assert_eq!(verdict.remarks.len(), 1, "{verdict:#?}");
}

#[test]
fn a_restore_in_place_begins_a_new_epoch() {
    let judged = |after: Option<i64>| {
        let mut script = Script::new();
        script.put(1_000, 1_010, "a", 1);
        script.put(2_000, 2_010, "a", 2);
        let call = script.call(3_000, 3_500, "Restore", json!({}), json!({}));
        let members = json!({"anchor_us": us(1_500), "call": call});
        script.artefact(4_000, "in-place-restore", &[item("a", 1)], members);
        script.get(5_000, 5_010, "a", after);
        script.judge("snapshot").is_pass()
    };
    assert!(judged(Some(1)));
    assert!(!judged(Some(2)));
    assert!(!judged(None));
}

#[test]
fn of_which_table_an_artefact_is_that_was_asked_for_while_it_was_replaced_nobody_knows() {
    let mut script = replaced();
    let call = script.call(2_990, 3_020, "CreateBackup", json!({}), json!({}));
    let members = json!({"anchor_us": us(3_005), "call": call});
    script.artefact(9_000, "on-demand-backup", &[], members);
    let verdict = script.judge("dynamodb");
    assert!(verdict.violations.is_empty(), "{verdict:#?}");
    assert_eq!(verdict.unknowns.len(), 1, "{verdict:#?}");
}
