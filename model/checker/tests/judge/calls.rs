//! Ordinary calls alone.

use serde_json::json;

use crate::script::{Script, item, key};

#[test]
fn a_read_sees_the_last_write() {
    let mut script = Script::new();
    script.put(10, 20, "a", 1);
    script.get(30, 40, "a", Some(1));
    script.delete(50, 60, "a");
    script.get(70, 80, "a", None);
    script.put(90, 95, "a", 2);
    script.get(100, 110, "a", Some(2));
    script.passes("dynamodb");
}

#[test]
fn a_strong_read_of_an_overwritten_value_is_stale() {
    let mut script = Script::new();
    script.put(10, 20, "a", 1);
    script.put(30, 40, "a", 2);
    script.get(50, 60, "a", Some(1));
    let told = script.breaks("dynamodb");
    assert_eq!(told.len(), 1);
    assert!(
        told[0].contains(
            "was acknowledged at +0.040 s, 10 ms before it was asked for, and is missing"
        ),
        "{told:?}"
    );
}

#[test]
fn an_eventual_read_may_be_stale_but_not_from_the_future() {
    let mut script = Script::new();
    script.put(10, 20, "a", 1);
    script.put(30, 40, "a", 2);
    script.get_eventually(50, 60, "a", Some(1));
    script.get_eventually(50, 60, "a", None);
    script.passes("dynamodb");
    script.get_eventually(2, 5, "a", Some(2));
    assert_eq!(script.breaks("dynamodb").len(), 1);
}

#[test]
fn concurrent_writes_may_take_effect_in_either_order_but_in_one() {
    let mut script = Script::new();
    script.put(10, 50, "a", 1);
    script.put(10, 50, "a", 2);
    script.get(60, 70, "a", Some(1));
    script.passes("dynamodb");
    script.get(80, 90, "a", Some(2));
    assert_eq!(script.breaks("dynamodb").len(), 1);
}

#[test]
fn a_value_that_nobody_wrote_is_told_as_such() {
    let mut script = Script::new();
    script.get(10, 20, "a", Some(7));
    let told = script.breaks("dynamodb");
    assert_eq!(
        told,
        [
            r#"GetItem of client 1 at +0.010 s shows {"v":{"N":"7"}} for t {"pk":{"S":"a"}}, which nobody ever wrote."#
        ]
    );
}

#[test]
fn an_unanswered_write_may_have_happened_or_not_but_not_both() {
    let mut script = Script::new();
    script.put(0, 5, "a", 1);
    script.lost(
        10,
        20,
        "PutItem",
        json!({"TableName": "t", "Item": item("a", 2)}),
    );
    script.get(30, 40, "a", Some(1));
    script.passes("dynamodb");
    script.get(50, 60, "a", Some(2));
    script.passes("dynamodb");
    script.get(70, 80, "a", Some(1));
    assert_eq!(script.breaks("dynamodb").len(), 1);
}

#[test]
fn a_refused_write_has_not_happened() {
    let mut script = Script::new();
    script.put(0, 5, "a", 1);
    let input = json!({"TableName": "t", "Item": item("a", 2)});
    script.refused(10, 20, "PutItem", input, "ValidationException", json!({}));
    script.get(30, 40, "a", Some(2));
    assert_eq!(script.breaks("dynamodb").len(), 1);
}

#[test]
fn an_internal_error_leaves_it_open_whether_a_write_happened() {
    let mut script = Script::new();
    let input = json!({"TableName": "t", "Item": item("a", 2)});
    script.refused(10, 20, "PutItem", input, "InternalServerError", json!({}));
    script.get(30, 40, "a", Some(2));
    script.passes("dynamodb");
}

#[test]
fn a_duplicated_write_may_come_back() {
    let mut script = Script::new();
    let first = script.put(0, 5, "a", 1);
    script.put(10, 20, "a", 2);
    script.get(30, 40, "a", Some(1));
    assert_eq!(script.breaks("dynamodb").len(), 1);
    script.line(
        1,
        json!({"fault": {"at_us": 1_000, "kind": "duplicated", "call": first}}),
    );
    script.passes("dynamodb");
}

#[test]
fn what_a_batch_left_unprocessed_has_not_happened() {
    let mut script = Script::new();
    let put = |name: &str| json!({"PutRequest": {"Item": item(name, 1)}});
    script.call(
        0,
        5,
        "BatchWriteItem",
        json!({"RequestItems": {"t": [put("a"), put("b")]}}),
        json!({"UnprocessedItems": {"t": [put("b")]}}),
    );
    script.call(
        10,
        15,
        "BatchGetItem",
        json!({"RequestItems": {"t": {"Keys": [key("a"), key("b")], "ConsistentRead": true}}}),
        json!({"Responses": {"t": [item("a", 1)]}}),
    );
    script.passes("dynamodb");
    script.get(20, 25, "b", Some(1));
    assert_eq!(script.breaks("dynamodb").len(), 1);
}

#[test]
fn a_strong_scan_shows_what_is_there_and_lacks_what_is_not() {
    let mut script = Script::new();
    script.put(0, 5, "a", 1);
    script.put(0, 5, "b", 1);
    let input = json!({"TableName": "t", "ConsistentRead": true});
    script.call(
        10,
        15,
        "Scan",
        input.clone(),
        json!({"Items": [item("a", 1), item("b", 1)]}),
    );
    script.passes("dynamodb");
    script.call(20, 25, "Scan", input, json!({"Items": [item("a", 1)]}));
    let told = script.breaks("dynamodb");
    assert!(told[0].contains(r#"t {"pk":{"S":"b"}}"#), "{told:?}");
}

#[test]
fn the_pages_of_a_scan_are_judged_together() {
    let mut script = Script::new();
    script.put(0, 5, "a", 1);
    script.put(0, 5, "b", 1);
    let page = |id: u64, at_us: i64, input: serde_json::Value, out: serde_json::Value| {
        [
            json!({"call": {"id": id, "at_us": at_us, "client": 99, "op": "Scan", "in": input}}),
            json!({"return": {"id": id, "at_us": at_us + 1_000, "out": out}}),
        ]
    };
    let first = page(
        900,
        10_000,
        json!({"TableName": "t", "ConsistentRead": true, "Limit": 1}),
        json!({"Items": [item("a", 1)], "LastEvaluatedKey": key("a")}),
    );
    let second = page(
        901,
        20_000,
        json!({"TableName": "t", "ConsistentRead": true, "ExclusiveStartKey": key("a")}),
        json!({"Items": []}),
    );
    for line in first {
        script.line(12, line);
    }
    script.passes("dynamodb");
    for line in second {
        script.line(25, line);
    }
    assert_eq!(script.breaks("dynamodb").len(), 1);
}

#[test]
fn a_projection_shows_a_part() {
    let mut script = Script::new();
    script.put(0, 5, "a", 1);
    let get = |out: serde_json::Value| {
        (
            json!({"TableName": "t", "Key": key("a"), "ConsistentRead": true, "ProjectionExpression": "v"}),
            out,
        )
    };
    let (input, out) = get(json!({"Item": {"v": {"N": "1"}}}));
    script.call(10, 15, "GetItem", input, out);
    script.passes("dynamodb");
    let (input, out) = get(json!({"Item": {"v": {"N": "2"}}}));
    script.call(20, 25, "GetItem", input, out);
    assert_eq!(script.breaks("dynamodb").len(), 1);
}

#[test]
fn numbers_are_compared_by_value() {
    let mut script = Script::new();
    let written = json!({"pk": {"S": "a"}, "v": {"N": "1.0"}});
    script.call(
        0,
        5,
        "PutItem",
        json!({"TableName": "t", "Item": written}),
        json!({}),
    );
    script.get(10, 20, "a", Some(1));
    script.passes("dynamodb");
}
