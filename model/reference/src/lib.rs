//! The reference: what DynamoDB promises about tables, items, backups and restores, as one pure value.
//!
//! [`Service::apply`] is the only way in: the present, the caller and a request go in, an answer or a refusal comes
//! out. There is no clock, no randomness, no thread and no I/O; the same requests at the same instants give the same
//! answers, to the byte, on any machine. [`Service::answer`] is the same with JSON on both sides.
//!
//! How it works:
//! - items live in a log of versions, key by key (`store`); a backup is a cut through that log, so that
//!   making one costs the same for any table, later writes cannot change it, and it outlives its table;
//! - statuses are derived from stored instants and the present (`table`, `backup`): nothing ticks;
//! - where the documentation leaves a choice, [`Choices`] decides: *exact*, *typical* or *adversarial*;
//! - exports come due in virtual time; what they hold is handed out record by record, to be written by the caller;
//! - each operation is one file under `op`; what a restored table inherits is under `restore`.
//!
//! # Exports and imports
//!
//! There is no S3 here. With [`Buckets::Imaginary`] every bucket exists, is empty, and swallows what is written to it:
//! statuses and counts are right, and that is all. With [`Buckets::Absent`] the service does not know these operations. A
//! server that has real buckets says so ([`Service::with_buckets`]), and after each answer and whenever its clock moves:
//!
//! 1. takes the exports that have begun, one at a time: [`Service::next_begun_export`]; writes their `_started`, and tells
//!    whether that went well: [`Service::export_begun`];
//! 2. takes those that have come due: [`Service::next_due_export`];
//! 3. writes their objects: data files from [`DueExport::records`], then the manifests from [`DueExport::description`],
//!    which already says what a completed export says;
//! 4. tells how it went: [`Service::export_written`]. Until then the export is IN_PROGRESS.
//!
//! What was taken is a copy (of references): the service need not be held while it is written. Imports likewise:
//!
//! 1. [`Service::next_due_import`] says which source is to be read;
//! 2. when its bucket was found, [`Service::open_import`] brings up the table, and [`Service::import_items`] fills it, some
//!    items at a time;
//! 3. [`Service::import_ended`] says how it went. Until then table and import are on their way.

mod arn;
mod backup;
mod calendar;
mod caller;
mod choices;
mod client_tokens;
mod draw;
mod export;
mod failure;
mod front;
mod ids;
mod import;
mod listing;
mod op;
mod quotas;
mod restore;
mod service;
mod store;
mod stores;
mod system_backup;
mod table;
mod tenant;
mod throttle;

pub use caller::Caller;
pub use choices::{BAND_US, Choices, DAY_US, MILLISECOND_US, Mode, SECOND_US};
pub use export::{BegunExport, DueExport};
pub use failure::Failure;
pub use front::{Answer, BODY_BYTES_MAX, CONTENT_TYPE, END_US, answer_headers, request_id};
pub use import::DueImport;
pub use service::{Buckets, Service, Settings};
pub use throttle::Throttling;
