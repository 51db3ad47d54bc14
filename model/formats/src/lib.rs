//! The bytes of DynamoDB's exports to S3 and imports from it, as readers and writers over [`std::io::Read`] and
//! [`std::io::Write`]: nothing here opens, stores or fetches anything.
//!
//! - [`Format`]: one record as one line of DynamoDB JSON or Amazon Ion, and back;
//! - [`ExportPlan`]: which objects an export writes and what is in them, the same bytes for the same export on any machine;
//!   [`write_export`] puts them one after the other, the manifests last (EXPORT-FORMAT-026); a server with several
//!   cores writes the files of [`ExportPlan::parts`] side by side with [`ExportPlan::write_data_file`];
//! - [`manifest`]: the lists of data files and the summaries, written and read;
//! - [`RecordReader`]: the records of a data file, each error with its line;
//! - [`Md5`], [`part_etag`]: what the manifests say of each object;
//! - [`verify`]: what tells a sound export from a damaged one;
//! - [`laws`]: what must hold between a table, its exports, its restores and its backups, whatever was written;
//! - [`import`]: the items of a source of an import, in any of the three formats and compressions.
//!
//! How the bytes of the live service look was recorded; where only a format is known, its smallest form is written.

mod checksum;
mod data_file;
mod error;
mod export;
mod format;
pub mod import;
mod ion;
mod json;
pub mod laws;
pub mod manifest;
pub mod verify;

pub use checksum::{Md5, Md5Writer, part_etag};
pub use data_file::RecordReader;
pub use error::FormatError;
pub use export::{DATA_FILES, ExportPlan, Sink, write_export};
pub use format::Format;
