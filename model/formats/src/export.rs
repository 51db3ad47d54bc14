//! The objects of an export: which there are, and what is in them.

use std::io::{self, Write};

use lookback_protocol::export::{ExportLayout, ExportRecord};
use lookback_protocol::key::KeySchema;
use lookback_protocol::value::Item;
use lookback_protocol::wire::export::ExportDescription;

use crate::checksum::{Md5, part_etag};
use crate::data_file::write_data_file;
use crate::error::FormatError;
use crate::format::Format;
use crate::manifest::{FileEntry, Summary};

/// The data files of an export: as many as a fresh on-demand table has partitions (EXPORT-FORMAT-007).
pub const DATA_FILES: usize = 4;

/// The letters of the names of data files (EXPORT-FORMAT-005).
const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// 26 letters of 5 bits hold 128.
const NAME_LETTERS: usize = 26;

/// Where objects go.
pub trait Sink {
    /// Puts one object: `write` produces its bytes. Unless both succeed, nothing must be seen under the key.
    ///
    /// # Errors
    /// The object cannot be stored; what `write` fails with is passed on.
    fn put(
        &mut self,
        key: &str,
        write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()>;
}

/// The objects of one export.
#[derive(Clone, Debug)]
pub struct ExportPlan {
    layout: ExportLayout,
    format: Format,
    key: KeySchema,
    summary: Summary,
    /// The keys of the data files.
    data_files: Vec<String>,
}

impl ExportPlan {
    /// The objects of a completed export of a table with this key. Their names follow from the export's ARN: the same
    /// export has the same objects everywhere.
    ///
    /// # Errors
    /// [`FormatError::Whole`]: the description is not one of a completed export.
    pub fn new(description: &ExportDescription, key: &KeySchema) -> Result<Self, FormatError> {
        let missing = |what: &str| FormatError::Whole(format!("the export has no {what}"));
        let arn = description.export_arn.as_deref();
        let arn = arn.ok_or_else(|| missing("ExportArn"))?;
        let id = arn.rsplit('/').next().unwrap_or(arn);
        let incremental = description.incremental_export_specification.is_some();
        let layout = ExportLayout::new(description.s3_prefix.as_deref(), id, incremental);
        let format = description.export_format.as_deref();
        let format = format
            .and_then(Format::from_name)
            .ok_or_else(|| missing("ExportFormat that is known here"))?;
        let data_file = |number| {
            let name = data_file_name(arn, number);
            layout.data_file(&format!("{name}{}", format.suffix()))
        };
        Ok(Self {
            summary: Summary::of(description, &layout)?,
            data_files: (0..DATA_FILES).map(data_file).collect(),
            key: key.clone(),
            layout,
            format,
        })
    }

    /// The key of the empty object that is written first (EXPORT-FORMAT-004).
    pub fn started(&self) -> String {
        self.layout.started()
    }

    /// The keys of the data files.
    pub fn data_files(&self) -> &[String] {
        &self.data_files
    }

    /// Writes the data file of this number: `records` are those of [`ExportPlan::data_file_of`].
    ///
    /// # Errors
    /// Those of `out`; and there is no such file.
    pub fn write_data_file(
        &self,
        number: usize,
        records: impl Iterator<Item = ExportRecord>,
        out: &mut dyn Write,
    ) -> io::Result<FileEntry> {
        let key = self.data_files.get(number);
        let key = key.ok_or_else(|| io::Error::other("the export has no such data file"))?;
        let (item_count, md5) = write_data_file(self.format, records, out)?;
        Ok(FileEntry {
            item_count,
            md5_checksum: md5.to_base64(),
            etag: part_etag(md5),
            data_file_s3_key: key.clone(),
        })
    }

    /// The number of the data file that a record belongs to: all items of one hash value are in the same one
    /// (EXPORT-FORMAT-027).
    pub fn data_file_of(&self, record: &ExportRecord) -> usize {
        let attributes: &Item = match record {
            ExportRecord::Item(item) => item,
            ExportRecord::Change(change) => &change.keys,
        };
        let hash = attributes.get(&self.key.hash.name);
        // A projection may leave the key out: then nothing tells one partition from another.
        let prefix = hash.and_then(|hash| self.key.hash_prefix(hash).ok());
        let mut sum = flate2::Crc::new();
        sum.update(&prefix.unwrap_or_default());
        sum.sum() as usize % self.data_files.len().max(1)
    }

    /// The manifests and their checksums, keys and bytes, in the order in which they are to be written: the summary comes
    /// last, because it says that everything is there (EXPORT-FORMAT-026). `entries`: what
    /// [`ExportPlan::write_data_file`] gave, with other ETags where the store gave others.
    ///
    /// # Errors
    /// [`FormatError::Whole`]: the entries have another number of items than the export.
    pub fn manifests(&self, entries: &[FileEntry]) -> Result<[(String, Vec<u8>); 4], FormatError> {
        let written: u64 = entries.iter().map(|entry| entry.item_count).sum();
        if written != self.summary.item_count {
            return Err(FormatError::Whole(format!(
                "{written} items were written, and the export has {}",
                self.summary.item_count
            )));
        }
        let files = FileEntry::write_all(entries);
        let summary = self.summary.write();
        let checksum = |bytes: &[u8]| Md5::of(bytes).to_base64().into_bytes();
        Ok([
            (self.layout.manifest_files_md5(), checksum(&files)),
            (self.layout.manifest_files(), files),
            (self.layout.manifest_summary_md5(), checksum(&summary)),
            (self.layout.manifest_summary(), summary),
        ])
    }
}

/// Writes all objects of an export: `_started`, the data files, the manifests. `records` is asked for all records,
/// always the same, several times.
///
/// # Errors
/// The sink's, and a description that does not fit the records. No manifest is written after an error.
pub fn write_export<R: Iterator<Item = ExportRecord>>(
    plan: &ExportPlan,
    records: impl Fn() -> R,
    sink: &mut impl Sink,
) -> io::Result<()> {
    sink.put(&plan.started(), &mut |_| Ok(()))?;
    // One byte for each record: which file it is in is found out once.
    let files: Vec<u8> = records()
        .map(|record| plan.data_file_of(&record) as u8)
        .collect();
    let of_file = |number: usize| {
        let files = files.iter().map(|file| usize::from(*file));
        let records = records().zip(files);
        records.filter_map(move |(record, file)| (file == number).then_some(record))
    };
    let mut entries = Vec::new();
    for (number, key) in plan.data_files().iter().enumerate() {
        let mut entry = None;
        sink.put(key, &mut |out| {
            entry = Some(plan.write_data_file(number, of_file(number), out)?);
            Ok(())
        })?;
        entries.extend(entry);
    }
    let manifests = plan.manifests(&entries).map_err(io::Error::other)?;
    for (key, bytes) in manifests {
        sink.put(&key, &mut |out| out.write_all(&bytes))?;
    }
    Ok(())
}

/// 26 letters that look like any others and follow from the export and the file's number.
fn data_file_name(arn: &str, number: usize) -> String {
    let digest = Md5::of(format!("{arn}#{number}"));
    let bits = u128::from_be_bytes(*digest.as_bytes());
    let letter = |place: usize| {
        // Five bits from the front; the last letter has the three that are left.
        let shift = 128_i32 - 5 * (place as i32 + 1);
        let five = if shift >= 0 {
            bits >> shift
        } else {
            bits << -shift
        };
        let index = (five & 31) as usize;
        BASE32.get(index).map_or('a', |letter| char::from(*letter))
    };
    (0..NAME_LETTERS).map(letter).collect()
}
