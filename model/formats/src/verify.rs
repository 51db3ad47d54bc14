//! What tells a sound export from a damaged one, object by object and record by record: everything but the reading of
//! objects itself.
//!
//! - [`summary_faults`]: a summary that contradicts itself or the place it was found at;
//! - [`entry_faults`]: a line of the list of data files that cannot be;
//! - [`RecordRules`]: what each line of a data file must be; gives digests of its key and of its images, so that
//!   duplicates and differences are found among more records than there is memory for;
//! - [`Digest`]: 128 bits that equal items have in common, in whatever format, order and spelling they were written.

mod digest;
mod files;
mod record;
mod summary;

pub use digest::Digest;
pub use files::{ETag, entry_faults};
pub use record::{KeyKinds, RecordRules, Scanned, Shape};
pub use summary::summary_faults;
