//! Items as plain JSON values, so that tests stay short: `{"pk": "a", "v": 1}` instead of
//! `{"pk": {"S": "a"}, "v": {"N": "1"}}`. What plain JSON cannot say is written as on the wire, inside an
//! object with the single member `wire`: `{"wire": {"B": "AAE="}}`.

use serde_json::{Map, Value, json};

/// The item as it is on the wire.
pub fn wire_item(item: &Value) -> Value {
    let members = item.as_object().unwrap();
    let wired = members
        .iter()
        .map(|(name, value)| (name.clone(), wire(value)));
    Value::Object(wired.collect::<Map<_, _>>())
}

/// A value as it is on the wire.
fn wire(value: &Value) -> Value {
    match value {
        Value::Null => json!({"NULL": true}),
        Value::Bool(value) => json!({"BOOL": value}),
        Value::Number(number) => json!({"N": number.to_string()}),
        Value::String(text) => json!({"S": text}),
        Value::Array(list) => json!({"L": list.iter().map(wire).collect::<Vec<_>>()}),
        Value::Object(members) => match members.get("wire") {
            Some(wired) => wired.clone(),
            None => json!({"M": wire_item(value)}),
        },
    }
}

/// The item without the names of its types.
pub fn plain(item: &Value) -> Value {
    let members = item.as_object().unwrap();
    let plain = members
        .iter()
        .map(|(name, value)| (name.clone(), plain_value(value)));
    Value::Object(plain.collect::<Map<_, _>>())
}

fn plain_value(wired: &Value) -> Value {
    let (kind, value) = wired.as_object().unwrap().iter().next().unwrap();
    match kind.as_str() {
        "NULL" => Value::Null,
        "BOOL" | "S" => value.clone(),
        "N" => match value.as_str().unwrap().parse::<i64>() {
            Ok(number) => json!(number),
            Err(_) => json!({"wire": wired}),
        },
        "L" => value.as_array().unwrap().iter().map(plain_value).collect(),
        "M" => plain(value),
        _ => json!({"wire": wired}),
    }
}
