//! Verifies exports as a user of DynamoDB would after a nightly export: on disk or in S3, with nothing but their bytes.
//!
//! ```text
//! place ── objects ── manifests ──┐
//!                                 ├── pool (inflate ── scan) ── spill ── compare ── lookup ── report, text
//! verify ─────────────────────────┘
//! ```
//!
//! - [`place`]: a folder or `s3://bucket/...`; [`objects`]: what lies there, read from threads that may block;
//! - [`manifests`]: summary, list of data files, layout, checksums of both;
//! - [`inflate`]: one data file as pieces of whole lines, with its digest; [`pool`]: all cores, on many files or on one;
//! - [`scan`]: the rules of `lookback_formats::verify` for each line; [`spill`]: what is kept of each record, parted by
//!   the digest of its key, in memory while there is room and in files that are gone however the process ends;
//! - [`compare`]: duplicates, and the laws of `lookback_formats::laws`, part by part; [`lookup`]: the records behind the
//!   differences that are shown;
//! - [`verify`]: one verification from its options to its report; [`report`] and [`text`]: what is told.
//!
//! Of a record 32 bytes are kept, 64 where exports are compared: memory is bounded whatever the size of an export.

pub mod compare;
pub mod finding;
pub mod inflate;
pub mod lookup;
pub mod manifests;
pub mod objects;
pub mod place;
pub mod pool;
pub mod report;
pub mod scan;
pub mod spill;
pub mod text;
pub mod verify;

pub use report::Report;
pub use verify::{Options, verify};
