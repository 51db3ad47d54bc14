//! The format of histories: what is read, what is refused and where, what is written, what is counted.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod any;
mod damage;
mod documentation;
mod order;
mod pieces;
mod refusals;
mod round_trip;
mod stats;
mod tables;

use lookback_checker::history::{History, HistoryError, read};

/// A history with every kind of entry and every member.
pub const GOLDEN: &[u8] = include_bytes!("golden.jsonl");

/// A history of a header and these lines.
pub fn of_lines(lines: &[&str]) -> Result<History, HistoryError> {
    let mut text = String::from("{\"history\":{\"version\":1}}\n");
    for line in lines {
        text.push_str(line);
        text.push('\n');
    }
    read(text.as_bytes())
}

/// What is said of a text that is refused.
pub fn refusal(text: &[u8]) -> String {
    let error = read(text).expect_err("it is refused");
    error.to_string()
}
