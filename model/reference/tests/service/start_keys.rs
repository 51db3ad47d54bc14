//! Start keys that a Query or a segment of a Scan does not go on from.

use serde_json::{Value, json};

use crate::paging::{query_a, ready};
use crate::world::{World, invalid};

#[test]
fn a_cursor_outside_the_range_of_a_query_is_refused() {
    let mut aws = ready();
    let after = |sk: &str| {
        query_a(json!({
            "KeyConditionExpression": "pk = :p AND sk > :s",
            "ExpressionAttributeValues": {":p": {"S": "a"}, ":s": {"N": "4"}},
            "ExclusiveStartKey": {"pk": {"S": "a"}, "sk": {"N": sk}},
        }))
    };
    let wrong = "The provided starting key does not match the range key predicate";
    for sk in ["3", "4"] {
        assert_eq!(aws.refused("Query", after(sk)), invalid(wrong), "{sk}");
    }
    assert_eq!(aws.ok("Query", after("5"))["Count"], 6);
}

#[test]
fn a_cursor_of_another_hash_key_is_told_by_its_range_key_first() {
    let mut aws = ready();
    let after = |sk: &str| {
        query_a(json!({
            "KeyConditionExpression": "pk = :p AND sk > :s",
            "ExpressionAttributeValues": {":p": {"S": "a"}, ":s": {"N": "4"}},
            "ExclusiveStartKey": {"pk": {"S": "b"}, "sk": {"N": sk}},
        }))
    };
    let refusals = ["4", "5"].map(|sk| aws.refused("Query", after(sk)));
    let wanted = [
        "The provided starting key does not match the range key predicate",
        "The query can return at most one row and cannot be restarted",
    ]
    .map(invalid);
    assert_eq!(refusals, wanted);
}

#[test]
fn a_cursor_that_is_no_key_is_told_before_a_condition_that_misses_the_key() {
    let mut aws = ready();
    let input = query_a(json!({
        "KeyConditionExpression": "genre = :p",
        "ExclusiveStartKey": {"pk": {"S": "a"}},
    }));
    assert_eq!(
        aws.refused("Query", input),
        invalid("The provided starting key is invalid")
    );
}

#[test]
fn a_segment_goes_on_after_its_own_keys_only() {
    let mut aws = ready();
    let after = |segment: i32, key: &Value| json!({"TableName": "music", "Segment": segment, "TotalSegments": 2, "ExclusiveStartKey": key});
    let first = json!({"TableName": "music", "Limit": 1});
    let key = aws.ok("Scan", first)["LastEvaluatedKey"].clone();
    let of = |aws: &mut World, segment: i32| {
        let input = json!({"TableName": "music", "Segment": segment, "TotalSegments": 2});
        aws.ok("Scan", input)["Items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|item| item["pk"] == key["pk"] && item["sk"] == key["sk"])
    };
    let own = i32::from(!of(&mut aws, 0));
    assert!(of(&mut aws, own));
    aws.ok("Scan", after(own, &key));
    let other = 1 - own;
    assert_eq!(
        aws.refused("Scan", after(other, &key)),
        invalid(format!(
            "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct \
             Segment. TotalSegments: 2 Segment: {other}"
        ))
    );
}
