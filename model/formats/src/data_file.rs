//! Data files: lines, compressed (EXPORT-FORMAT-019..023).

use std::io::{self, BufRead, BufReader, Write};

use flate2::bufread::MultiGzDecoder;
use flate2::{Compression, GzBuilder};
use lookback_protocol::export::ExportRecord;

use crate::error::FormatError;
use crate::format::{Format, write_records};

/// The header's name for "no particular system", as the live service writes it.
const NO_SYSTEM: u8 = 255;

/// Writes a whole data file; how many records it has.
pub(crate) fn write_data_file(
    format: Format,
    records: impl Iterator<Item = ExportRecord>,
    out: &mut dyn Write,
) -> io::Result<u64> {
    let mut gzip = GzBuilder::new()
        .mtime(0)
        .operating_system(NO_SYSTEM)
        .write(out, Compression::default());
    let count = write_records(format, records, &mut gzip)?;
    gzip.finish()?.flush()?;
    Ok(count)
}

/// The records of a data file, one at a time.
pub struct RecordReader<R> {
    lines: BufReader<MultiGzDecoder<R>>,
    format: Format,
    line: Vec<u8>,
    number: u64,
    failed: bool,
}

impl<R: BufRead> RecordReader<R> {
    /// Reads from the object's bytes, still compressed.
    pub fn new(compressed: R, format: Format) -> Self {
        Self {
            lines: BufReader::new(MultiGzDecoder::new(compressed)),
            format,
            line: Vec::new(),
            number: 0,
            failed: false,
        }
    }

    fn read_line(&mut self) -> Result<Option<ExportRecord>, FormatError> {
        self.line.clear();
        if self.lines.read_until(b'\n', &mut self.line)? == 0 {
            return Ok(None);
        }
        self.number += 1;
        let at = |what: String| FormatError::Line {
            line: self.number,
            what,
        };
        let line = self
            .line
            .strip_suffix(b"\n")
            .ok_or_else(|| at("the last line has no line feed at its end".to_owned()))?;
        let record = self.format.read_record(line).map_err(at)?;
        Ok(Some(record))
    }
}

/// Ends with the first error: what follows it cannot be trusted.
impl<R: BufRead> Iterator for RecordReader<R> {
    type Item = Result<ExportRecord, FormatError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let record = self.read_line().transpose();
        self.failed = matches!(record, Some(Err(_)));
        record
    }
}

impl<R> std::fmt::Debug for RecordReader<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecordReader")
            .field("format", &self.format)
            .field("line", &self.number)
            .finish_non_exhaustive()
    }
}
