//! Transactions: their items change, and are read, at one instant.

use serde_json::{Value, json};

use crate::script::{Script, item, key, us};

fn writes(token: Option<&str>, values: &[(&str, i64)]) -> Value {
    let puts: Vec<Value> = values
        .iter()
        .map(|(name, value)| json!({"Put": {"TableName": "t", "Item": item(name, *value)}}))
        .collect();
    let mut input = json!({"TransactItems": puts});
    if let Some(token) = token {
        input["ClientRequestToken"] = json!(token);
    }
    input
}

fn reads(names: &[&str]) -> Value {
    let gets: Vec<Value> = names
        .iter()
        .map(|name| json!({"Get": {"TableName": "t", "Key": key(name)}}))
        .collect();
    json!({"TransactItems": gets})
}

#[test]
fn a_transaction_is_seen_whole_or_not_at_all() {
    let mut script = Script::new();
    let input = writes(None, &[("a", 1), ("b", 1)]);
    script.call(1_000, 2_000, "TransactWriteItems", input, json!({}));
    script.get(1_100, 1_110, "a", None);
    script.get(1_200, 1_210, "b", Some(1));
    script.passes("dynamodb");
    script.get(1_300, 1_310, "a", None);
    let told = script.breaks("dynamodb");
    assert!(
        told[0].contains("cannot have changed at one instant"),
        "{told:?}"
    );
}

#[test]
fn a_reading_transaction_sees_one_instant() {
    let mut script = Script::new();
    script.put(1_000, 1_010, "a", 1);
    script.put(1_020, 1_030, "b", 1);
    let answer = |a: bool, b: bool| {
        let one = |there: bool, name: &str| {
            if there {
                json!({"Item": item(name, 1)})
            } else {
                json!({})
            }
        };
        json!({"Responses": [one(a, "a"), one(b, "b")]})
    };
    script.call(
        990,
        1_040,
        "TransactGetItems",
        reads(&["a", "b"]),
        answer(true, false),
    );
    script.passes("dynamodb");
    script.call(
        990,
        1_040,
        "TransactGetItems",
        reads(&["a", "b"]),
        answer(false, true),
    );
    let told = script.breaks("dynamodb");
    assert!(
        told[0].contains("were not there at one instant"),
        "{told:?}"
    );
}

#[test]
fn of_an_unanswered_transaction_all_members_happened_when_one_was_seen() {
    let mut script = Script::new();
    let input = writes(None, &[("a", 1), ("b", 1)]);
    script.lost(1_000, 1_100, "TransactWriteItems", input);
    script.get(2_000, 2_010, "b", None);
    script.passes("dynamodb");
    script.get(1_500, 1_510, "a", Some(1));
    assert!(!script.judge("dynamodb").is_pass());
}

#[test]
fn a_transaction_attempted_again_with_its_token_happens_once() {
    let mut script = Script::new();
    script.lost(
        1_000,
        1_100,
        "TransactWriteItems",
        writes(Some("x"), &[("a", 1)]),
    );
    script.call(
        1_200,
        1_300,
        "TransactWriteItems",
        writes(Some("x"), &[("a", 1)]),
        json!({}),
    );
    script.put(1_400, 1_410, "a", 2);
    script.get(1_500, 1_510, "a", Some(2));
    script.passes("dynamodb");
    script.get(1_600, 1_610, "a", Some(1));
    assert!(!script.judge("dynamodb").is_pass());
}

#[test]
fn a_token_may_or_may_not_count_once_the_table_is_another_one() {
    for shown in [None, Some(1)] {
        let mut script = Script::new();
        let transaction = || writes(Some("x"), &[("a", 1)]);
        script.call(1_000, 1_100, "TransactWriteItems", transaction(), json!({}));
        script.call(
            1_200,
            1_210,
            "DeleteTable",
            json!({"TableName": "t"}),
            json!({}),
        );
        let made = json!({
            "TableName": "t",
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        });
        script.call(1_300, 1_310, "CreateTable", made, json!({}));
        script.call(1_400, 1_500, "TransactWriteItems", transaction(), json!({}));
        script.get(1_600, 1_610, "a", shown);
        script.passes("dynamodb");
        script.get(1_700, 1_710, "a", Some(2));
        assert!(!script.judge("dynamodb").is_pass());
    }
}

#[test]
fn a_cancelled_transaction_changed_nothing_and_its_reason_is_a_read() {
    let mut script = Script::new();
    script.put(1_000, 1_010, "a", 1);
    let input = json!({"TransactItems": [
        {"Put": {"TableName": "t", "Item": item("b", 1)}},
        {"ConditionCheck": {"TableName": "t", "Key": key("a"), "ConditionExpression": "attribute_not_exists(pk)"}},
    ]});
    let body =
        json!({"CancellationReasons": [{"Code": "None"}, {"Code": "ConditionalCheckFailed"}]});
    let cancelled = "TransactionCanceledException";
    script.refused(
        2_000,
        2_010,
        "TransactWriteItems",
        input.clone(),
        cancelled,
        body.clone(),
    );
    script.get(3_000, 3_010, "b", None);
    script.passes("dynamodb");
    script.delete(4_000, 4_010, "a");
    script.refused(5_000, 5_010, "TransactWriteItems", input, cancelled, body);
    assert!(!script.judge("dynamodb").is_pass());
}

#[test]
fn a_split_transaction_in_a_restore_to_a_time_is_a_remark() {
    let mut script = Script::new();
    let input = writes(None, &[("a", 1), ("b", 1)]);
    script.call(10_000, 10_010, "TransactWriteItems", input, json!({}));
    let anchor = json!({"anchor_us": 10_005_000});
    script.artefact(20_000, "point-in-time-restore", &[item("a", 1)], anchor);
    let verdict = script.judge("dynamodb");
    assert!(verdict.violations.is_empty(), "{verdict:#?}");
}

#[test]
fn attempts_of_one_transaction_may_overlap() {
    let mut script = Script::new();
    let input = || writes(Some("x"), &[("a", 1)]);
    // The first attempt took effect, the second one was answered before anybody gave the first one up.
    script.lost(1_000, 1_400, "TransactWriteItems", input());
    script.get(1_100, 1_110, "a", Some(1));
    script.call(1_200, 1_300, "TransactWriteItems", input(), json!({}));
    script.passes("dynamodb");
}

#[test]
fn a_value_that_an_update_may_have_made_proves_no_transaction() {
    let mut script = Script::new();
    script.lost(
        1_000,
        1_100,
        "TransactWriteItems",
        writes(None, &[("a", 1), ("b", 1)]),
    );
    let update = json!({
        "TableName": "t", "Key": key("a"), "UpdateExpression": "SET v = :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    });
    script.call(1_200, 1_300, "UpdateItem", update, json!({}));
    script.get(2_000, 2_010, "a", Some(1));
    script.get(3_000, 3_010, "b", None);
    script.passes("dynamodb");
}

#[test]
fn a_call_that_went_through_twice_and_was_refused_may_have_taken_effect() {
    for (twice, fits) in [(true, true), (false, false)] {
        let mut script = Script::new();
        let input = json!({"TransactItems": [
            {"Put": {"TableName": "t", "Item": item("a", 1)}},
            {"Put": {"TableName": "t", "Item": item("b", 1), "ConditionExpression": "attribute_not_exists(pk)"}},
        ]});
        let body =
            json!({"CancellationReasons": [{"Code": "None"}, {"Code": "ConditionalCheckFailed"}]});
        let error = "TransactionCanceledException";
        let call = script.refused(1_000, 1_010, "TransactWriteItems", input, error, body);
        if twice {
            let fault = json!({"at_us": us(1_010), "kind": "duplicated", "call": call});
            script.line(1_010, json!({"fault": fault}));
        }
        script.get(2_000, 2_010, "a", Some(1));
        script.get(3_000, 3_010, "b", Some(1));
        assert_eq!(script.judge("dynamodb").is_pass(), fits);
    }
}

#[test]
fn a_reading_transaction_sees_a_writing_one_whole_or_not_at_all() {
    let judged = |seen: [bool; 2]| {
        let mut script = Script::new();
        let input = writes(None, &[("a", 1), ("b", 1)]);
        script.call(1_000, 2_000, "TransactWriteItems", input, json!({}));
        let responses: Vec<Value> = ["a", "b"]
            .iter()
            .zip(seen)
            .map(|(name, seen)| match seen {
                true => json!({"Item": item(name, 1)}),
                false => json!({}),
            })
            .collect();
        let answer = json!({"Responses": responses});
        script.call(1_100, 1_900, "TransactGetItems", reads(&["a", "b"]), answer);
        script.judge("dynamodb")
    };
    assert!(judged([false, false]).is_pass());
    assert!(judged([true, true]).is_pass());
    for part in [[true, false], [false, true]] {
        let verdict = judged(part);
        assert_eq!(verdict.violations.len(), 1, "{verdict:#?}");
        assert_eq!(verdict.violations[0].witness.facts.len(), 4);
    }
}

#[test]
fn a_snapshot_in_the_middle_of_a_transaction_shows_it_whole_or_not_at_all() {
    for (shown, fits) in [
        (vec![], true),
        (vec![item("a", 1), item("b", 1)], true),
        (vec![item("b", 1)], false),
    ] {
        let mut script = Script::new();
        let input = writes(None, &[("a", 1), ("b", 1)]);
        script.call(1_000, 2_000, "TransactWriteItems", input, json!({}));
        script.snapshot(1_500, &shown);
        assert_eq!(script.judge("snapshot").is_pass(), fits);
    }
}
