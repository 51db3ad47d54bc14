//! Sources of imports: which items are in them, and what is wrong with the others.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod compressions;
mod csv;
mod lines;
mod source;
