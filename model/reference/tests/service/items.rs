//! Calls on single items, as far as the table decides: expressions have tests of their own.

use serde_json::{Value, json};

use crate::world::{World, invalid, plain, refusal, wire_item};

fn ready() -> World {
    let mut aws = World::exact();
    aws.table("music");
    aws
}

fn update(aws: &mut World, key: &str, expression: &str, value: i64) -> Value {
    aws.ok(
        "UpdateItem",
        json!({
            "TableName": "music",
            "Key": {"pk": {"S": key}},
            "UpdateExpression": expression,
            "ExpressionAttributeValues": {":v": {"N": value.to_string()}},
            "ReturnValues": "ALL_NEW",
        }),
    )
}

#[test]
fn a_put_replaces_the_whole_item() {
    let mut aws = ready();
    aws.put("music", json!({"pk": "a", "old": 1}));
    aws.put("music", json!({"pk": "a", "new": 2}));
    assert_eq!(
        aws.get("music", json!({"pk": "a"})),
        Some(json!({"pk": "a", "new": 2}))
    );
}

#[test]
fn a_put_answers_what_it_replaced() {
    let mut aws = ready();
    let put = |v: i64| {
        json!({
            "TableName": "music", "Item": wire_item(&json!({"pk": "a", "v": v})), "ReturnValues": "ALL_OLD",
        })
    };
    assert_eq!(aws.ok("PutItem", put(1)), json!({}));
    assert_eq!(
        plain(&aws.ok("PutItem", put(2))["Attributes"]),
        json!({"pk": "a", "v": 1})
    );
}

#[test]
fn an_absent_item_is_no_error() {
    let mut aws = ready();
    let key = json!({"TableName": "music", "Key": {"pk": {"S": "none"}}});
    assert_eq!(aws.ok("GetItem", key.clone()), json!({}));
    assert_eq!(aws.ok("DeleteItem", key), json!({}));
}

#[test]
fn an_update_makes_the_item() {
    let mut aws = ready();
    assert_eq!(
        plain(&update(&mut aws, "a", "SET v = :v", 5)["Attributes"]),
        json!({"pk": "a", "v": 5})
    );
}

#[test]
fn an_update_keeps_the_other_attributes() {
    let mut aws = ready();
    aws.put("music", json!({"pk": "a", "x": 1}));
    update(&mut aws, "a", "ADD v :v", 2);
    update(&mut aws, "a", "ADD v :v", 3);
    assert_eq!(
        aws.get("music", json!({"pk": "a"})),
        Some(json!({"pk": "a", "v": 5, "x": 1}))
    );
}

#[test]
fn an_update_does_not_change_a_backup() {
    let mut aws = ready();
    update(&mut aws, "a", "SET v = :v", 1);
    let arn = aws.backup("music");
    update(&mut aws, "a", "SET v = :v", 2);
    aws.restore(&arn, "again");
    assert_eq!(
        aws.get("again", json!({"pk": "a"})),
        Some(json!({"pk": "a", "v": 1}))
    );
}

#[test]
fn a_failed_condition_changes_nothing() {
    let mut aws = ready();
    aws.put("music", json!({"pk": "a", "v": 1}));
    let put = json!({
        "TableName": "music",
        "Item": {"pk": {"S": "a"}},
        "ConditionExpression": "attribute_not_exists(pk)",
    });
    let failed = refusal(
        "ConditionalCheckFailedException",
        "The conditional request failed",
    );
    assert_eq!(aws.refused("PutItem", put), failed);
    assert_eq!(
        aws.get("music", json!({"pk": "a"})),
        Some(json!({"pk": "a", "v": 1}))
    );
}

#[test]
fn a_failed_condition_does_not_reach_a_backup() {
    let mut aws = ready();
    aws.put("music", json!({"pk": "a", "v": 1}));
    let arn = aws.backup("music");
    let delete = json!({
        "TableName": "music",
        "Key": {"pk": {"S": "a"}},
        "ConditionExpression": "attribute_not_exists(v)",
    });
    aws.refused("DeleteItem", delete);
    aws.restore(&arn, "again");
    assert_eq!(aws.items("again"), aws.items("music"));
}

#[test]
fn keys_that_do_not_fit_are_refused() {
    let mut aws = ready();
    let schema = invalid("The provided key element does not match the schema");
    for key in [
        json!({"pk": {"N": "1"}}),
        json!({"other": {"S": "a"}}),
        json!({"pk": {"S": "a"}, "more": {"S": "b"}}),
    ] {
        assert_eq!(
            aws.refused("GetItem", json!({"TableName": "music", "Key": key}))
                .code,
            schema.code
        );
        assert_eq!(
            aws.refused("DeleteItem", json!({"TableName": "music", "Key": key})),
            schema
        );
    }
}

#[test]
fn items_without_their_key_are_refused() {
    let mut aws = ready();
    let put = |item: Value| json!({"TableName": "music", "Item": item});
    assert_eq!(
        aws.refused("PutItem", put(json!({"v": {"N": "1"}}))),
        invalid("One or more parameter values were invalid: Missing the key pk in the item")
    );
    assert_eq!(
        aws.refused("PutItem", put(json!({"pk": {"N": "1"}}))),
        invalid(
            "One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N"
        )
    );
    assert!(
        aws.refused("PutItem", put(json!({"pk": {"S": ""}})))
            .message
            .contains("empty string value")
    );
}

#[test]
fn items_of_more_than_400_kb_are_refused() {
    let mut aws = ready();
    let sized = |bytes: usize| json!({"pk": "a", "v": "x".repeat(bytes - 4)});
    aws.put("music", sized(400 * 1024));
    let too_large = json!({"TableName": "music", "Item": wire_item(&sized(400 * 1024 + 1))});
    let refused = aws.refused("PutItem", too_large);
    assert!(
        refused
            .message
            .contains("Item size has exceeded the maximum allowed size"),
        "{refused:?}"
    );
}

#[test]
fn a_missing_table_is_not_named() {
    let mut aws = World::exact();
    let key = json!({"pk": {"S": "a"}});
    let expected = refusal("ResourceNotFoundException", "Requested resource not found");
    for (operation, input) in [
        ("GetItem", json!({"TableName": "none", "Key": key})),
        ("PutItem", json!({"TableName": "none", "Item": key})),
        ("DeleteItem", json!({"TableName": "none", "Key": key})),
        ("UpdateItem", json!({"TableName": "none", "Key": key})),
        ("Scan", json!({"TableName": "none"})),
    ] {
        assert_eq!(aws.refused(operation, input), expected, "{operation}");
    }
}

#[test]
fn a_table_is_named_or_given_by_arn() {
    let mut aws = ready();
    let arn = "arn:aws:dynamodb:us-east-1:111122223333:table/music";
    aws.put(arn, json!({"pk": "a"}));
    assert_eq!(
        aws.get("music", json!({"pk": "a"})),
        Some(json!({"pk": "a"}))
    );
}

#[test]
fn numbers_that_are_equal_are_the_same_key() {
    let mut aws = World::exact();
    aws.table_with(
        "numbers",
        json!({"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "N"}]}),
    );
    for text in ["1", "1.0", "1E0", "10E-1"] {
        aws.ok(
            "PutItem",
            json!({"TableName": "numbers", "Item": {"pk": {"N": text}}}),
        );
    }
    assert_eq!(aws.items("numbers").len(), 1);
}

#[test]
fn an_index_key_of_the_wrong_type_is_refused() {
    let mut aws = World::exact();
    aws.indexed_table("music");
    let item = wire_item(&json!({"pk": "a", "sk": 1, "genre": 5}));
    let refused = aws.refused("PutItem", json!({"TableName": "music", "Item": item}));
    assert!(refused.message.contains("genre"), "{refused:?}");
}

#[test]
fn an_item_without_the_index_key_is_not_in_the_index() {
    let mut aws = World::exact();
    aws.indexed_table("music");
    aws.put("music", json!({"pk": "a", "sk": 1}));
    assert!(aws.entries("music", "by-genre").is_empty());
    aws.put("music", json!({"pk": "a", "sk": 1, "genre": "jazz"}));
    assert_eq!(aws.entries("music", "by-genre").len(), 1);
    aws.put("music", json!({"pk": "a", "sk": 1}));
    assert!(aws.entries("music", "by-genre").is_empty());
}

#[test]
fn an_attribute_without_a_name_is_refused() {
    let mut aws = ready();
    let input =
        json!({"TableName": "music", "Item": {"pk": {"S": "a"}, "sk": {"N": "1"}, "": {"N": "1"}}});
    assert_eq!(
        aws.refused("PutItem", input),
        invalid("Empty attribute name")
    );
}
