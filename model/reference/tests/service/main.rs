//! The reference as a caller sees it: requests go in, answers come out, the clock is moved by hand.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod world;

mod backup_property;
mod determinism;
mod program;
mod wire_backup;
mod wire_errors;
mod wire_restore;
mod wire_table;
