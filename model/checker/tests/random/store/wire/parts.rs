//! What a call does to one item, in either notation.

use serde_json::{Map, Value, json};

use super::{item_json, key_json, number, table_name};
use crate::store::{Act, Condition, Part};

/// An attribute that no item has.
const NEVER_THERE: &str = "never-there";

/// The operation that does a part by itself.
pub(super) fn operation(part: &Part) -> &'static str {
    match part.act {
        Act::Put(_) => "PutItem",
        Act::Delete => "DeleteItem",
        Act::Check => unreachable!("only in transactions"),
        Act::Add(_) => "UpdateItem",
    }
}

/// A part's name in a transaction.
pub(super) fn member(part: &Part) -> &'static str {
    match part.act {
        Act::Put(_) => "Put",
        Act::Delete => "Delete",
        Act::Check => "ConditionCheck",
        Act::Add(_) => "Update",
    }
}

/// The item or key that a part is about.
fn subject(part: &Part) -> Value {
    let table = table_name(part.key.table);
    match part.act {
        Act::Put(body) => json!({"TableName": table, "Item": item_json(part.key, body)}),
        _ => json!({"TableName": table, "Key": key_json(part.key)}),
    }
}

/// A part with expressions.
pub(super) fn with_expressions(part: &Part) -> Value {
    let mut input = subject(part);
    let mut values = Map::new();
    if let Act::Add(by) = part.act {
        input["UpdateExpression"] = json!("ADD n :by");
        values.insert(":by".to_owned(), number(by));
    }
    if let Some(condition) = part.condition {
        input["ConditionExpression"] = json!(match condition {
            Condition::Absent => "attribute_not_exists(pk)",
            Condition::Present => "attribute_exists(pk)",
            Condition::HasV(v) => {
                values.insert(":v".to_owned(), number(v));
                "v = :v"
            }
        });
    }
    if !values.is_empty() {
        input["ExpressionAttributeValues"] = Value::Object(values);
    }
    input
}

/// The same in the notation from before expressions. `form` picks one of several ways of saying it.
pub(super) fn before_expressions(part: &Part, form: u64) -> Value {
    let mut input = subject(part);
    if let Act::Add(by) = part.act {
        let mut updates = json!({"n": {"Action": "ADD", "Value": number(by)}});
        if form.is_multiple_of(2) {
            updates[NEVER_THERE] = json!({"Action": "DELETE"});
        }
        input["AttributeUpdates"] = updates;
    }
    let Some(condition) = part.condition else {
        return input;
    };
    let (name, short, long) = match condition {
        Condition::Absent => ("pk", json!({"Exists": false}), comparison("NULL", &[])),
        Condition::Present => {
            let begins = comparison("BEGINS_WITH", &[json!({"S": "p"})]);
            ("pk", begins, comparison("NOT_NULL", &[]))
        }
        Condition::HasV(v) => {
            let value = json!({"Value": number(v)});
            ("v", value, comparison("EQ", &[number(v)]))
        }
    };
    let (condition, operator) = match form % 4 {
        0 => (json!({name: short}), None),
        1 => (json!({name: long}), None),
        2 => {
            let always = json!({"Exists": false});
            (json!({name: short, NEVER_THERE: always}), Some("AND"))
        }
        _ => {
            let never = comparison("NOT_NULL", &[]);
            (json!({name: long, NEVER_THERE: never}), Some("OR"))
        }
    };
    input["Expected"] = condition;
    if let Some(operator) = operator {
        input["ConditionalOperator"] = json!(operator);
    }
    input
}

pub(super) fn key_conditions(pk: u8) -> Value {
    json!({"pk": comparison("EQ", &[json!({"S": format!("p{pk}")})])})
}

fn comparison(operator: &str, values: &[Value]) -> Value {
    json!({"ComparisonOperator": operator, "AttributeValueList": values})
}
