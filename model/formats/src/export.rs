//! The objects of an export: which there are, and what is in them.

use std::io::{self, Write};
use std::ops::Range;

use lookback_protocol::export::{ExportLayout, ExportRecord, ExportRecords};
use lookback_protocol::key::KeySchema;
use lookback_protocol::value::{AttributeValue, Item};
use lookback_protocol::wire::export::ExportDescription;

use crate::checksum::{Md5, Md5Writer, part_etag};
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

    /// The places of the records of each data file: about as many in each, and all of one hash value in the same one
    /// (EXPORT-FORMAT-027).
    pub fn parts(&self, records: &(impl ExportRecords + ?Sized)) -> Vec<Range<usize>> {
        let (count, files) = (records.count(), self.data_files.len());
        let mut begun = 0;
        let mut part = |number: usize| {
            let mut end = (number + 1) * count / files.max(1);
            if end < count && end > begun {
                let mut hashes = records
                    .within(end - 1..count)
                    .map(|record| self.hash(&record));
                let last = hashes.next().flatten();
                end += hashes.take_while(|hash| *hash == last).count();
            }
            let end = end.max(begun);
            std::mem::replace(&mut begun, end)..end
        };
        (0..files).map(&mut part).collect()
    }

    /// The hash value of a record; a projection may leave it out: then nothing tells one partition from another.
    fn hash(&self, record: &ExportRecord) -> Option<AttributeValue> {
        let attributes: &Item = match record {
            ExportRecord::Item(item) => item,
            ExportRecord::Change(change) => &change.keys,
        };
        attributes.get(&self.key.hash.name).cloned()
    }

    /// Writes the lines of a data file, compressed; how many there are.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_data_file(
        &self,
        records: impl Iterator<Item = ExportRecord>,
        out: &mut dyn Write,
    ) -> io::Result<u64> {
        write_data_file(self.format, records, out)
    }

    /// The line of the list for the data file of this number, with so many items and this digest of its stored bytes.
    ///
    /// # Errors
    /// [`FormatError::Whole`]: there is no such file.
    pub fn entry(
        &self,
        number: usize,
        item_count: u64,
        md5: Md5,
    ) -> Result<FileEntry, FormatError> {
        let key = self.data_files.get(number);
        let key =
            key.ok_or_else(|| FormatError::Whole("the export has no such data file".to_owned()))?;
        Ok(FileEntry {
            item_count,
            md5_checksum: md5.to_base64(),
            etag: part_etag(md5),
            data_file_s3_key: key.clone(),
        })
    }

    /// The manifests and their checksums, keys and bytes, in the order in which they are to be written: the summary comes
    /// last, because it says that everything is there (EXPORT-FORMAT-026). `entries`: those of
    /// [`ExportPlan::entry`], with other ETags where the store gave others.
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

/// Writes all objects of an export: `_started`, the data files, the manifests.
///
/// # Errors
/// The sink's, and a description that does not fit the records. No manifest is written after an error.
pub fn write_export(
    plan: &ExportPlan,
    records: &(impl ExportRecords + ?Sized),
    sink: &mut impl Sink,
) -> io::Result<()> {
    sink.put(&plan.started(), &mut |_| Ok(()))?;
    let mut entries = Vec::new();
    let parts = plan.parts(records);
    for (number, (key, places)) in plan.data_files().iter().zip(parts).enumerate() {
        let mut entry = Err(FormatError::Whole("a data file was not written".to_owned()));
        sink.put(key, &mut |out| {
            let mut out = Md5Writer::new(out);
            let count = plan.write_data_file(records.within(places.clone()), &mut out)?;
            entry = plan.entry(number, count, out.finish().1);
            Ok(())
        })?;
        entries.push(entry.map_err(io::Error::other)?);
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
