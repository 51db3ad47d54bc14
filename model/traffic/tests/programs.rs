//! What holds for every program, and for what programs shrink to.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use std::collections::BTreeSet;

use lookback_traffic::program::tree::ValueTree;
use lookback_traffic::program::{Body, Program, Programs, Sapling, program};
use serde_json::{Value, json};

fn drawn(seed: u64, number: u64) -> Program {
    program(Programs::default(), seed, number).current()
}

/// Simplifies as long as the program shows something.
fn shrunk(mut sapling: Sapling, shows: impl Fn(&Program) -> bool) -> Program {
    assert!(shows(&sapling.current()));
    let mut best = sapling.current();
    let mut moved = sapling.simplify();
    while moved {
        let tried = sapling.current();
        moved = if shows(&tried) {
            best = tried;
            sapling.simplify()
        } else {
            sapling.complicate()
        };
    }
    best
}

fn bodies(program: &Program) -> impl Iterator<Item = &Value> {
    program.steps.iter().filter_map(|step| match &step.body {
        Body::Json(body) => Some(body),
        Body::Raw(_) => None,
    })
}

#[test]
fn a_seed_and_a_number_are_one_program() {
    for number in 0..20 {
        assert_eq!(drawn(7, number), drawn(7, number));
    }
}

#[test]
fn numbers_and_seeds_are_different_programs() {
    let texts: BTreeSet<String> = (0..40)
        .map(|number| format!("{:?}", drawn(number % 2, number / 2)))
        .collect();
    assert_eq!(texts.len(), 40);
}

#[test]
fn a_program_names_no_table_but_its_own() {
    for number in 0..100 {
        for body in bodies(&drawn(3, number)) {
            let text = body.to_string();
            let named = text.matches("\"TableName\":\"").count();
            let own = text.matches("\"TableName\":\"${t}").count()
                + text.matches("\"TableName\":\"${u}").count();
            let bad = [
                "\"TableName\":\"\"",
                "\"TableName\":\"a",
                "\"TableName\":\"no such",
                "\"TableName\":\"x",
            ];
            let bad: usize = bad.iter().map(|name| text.matches(name).count()).sum();
            assert!(own + bad >= named, "{text}");
        }
    }
}

#[test]
fn every_operation_is_drawn() {
    let mut operations = BTreeSet::new();
    for number in 0..300 {
        operations.extend(
            drawn(1, number)
                .steps
                .into_iter()
                .map(|step| step.operation),
        );
    }
    assert_eq!(operations.len(), 21, "{operations:?}");
}

#[test]
fn time_passes_only_where_it_may() {
    let gaps = |gaps: bool| {
        let programs = Programs {
            gaps,
            ..Programs::default()
        };
        (0..50).any(|number| {
            program(programs, 1, number)
                .current()
                .steps
                .iter()
                .any(|step| step.gap_s > 0)
        })
    };
    assert!(gaps(true) && !gaps(false));
}

#[test]
fn what_shows_in_one_step_shrinks_to_one_step() {
    let is_query = |program: &Program| program.steps.iter().any(|step| step.operation == "Query");
    let number = (0..).find(|number| is_query(&drawn(5, *number))).unwrap();
    let small = shrunk(program(Programs::default(), 5, number), is_query);
    assert_eq!(small.steps.len(), 1);
    assert_eq!(small.steps[0].body, Body::Json(json!({})));
    assert_eq!(small.tables.len(), 1);
}

#[test]
fn a_shrunk_expression_keeps_what_shows_and_its_placeholders() {
    let shows = |program: &Program| {
        bodies(program).any(|body| {
            let text = body.get("ConditionExpression").and_then(Value::as_str);
            text.is_some_and(|text| text.contains("BETWEEN"))
                && body.get("ExpressionAttributeValues").is_some()
        })
    };
    let number = (0..).find(|number| shows(&drawn(9, *number))).unwrap();
    let small = shrunk(program(Programs::default(), 9, number), shows);
    assert_eq!(small.steps.len(), 1);
    let body = bodies(&small).next().unwrap();
    let words = body["ExpressionAttributeValues"].as_object().unwrap();
    assert!(words.len() <= 2, "{body}");
}

#[test]
fn a_program_that_shows_only_as_a_whole_stays_as_it_is() {
    let whole = drawn(2, 2);
    assert_eq!(
        shrunk(Sapling::new(whole.clone()), |tried| *tried == whole),
        whole
    );
}
