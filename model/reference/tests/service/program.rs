//! Random programs over a few tables: what they do, and a naive observer that keeps a full copy of everything.

mod naive;
mod run;
mod step;

pub use run::{Run, Tally};
pub use step::{Step, program};
