//! BatchWriteItem and BatchGetItem.

use serde_json::{Value, json};

use crate::world::{World, invalid, plain};

fn ready() -> World {
    let mut aws = World::exact();
    aws.table("music");
    aws.table("films");
    aws
}

fn put(key: &str) -> Value {
    json!({"PutRequest": {"Item": {"pk": {"S": key}}}})
}

fn delete(key: &str) -> Value {
    json!({"DeleteRequest": {"Key": {"pk": {"S": key}}}})
}

fn keys(count: usize) -> Vec<Value> {
    (0..count)
        .map(|n| json!({"pk": {"S": format!("{n}")}}))
        .collect()
}

#[test]
fn puts_and_deletions_in_several_tables() {
    let mut aws = ready();
    aws.put("films", json!({"pk": "old"}));
    let requests =
        json!({"music": [put("a"), put("b")], "films": [delete("old"), delete("never"), put("c")]});
    let body = aws.ok("BatchWriteItem", json!({"RequestItems": requests}));
    assert_eq!(body, json!({"UnprocessedItems": {}}));
    assert_eq!(
        aws.items("music").into_keys().collect::<Vec<_>>(),
        ["a", "b"]
    );
    assert_eq!(aws.items("films").into_keys().collect::<Vec<_>>(), ["c"]);
}

#[test]
fn a_batch_after_the_backup_does_not_reach_it() {
    let mut aws = ready();
    aws.put("music", json!({"pk": "a"}));
    let arn = aws.backup("music");
    aws.ok(
        "BatchWriteItem",
        json!({"RequestItems": {"music": [delete("a"), put("b")]}}),
    );
    aws.restore(&arn, "again");
    assert_eq!(aws.items("again").into_keys().collect::<Vec<_>>(), ["a"]);
}

#[test]
fn twenty_five_writes_are_the_most() {
    let mut aws = ready();
    let writes = |count: usize| {
        let requests: Vec<Value> = (0..count).map(|n| put(&format!("{n}"))).collect();
        json!({"RequestItems": {"music": requests}})
    };
    aws.ok("BatchWriteItem", writes(25));
    assert_eq!(
        aws.refused("BatchWriteItem", writes(26)).code,
        "ValidationException"
    );
}

#[test]
fn two_writes_of_one_key_are_refused_and_nothing_is_written() {
    let mut aws = ready();
    let requests = json!({"music": [put("a"), put("b"), delete("a")]});
    assert_eq!(
        aws.refused("BatchWriteItem", json!({"RequestItems": requests})),
        invalid("Provided list of item keys contains duplicates")
    );
    assert!(aws.items("music").is_empty());
}

#[test]
fn one_key_in_two_tables_is_no_duplicate() {
    let mut aws = ready();
    aws.ok(
        "BatchWriteItem",
        json!({"RequestItems": {"music": [put("a")], "films": [put("a")]}}),
    );
}

#[test]
fn a_request_is_a_put_or_a_deletion() {
    let mut aws = ready();
    for request in [
        json!({}),
        json!({"PutRequest": {"Item": {"pk": {"S": "a"}}}, "DeleteRequest": {"Key": {"pk": {"S": "a"}}}}),
    ] {
        let refused = aws.refused(
            "BatchWriteItem",
            json!({"RequestItems": {"music": [request]}}),
        );
        assert_eq!(
            refused,
            invalid(
                "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported \
                 datatypes"
            )
        );
    }
}

#[test]
fn a_missing_table_refuses_the_whole_batch() {
    let mut aws = ready();
    let requests = json!({"music": [put("a")], "none": [put("a")]});
    let refused = aws.refused("BatchWriteItem", json!({"RequestItems": requests}));
    assert_eq!(refused.code, "ResourceNotFoundException");
    assert!(aws.items("music").is_empty());
}

#[test]
fn found_items_are_answered_by_table() {
    let mut aws = ready();
    aws.put("music", json!({"pk": "0", "v": 1}));
    aws.put("films", json!({"pk": "1", "v": 2}));
    let wanted = json!({"music": {"Keys": keys(2)}, "films": {"Keys": keys(2), "ProjectionExpression": "v"}});
    let body = aws.ok("BatchGetItem", json!({"RequestItems": wanted}));
    assert_eq!(body["UnprocessedKeys"], json!({}));
    assert_eq!(
        plain(&body["Responses"]["music"][0]),
        json!({"pk": "0", "v": 1})
    );
    assert_eq!(plain(&body["Responses"]["films"][0]), json!({"v": 2}));
}

#[test]
fn a_hundred_keys_are_the_most() {
    let mut aws = ready();
    aws.ok(
        "BatchGetItem",
        json!({"RequestItems": {"music": {"Keys": keys(100)}}}),
    );
    let refused = aws.refused(
        "BatchGetItem",
        json!({"RequestItems": {"music": {"Keys": keys(60)}, "films": {"Keys": keys(60)}}}),
    );
    assert_eq!(
        refused,
        invalid("Too many items requested for the BatchGetItem call")
    );
}

#[test]
fn one_key_twice_is_refused() {
    let mut aws = ready();
    let wanted = json!({"music": {"Keys": [{"pk": {"S": "a"}}, {"pk": {"S": "a"}}]}});
    let refused = aws.refused("BatchGetItem", json!({"RequestItems": wanted}));
    assert_eq!(
        refused,
        invalid("Provided list of item keys contains duplicates")
    );
}

#[test]
fn reads_beyond_sixteen_megabytes_are_left_unprocessed() {
    let mut aws = World::exact();
    aws.table("music");
    let count = 50;
    for number in 0..count {
        aws.put(
            "music",
            json!({"pk": format!("{number}"), "text": "x".repeat(390 * 1_024)}),
        );
    }
    let mut wanted = json!({"Keys": keys(count), "ProjectionExpression": "pk"});
    let mut read = Vec::new();
    let mut calls = 0;
    while !wanted.is_null() {
        assert_eq!(wanted["ProjectionExpression"], "pk");
        let mut body = aws.ok("BatchGetItem", json!({"RequestItems": {"music": wanted}}));
        let items = body["Responses"]["music"].as_array().unwrap();
        assert!(items.len() <= 42, "{} items of 390 KB", items.len());
        read.extend(items.iter().map(|item| item["pk"]["S"].to_string()));
        wanted = body["UnprocessedKeys"]["music"].take();
        calls += 1;
    }
    read.sort();
    read.dedup();
    assert_eq!((read.len(), calls), (count, 2));
}
