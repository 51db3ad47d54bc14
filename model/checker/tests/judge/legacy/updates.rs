//! AttributeUpdates.

use serde_json::{Value, json};

use super::{add_one, breaks_once, passes_whole, shows, update, with};
use crate::script::Script;

/// The update makes `after` of an item with the attributes `before`, and leaves nothing else behind.
#[track_caller]
fn makes(before: Option<Value>, updates: Value, after: Option<Value>) {
    let history = |shown: Option<Value>| {
        let mut script = before.clone().map_or_else(Script::new, with);
        let out = json!({});
        script.call(10, 20, "UpdateItem", update(updates.clone()), out);
        shows(&mut script, 30, shown);
        script
    };
    passes_whole(&history(after.clone()));
    let other = json!({"other": {"S": "x"}});
    for wrong in [before.clone(), None, Some(json!({})), Some(other)] {
        if wrong != after {
            breaks_once(&history(wrong));
        }
    }
}

#[test]
fn put_replaces_an_attribute_and_leaves_the_others() {
    makes(
        Some(json!({"v": {"N": "1"}, "kept": {"S": "x"}})),
        json!({"v": {"Action": "PUT", "Value": {"S": "new"}}}),
        Some(json!({"v": {"S": "new"}, "kept": {"S": "x"}})),
    );
}

#[test]
fn put_is_what_happens_where_no_action_is_named() {
    makes(
        Some(json!({"v": {"N": "1"}})),
        json!({"w": {"Value": {"L": []}}}),
        Some(json!({"v": {"N": "1"}, "w": {"L": []}})),
    );
}

#[test]
fn an_absent_item_starts_from_its_key() {
    for action in ["PUT", "ADD"] {
        makes(
            None,
            json!({"v": {"Action": action, "Value": {"N": "5"}}}),
            Some(json!({"v": {"N": "5"}})),
        );
    }
}

#[test]
fn an_update_without_changes_stores_at_least_the_key() {
    makes(None, json!({}), Some(json!({})));
    makes(
        Some(json!({"v": {"N": "1"}})),
        json!({}),
        Some(json!({"v": {"N": "1"}})),
    );
}

#[test]
fn an_update_that_only_takes_away_makes_no_item() {
    makes(
        None,
        json!({"v": {"Action": "DELETE"}, "w": {"Action": "DELETE", "Value": {"SS": ["x"]}}}),
        None,
    );
}

#[test]
fn add_grows_a_number() {
    makes(
        Some(json!({"v": {"N": "7"}})),
        json!({"v": {"Action": "ADD", "Value": {"N": "-2.5"}}}),
        Some(json!({"v": {"N": "4.5"}})),
    );
}

#[test]
fn add_joins_sets_of_each_type() {
    for (kind, members) in [
        ("SS", ["a", "b", "c"]),
        ("NS", ["1", "2", "3"]),
        ("BS", ["YQ==", "Yg==", "Yw=="]),
    ] {
        makes(
            Some(json!({"v": {kind: members[..2]}})),
            json!({"v": {"Action": "ADD", "Value": {kind: members[1..]}}}),
            Some(json!({"v": {kind: members}})),
        );
    }
}

#[test]
fn add_lengthens_a_list_also_one_that_is_absent() {
    let add = json!({"v": {"Action": "ADD", "Value": {"L": [{"N": "2"}]}}});
    makes(
        Some(json!({"v": {"L": [{"N": "1"}]}})),
        add.clone(),
        Some(json!({"v": {"L": [{"N": "1"}, {"N": "2"}]}})),
    );
    makes(None, add, Some(json!({"v": {"L": [{"N": "2"}]}})));
}

#[test]
fn delete_takes_an_attribute_away() {
    makes(
        Some(json!({"v": {"N": "1"}, "w": {"N": "2"}})),
        json!({"v": {"Action": "DELETE"}, "never-there": {"Action": "DELETE"}}),
        Some(json!({"w": {"N": "2"}})),
    );
}

#[test]
fn delete_takes_members_out_of_a_set() {
    makes(
        Some(json!({"v": {"SS": ["a", "b"]}})),
        json!({"v": {"Action": "DELETE", "Value": {"SS": ["b", "never-there"]}}}),
        Some(json!({"v": {"SS": ["a"]}})),
    );
}

#[test]
fn a_set_goes_with_its_last_member() {
    makes(
        Some(json!({"v": {"NS": ["1", "2"]}, "w": {"N": "2"}})),
        json!({"v": {"Action": "DELETE", "Value": {"NS": ["2", "1"]}}}),
        Some(json!({"w": {"N": "2"}})),
    );
}

#[test]
fn all_attributes_change_at_once() {
    makes(
        Some(json!({"n": {"N": "1"}, "gone": {"S": "x"}, "tags": {"SS": ["a", "b"]}})),
        json!({
            "n": {"Action": "ADD", "Value": {"N": "1"}}, "gone": {"Action": "DELETE"},
            "tags": {"Action": "DELETE", "Value": {"SS": ["a"]}}, "put": {"Value": {"BOOL": true}},
        }),
        Some(json!({"n": {"N": "2"}, "tags": {"SS": ["b"]}, "put": {"BOOL": true}})),
    );
}

#[test]
fn a_counter_counts_each_update_once() {
    let counted = |shown: i64| {
        let mut script = Script::new();
        for _ in 0..3 {
            script.call(10, 50, "UpdateItem", add_one(), json!({}));
        }
        script.get(60, 70, "a", Some(shown));
        script
    };
    passes_whole(&counted(3));
    breaks_once(&counted(2));
}

#[test]
fn an_update_of_which_nobody_knows_may_have_happened_once() {
    let shown = |shown: Option<i64>| {
        let mut script = Script::new();
        script.lost(10, 20, "UpdateItem", add_one());
        script.get(60, 70, "a", shown);
        script
    };
    passes_whole(&shown(Some(1)));
    passes_whole(&shown(None));
    breaks_once(&shown(Some(2)));
}

#[test]
fn updates_that_tell_their_outcome_have_one_order() {
    let mut telling = add_one();
    telling["ReturnValues"] = json!("UPDATED_NEW");
    let told = |told: [i64; 2]| {
        let mut script = Script::new();
        for told in told {
            let out = json!({"Attributes": {"v": {"N": told.to_string()}}});
            script.call(10, 50, "UpdateItem", telling.clone(), out);
        }
        script
    };
    passes_whole(&told([2, 1]));
    breaks_once(&told([1, 1]));
}

#[test]
fn both_notations_count_on_one_counter() {
    let expression = json!({
        "TableName": "t", "Key": {"pk": {"S": "a"}},
        "UpdateExpression": "ADD v :one", "ExpressionAttributeValues": {":one": {"N": "1"}},
    });
    let counted = |shown: i64| {
        let mut script = Script::new();
        script.call(10, 50, "UpdateItem", expression.clone(), json!({}));
        script.call(10, 50, "UpdateItem", add_one(), json!({}));
        script.get(60, 70, "a", Some(shown));
        script
    };
    passes_whole(&counted(2));
    breaks_once(&counted(1));
}

#[test]
fn a_backup_that_lacks_an_update_is_found() {
    let backed_up = |value: i64| {
        let mut script = Script::new();
        script.call(10, 20, "UpdateItem", add_one(), json!({}));
        script.call(30, 40, "UpdateItem", add_one(), json!({}));
        script.backup(100_000, &[crate::script::item("a", value)]);
        script
    };
    breaks_once(&backed_up(1));
    let verdict = backed_up(2).judge("dynamodb");
    assert!(verdict.violations.is_empty(), "{verdict:#?}");
}
