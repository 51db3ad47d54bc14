//! `lookback verify-export` on exports in a folder: sound ones, damaged ones, and one against another.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod against;
mod command;
mod damage;
mod exports;
mod s3;
mod sound;
