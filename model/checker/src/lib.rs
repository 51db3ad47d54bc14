//! Judges whether what came back is a legal cut of what was written.
//!
//! A backup is a read whose interval has been moved: each item that a restore shows must be a state that the
//! item had at some instant of the artefact's band. This crate knows histories and contracts; it never looks at
//! the implementation it judges, and shares no code with it beyond the protocol's values.
//!
//! - [`contract`]: what is promised for each kind of artefact, as data;
//! - [`history`]: what happened, as a recorder wrote it down;
//! - [`verdict`]: what the judge says, with the witness of a violation;
//! - [`picture`]: the witness as a timeline, for a terminal and as a page;
//! - [`item`]: the states of one item over time, and which of them an artefact may show.

pub mod contract;
pub mod history;
pub mod item;
pub mod picture;
pub mod judge;
pub mod register;
pub mod trace;
pub mod verdict;
mod witness;

pub use contract::Contract;
pub use history::History;
pub use judge::{Options, judge};
pub use verdict::{Outcome, Verdict, Violation, Witness};
