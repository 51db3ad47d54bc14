//! Filters of full exports (EXPORT-FULL-023).

use lookback_reference::Choices;
use serde_json::{Value, json};

use crate::world::{World, invalid, period};

fn recoverable() -> World {
    let mut aws = World::exact();
    aws.recoverable_table("music");
    aws
}

fn filter(specification: Value) -> Value {
    json!({"FilterSpecification": specification})
}

#[test]
fn an_empty_filter_is_refused() {
    let expected =
        invalid("Invalid Request: Invalid FilterSpecification: The specification can not be empty");
    assert_eq!(
        recoverable().export_refused("music", filter(json!({}))),
        expected
    );
}

#[test]
fn a_filter_is_read_like_those_of_query() {
    let mut aws = recoverable();
    for specification in [
        json!({"FilterExpression": "v >"}),
        json!({"FilterExpression": "v = :v"}),
        json!({"KeyConditionExpression": "v = :v", "ExpressionAttributeValues": {":v": {"S": "a"}}}),
        json!({
            "KeyConditionExpression": "pk = :v",
            "FilterExpression": "pk = :v",
            "ExpressionAttributeValues": {":v": {"S": "a"}},
        }),
    ] {
        let refused = aws.export_refused("music", filter(specification.clone()));
        assert_eq!(refused.code, "ValidationException", "{specification}");
    }
}

#[test]
fn a_filter_limits_what_is_exported() {
    let mut aws = World::served(Choices::exact());
    aws.recoverable_table("music");
    for (pk, v) in [("a", 1), ("b", 2), ("c", 3)] {
        aws.put("music", json!({"pk": pk, "v": v, "w": 0}));
    }
    let large = json!({
        "FilterExpression": "#v > :v",
        "ProjectionExpression": "pk, #v",
        "ExpressionAttributeNames": {"#v": "v"},
        "ExpressionAttributeValues": {":v": {"N": "1"}},
    });
    let exported = aws.exported("music", filter(large.clone()));
    let expected = [json!({"pk": "b", "v": 2}), json!({"pk": "c", "v": 3})];
    assert_eq!(exported.records, expected);
    assert_eq!(exported.description["FilterSpecification"], large);
    assert_eq!(exported.description["ItemCount"], 2);
    let one = json!({
        "KeyConditionExpression": "pk = :a",
        "ExpressionAttributeValues": {":a": {"S": "a"}},
    });
    let exported = aws.exported("music", filter(one));
    assert_eq!(exported.records, [json!({"pk": "a", "v": 1, "w": 0})]);
}

/// Nothing says what a filter means for changes.
#[test]
fn an_incremental_export_has_no_filter_here() {
    let mut aws = recoverable();
    aws.advance_s(2_000);
    let mut members = period(aws.now_us - 1_000_000_000, aws.now_us);
    members["FilterSpecification"] = json!({"FilterExpression": "attribute_exists(v)"});
    let refused = aws.export_refused("music", members);
    assert_eq!(refused.code, "ValidationException");
}
