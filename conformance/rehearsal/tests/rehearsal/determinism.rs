//! The same program with the same seed is the same run.

use std::time::Duration;

use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use lookback_rehearsal::{Choices, Exchange, Fault, Rehearsal};
use proptest::prelude::*;

use crate::notes;

/// What a program does.
#[derive(Clone, Debug)]
enum Step {
    Write(u8),
    Transact(u8),
    BackUp,
    Wait(u16),
    Fail(u8, Fault),
}

fn step() -> impl Strategy<Value = Step> {
    let fault = prop_oneof![
        Just(Fault::LoseRequest),
        Just(Fault::LoseAnswer),
        Just(Fault::Throttle),
        Just(Fault::ServerError),
        (1_u64..100).prop_map(|seconds| Fault::Slow(Duration::from_secs(seconds))),
    ];
    prop_oneof![
        any::<u8>().prop_map(Step::Write),
        any::<u8>().prop_map(Step::Transact),
        Just(Step::BackUp),
        any::<u16>().prop_map(Step::Wait),
        (1_u8..3, fault).prop_map(|(nth, fault)| Step::Fail(nth, fault)),
    ]
}

/// The lines of the transcript, which are what a person would compare.
fn told(seed: u64, steps: &[Step]) -> Vec<String> {
    run(seed, steps).iter().map(ToString::to_string).collect()
}

fn run(seed: u64, steps: &[Step]) -> Vec<Exchange> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let rehearsal = Rehearsal::setup()
            .choices(Choices::adversarial(seed))
            .recorded()
            .begin();
        let client = rehearsal.client();
        notes::create(&client).await;
        for step in steps {
            match step {
                Step::Write(id) => drop(notes::write(&client, &id.to_string(), "a").await),
                Step::Transact(id) => {
                    let put = Put::builder()
                        .table_name("notes")
                        .item("id", notes::text(&id.to_string()));
                    let write = TransactWriteItem::builder()
                        .put(put.build().unwrap())
                        .build();
                    // Without a token of the program's own: the SDK draws one.
                    let _ = client
                        .transact_write_items()
                        .transact_items(write)
                        .send()
                        .await;
                }
                Step::BackUp => {
                    let _ = client
                        .create_backup()
                        .table_name("notes")
                        .backup_name("nightly")
                        .send()
                        .await;
                }
                Step::Wait(seconds) => {
                    rehearsal
                        .sleep(Duration::from_secs(u64::from(*seconds)))
                        .await
                }
                Step::Fail(nth, fault) => {
                    for operation in ["PutItem", "TransactWriteItems", "CreateBackup"] {
                        rehearsal.fail_nth(operation, u64::from(*nth), fault.clone());
                    }
                }
            }
        }
        rehearsal.transcript()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn same_seed_same_transcript(seed in any::<u64>(), steps in prop::collection::vec(step(), 1..20)) {
        prop_assert_eq!(told(seed, &steps), told(seed, &steps));
    }
}

#[test]
fn retries_pause_for_another_time_with_another_seed() {
    let steps = [Step::Fail(1, Fault::ServerError), Step::Write(1)];
    let pause = |seed| {
        let said = run(seed, &steps);
        let [.., first, second] = said.as_slice() else {
            panic!("two attempts")
        };
        second.at.duration_since(first.at).unwrap()
    };
    assert_eq!(pause(1), pause(1));
    assert!((2..10).any(|seed| pause(seed) != pause(1)));
}

#[test]
fn transactions_draw_tokens_of_their_own() {
    let said = run(1, &[Step::Transact(1), Step::Transact(2)]);
    let tokens: Vec<_> = said
        .iter()
        .filter(|exchange| exchange.operation == "TransactWriteItems")
        .map(|exchange| {
            String::from_utf8_lossy(&exchange.request)
                .split("ClientRequestToken")
                .nth(1)
                .unwrap()[3..39]
                .to_owned()
        })
        .collect();
    assert_eq!(tokens.len(), 2);
    assert_ne!(tokens[0], tokens[1]);
}
