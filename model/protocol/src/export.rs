//! What an export holds and how its objects are called, whatever format they are written in (EXPORT-FORMAT).

mod layout;
mod record;

pub use layout::ExportLayout;
pub use record::{Change, ExportRecord, ExportRecords};

/// BilledSizeBytes of an incremental export is never below this: 10 MB (EXPORT-INCR-022).
pub const INCREMENTAL_BILLED_BYTES_MIN: u64 = 10_000_000;
