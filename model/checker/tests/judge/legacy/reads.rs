//! AttributesToGet and KeyConditions.

use serde_json::{Value, json};

use super::{breaks_once, passes_whole, with};
use crate::script::{Script, item, key};

fn parts(input: Value, out: Value) -> Script {
    let mut script = with(json!({"v": {"N": "1"}, "w": {"N": "2"}}));
    script.call(10, 20, "GetItem", input, out);
    script
}

#[test]
fn attributes_to_get_show_a_part() {
    let asked = |names: Value| json!({"TableName": "t", "Key": key("a"), "ConsistentRead": true, "AttributesToGet": names});
    let w = asked(json!(["w", "never-there"]));
    passes_whole(&parts(w.clone(), json!({"Item": {"w": {"N": "2"}}})));
    breaks_once(&parts(w.clone(), json!({"Item": {"w": {"N": "3"}}})));
    breaks_once(&parts(w.clone(), json!({"Item": {}})));
    breaks_once(&parts(w, json!({})));
    let nothing = asked(json!(["never-there"]));
    passes_whole(&parts(nothing, json!({"Item": {}})));
}

#[test]
fn a_read_with_both_notations_cannot_have_been_answered() {
    let mut input = json!({"TableName": "t", "Key": key("a"), "AttributesToGet": ["v"]});
    input["ProjectionExpression"] = json!("v");
    breaks_once(&parts(input, json!({"Item": {"v": {"N": "1"}}})));
}

fn queried(operator: &str, items: &[Value]) -> Script {
    let mut script = Script::new();
    script.put(10, 20, "a", 1);
    let input = json!({
        "TableName": "t", "ConsistentRead": true,
        "KeyConditions": {"pk": {"ComparisonOperator": operator, "AttributeValueList": [{"S": "a"}]}},
    });
    script.call(
        30,
        40,
        "Query",
        input,
        json!({"Items": items, "Count": items.len()}),
    );
    script
}

#[test]
fn key_conditions_show_what_is_there_and_what_is_not() {
    passes_whole(&queried("EQ", &[item("a", 1)]));
    breaks_once(&queried("EQ", &[item("a", 2)]));
    breaks_once(&queried("EQ", &[]));
}

#[test]
fn key_conditions_that_look_up_no_key_do_not_show_what_is_not_there() {
    passes_whole(&queried("NE", &[]));
}
