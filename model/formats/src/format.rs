//! The two formats of exports.

use std::io::{self, Write};

use lookback_protocol::export::ExportRecord;

use crate::{ion, json};

/// How records are written: one line each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// DYNAMODB_JSON (EXPORT-FORMAT-019, -020).
    DynamoDbJson,
    /// ION: Amazon Ion as text (EXPORT-FORMAT-023, -024).
    Ion,
}

impl Format {
    /// The format with this name on the wire.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "DYNAMODB_JSON" => Some(Self::DynamoDbJson),
            "ION" => Some(Self::Ion),
            _ => None,
        }
    }

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::DynamoDbJson => "DYNAMODB_JSON",
            Self::Ion => "ION",
        }
    }

    /// What the name of a data file ends with (EXPORT-FORMAT-005).
    pub fn suffix(self) -> &'static str {
        match self {
            Self::DynamoDbJson => ".json.gz",
            Self::Ion => ".ion.gz",
        }
    }

    /// Appends a record as a line, with its line feed.
    pub fn write_record(self, record: &ExportRecord, line: &mut Vec<u8>) {
        match self {
            Self::DynamoDbJson => json::write_record(record, line),
            Self::Ion => ion::write_record(record, line),
        }
    }

    /// Reads a line without its line feed.
    ///
    /// # Errors
    /// What is wrong with the line, in words.
    pub fn read_record(self, line: &[u8]) -> Result<ExportRecord, String> {
        match self {
            Self::DynamoDbJson => json::read_record(line),
            Self::Ion => ion::read_record(line),
        }
    }
}

/// How much is compressed at a time: compressing line by line costs much more.
const CHUNK_BYTES: usize = 64 * 1024;

/// Writes all records, line by line; how many there were.
pub(crate) fn write_records(
    format: Format,
    records: impl Iterator<Item = ExportRecord>,
    out: &mut impl Write,
) -> io::Result<u64> {
    let mut lines = Vec::new();
    let mut count = 0;
    for record in records {
        format.write_record(&record, &mut lines);
        count += 1;
        if lines.len() >= CHUNK_BYTES {
            out.write_all(&lines)?;
            lines.clear();
        }
    }
    out.write_all(&lines)?;
    Ok(count)
}
