//! Parameters from before expressions.

mod expected;
mod reads;
mod refusals;
mod updates;
mod witnesses;

use serde_json::{Value, json};

use crate::script::{Script, key};

const FAILED: &str = "ConditionalCheckFailedException";

/// UpdateItem of `a` with these AttributeUpdates.
fn update(updates: Value) -> Value {
    json!({"TableName": "t", "Key": key("a"), "AttributeUpdates": updates})
}

fn add_one() -> Value {
    update(json!({"v": {"Action": "ADD", "Value": {"N": "1"}}}))
}

/// A history in which `a` has these attributes besides its key.
fn with(attributes: Value) -> Script {
    let mut script = Script::new();
    let input = json!({"TableName": "t", "Item": keyed(attributes)});
    script.call(1, 2, "PutItem", input, json!({}));
    script
}

fn keyed(attributes: Value) -> Value {
    let mut item = key("a");
    for (name, value) in attributes.as_object().unwrap() {
        item[name] = value.clone();
    }
    item
}

/// A strong read of `a` that shows these attributes besides its key.
fn shows(script: &mut Script, from_ms: i64, attributes: Option<Value>) {
    let input = json!({"TableName": "t", "Key": key("a"), "ConsistentRead": true});
    let out = match attributes {
        Some(attributes) => json!({"Item": keyed(attributes)}),
        None => json!({}),
    };
    script.call(from_ms, from_ms + 1, "GetItem", input, out);
}

/// The history is legal, and all of it was judged.
#[track_caller]
fn passes_whole(script: &Script) {
    let verdict = script.judge("dynamodb");
    assert!(
        verdict.is_pass() && verdict.remarks.is_empty(),
        "{verdict:#?}"
    );
}

#[track_caller]
fn breaks_once(script: &Script) {
    assert_eq!(script.breaks("dynamodb").len(), 1);
}
