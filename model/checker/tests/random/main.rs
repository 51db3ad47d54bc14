//! Checks on the judge with histories drawn at random: legal ones pass, damaged ones do not, and on tiny ones the judge
//! agrees with trying everything. Nothing here knows how the judge works, and the store behind the histories is as
//! naive as it can be.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod brute;
mod damage;
mod dice;
mod legal;
mod store;
mod witness;
