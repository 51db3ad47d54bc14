//! Attribute values: written as read, and judged (ITEM-001, -007..010).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use lookback_protocol::error::ErrorCode;
use lookback_protocol::value::AttributeValue;
use lookback_protocol::wire::{AnswerItem, WireItem, WireValue, item_from_wire};
use serde_json::{Value, json};

#[allow(clippy::needless_pass_by_value)]
fn judged(value: Value) -> Result<AttributeValue, String> {
    let wire: WireValue = serde_json::from_value(value).unwrap();
    wire.into_value().map_err(|error| {
        assert_eq!(error.code, ErrorCode::ValidationException);
        error.message.unwrap()
    })
}

#[test]
fn all_ten_types_are_written_as_they_were_read() {
    let item = json!({
        "s": { "S": "text" }, "empty": { "S": "" },
        "n": { "N": "-1.5" },
        "b": { "B": "AQI=" }, "no bytes": { "B": "" },
        "ss": { "SS": ["a", "b"] }, "ns": { "NS": ["1", "2"] }, "bs": { "BS": ["AQ==", "Ag=="] },
        "m": { "M": { "inner": { "L": [{ "BOOL": false }, { "M": {} }] } } }, "l": { "L": [] },
        "bool": { "BOOL": true }, "null": { "NULL": true },
    });
    let wire: WireItem = serde_json::from_value(item.clone()).unwrap();
    assert_eq!(serde_json::to_value(&wire).unwrap(), item);
    let judged = item_from_wire(wire).unwrap();
    assert_eq!(
        serde_json::to_value(AnswerItem::from(judged)).unwrap(),
        item
    );
}

#[test]
fn numbers_are_normalised_and_sets_sorted() {
    let value = judged(json!({ "NS": ["10", "007.50", "-3"] })).unwrap();
    assert_eq!(
        serde_json::to_string(&value).unwrap(),
        r#"{"NS":["-3","7.5","10"]}"#
    );
}

#[test]
fn a_descriptor_that_is_null_or_unknown_counts_as_absent() {
    let value = judged(json!({ "S": "a", "N": null, "Unknown": [1] })).unwrap();
    assert_eq!(value, AttributeValue::S("a".to_owned()));
}

#[test]
fn wrong_values_are_told_in_the_services_texts() {
    let texts: Vec<String> = [
        json!({}),
        json!({ "S": null }),
        json!({ "S": "a", "N": "1" }),
        json!({ "S": "a", "N": "1", "BOOL": true }),
        json!({ "SS": [] }),
        json!({ "NS": [] }),
        json!({ "BS": [] }),
        json!({ "SS": ["a", "b", "a"] }),
        json!({ "NS": ["1", "1.0"] }),
        json!({ "BS": ["Yg==", "Yg=="] }),
        json!({ "NULL": false }),
        json!({ "N": "" }),
        json!({ "N": "one" }),
        json!({ "N": "1".repeat(39) }),
        json!({ "L": [{ "M": { "a": {} } }] }),
        json!({ "L": [null] }),
    ]
    .into_iter()
    .map(|value| format!("{value} -> {}", judged(value.clone()).unwrap_err()))
    .collect();
    insta::assert_snapshot!(texts.join("\n"));
}

/// A value of this many levels: a scalar inside documents.
fn nested(levels: usize, document: fn(Value) -> Value) -> Value {
    (1..levels).fold(json!({ "S": "x" }), |value, _| document(value))
}

#[test]
fn documents_nest_32_levels_and_not_33() {
    for document in [
        |value| json!({ "L": [value] }),
        |value| json!({ "M": { "a": value } }),
    ] {
        judged(nested(32, document)).unwrap();
        assert_eq!(
            judged(nested(33, document)).unwrap_err(),
            "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"
        );
    }
}

#[test]
fn the_error_of_an_item_is_that_of_its_first_bad_attribute_by_name() {
    let wire: WireItem = serde_json::from_value(json!({ "b": {}, "a": { "SS": [] } })).unwrap();
    let text = item_from_wire(wire).unwrap_err().message.unwrap();
    assert_eq!(
        text,
        "One or more parameter values were invalid: An string set  may not be empty"
    );
}
