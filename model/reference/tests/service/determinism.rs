//! The same requests at the same instants give the same bytes; a shifted clock shifts the times and nothing else.

use lookback_reference::{Choices, Settings};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::program::{Run, Step, program};
use crate::recovery_program;
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

fn recovery_transcript(
    choices: Choices,
    start_us: i64,
    program: &[recovery_program::Step],
) -> Vec<Vec<u8>> {
    let settings = Settings {
        choices,
        ..Settings::default()
    };
    let mut run = recovery_program::Run::new(settings, start_us);
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
        // An item's expiry, in seconds.
        Value::Object(members) if members.get("N").is_some_and(is_recent) => {
            let seconds: i64 = members["N"].as_str().unwrap().parse().unwrap();
            json!({"N": seconds - start_ms / 1_000})
        }
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
        Value::String(text) => {
            let text = rebase_backup_ids(&text, start_ms);
            Value::String(rebase_quoted_times(&text, start_ms))
        }
        other => other,
    }
}

/// Whether a number is the seconds of an instant rather than a value of the programs.
fn is_recent(number: &Value) -> bool {
    let number: Option<i64> = number.as_str().and_then(|text| text.parse().ok());
    number.is_some_and(|number| number > 10_000_000)
}

/// Without bytes: the items of these programs hold instants, and the size of a number depends on its digits.
fn without_sizes(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .filter(|(name, _)| !name.ends_with("SizeBytes"))
            .map(|(name, value)| (name, without_sizes(value)))
            .collect(),
        Value::Array(list) => list.into_iter().map(without_sizes).collect(),
        other => other,
    }
}

/// The times that refusals tell between quotation marks.
fn rebase_quoted_times(text: &str, start_ms: i64) -> String {
    let rebase = |part: &str| match part.parse::<jiff::Timestamp>() {
        Ok(time) => (time.as_nanosecond() - i128::from(start_ms) * 1_000_000).to_string(),
        Err(_) => part.to_owned(),
    };
    let parts: Vec<String> = text.split('\'').map(rebase).collect();
    parts.join("'")
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_same_recovery_program_gives_the_same_bytes_whatever_the_wall_clock_says(
        choices in some_choices(),
        program in recovery_program::program(),
        days in -10_000_i64..36_000,
        seconds in 0_i64..86_400,
    ) {
        let first = recovery_transcript(choices.clone(), START_US, &program);
        let again = recovery_transcript(choices.clone(), START_US, &program);
        prop_assert!(first == again);
        let shifted_us = START_US + days * DAY_US + seconds * 1_000_000;
        let there = rebased(recovery_transcript(choices, shifted_us, &program), shifted_us);
        for (here, there) in rebased(first, START_US).into_iter().zip(there) {
            prop_assert_eq!(without_sizes(here), without_sizes(there));
        }
    }
}

/// Statistics, descriptions that come late, tags, identifiers: all that is drawn, with the instants of a run.
#[test]
fn what_adversarial_draws_depends_on_the_seed_and_the_requests_only() {
    let told = |seed: u64, start_us: i64| {
        let settings = Settings {
            choices: Choices::adversarial(seed),
            ..Settings::default()
        };
        let mut aws = World::new(settings, start_us);
        aws.transcript = Some(Vec::new());
        aws.recoverable_table("music");
        for number in 0..30 {
            aws.put("music", json!({"pk": format!("{number}")}));
            aws.start_backup("music");
            aws.describe("music");
            aws.recovery("music");
            aws.advance_s(1_800);
        }
        aws.start_drop("music");
        for _ in 0..200 {
            aws.status("music");
            aws.system_backups();
            aws.advance_ms(100);
        }
        rebased(aws.transcript.unwrap(), start_us)
    };
    for seed in 0..10 {
        let here = told(seed, START_US);
        assert_eq!(here, told(seed, START_US + 1_234_567 * 1_000_000));
        assert_ne!(here, told(seed + 1, START_US));
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
