//! The specimen as a whole.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod bugs;
mod clocks;
mod determinism;
mod documents;
mod plans;
mod seeds;
mod sometimes;
