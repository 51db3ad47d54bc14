//! Pictures of witnesses: what they look like, and that nothing in a witness breaks them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod contradictions;
mod escaping;
mod laws;
mod looks;
mod samples;
mod wellformed;
