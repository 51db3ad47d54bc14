//! Records as Amazon Ion text: `$ion_1_0 {Item:{...}}`, one line each (EXPORT-FORMAT-023, -024).
//!
//! Written by hand, because ion-rs chooses between the spellings of a number otherwise than the service does; read by
//! ion-rs, so that what is written is Ion whoever reads it.

mod read;
mod write;

pub(crate) use read::{read_item, read_record};
pub(crate) use write::write_record;

/// The annotations that tell sets from lists.
const STRING_SET: &str = "$dynamodb_SS";
const NUMBER_SET: &str = "$dynamodb_NS";
const BINARY_SET: &str = "$dynamodb_BS";
