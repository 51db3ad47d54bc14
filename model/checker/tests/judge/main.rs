//! The judge, one behaviour at a time, on histories of a few calls.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod artefacts;
mod calls;
mod clocks;
mod conditions;
mod legacy;
mod script;
mod tables;
mod ties;
mod witnesses;
