//! The SDK on the model, as its users meet it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod callers;
mod clocks;
mod determinism;
mod disaster;
mod faults;
mod in_madsim;
mod notes;
#[path = "../../examples/disaster_recovery/runbook.rs"]
mod runbook;
#[path = "../../examples/disaster_recovery/scenario.rs"]
mod scenario;
#[path = "../../examples/disaster_recovery/shop.rs"]
mod shop;
mod throttling;
mod timers;
mod transcript;
mod waits;
