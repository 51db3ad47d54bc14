//! Rehearsals: the *real* AWS SDK for Rust on the reference model, in process.
//!
//! Code that deals with backups and restores is code that runs for the first time when it is needed. Here it runs in any
//! test: the SDK's own client, with its signing, retries, waiters and time-outs, but its HTTP connector answers from
//! [`lookback_reference`], and its sleep and its time are the rehearsal's. No network, no server, no wait; 35 days are a
//! second, and the same seed gives the same bytes.
//!
//! ```
//! use std::time::Duration;
//! use aws_sdk_dynamodb::client::Waiters;
//! use aws_sdk_dynamodb::types::{AttributeValue, BillingMode, KeyType, ScalarAttributeType};
//! use aws_sdk_dynamodb::types::{AttributeDefinition, KeySchemaElement};
//! use lookback_rehearsal::Rehearsal;
//!
//! # async fn test() -> Result<(), Box<dyn std::error::Error>> {
//! let rehearsal = Rehearsal::new();
//! let client = rehearsal.client(); // an aws_sdk_dynamodb::Client like any other
//! # let id = AttributeDefinition::builder().attribute_name("id").attribute_type(ScalarAttributeType::S).build()?;
//! # let key = KeySchemaElement::builder().attribute_name("id").key_type(KeyType::Hash).build()?;
//! client.create_table().table_name("notes").billing_mode(BillingMode::PayPerRequest)
//!     .attribute_definitions(id).key_schema(key).send().await?;
//! client.wait_until_table_exists().table_name("notes").wait(Duration::from_secs(60)).await?;
//! client.put_item().table_name("notes").item("id", AttributeValue::S("1".into())).send().await?;
//! let backup = client.create_backup().table_name("notes").backup_name("nightly").send().await?;
//!
//! rehearsal.advance(Duration::from_secs(40 * 86_400)); // forty days later
//! let arn = backup.backup_details().map(|details| details.backup_arn()).unwrap_or_default();
//! let backup = client.describe_backup().backup_arn(arn).send().await?;
//! # assert!(backup.backup_description().is_some());
//! # Ok(())
//! # }
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(test()).unwrap();
//! ```
//!
//! - [`Rehearsal::new`] is the friendly service; [`Rehearsal::with`] takes [`Choices`]: what the live service was recorded
//!   to do, or the worst that is legal, drawn from a seed. Code that only ever met a friendly service fails on the real
//!   one: run each test with all three.
//! - [`Rehearsal::advance`] lets time pass. [`Rehearsal::fail_nth`] and [`Rehearsal::fail_when`] lose requests and answers,
//!   throttle, break, delay. [`Setup::recorded`] keeps every call and its answer.
//! - [`Rehearsal::client_of`] is another account or region; [`Rehearsal::bind`] puts a configuration of your own on the
//!   rehearsal.
//!
//! # Time
//!
//! Whoever sleeps on the SDK's timer or on [`Rehearsal::sleep`] sleeps in virtual time. How that passes is up to the
//! [`Clock`]:
//!
//! - [`Clock::own`], the default, stands still while anybody has something to do, and jumps to the next due instant when
//!   all wait for it. It needs no runtime: any executor will do. It knows nothing of other timers.
//! - [`Clock::tokio`] is tokio's: under `#[tokio::test(start_paused = true)]` the program's own `tokio::time::sleep`
//!   and the SDK's waiters share one virtual time.
//! - [`Clock::of`] takes any other. With madsim's (`tests/rehearsal/in_madsim.rs` has the ten lines, and runs
//!   the SDK on several simulated nodes) a rehearsal is part of a simulation.
//!
//! Every call takes a millisecond, so that no two have the same instant.
//!
//! # What is guaranteed
//!
//! The same program with the same [`Choices`] on one thread gives the same calls, answers and instants, to the byte: the
//! jitter of retries and waiters and the tokens of idempotent calls follow from the seed as well. For that, `fastrand`'s generator
//! of the thread, from which the SDK draws, is seeded when an operation begins and at each answer. The members of maps, which the SDK writes in
//! the order of its hashes, are put in order before the service sees them. With several threads the order of calls is the
//! scheduler's.

mod clock;
mod connector;
mod draws;
mod fault;
mod rehearsal;
mod setup;
mod timers;
mod transcript;
mod world;

pub use clock::Clock;
pub use fault::{Call, Fault};
pub use lookback_reference::{Caller, Choices, Throttling};
pub use rehearsal::Rehearsal;
pub use setup::Setup;
pub use transcript::{Exchange, Outcome};
