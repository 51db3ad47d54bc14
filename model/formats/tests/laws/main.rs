//! The laws on small tables: they hold for what is right, and tell what is wrong. `model/reference` has them on exports,
//! restores and imports of random programs.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod histories;
mod names;
mod told;
