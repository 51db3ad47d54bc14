//! The same requests at the same instants give the same bytes; a shifted clock shifts the times and nothing else.

use lookback_reference::{Choices, Settings};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::program::{Run, Step, program};
use crate::world::{DAY_US, START_US, World};

fn transcript(choices: Choices, start_us: i64, program: &[Step]) -> Vec<Vec<u8>> {
    let mut run = Run::new(
        Settings {
            choices,
            ..Settings::default()
        },
        start_us,
    );
    run.world.transcript = Some(Vec::new());
    run.run(program).world.transcript.unwrap()
}

/// The answers with every instant counted from the start of the run.
fn rebased(transcript: Vec<Vec<u8>>, start_us: i64) -> Vec<Value> {
    let parse = |body: Vec<u8>| match body.is_empty() {
        true => Value::Null,
        false => serde_json::from_slice(&body).unwrap(),
    };
    transcript
        .into_iter()
        .map(|body| rebase(parse(body), start_us / 1_000))
        .collect()
}

fn rebase(value: Value, start_ms: i64) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .map(
                |(name, value)| match value.as_f64().filter(|_| name.ends_with("DateTime")) {
                    Some(seconds) => (name, json!((seconds * 1e3).round() as i64 - start_ms)),
                    None => (name, rebase(value, start_ms)),
                },
            )
            .collect(),
        Value::Array(list) => list
            .into_iter()
            .map(|value| rebase(value, start_ms))
            .collect(),
        Value::String(text) => Value::String(rebase_backup_ids(&text, start_ms)),
        other => other,
    }
}

/// The 14 digits after `/backup/` are an instant in milliseconds.
fn rebase_backup_ids(text: &str, start_ms: i64) -> String {
    let mut parts = text.split("/backup/");
    let mut rebased = parts.next().unwrap().to_owned();
    for part in parts {
        let (digits, rest) = part.split_at(14);
        let created_ms: i64 = digits.parse().unwrap();
        rebased += &format!("/backup/{}{rest}", created_ms - start_ms);
    }
    rebased
}

fn some_choices() -> impl Strategy<Value = Choices> {
    prop_oneof![
        Just(Choices::exact()),
        Just(Choices::typical()),
        any::<u64>().prop_map(Choices::adversarial),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_same_program_gives_the_same_bytes(choices in some_choices(), program in program()) {
        let first = transcript(choices.clone(), START_US, &program);
        prop_assert_eq!(first, transcript(choices, START_US, &program));
    }

    #[test]
    fn a_shifted_clock_shifts_the_times_only(
        choices in some_choices(),
        program in program(),
        days in -18_000_i64..36_000,
        seconds in 0_i64..86_400,
    ) {
        let shifted_us = START_US + days * DAY_US + seconds * 1_000_000;
        let here = rebased(transcript(choices.clone(), START_US, &program), START_US);
        let there = rebased(transcript(choices, shifted_us, &program), shifted_us);
        prop_assert_eq!(here, there);
    }
}

#[test]
fn identifiers_depend_on_the_seed() {
    let id = |seed| {
        let mut aws = World::adversarial(seed);
        aws.table("music");
        aws.describe("music")["TableId"].clone()
    };
    assert_eq!(id(1), id(1));
    assert_ne!(id(1), id(2));
}

#[test]
fn a_clock_that_goes_back_stands_still() {
    let mut aws = World::exact();
    aws.table("music");
    aws.advance_s(100);
    let latest = aws.now_s();
    aws.start_backup("music");
    aws.advance_s(-50);
    assert_eq!(
        aws.start_backup("music")["BackupCreationDateTime"],
        json!(latest)
    );
}
