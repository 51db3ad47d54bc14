//! The manifests of an export and its layout: which objects there are, and what is said of them.

use std::collections::{BTreeMap, BTreeSet};

use lookback_formats::manifest::{ExportKind, FileEntry, Summary};
use lookback_formats::verify::{entry_faults, summary_faults};
use lookback_formats::{Format, FormatError, Md5};
use lookback_protocol::export::ExportLayout;

use super::finding::{Check, Finding, Findings};
use super::objects::{Listed, Objects};
use crate::cli::NotMade;

const SUMMARY: &str = "manifest-summary.json";
const FILES: &str = "manifest-files.json";
const STARTED: &str = "_started";
/// The objects in the folder of an export, its data files apart (EXPORT-FORMAT-002).
const IN_FOLDER: [&str; 5] = [
    STARTED,
    SUMMARY,
    "manifest-summary.md5",
    FILES,
    "manifest-files.md5",
];
/// How many exports are named where one has to be chosen.
const CHOICES_MAX: usize = 10;

/// An export whose manifests could be read.
#[derive(Clone, Debug)]
pub struct Export {
    /// Which one, in the order of the report.
    pub number: usize,
    /// Where it lies.
    pub objects: Objects,
    /// Its folder, as a path of the store.
    pub folder: String,
    /// What its summary says.
    pub summary: Summary,
    /// What kind of export that is.
    pub kind: ExportKind,
    /// How its records are written.
    pub format: Format,
    /// Its data files.
    pub files: Vec<DataFile>,
}

/// A data file of an export.
#[derive(Clone, Debug)]
pub struct DataFile {
    /// Its path in the store.
    pub path: String,
    /// The name of its object for users.
    pub shown: String,
    /// What the list says of it.
    pub entry: FileEntry,
    /// What lies there; nothing: it is missing.
    pub listed: Option<Listed>,
}

/// Finds and reads the manifests of an export. `None`: they are such that nothing else can be checked; that is among the
/// findings.
///
/// # Errors
/// There is no export, or more than one, or the place does not answer.
pub fn load(
    number: usize,
    objects: Objects,
    named: &str,
    findings: &Findings,
) -> Result<Option<Export>, NotMade> {
    let folder = find(&objects, named)?;
    let loading = Loading {
        number,
        objects: &objects,
        folder: &folder,
        findings,
        listed: objects.list(&folder)?,
    };
    let Some((summary, files)) = loading.manifests()? else {
        return Ok(None);
    };
    let told = |what: String| loading.finding(SUMMARY, None, Check::Manifest, what);
    for fault in summary_faults(&summary) {
        told(fault);
    }
    let (Ok(kind), Some(format)) = (summary.kind(), Format::from_name(&summary.output_format))
    else {
        return Ok(None);
    };
    let files = loading.data_files(&summary, kind, format, files)?;
    Ok(Some(Export {
        number,
        folder: folder.clone(),
        objects,
        summary,
        kind,
        format,
        files,
    }))
}

/// The folder of the export at or below the place that was named.
fn find(objects: &Objects, named: &str) -> Result<String, NotMade> {
    let folder = &objects.place.folder;
    if is_export(objects, folder)? {
        return Ok(folder.clone());
    }
    let mut found = Vec::new();
    for child in objects.folders(folder)? {
        match child.rsplit('/').next() {
            Some("AWSDynamoDB") => found.extend(objects.folders(&child)?),
            _ => found.push(child),
        }
    }
    let mut exports = Vec::new();
    for folder in found {
        if is_export(objects, &folder)? {
            exports.push(folder);
        }
    }
    match exports.as_slice() {
        [] => Err(NotMade(format!(
            "{named}: there is no export here; give the folder with _started and manifest-summary.json, \
             which is called AWSDynamoDB/<export id>"
        ))),
        [one] => Ok(one.clone()),
        several => {
            let names = several.iter().take(CHOICES_MAX);
            let names: Vec<String> = names.map(|one| objects.shown(one)).collect();
            Err(NotMade(format!(
                "{named}: there are {} exports here; give one of {}",
                several.len(),
                names.join(", ")
            )))
        }
    }
}

fn is_export(objects: &Objects, folder: &str) -> Result<bool, NotMade> {
    for name in [SUMMARY, STARTED] {
        if objects.small(&joined(folder, name))?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn joined(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

struct Loading<'l> {
    number: usize,
    objects: &'l Objects,
    folder: &'l str,
    findings: &'l Findings,
    listed: BTreeMap<String, Listed>,
}

impl Loading<'_> {
    fn path(&self, name: &str) -> String {
        joined(self.folder, name)
    }

    fn finding(&self, name: &str, line: Option<u64>, check: Check, what: String) {
        self.findings.add(Finding {
            export: self.number,
            order: 0,
            line,
            offset: None,
            check,
            object: self.objects.shown(&self.path(name)),
            what,
        });
    }

    /// A JSON object and its checksum, which lie side by side.
    fn with_checksum(&self, name: &str) -> Result<Option<axum::body::Bytes>, NotMade> {
        let Some(bytes) = self.objects.small(&self.path(name))? else {
            self.finding(name, None, Check::Layout, "is missing".to_owned());
            return Ok(None);
        };
        let stem = name.strip_suffix(".json").unwrap_or(name);
        let md5_name = format!("{stem}.md5");
        // The guide calls it .checksum; the service has been seen to write .md5 (EXPORT-FORMAT-003).
        let found = match self.objects.small(&self.path(&md5_name))? {
            Some(found) => Some(found),
            None => self
                .objects
                .small(&self.path(&format!("{stem}.checksum")))?,
        };
        let Some(found) = found else {
            self.finding(&md5_name, None, Check::Layout, "is missing".to_owned());
            return Ok(Some(bytes));
        };
        let text = String::from_utf8_lossy(&found);
        let md5 = Md5::of(&bytes);
        if Md5::from_base64(&text) != Some(md5) {
            let what = format!(
                "says {:?}, and the MD5 of {name} is {}",
                text.trim(),
                md5.to_base64()
            );
            self.finding(&md5_name, None, Check::Checksum, what);
        }
        Ok(Some(bytes))
    }

    fn manifests(&self) -> Result<Option<(Summary, Vec<FileEntry>)>, NotMade> {
        match self.listed.get(&self.path(STARTED)) {
            None => self.finding(STARTED, None, Check::Layout, "is missing".to_owned()),
            Some(started) if started.size > 0 => {
                let what = format!("has {} bytes, and should be empty", started.size);
                self.finding(STARTED, None, Check::Layout, what);
            }
            Some(_) => {}
        }
        let summary = self.with_checksum(SUMMARY)?;
        let files = self.with_checksum(FILES)?;
        let (Some(summary), Some(files)) = (summary, files) else {
            return Ok(None);
        };
        let summary = match Summary::read(&summary) {
            Ok(summary) => summary,
            Err(error) => {
                self.finding(SUMMARY, None, Check::Manifest, error.to_string());
                return Ok(None);
            }
        };
        match FileEntry::read_all(&files) {
            Ok(files) => Ok(Some((summary, files))),
            Err(FormatError::Line { line, what }) => {
                self.finding(FILES, Some(line), Check::Manifest, what);
                Ok(None)
            }
            Err(error) => {
                self.finding(FILES, None, Check::Manifest, error.to_string());
                Ok(None)
            }
        }
    }

    /// The data files: those that are listed against those that are there.
    fn data_files(
        &self,
        summary: &Summary,
        kind: ExportKind,
        format: Format,
        entries: Vec<FileEntry>,
    ) -> Result<Vec<DataFile>, NotMade> {
        let id = summary.export_arn.rsplit('/').next().unwrap_or_default();
        let layout = ExportLayout::new(summary.s3_prefix.as_deref(), id, kind.is_incremental());
        let key_folder = layout.data_file("");
        let folder = self.data_folder(kind);
        let there = if kind.is_incremental() {
            self.objects.list(&folder)?
        } else {
            self.listed.clone()
        };
        // A copy in another bucket has ETags of its own.
        let is_original = self.objects.place.bucket.as_ref() == Some(&summary.s3_bucket);
        let mut seen = BTreeSet::new();
        let mut files = Vec::new();
        for (number, entry) in entries.into_iter().enumerate() {
            let line = Some(number as u64 + 1);
            let wrong = |check, what| self.finding(FILES, line, check, what);
            for fault in entry_faults(&entry, &layout, format) {
                wrong(Check::Manifest, fault);
            }
            if !seen.insert(entry.data_file_s3_key.clone()) {
                let what = format!("{} is listed twice", entry.data_file_s3_key);
                wrong(Check::Manifest, what);
                continue;
            }
            // A copy may lie elsewhere than the export was written: the names of its files stay.
            let name = entry.data_file_s3_key.strip_prefix(&key_folder);
            let name = name.or_else(|| entry.data_file_s3_key.rsplit('/').next());
            let path = format!("{folder}/{}", name.unwrap_or_default());
            let listed = there.get(&path).cloned();
            let shown = self.objects.shown(&path);
            match &listed {
                None => self.missing(number + 1, &shown),
                Some(Listed {
                    etag: Some(etag), ..
                }) if is_original && !etag.eq_ignore_ascii_case(&entry.etag) => {
                    let what = format!("etag is {}, and that of the object {etag}", entry.etag);
                    wrong(Check::Etag, what);
                }
                Some(_) => {}
            }
            files.push(DataFile {
                path,
                shown,
                entry,
                listed,
            });
        }
        let items: u64 = files.iter().map(|file| file.entry.item_count).sum();
        if items != summary.item_count {
            let what = format!(
                "itemCount is {}, and those of {FILES} are {items} together",
                summary.item_count
            );
            self.finding(SUMMARY, None, Check::Count, what);
        }
        if !kind.is_incremental() {
            self.strangers(&files);
        }
        Ok(files)
    }

    fn missing(&self, order: usize, shown: &str) {
        self.findings.add(Finding {
            export: self.number,
            order,
            line: None,
            offset: None,
            check: Check::Layout,
            object: shown.to_owned(),
            what: format!("is missing, and {FILES} lists it"),
        });
    }

    /// Where the data files lie: in a folder of the export's own, or in one beside it (EXPORT-FORMAT-005, -006).
    fn data_folder(&self, kind: ExportKind) -> String {
        let within = if kind.is_incremental() {
            self.folder
                .rsplit_once('/')
                .map_or("", |(parent, _)| parent)
        } else {
            self.folder
        };
        joined(within, "data")
    }

    /// What lies in the export's folder and belongs to nothing.
    fn strangers(&self, files: &[DataFile]) {
        let known: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
        for path in self.listed.keys() {
            let name = path.strip_prefix(&format!("{}/", self.folder));
            let name = name.unwrap_or(path);
            let checksum = name.ends_with(".checksum");
            if !IN_FOLDER.contains(&name) && !checksum && !known.contains(path.as_str()) {
                let what = format!("is not listed in {FILES}");
                self.finding(name, None, Check::Layout, what);
            }
        }
    }
}
