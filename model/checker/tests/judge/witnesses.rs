//! What a violation is told with.

use serde_json::{Value, json};

use crate::script::{Script, item, key};

#[test]
fn a_witness_holds_nothing_that_can_be_left_out() {
    let mut script = Script::new();
    for at in 0..200 {
        script.put(at * 100, at * 100 + 10, "a", at);
        script.get(at * 100 + 20, at * 100 + 30, "a", Some(at));
    }
    script.backup(100_000, &[item("a", 3)]);
    let verdict = script.judge("dynamodb");
    assert_eq!(verdict.violations.len(), 1);
    let witness = &verdict.violations[0].witness;
    // The value shown, one that must have replaced it, and the artefact.
    assert_eq!(witness.facts.len(), 3, "{witness:#?}");
}

#[test]
fn violations_of_one_artefact_are_counted_beyond_the_first_few() {
    let mut script = Script::new();
    for at in 0..20 {
        script.put(at * 100, at * 100 + 10, &format!("k{at:02}"), at);
    }
    script.backup(100_000, &[]);
    let verdict = script.judge("dynamodb");
    assert_eq!(verdict.violations.len(), 3);
    assert_eq!(verdict.violations[2].also, 17);
}

#[test]
fn a_witness_reads_well() {
    let mut script = Script::new();
    script.put(1_000, 1_010, "a", 1);
    script.put(1_000, 1_010, "b", 1);
    script.backup(62_210, &[item("a", 1)]);
    let verdict = script.judge("dynamodb");
    let witness = &verdict.violations[0].witness;
    let words: Vec<&str> = witness.facts.iter().map(|it| it.words.as_str()).collect();
    insta::assert_snapshot!(format!("{}\n{}", witness.summary, words.join("\n")));
}

fn add(name: &str, by: i64) -> Value {
    json!({
        "TableName": "t", "Key": key(name),
        "UpdateExpression": "ADD v :by", "ExpressionAttributeValues": {":by": {"N": by.to_string()}},
    })
}

#[test]
fn a_lost_update_is_told_with_all_that_must_be_in() {
    let mut script = Script::new();
    for at in 0..30 {
        script.call(at * 10, at * 10 + 5, "UpdateItem", add("a", 1), json!({}));
        script.get(at * 10 + 7, at * 10 + 8, "b", None);
    }
    script.get(1_000, 1_001, "a", Some(28));
    let verdict = script.judge("dynamodb");
    let witness = &verdict.violations[0].witness;
    // One more than what was read, and the read.
    assert_eq!(witness.facts.len(), 30, "{witness:#?}");
    insta::assert_snapshot!(witness.summary);
}

#[test]
fn two_that_both_won_are_told_by_the_time_between_them() {
    let mut script = Script::new();
    let claim = |value| json!({"TableName": "t", "Item": item("a", value), "ConditionExpression": "attribute_not_exists(pk)"});
    script.call(10, 20, "PutItem", claim(1), json!({}));
    script.call(50, 60, "PutItem", claim(2), json!({}));
    insta::assert_snapshot!(script.breaks("dynamodb")[0]);
}

#[test]
fn a_read_that_goes_back_is_told_by_the_one_before_it() {
    let mut script = Script::new();
    script.put(10, 20, "a", 1);
    script.put(30, 900, "a", 2);
    script.get(40, 50, "a", Some(2));
    script.get(70, 80, "a", Some(1));
    insta::assert_snapshot!(script.breaks("dynamodb")[0]);
}

#[test]
fn an_answer_that_tells_the_wrong_item_is_told_with_what_it_told() {
    let mut script = Script::new();
    script.put(10, 20, "a", 1);
    let mut telling = add("a", 1);
    telling["ReturnValues"] = json!("ALL_NEW");
    let out = json!({"Attributes": item("a", 7)});
    script.call(30, 40, "UpdateItem", telling, out);
    insta::assert_snapshot!(script.breaks("dynamodb")[0]);
}
