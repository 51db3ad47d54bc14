//! TransactWriteItems and TransactGetItems (ITEM-018, ITEM-019).

use serde_json::{Value, json};

use crate::world::{World, invalid, wire_item};

fn music() -> World {
    let mut aws = World::exact();
    aws.table("music");
    aws
}

fn put(pk: &str, v: i64) -> Value {
    json!({"Put": {"TableName": "music", "Item": wire_item(&json!({"pk": pk, "v": v}))}})
}

fn delete(pk: &str) -> Value {
    json!({"Delete": {"TableName": "music", "Key": {"pk": {"S": pk}}}})
}

/// Adds one to `v`.
fn update(pk: &str) -> Value {
    json!({"Update": {
        "TableName": "music",
        "Key": {"pk": {"S": pk}},
        "UpdateExpression": "ADD v :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }})
}

fn check(pk: &str, condition: &str) -> Value {
    json!({"ConditionCheck": {
        "TableName": "music",
        "Key": {"pk": {"S": pk}},
        "ConditionExpression": condition,
    }})
}

fn transact(members: impl IntoIterator<Item = Value>) -> Value {
    json!({"TransactItems": members.into_iter().collect::<Vec<_>>()})
}

fn with_token(mut input: Value, token: &str) -> Value {
    input["ClientRequestToken"] = json!(token);
    input
}

fn v(aws: &mut World, pk: &str) -> Option<i64> {
    aws.get("music", json!({"pk": pk}))?["v"].as_i64()
}

/// The whole body of a refusal.
fn refused_body(aws: &mut World, input: &Value) -> Value {
    let (status, body) = aws.raw("TransactWriteItems", input.to_string().as_bytes());
    assert_eq!(status, 400);
    serde_json::from_slice(&body).unwrap()
}

#[test]
fn all_four_actions_go_together() {
    let mut aws = music();
    aws.put("music", json!({"pk": "b", "v": 1}));
    aws.put("music", json!({"pk": "c", "v": 1}));
    aws.put("music", json!({"pk": "d", "v": 1}));
    let members = [
        put("a", 7),
        update("b"),
        delete("c"),
        check("d", "attribute_exists(pk)"),
    ];
    assert_eq!(aws.ok("TransactWriteItems", transact(members)), json!({}));
    assert_eq!(v(&mut aws, "a"), Some(7));
    assert_eq!(v(&mut aws, "b"), Some(2));
    assert_eq!(v(&mut aws, "c"), None);
    assert_eq!(v(&mut aws, "d"), Some(1));
}

#[test]
fn one_condition_that_fails_cancels_everything() {
    let mut aws = music();
    let members = [put("a", 1), check("b", "attribute_exists(pk)")];
    let refused = aws.refused("TransactWriteItems", transact(members));
    assert_eq!(refused.code, "TransactionCanceledException");
    assert_eq!(
        refused.message,
        "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]"
    );
    assert_eq!(v(&mut aws, "a"), None);
}

#[test]
fn there_is_a_reason_for_each_member_in_order() {
    let mut aws = music();
    aws.put("music", json!({"pk": "b", "v": 5}));
    let mut failing = check("b", "attribute_not_exists(pk)");
    failing["ConditionCheck"]["ReturnValuesOnConditionCheckFailure"] = json!("ALL_OLD");
    let body = refused_body(&mut aws, &transact([put("a", 1), failing, delete("c")]));
    let reasons = body["CancellationReasons"].as_array().unwrap();
    let codes: Vec<&Value> = reasons.iter().map(|reason| &reason["Code"]).collect();
    assert_eq!(codes, ["None", "ConditionalCheckFailed", "None"]);
    assert_eq!(reasons[1]["Item"], wire_item(&json!({"pk": "b", "v": 5})));
    assert_eq!(reasons[1]["Message"], "The conditional request failed");
    assert_eq!(reasons[0].get("Item"), None);
}

#[test]
fn a_value_that_cannot_be_written_is_a_validation_error_among_the_reasons() {
    let mut aws = music();
    aws.put("music", json!({"pk": "b", "v": "text"}));
    let body = refused_body(&mut aws, &transact([put("a", 1), update("b")]));
    let reasons = body["CancellationReasons"].as_array().unwrap();
    assert_eq!(reasons[1]["Code"], "ValidationError");
    assert_eq!(v(&mut aws, "a"), None);
}

#[test]
fn one_item_twice_is_refused() {
    let mut aws = music();
    for second in [
        put("a", 2),
        delete("a"),
        update("a"),
        check("a", "attribute_exists(pk)"),
    ] {
        let refused = aws.refused("TransactWriteItems", transact([put("a", 1), second]));
        let text = "Transaction request cannot include multiple operations on one item";
        assert_eq!(refused, invalid(text));
    }
    assert_eq!(v(&mut aws, "a"), None);
}

#[test]
fn one_key_in_two_tables_is_two_items() {
    let mut aws = music();
    aws.table("books");
    let mut other = put("a", 2);
    other["Put"]["TableName"] = json!("books");
    aws.ok("TransactWriteItems", transact([put("a", 1), other]));
    assert_eq!(v(&mut aws, "a"), Some(1));
    assert_eq!(aws.items("books").len(), 1);
}

#[test]
fn a_hundred_members_are_the_most() {
    let mut aws = music();
    let members = |count: i64| (0..count).map(|number| put(&number.to_string(), number));
    let refused = aws.refused("TransactWriteItems", transact(members(101)));
    assert_eq!(refused.code, "ValidationException");
    aws.ok("TransactWriteItems", transact(members(100)));
    assert_eq!(aws.items("music").len(), 100);
}

#[test]
fn none_and_two_actions_in_one_member_are_refused() {
    let mut aws = music();
    let mut two = put("a", 1);
    two["Delete"] = delete("b")["Delete"].clone();
    let none =
        "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request";
    let several = "TransactItems can only contain one of Check, Put, Update or Delete";
    for (member, text) in [(json!({}), none), (two, several)] {
        let refused = aws.refused("TransactWriteItems", transact([member]));
        assert_eq!(refused, invalid(text));
    }
    assert!(aws.items("music").is_empty());
}

#[test]
fn a_missing_table_writes_nothing_elsewhere() {
    let mut aws = music();
    let mut other = put("b", 2);
    other["Put"]["TableName"] = json!("books");
    let refused = aws.refused("TransactWriteItems", transact([put("a", 1), other]));
    assert_eq!(refused.code, "ResourceNotFoundException");
    assert_eq!(v(&mut aws, "a"), None);
}

#[test]
fn a_condition_sees_what_was_there_before_the_transaction() {
    let mut aws = music();
    aws.put("music", json!({"pk": "a", "v": 1}));
    let mut guarded = put("a", 2);
    guarded["Put"]["ConditionExpression"] = json!("v = :one");
    guarded["Put"]["ExpressionAttributeValues"] = json!({":one": {"N": "1"}});
    aws.ok("TransactWriteItems", transact([guarded.clone()]));
    let refused = aws.refused("TransactWriteItems", transact([guarded]));
    assert_eq!(refused.code, "TransactionCanceledException");
    assert_eq!(v(&mut aws, "a"), Some(2));
}

#[test]
fn a_token_makes_the_same_request_do_nothing_for_ten_minutes() {
    let mut aws = music();
    let input = with_token(transact([update("a")]), "t");
    aws.ok("TransactWriteItems", input.clone());
    aws.advance_s(599);
    aws.ok("TransactWriteItems", input.clone());
    assert_eq!(v(&mut aws, "a"), Some(1));
    aws.advance_s(1);
    aws.ok("TransactWriteItems", input);
    assert_eq!(v(&mut aws, "a"), Some(2));
}

#[test]
fn a_token_with_another_request_is_a_mismatch() {
    let mut aws = music();
    aws.ok(
        "TransactWriteItems",
        with_token(transact([put("a", 1)]), "t"),
    );
    let other = with_token(transact([put("a", 2)]), "t");
    let refused = aws.refused("TransactWriteItems", other);
    assert_eq!(refused.code, "IdempotentParameterMismatchException");
    assert_eq!(v(&mut aws, "a"), Some(1));
}

#[test]
fn a_cancelled_transaction_does_not_use_up_its_token() {
    let mut aws = music();
    let input = with_token(
        transact([put("a", 1), check("b", "attribute_exists(pk)")]),
        "t",
    );
    let refused = aws.refused("TransactWriteItems", input.clone());
    assert_eq!(refused.code, "TransactionCanceledException");
    aws.put("music", json!({"pk": "b"}));
    aws.ok("TransactWriteItems", input);
    assert_eq!(v(&mut aws, "a"), Some(1));
}

#[test]
fn tokens_have_at_most_36_characters_and_at_least_one() {
    let mut aws = music();
    for token in [String::new(), "x".repeat(37)] {
        let refused = aws.refused(
            "TransactWriteItems",
            with_token(transact([put("a", 1)]), &token),
        );
        assert_eq!(refused.code, "ValidationException");
    }
    let longest = with_token(transact([put("a", 1)]), &"x".repeat(36));
    aws.ok("TransactWriteItems", longest);
}

#[test]
fn each_account_has_tokens_of_its_own() {
    let mut aws = music();
    aws.ok(
        "TransactWriteItems",
        with_token(transact([put("a", 1)]), "t"),
    );
    aws.caller.account = "444455556666".to_owned();
    aws.table("music");
    aws.ok(
        "TransactWriteItems",
        with_token(transact([put("a", 2)]), "t"),
    );
    assert_eq!(v(&mut aws, "a"), Some(2));
}

#[test]
fn reads_come_in_order_and_absences_are_empty() {
    let mut aws = music();
    aws.put("music", json!({"pk": "a", "v": 1}));
    let get = |pk: &str| json!({"Get": {"TableName": "music", "Key": {"pk": {"S": pk}}}});
    let mut projected = get("a");
    projected["Get"]["ProjectionExpression"] = json!("v");
    let input = transact([get("b"), projected, get("c")]);
    let body = aws.ok("TransactGetItems", input);
    assert_eq!(
        body["Responses"],
        json!([{}, {"Item": {"v": {"N": "1"}}}, {}])
    );
}

#[test]
fn four_megabytes_are_the_most_to_read_and_to_write() {
    let mut aws = music();
    let large = |key: i64| json!({"pk": format!("{key:02}"), "text": "x".repeat(390 * 1_024)});
    let put = |key: i64| json!({"Put": {"TableName": "music", "Item": wire_item(&large(key))}});
    let get = |key: i64| json!({"Get": {"TableName": "music", "Key": {"pk": {"S": format!("{key:02}")}}}});
    let refused = aws.refused("TransactWriteItems", transact((0..11).map(put)));
    assert_eq!(refused.code, "ValidationException");
    assert!(aws.items("music").is_empty());
    aws.ok("TransactWriteItems", transact((0..10).map(put)));
    aws.put("music", large(10));
    aws.ok("TransactGetItems", transact((0..10).map(get)));
    let refused = aws.refused("TransactGetItems", transact((0..11).map(get)));
    assert_eq!(refused.code, "ValidationException");
}
