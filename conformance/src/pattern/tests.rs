use serde_json::{Value, json};

use super::{check, differences, matches};

fn said(pattern: Value, actual: Value) -> Vec<String> {
    differences(&pattern, Some(&actual))
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn a_difference_names_the_place() {
    let pattern = json!({ "BackupDetails": { "BackupStatus": "CREATING" } });
    let actual = json!({ "BackupDetails": { "BackupStatus": "AVAILABLE", "BackupName": "n" } });
    assert_eq!(
        said(pattern, actual),
        [r#"at /BackupDetails/BackupStatus: expected "CREATING", got "AVAILABLE""#]
    );
}

#[test]
fn an_object_asks_for_at_least_its_members() {
    assert!(matches(
        &json!({ "a": 1 }),
        Some(&json!({ "a": 1.0, "b": 2 }))
    ));
    assert_eq!(
        said(json!({ "a": 1 }), json!({})),
        ["at /a: expected 1, got nothing"]
    );
}

#[test]
fn an_array_asks_for_length_and_order() {
    assert!(!matches(&json!([1, 2]), Some(&json!([2, 1]))));
    assert_eq!(
        said(json!([1]), json!([1, 2])),
        ["expected 1 elements: [1], got 2: [1,2]"]
    );
}

#[test]
fn null_is_not_absence() {
    assert!(matches(&json!({ "a": null }), Some(&json!({ "a": null }))));
    assert!(!matches(&json!({ "a": null }), Some(&json!({}))));
}

#[test]
fn any_is_for_what_is_present() {
    assert!(matches(
        &json!({ "a": { "$any": true } }),
        Some(&json!({ "a": null }))
    ));
    assert!(!matches(
        &json!({ "a": { "$any": true } }),
        Some(&json!({}))
    ));
}

#[test]
fn not_any_is_for_what_is_absent() {
    let pattern = json!({ "a": { "$not": { "$any": true } } });
    assert!(matches(&pattern, Some(&json!({}))));
    assert_eq!(
        said(pattern, json!({ "a": 5 })),
        ["at /a: expected nothing, got 5"]
    );
}

#[test]
fn types_are_told_apart() {
    for (kind, value) in [
        ("string", json!("")),
        ("number", json!(1.5)),
        ("integer", json!(1)),
        ("boolean", json!(false)),
        ("object", json!({})),
        ("array", json!([])),
        ("null", json!(null)),
    ] {
        assert!(matches(&json!({ "$type": kind }), Some(&value)), "{kind}");
    }
    assert!(!matches(&json!({ "$type": "integer" }), Some(&json!(1.5))));
    assert!(!matches(&json!({ "$type": "number" }), Some(&json!("1"))));
}

#[test]
fn a_regex_is_searched() {
    assert!(matches(&json!({ "$regex": "b+" }), Some(&json!("abba"))));
    assert_eq!(
        said(json!({ "$regex": "^b" }), json!("abba")),
        [r#"expected a text with /^b/, got "abba""#]
    );
}

#[test]
fn one_of_all_and_not() {
    assert!(matches(
        &json!({ "$one_of": [1, { "$type": "string" }] }),
        Some(&json!("x"))
    ));
    assert!(!matches(&json!({ "$one_of": [1, 2] }), Some(&json!(3))));
    assert!(!matches(
        &json!({ "$all": [{ "$at_least": 1 }, { "$at_most": 2 }] }),
        Some(&json!(3))
    ));
    assert!(!matches(&json!({ "$not": "x" }), Some(&json!("x"))));
}

#[test]
fn exactly_refuses_a_further_member() {
    assert_eq!(
        said(json!({ "$exactly": { "a": 1 } }), json!({ "a": 1, "b": 2 })),
        ["at /b: expected nothing, got 2"]
    );
}

#[test]
fn members_are_compared_as_a_set() {
    assert!(matches(
        &json!({ "$members": ["b", "a"] }),
        Some(&json!({ "a": 1, "b": 2 }))
    ));
    assert!(!matches(
        &json!({ "$members": ["a"] }),
        Some(&json!({ "a": 1, "b": 2 }))
    ));
}

#[test]
fn unordered_finds_a_pairing_where_the_first_fit_fails() {
    let pattern = json!({ "$unordered": [{ "$type": "number" }, 1] });
    assert!(matches(&pattern, Some(&json!([1, 2]))));
    assert!(!matches(&pattern, Some(&json!([1]))));
    assert_eq!(
        said(json!({ "$unordered": [1] }), json!([1, 7])),
        ["at /1: expected no further element, got 7"]
    );
}

#[test]
fn contains_and_lacks_look_at_elements() {
    assert!(matches(
        &json!({ "$contains": [{ "a": 1 }] }),
        Some(&json!([{ "a": 2 }, { "a": 1, "b": 1 }]))
    ));
    assert!(!matches(
        &json!({ "$lacks": { "a": 1 } }),
        Some(&json!([{ "a": 1, "b": 1 }]))
    ));
    assert!(matches(&json!({ "$lacks": 3 }), Some(&json!([]))));
}

#[test]
fn lengths_and_bounds() {
    assert!(matches(&json!({ "$length": 2 }), Some(&json!("äö"))));
    assert!(matches(&json!({ "$length": 0 }), Some(&json!([]))));
    assert!(!matches(&json!({ "$at_least": 1 }), Some(&json!("5"))));
    assert!(matches(
        &json!({ "$near": [1700000000, 60] }),
        Some(&json!(1700000060.0))
    ));
    assert!(!matches(
        &json!({ "$near": [1700000000, 60] }),
        Some(&json!(1700000060.5))
    ));
}

#[test]
fn an_item_is_equal_by_value() {
    let pattern = json!({ "$item": { "n": { "N": "1.0" } } });
    assert!(matches(&pattern, Some(&json!({ "n": { "N": "1" } }))));
    assert!(!matches(
        &pattern,
        Some(&json!({ "n": { "N": "1" }, "m": { "S": "" } }))
    ));
}

#[test]
fn a_wrong_operator_is_told_with_its_place() {
    assert_eq!(
        check(&json!({ "a": [{ "$regx": "x" }] })).unwrap_err().0,
        "/a/0/$regx"
    );
    assert_eq!(check(&json!({ "$type": "text" })).unwrap_err().0, "/$type");
    assert!(
        check(&json!({ "$regex": "(" }))
            .unwrap_err()
            .1
            .contains("regular expression")
    );
    assert!(
        check(&json!({ "$any": true, "b": 1 }))
            .unwrap_err()
            .1
            .contains("does not stand alone")
    );
    assert!(check(&json!({ "$near": ["${now}", 60] })).is_ok());
    assert!(check(&json!({ "$at_least": "${created}" })).is_ok());
}
