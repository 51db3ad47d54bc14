//! Random programs of point-in-time recovery, run on a service and on an oracle that copies the whole table at every
//! write.

mod oracle;
mod run;
mod step;
mod tally;

pub use run::Run;
pub use step::{Action, Step, When, program};
pub use tally::Tally;
