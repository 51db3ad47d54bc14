//! What no service accepts.

use serde_json::{Value, json};

use super::{add_one, breaks_once, passes_whole, shows, update, with};
use crate::script::{Script, item, key};

/// Requests that are refused, each for another reason (ITEM-014, ITEM-015).
fn unfit() -> Vec<(&'static str, Value)> {
    let put = |members: Value| {
        let mut input = json!({"TableName": "t", "Item": item("a", 9)});
        for (name, value) in members.as_object().unwrap() {
            input[name] = value.clone();
        }
        ("PutItem", input)
    };
    let mut both = add_one();
    both["UpdateExpression"] = json!("REMOVE v");
    let mut condition = add_one();
    condition["ConditionExpression"] = json!("attribute_exists(pk)");
    let mut operator = add_one();
    operator["ConditionalOperator"] = json!("OR");
    vec![
        ("UpdateItem", update(json!({"v": {"Action": "PUT"}}))),
        (
            "UpdateItem",
            update(json!({"v": {"Action": "ADD", "Value": {"BOOL": true}}})),
        ),
        (
            "UpdateItem",
            update(json!({"v": {"Action": "DELETE", "Value": {"N": "1"}}})),
        ),
        ("UpdateItem", both),
        ("UpdateItem", condition),
        ("UpdateItem", operator),
        put(json!({"ConditionalOperator": "AND"})),
        put(json!({"ConditionalOperator": "OR", "Expected": {"v": {"Exists": false}}})),
        put(json!({"Expected": {"v": {"Exists": true}}})),
        put(
            json!({"Expected": {"v": {"Exists": false}}, "ConditionExpression": "attribute_exists(pk)"}),
        ),
        put(
            json!({"Expected": {"v": {"ComparisonOperator": "BETWEEN", "AttributeValueList": [{"N": "1"}]}}}),
        ),
    ]
}

#[test]
fn a_refused_write_has_no_effect() {
    for (name, input) in unfit() {
        for (shown, is_legal) in [(1, true), (9, false)] {
            let mut script = with(json!({"v": {"N": "1"}}));
            script.refused(
                10,
                20,
                name,
                input.clone(),
                "ValidationException",
                json!({}),
            );
            script.get(30, 40, "a", Some(shown));
            if is_legal {
                passes_whole(&script);
            } else {
                breaks_once(&script);
            }
        }
    }
}

#[test]
fn a_write_that_no_service_accepts_cannot_have_been_done() {
    for (name, input) in unfit() {
        let mut script = with(json!({"v": {"N": "1"}}));
        script.call(10, 20, name, input, json!({}));
        breaks_once(&script);
    }
}

#[test]
fn a_write_that_no_service_accepts_does_nothing_unseen() {
    for (name, input) in unfit() {
        let mut script = with(json!({"v": {"N": "1"}}));
        script.lost(10, 20, name, input);
        script.get(30, 40, "a", Some(1));
        passes_whole(&script);
        script.get(50, 60, "a", Some(9));
        breaks_once(&script);
    }
}

#[test]
fn a_refused_update_of_the_key_leaves_the_item() {
    let mut script = with(json!({"v": {"N": "1"}}));
    let input = update(json!({"pk": {"Value": {"S": "b"}}, "v": {"Action": "DELETE"}}));
    script.refused(
        10,
        20,
        "UpdateItem",
        input,
        "ValidationException",
        json!({}),
    );
    shows(&mut script, 30, Some(json!({"v": {"N": "1"}})));
    passes_whole(&script);
}

#[test]
fn an_addition_to_a_text_cannot_have_been_done() {
    let mut refused = with(json!({"v": {"S": "x"}}));
    refused.refused(
        10,
        20,
        "UpdateItem",
        add_one(),
        "ValidationException",
        json!({}),
    );
    shows(&mut refused, 30, Some(json!({"v": {"S": "x"}})));
    passes_whole(&refused);
    let mut done = with(json!({"v": {"S": "x"}}));
    done.call(10, 20, "UpdateItem", add_one(), json!({}));
    breaks_once(&done);
}

#[test]
fn an_expression_that_reads_like_old_parameters_is_none() {
    let expected = json!({"v": {"Exists": false}});
    let put = json!({"TableName": "t", "Item": item("a", 9)});
    let mut legacy = put.clone();
    legacy["Expected"] = expected.clone();
    let mut expression = put;
    expression["ConditionExpression"] = json!(format!("Expected {expected}"));
    let history = |second: Value| {
        let mut script = Script::new();
        script.call(10, 20, "PutItem", legacy.clone(), json!({}));
        let delete = json!({"TableName": "t", "Key": key("a")});
        script.call(30, 40, "DeleteItem", delete, json!({}));
        script.call(50, 60, "PutItem", second, json!({}));
        script
    };
    passes_whole(&history(legacy.clone()));
    breaks_once(&history(expression));
}
