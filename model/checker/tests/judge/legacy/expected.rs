//! Expected and ConditionalOperator.

use serde_json::{Value, json};

use super::{FAILED, add_one, breaks_once, keyed, passes_whole, shows, update, with};
use crate::script::{Script, item, key};

/// The operations that can depend on something, each with this Expected.
fn writes(expected: &Value, operator: Option<&str>) -> [(&'static str, Value); 3] {
    let writes = [
        ("PutItem", json!({"TableName": "t", "Item": item("a", 99)})),
        ("UpdateItem", update(json!({"v": {"Value": {"N": "99"}}}))),
        ("DeleteItem", json!({"TableName": "t", "Key": key("a")})),
    ];
    writes.map(|(name, mut input)| {
        input["Expected"] = expected.clone();
        if let Some(operator) = operator {
            input["ConditionalOperator"] = json!(operator);
        }
        (name, input)
    })
}

/// An item with the attributes `before` fulfils the conditions: each write under them succeeds, and cannot fail.
#[track_caller]
fn holds_under(before: Option<Value>, expected: Value, operator: Option<&str>) {
    for (name, input) in writes(&expected, operator) {
        let mut done = before.clone().map_or_else(Script::new, with);
        let mut failed = before.clone().map_or_else(Script::new, with);
        done.call(10, 20, name, input.clone(), json!({}));
        passes_whole(&done);
        failed.refused(10, 20, name, input, FAILED, json!({}));
        breaks_once(&failed);
    }
}

/// It does not: each write under them fails, cannot succeed, and changes nothing.
#[track_caller]
fn fails_under(before: Option<Value>, expected: Value, operator: Option<&str>) {
    for (name, input) in writes(&expected, operator) {
        let mut done = before.clone().map_or_else(Script::new, with);
        let mut failed = before.clone().map_or_else(Script::new, with);
        done.call(10, 20, name, input.clone(), json!({}));
        breaks_once(&done);
        failed.refused(10, 20, name, input, FAILED, json!({}));
        shows(&mut failed, 30, before.clone());
        passes_whole(&failed);
    }
}

fn holds(before: Value, expected: Value) {
    holds_under(Some(before), expected, None);
}

fn fails(before: Value, expected: Value) {
    fails_under(Some(before), expected, None);
}

#[test]
fn a_value_must_be_there() {
    for expected in [
        json!({"v": {"Value": {"N": "1"}}}),
        json!({"v": {"Value": {"N": "1.0"}, "Exists": true}}),
    ] {
        holds(json!({"v": {"N": "1"}}), expected.clone());
        fails(json!({"v": {"N": "2"}}), expected.clone());
        fails(json!({"w": {"N": "1"}}), expected.clone());
        fails_under(None, expected, None);
    }
}

#[test]
fn an_attribute_must_not_exist() {
    let expected = json!({"v": {"Exists": false}});
    holds(json!({"w": {"N": "1"}}), expected.clone());
    fails(json!({"v": {"N": "1"}}), expected.clone());
    holds_under(None, expected, None);
}

#[test]
fn a_key_that_must_not_exist_means_the_item() {
    let expected = json!({"pk": {"Exists": false}});
    holds_under(None, expected.clone(), None);
    fails(json!({"v": {"N": "1"}}), expected);
}

#[test]
fn every_operator_is_met_by_what_it_describes() {
    let n = |value: i64| json!({"N": value.to_string()});
    let s = |value: &str| json!({"S": value});
    let attributes = json!({"n": n(5), "s": s("hello"), "list": {"L": [n(1), n(2)]}});
    let cases = [
        ("n", "EQ", json!([n(5)]), json!([n(6)])),
        ("n", "NE", json!([n(6)]), json!([n(5)])),
        ("n", "LT", json!([n(6)]), json!([n(5)])),
        ("n", "LE", json!([n(5)]), json!([n(4)])),
        ("n", "GT", json!([n(4)]), json!([n(5)])),
        ("n", "GE", json!([n(5)]), json!([n(6)])),
        ("n", "IN", json!([n(1), n(5)]), json!([n(1), n(2)])),
        ("n", "BETWEEN", json!([n(5), n(9)]), json!([n(6), n(9)])),
        ("s", "BEGINS_WITH", json!([s("he")]), json!([s("lo")])),
        ("s", "CONTAINS", json!([s("ell")]), json!([s("x")])),
        ("list", "CONTAINS", json!([n(2)]), json!([n(3)])),
        ("list", "NOT_CONTAINS", json!([n(3)]), json!([n(2)])),
    ];
    for (name, operator, met, unmet) in cases {
        let expected = |list: Value| json!({name: {"ComparisonOperator": operator, "AttributeValueList": list}});
        holds(attributes.clone(), expected(met));
        fails(attributes.clone(), expected(unmet));
    }
}

#[test]
fn null_and_not_null_ask_whether_an_attribute_is_there() {
    let there = json!({"v": {"N": "1"}});
    let expected = |operator: &str| json!({"v": {"ComparisonOperator": operator}});
    holds(there.clone(), expected("NOT_NULL"));
    fails(there, expected("NULL"));
    holds_under(None, expected("NULL"), None);
    fails_under(None, expected("NOT_NULL"), None);
}

#[test]
fn a_value_may_stand_in_for_a_list_of_one() {
    let expected = json!({"v": {"ComparisonOperator": "GE", "Value": {"N": "3"}}});
    holds(json!({"v": {"N": "3"}}), expected.clone());
    fails(json!({"v": {"N": "2"}}), expected);
}

#[test]
fn what_is_absent_is_different_from_everything_and_contains_nothing() {
    let one = json!([{"N": "1"}]);
    let expected =
        |operator: &str| json!({"v": {"ComparisonOperator": operator, "AttributeValueList": one}});
    holds(json!({}), expected("NE"));
    fails(json!({}), expected("NOT_CONTAINS"));
}

#[test]
fn all_conditions_must_hold_unless_one_is_enough() {
    let one_of_two = json!({"v": {"Value": {"N": "1"}}, "w": {"Exists": false}});
    let both = Some(json!({"v": {"N": "1"}}));
    let first = Some(json!({"v": {"N": "1"}, "w": {"N": "1"}}));
    let second = Some(json!({"v": {"N": "2"}}));
    let none = Some(json!({"v": {"N": "2"}, "w": {"N": "1"}}));
    for operator in [None, Some("AND")] {
        holds_under(both.clone(), one_of_two.clone(), operator);
        for unmet in [&first, &second, &none] {
            fails_under(unmet.clone(), one_of_two.clone(), operator);
        }
    }
    for met in [both, first, second] {
        holds_under(met, one_of_two.clone(), Some("OR"));
    }
    fails_under(none, one_of_two, Some("OR"));
}

#[test]
fn conditions_that_ask_for_nothing_always_hold() {
    for before in [None, Some(json!({"v": {"N": "1"}}))] {
        holds_under(before, json!({}), None);
    }
}

#[test]
fn a_condition_was_false_at_some_instant_of_its_call() {
    let failed_between = |from_ms: i64, to_ms: i64| {
        let mut script = Script::new();
        script.put(10, 20, "a", 1);
        script.put(50, 60, "a", 2);
        let mut input = add_one();
        input["Expected"] = json!({"v": {"Value": {"N": "1"}}});
        script.refused(from_ms, to_ms, "UpdateItem", input, FAILED, json!({}));
        script.get(100, 110, "a", Some(2));
        script
    };
    passes_whole(&failed_between(0, 5));
    passes_whole(&failed_between(30, 55));
    passes_whole(&failed_between(70, 80));
    breaks_once(&failed_between(30, 40));
}

#[test]
fn a_failed_condition_that_tells_the_item_is_a_read() {
    let told = |value: i64| {
        let mut script = Script::new();
        script.put(0, 5, "a", 1);
        script.put(10, 15, "a", 2);
        let input = json!({
            "TableName": "t", "Item": item("a", 3), "Expected": {"pk": {"Exists": false}},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        });
        let body = json!({"Item": item("a", value)});
        script.refused(20, 25, "PutItem", input, FAILED, body);
        script
    };
    passes_whole(&told(2));
    breaks_once(&told(1));
}

#[test]
fn a_deletion_tells_what_it_deleted_under_its_condition() {
    let told = |shown: i64| {
        let mut script = with(json!({"v": {"N": "1"}}));
        let input = json!({
            "TableName": "t", "Key": key("a"), "Expected": {"v": {"Value": {"N": "1"}}}, "ReturnValues": "ALL_OLD",
        });
        let out = json!({"Attributes": keyed(json!({"v": {"N": shown.to_string()}}))});
        script.call(10, 20, "DeleteItem", input, out);
        shows(&mut script, 30, None);
        script
    };
    passes_whole(&told(1));
    breaks_once(&told(2));
}

#[test]
fn of_two_swaps_of_one_value_one_is_lost() {
    let swaps = |second_expects: i64| {
        let mut script = with(json!({"v": {"N": "1"}}));
        for (expected, to) in [(1, 2), (second_expects, 3)] {
            let mut input = update(json!({"v": {"Value": {"N": to.to_string()}}}));
            input["Expected"] = json!({"v": {"Value": {"N": expected.to_string()}}});
            script.call(10, 50, "UpdateItem", input, json!({}));
        }
        shows(&mut script, 60, Some(json!({"v": {"N": "3"}})));
        script
    };
    passes_whole(&swaps(2));
    breaks_once(&swaps(1));
}

#[test]
fn only_one_of_two_claims_can_win() {
    let claim = |value| json!({"TableName": "t", "Item": item("a", value), "Expected": {"pk": {"Exists": false}}});
    let mut script = Script::new();
    script.call(10, 50, "PutItem", claim(1), json!({}));
    script.refused(10, 50, "PutItem", claim(2), FAILED, json!({}));
    passes_whole(&script);
    script.call(60, 70, "PutItem", claim(3), json!({}));
    breaks_once(&script);
}
