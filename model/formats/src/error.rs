//! What can be wrong with the bytes of an export.

use std::io;

/// Bytes that are no export, and where.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// A line of a data file or of a manifest; lines count from 1. Look at this line of the object.
    #[error("line {line}: {what}")]
    Line {
        /// Which line.
        line: u64,
        /// What is wrong with it.
        what: String,
    },
    /// A whole object, or a description that no export can have.
    #[error("{0}")]
    Whole(String),
    /// Reading failed, or what is compressed is damaged: fetch the object again.
    #[error("cannot be read: {0}")]
    Read(#[from] io::Error),
}
