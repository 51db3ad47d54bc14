use serde_json::{Value, json};

use super::{bound, differences};
use crate::bind::Bindings;
use crate::case::Expectation;
use crate::run::Answer;
use crate::target::RawAnswer;

fn answer(status: u16, body: &Value) -> Answer {
    Answer::new(RawAnswer {
        status,
        body: body.to_string().into_bytes(),
        ..RawAnswer::default()
    })
}

fn refusal() -> Answer {
    let body = json!({ "__type": "com.amazonaws.dynamodb.v20120810#BackupNotFoundException", "message": "Backup not found: x" });
    answer(400, &body)
}

fn said(expectation: Value, answer: &Answer) -> Vec<String> {
    let expectation: Expectation = serde_json::from_value(expectation).unwrap();
    differences(&expectation, answer)
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn the_default_is_success() {
    assert!(said(json!({}), &answer(200, &json!({}))).is_empty());
    let told = said(json!({}), &refusal());
    assert_eq!(
        told,
        [
            "at (status): expected HTTP 200, got HTTP 400 BackupNotFoundException: Backup not found: x"
        ]
    );
}

#[test]
fn an_error_is_named_after_the_hash() {
    assert!(said(json!({ "error": "BackupNotFoundException" }), &refusal()).is_empty());
    assert!(
        said(
            json!({ "error": ["A", "BackupNotFoundException"] }),
            &refusal()
        )
        .is_empty()
    );
    let told = said(json!({ "error": "ValidationException" }), &refusal());
    assert!(
        told[0]
            .starts_with("at (error): expected ValidationException, got HTTP 400 BackupNotFound"),
        "{told:?}"
    );
    assert_eq!(told.len(), 1);
}

#[test]
fn an_error_wants_status_400() {
    let wrong = answer(500, &json!({ "__type": "x#E" }));
    assert_eq!(said(json!({ "error": "E" }), &wrong).len(), 1);
    assert!(said(json!({ "error": "E", "status": 500 }), &wrong).is_empty());
}

#[test]
fn a_message_is_searched_in_both_spellings() {
    assert!(
        said(
            json!({ "error": "BackupNotFoundException", "message": "not found" }),
            &refusal()
        )
        .is_empty()
    );
    let capital = answer(400, &json!({ "__type": "x#E", "Message": "Big" }));
    assert!(
        said(
            json!({ "error": "E", "message": ["small", "^Big$"] }),
            &capital
        )
        .is_empty()
    );
    assert_eq!(
        said(json!({ "error": "E", "message": "small" }), &capital),
        [r#"at (message): expected a text with small, got "Big""#]
    );
}

#[test]
fn what_must_be_absent_is_told() {
    assert_eq!(
        said(
            json!({ "absent": ["/a/b"] }),
            &answer(200, &json!({ "a": { "b": 1 } }))
        ),
        ["at /a/b: expected nothing, got 1"]
    );
    assert!(
        said(
            json!({ "absent": ["/a/c"] }),
            &answer(200, &json!({ "a": { "b": 1 } }))
        )
        .is_empty()
    );
}

#[test]
fn the_checksum_is_of_the_raw_body() {
    let mut right = answer(200, &json!({}));
    assert!(said(json!({ "crc": true }), &right).is_empty());
    assert_eq!(said(json!({ "crc": "required" }), &right).len(), 1);
    right
        .raw
        .headers
        .push(("x-amz-crc32".to_owned(), crc32fast::hash(b"{}").to_string()));
    assert!(said(json!({ "crc": "required" }), &right).is_empty());
    right.raw.body.push(b' ');
    assert_eq!(said(json!({ "crc": true }), &right).len(), 1);
}

#[test]
fn headers_are_patterns_too() {
    let mut given = answer(200, &json!({}));
    given.raw.headers.push((
        "content-type".to_owned(),
        "application/x-amz-json-1.0".to_owned(),
    ));
    assert!(
        said(
            json!({ "headers": { "content-type": { "$regex": "json-1.0" } } }),
            &given
        )
        .is_empty()
    );
    let told = said(
        json!({ "headers": { "x-amzn-requestid": { "$any": true } } }),
        &given,
    );
    assert_eq!(
        told,
        ["at (header x-amzn-requestid): expected something, got nothing"]
    );
}

#[test]
fn an_empty_body_has_no_bytes() {
    assert_eq!(
        said(json!({ "empty": true }), &answer(200, &json!({}))).len(),
        1
    );
    assert!(
        said(
            json!({ "empty": true }),
            &Answer::new(RawAnswer {
                status: 200,
                ..RawAnswer::default()
            })
        )
        .is_empty()
    );
}

#[test]
fn one_variant_is_enough() {
    let either =
        json!({ "any_of": [{ "body": { "a": 1 } }, { "error": "BackupNotFoundException" }] });
    assert!(said(either.clone(), &refusal()).is_empty());
    assert!(said(either.clone(), &answer(200, &json!({ "a": 1 }))).is_empty());
    let told = said(either, &answer(200, &json!({ "a": 2 })));
    assert_eq!(
        told,
        ["at (closest of 2 variants, number 1) /a: expected 1, got 2"]
    );
}

#[test]
fn names_are_replaced_in_every_part() {
    let mut bindings = Bindings::new();
    bindings.set("code", "E");
    bindings.set("status", 404);
    let given: Expectation = serde_json::from_value(
        json!({ "status": "${status}", "error": "${code}", "message": "^${code}" }),
    )
    .unwrap();
    let ready = bound(&given, &bindings).unwrap();
    assert!(
        differences(
            &ready,
            &answer(404, &json!({ "__type": "E", "message": "Eh" }))
        )
        .is_empty()
    );
}

#[test]
fn a_variant_takes_the_outcome_from_what_stands_around_it() {
    let either = json!({ "error": "BackupNotFoundException", "any_of": [{ "body": { "message": "x" } }, { "message": "not found" }] });
    assert!(said(either, &refusal()).is_empty());
}
