//! Real DynamoDB: what a run in somebody's account needs beyond asking an endpoint.
//!
//! ```text
//! consent ── chain ── target ──┬── pace        no faster than the documented rates
//!                              └── guard ── clean ── listing, names
//! ```
//!
//! - [`consent`]: nothing is made before somebody has said that it may cost something;
//! - [`chain`]: credentials by the default chain of the AWS SDKs;
//! - [`target`]: paced, tries throttled calls again, and never loses a call that is under way;
//! - [`guard`]: runs cases and cleans up at the end, on Ctrl-C and on SIGTERM;
//! - [`clean`]: deletes whatever a run has made, found by listing; [`names`]: which names are a run's.
//!
//! Not yet run on AWS: it is tested against the reference server in its place.

pub mod chain;
pub mod clean;
pub mod consent;
pub mod guard;
mod listing;
pub mod names;
pub mod pace;
mod removal;
pub mod target;
