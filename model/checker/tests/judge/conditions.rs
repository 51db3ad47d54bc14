//! Updates, conditions, answers that tell the item, expiry.

use serde_json::{Value, json};

use crate::script::{Script, item, key, us};

fn add_one(name: &str) -> Value {
    json!({
        "TableName": "t", "Key": key(name),
        "UpdateExpression": "ADD v :one", "ExpressionAttributeValues": {":one": {"N": "1"}},
    })
}

fn put_if_absent(name: &str, value: i64) -> Value {
    json!({"TableName": "t", "Item": item(name, value), "ConditionExpression": "attribute_not_exists(pk)"})
}

#[test]
fn a_counter_counts_each_update_once() {
    let mut script = Script::new();
    for _ in 0..3 {
        script.call(10, 50, "UpdateItem", add_one("a"), json!({}));
    }
    script.get(60, 70, "a", Some(3));
    script.passes("dynamodb");
}

#[test]
fn a_counter_that_lost_an_update_is_found() {
    let mut script = Script::new();
    for _ in 0..3 {
        script.call(10, 50, "UpdateItem", add_one("a"), json!({}));
    }
    script.get(60, 70, "a", Some(2));
    assert_eq!(script.breaks("dynamodb").len(), 1);
}

#[test]
fn updates_that_tell_their_outcome_have_one_order() {
    let mut script = Script::new();
    let mut telling = add_one("a");
    telling["ReturnValues"] = json!("UPDATED_NEW");
    for told in [1, 2] {
        let out = json!({"Attributes": {"v": {"N": told.to_string()}}});
        script.call(10, 50, "UpdateItem", telling.clone(), out);
    }
    script.passes("dynamodb");
    let out = json!({"Attributes": {"v": {"N": "2"}}});
    script.call(60, 70, "UpdateItem", telling, out);
    assert_eq!(script.breaks("dynamodb").len(), 1);
}

#[test]
fn how_much_an_answer_tells_is_no_matter_of_order() {
    let mut telling = add_one("a");
    for (asked, told) in [
        ("UPDATED_OLD", json!({"Attributes": {}})),
        ("UPDATED_NEW", json!({"Attributes": {}})),
        (
            "UPDATED_NEW",
            json!({"Attributes": {"pk": {"S": "a"}, "v": {"N": "1"}}}),
        ),
    ] {
        let mut script = Script::new();
        telling["ReturnValues"] = json!(asked);
        script.call(10, 50, "UpdateItem", telling.clone(), told);
        script.get(60, 70, "a", Some(1));
        script.passes("dynamodb");
    }
    let mut script = Script::new();
    let wrong = json!({"Attributes": {"pk": {"S": "b"}, "v": {"N": "1"}}});
    script.call(10, 50, "UpdateItem", telling, wrong);
    assert_eq!(script.breaks("dynamodb").len(), 1);
}

#[test]
fn only_one_of_two_puts_if_absent_can_win() {
    let mut script = Script::new();
    script.call(10, 50, "PutItem", put_if_absent("a", 1), json!({}));
    let failed = "ConditionalCheckFailedException";
    script.refused(10, 50, "PutItem", put_if_absent("a", 2), failed, json!({}));
    script.passes("dynamodb");
    script.call(60, 70, "PutItem", put_if_absent("a", 3), json!({}));
    assert_eq!(script.breaks("dynamodb").len(), 1);
}

#[test]
fn a_condition_that_failed_without_a_reason_is_found() {
    let mut script = Script::new();
    let failed = "ConditionalCheckFailedException";
    script.refused(10, 50, "PutItem", put_if_absent("a", 1), failed, json!({}));
    assert_eq!(script.breaks("dynamodb").len(), 1);
}

#[test]
fn a_failed_condition_that_tells_the_item_is_a_read() {
    let mut script = Script::new();
    script.put(0, 5, "a", 1);
    script.put(10, 15, "a", 2);
    let mut input = put_if_absent("a", 3);
    input["ReturnValuesOnConditionCheckFailure"] = json!("ALL_OLD");
    let failed = "ConditionalCheckFailedException";
    script.refused(
        20,
        25,
        "PutItem",
        input.clone(),
        failed,
        json!({"Item": item("a", 2)}),
    );
    script.passes("dynamodb");
    script.refused(
        30,
        35,
        "PutItem",
        input,
        failed,
        json!({"Item": item("a", 1)}),
    );
    assert_eq!(script.breaks("dynamodb").len(), 1);
}

fn with_expiry(script: &mut Script, expires_ms: i64) {
    let ttl = json!({"TableName": "t", "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "ttl"}});
    script.call(1, 2, "UpdateTimeToLive", ttl, json!({}));
    let mut expiring = item("a", 1);
    expiring["ttl"] = json!({"N": (expires_ms as f64 / 1e3).to_string()});
    script.call(
        10,
        20,
        "PutItem",
        json!({"TableName": "t", "Item": expiring}),
        json!({}),
    );
}

#[test]
fn an_expired_item_may_vanish_at_any_time_after_its_expiry() {
    let mut script = Script::new();
    with_expiry(&mut script, 1_000);
    script.get(1_500, 1_600, "a", None);
    script.passes("dynamodb");
}

#[test]
fn an_item_that_vanished_before_its_expiry_is_lost() {
    let mut script = Script::new();
    with_expiry(&mut script, 1_000);
    script.get(500, 600, "a", None);
    assert_eq!(script.breaks("dynamodb").len(), 1);
}

#[test]
fn an_artefact_may_lack_what_expired_in_its_band_and_before() {
    let mut script = Script::new();
    with_expiry(&mut script, 100_000);
    script.backup(130_000, &[]);
    script.line(
        400_000,
        json!({"fault": {"at_us": us(400_000), "kind": "quiet"}}),
    );
    script.passes("dynamodb");
    let mut early = Script::new();
    with_expiry(&mut early, 300_000);
    early.backup(130_000, &[]);
    early.line(
        400_000,
        json!({"fault": {"at_us": us(400_000), "kind": "quiet"}}),
    );
    assert_eq!(early.breaks("dynamodb").len(), 1);
}

#[test]
fn a_hot_item_with_hundreds_of_unanswered_writes_is_judged() {
    let mut script = Script::new();
    let mut value = 0;
    for at in 0..300 {
        let from_ms = 10 * at;
        match at % 3 {
            0 => script.lost(from_ms, from_ms + 5, "UpdateItem", add_one("a")),
            1 => script.lost(
                from_ms,
                from_ms + 5,
                "PutItem",
                put_if_absent("a", 1_000 * at),
            ),
            _ => {
                let put = json!({"TableName": "t", "Item": item("a", 1_000 * at)});
                script.lost(from_ms, from_ms + 5, "PutItem", put)
            }
        };
        // Some of them took effect: a put, and then an addition.
        if at % 30 == 29 {
            value = 1_000 * at + 1;
            script.get(from_ms + 7, from_ms + 8, "a", Some(value));
        }
    }
    script.passes("dynamodb");
    // There are not so many additions.
    script.get(4_000, 4_001, "a", Some(value + 500));
    assert!(!script.judge("dynamodb").is_pass());
}
