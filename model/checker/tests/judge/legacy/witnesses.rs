//! What a violation is told with.

use serde_json::json;

use super::{add_one, update, with};
use crate::script::Script;

fn facts(script: &Script) -> String {
    let verdict = script.judge("dynamodb");
    assert_eq!(verdict.violations.len(), 1, "{verdict:#?}");
    let witness = &verdict.violations[0].witness;
    let words: Vec<&str> = witness.facts.iter().map(|it| it.words.as_str()).collect();
    format!("{}\n{}", witness.summary, words.join("\n"))
}

#[test]
fn a_lost_update_is_told_with_all_that_must_be_in() {
    let mut script = Script::new();
    for at in 0..3 {
        script.call(at * 10, at * 10 + 5, "UpdateItem", add_one(), json!({}));
    }
    script.get(1_000, 1_001, "a", Some(2));
    insta::assert_snapshot!(facts(&script));
}

#[test]
fn a_condition_is_told_as_the_request_says_it() {
    let mut script = with(json!({"v": {"N": "1"}, "w": {"N": "1"}}));
    let mut input = update(json!({"v": {"Action": "DELETE"}}));
    input["Expected"] = json!({"v": {"Value": {"N": "2"}}, "w": {"Exists": false}});
    input["ConditionalOperator"] = json!("OR");
    script.call(10, 20, "UpdateItem", input, json!({}));
    insta::assert_snapshot!(facts(&script));
}
