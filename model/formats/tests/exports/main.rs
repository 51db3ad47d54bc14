//! The bytes of exports: against recorded ones, against snapshots, and back again.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod bucket;
mod damage;
mod round_trip;
mod small;
mod soundness;
mod vectors;
