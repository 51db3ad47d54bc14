//! manifest-files.json: one line for each data file (EXPORT-FORMAT-008..011).

use serde::{Deserialize, Serialize};

use crate::error::FormatError;

/// What the list says of one data file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileEntry {
    /// Items, or records of an incremental export.
    pub item_count: u64,
    /// The MD5 of the object as it is stored, in base64.
    pub md5_checksum: String,
    /// The object's ETag without quotes.
    pub etag: String,
    /// The object's key, from the root of the bucket.
    #[serde(rename = "dataFileS3Key")]
    pub data_file_s3_key: String,
}

impl FileEntry {
    /// The whole list: each line ends with a line feed, the last one too.
    pub fn write_all(entries: &[Self]) -> Vec<u8> {
        let mut list = Vec::new();
        for entry in entries {
            // Strings and numbers to memory: that does not fail.
            let _ = serde_json::to_writer(&mut list, entry);
            list.push(b'\n');
        }
        list
    }

    /// Reads the whole list.
    ///
    /// # Errors
    /// [`FormatError::Line`]: a line that is no entry, or the last one without line feed.
    pub fn read_all(list: &[u8]) -> Result<Vec<Self>, FormatError> {
        let lines = list.split_inclusive(|byte| *byte == b'\n');
        let entry = |(number, line): (usize, &[u8])| {
            let at = |what: String| FormatError::Line {
                line: number as u64 + 1,
                what,
            };
            let line = line
                .strip_suffix(b"\n")
                .ok_or_else(|| at("the last line has no line feed at its end".to_owned()))?;
            serde_json::from_slice(line).map_err(|error| at(format!("no data file: {error}")))
        };
        lines.enumerate().map(entry).collect()
    }
}
