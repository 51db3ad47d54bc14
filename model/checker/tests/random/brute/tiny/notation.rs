//! Members of a request in either notation: with expressions, and as before them.

use serde_json::{Value, json};

use super::When;

pub(super) fn set_all(input: &mut Value, members: Value) {
    for (name, member) in members.as_object().unwrap() {
        input[name] = member.clone();
    }
}

/// One more.
pub(super) fn addition(legacy: bool) -> Value {
    let one = json!({"N": "1"});
    match legacy {
        true => json!({"AttributeUpdates": {"v": {"Action": "ADD", "Value": one}}}),
        false => {
            json!({"UpdateExpression": "ADD v :one", "ExpressionAttributeValues": {":one": one}})
        }
    }
}

/// What a put asks for.
pub(super) fn condition(when: When, legacy: bool) -> Value {
    let n = |value: u8| json!({"N": value.to_string()});
    match (when, legacy) {
        (When::Absent, true) => json!({"Expected": {"pk": {"Exists": false}}}),
        (When::Absent, false) => json!({"ConditionExpression": "attribute_not_exists(pk)"}),
        (When::Has(value), true) => json!({
            "Expected": {"v": {"Value": n(value)}, "pk": {"ComparisonOperator": "NOT_NULL"}},
            "ConditionalOperator": "AND",
        }),
        (When::Has(value), false) => json!({
            "ConditionExpression": "v = :v", "ExpressionAttributeValues": {":v": n(value)},
        }),
        (When::AbsentOrHas(value), true) => json!({
            "Expected": {
                "v": {"ComparisonOperator": "EQ", "AttributeValueList": [n(value)]},
                "pk": {"ComparisonOperator": "NULL"},
            },
            "ConditionalOperator": "OR",
        }),
        (When::AbsentOrHas(value), false) => json!({
            "ConditionExpression": "attribute_not_exists(pk) OR v = :v",
            "ExpressionAttributeValues": {":v": n(value)},
        }),
    }
}
