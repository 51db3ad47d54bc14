//! Reads the data files of exports: digests, counts, and every line by the rules of its export.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use indicatif::ProgressBar;
use lookback_formats::Md5;
use lookback_formats::laws::KeyNames;
use lookback_formats::verify::{ETag, KeyKinds, RecordRules, Shape};
use lookback_protocol::key::KeyType;

use super::finding::{Check, Finding, Findings};
use super::inflate::{Ending, Piece};
use super::manifests::{DataFile, Export};
use super::objects::Object;
use super::pool::Work;
use super::spill::{IMAGES_BYTES, Kept, NoRoom, Spill, Spot, Writer};
use crate::cli::NotMade;

/// All data files of some exports, and what is found in them.
#[derive(Debug)]
pub struct Scan<'s, const N: usize> {
    exports: &'s [Export],
    /// Export and file, the largest first: the last ones shall not keep one core waiting for another.
    files: Vec<(usize, usize)>,
    rules: Vec<RecordRules>,
    totals: Vec<Totals>,
    spill: &'s Spill<N>,
    findings: &'s Findings,
    bar: &'s ProgressBar,
}

/// What was read of an export.
#[derive(Debug, Default)]
pub struct Totals {
    /// Lines.
    pub records: AtomicU64,
    /// As they are stored.
    pub stored_bytes: AtomicU64,
    /// Decompressed.
    pub plain_bytes: AtomicU64,
    /// Types of the key attributes as they were seen first.
    kinds: [AtomicU8; 2],
}

impl<'s, const N: usize> Scan<'s, N> {
    /// All data files of these exports, whose key is this.
    pub fn new(
        exports: &'s [Export],
        key: Option<&KeyNames>,
        spill: &'s Spill<N>,
        findings: &'s Findings,
        bar: &'s ProgressBar,
    ) -> Self {
        let files = exports.iter().enumerate();
        let files = files
            .flat_map(|(number, export)| (0..export.files.len()).map(move |file| (number, file)));
        let mut files: Vec<(usize, usize)> = files.collect();
        let size = |(export, file): &(usize, usize)| {
            let export = exports.get(*export);
            let file = export.and_then(|export| export.files.get(*file));
            file.and_then(|file| file.listed.as_ref())
                .map_or(0, |listed| listed.size)
        };
        files.sort_by_key(|file| (std::cmp::Reverse(size(file)), *file));
        bar.set_length(files.iter().map(size).sum());
        let rules = exports.iter().map(|export| RecordRules {
            format: export.format,
            shape: Shape::from(export.kind),
            key: key.cloned(),
            images: N == IMAGES_BYTES,
        });
        Self {
            exports,
            files,
            rules: rules.collect(),
            totals: exports.iter().map(|_| Totals::default()).collect(),
            spill,
            findings,
            bar,
        }
    }

    /// How many files there are to read.
    pub fn files(&self) -> usize {
        self.files.len()
    }

    /// What was read of each export.
    pub fn totals(&self) -> &[Totals] {
        &self.totals
    }

    fn at(&self, file: usize) -> Option<(usize, usize, &Export, &DataFile)> {
        let (number, file) = *self.files.get(file)?;
        let export = self.exports.get(number)?;
        Some((number, file, export, export.files.get(file)?))
    }

    fn finding(
        &self,
        file: usize,
        check: Check,
        line: Option<u64>,
        offset: Option<u64>,
        what: String,
    ) {
        let Some((number, file, _, data_file)) = self.at(file) else {
            return;
        };
        self.findings.add(Finding {
            export: number,
            order: file + 1,
            line,
            offset,
            check,
            object: data_file.shown.clone(),
            what,
        });
    }

    /// The digest against the list's. What S3 encrypts by a key of KMS has ETags that are no digests.
    fn digests(&self, file: usize, md5: Md5) {
        let Some((_, _, export, data_file)) = self.at(file) else {
            return;
        };
        let entry = &data_file.entry;
        if Md5::from_base64(&entry.md5_checksum).is_some_and(|listed| listed != md5) {
            let what = format!(
                "the MD5 is {}, and md5Checksum {}",
                md5.to_base64(),
                entry.md5_checksum
            );
            self.finding(file, Check::Checksum, None, None, what);
        } else if export.summary.s3_sse_algorithm == "AES256"
            && ETag::fits(&entry.etag, md5) == Some(false)
        {
            let what = format!(
                "the listed etag {} does not follow from the bytes",
                entry.etag
            );
            self.finding(file, Check::Etag, None, None, what);
        }
    }

    /// All records of an export have keys of the same types.
    fn kinds(&self, number: usize, kinds: KeyKinds) -> Result<(), String> {
        let Some(totals) = self.totals.get(number) else {
            return Ok(());
        };
        for (seen, kind) in totals.kinds.iter().zip(kinds) {
            let Some(kind) = kind else { continue };
            let code = kind as u8 + 1;
            let first = seen.load(Ordering::Relaxed);
            let first = if first == 0 {
                match seen.compare_exchange(0, code, Ordering::Relaxed, Ordering::Relaxed) {
                    Ok(_) => code,
                    Err(first) => first,
                }
            } else {
                first
            };
            if first != code {
                let types = [KeyType::S, KeyType::N, KeyType::B];
                let other = types.into_iter().find(|one| *one as u8 + 1 == first);
                return Err(format!(
                    "a key attribute has the type {}, and the type {} elsewhere",
                    kind.name(),
                    other.map_or("?", KeyType::name)
                ));
            }
        }
        Ok(())
    }
}

impl From<NoRoom> for NotMade {
    fn from(error: NoRoom) -> Self {
        Self(error.to_string())
    }
}

impl<'s, const N: usize> Work for Scan<'s, N> {
    type Own = Writer<'s, N>;

    fn own(&self) -> Self::Own {
        Writer::new(self.spill)
    }

    fn open(&self, file: usize) -> Result<Option<Object>, NotMade> {
        match self.at(file) {
            Some((_, _, export, data_file)) if data_file.listed.is_some() => {
                export.objects.open(&data_file.path)
            }
            _ => Ok(None),
        }
    }

    fn read(&self, bytes: u64) {
        self.bar.inc(bytes);
    }

    fn lines(&self, own: &mut Self::Own, file: usize, piece: &Piece) -> Result<(), NotMade> {
        let Some((number, in_export, ..)) = self.at(file) else {
            return Ok(());
        };
        let Some(rules) = self.rules.get(number) else {
            return Ok(());
        };
        let mut offset = piece.offset;
        for (line, bytes) in
            (piece.first_line..).zip(piece.lines.split_inclusive(|byte| *byte == b'\n'))
        {
            let text = bytes.strip_suffix(b"\n").unwrap_or(bytes);
            let scanned = rules.scan(text).and_then(|scanned| {
                self.kinds(number, scanned.kinds)?;
                Ok(scanned)
            });
            match scanned {
                Ok(scanned) => own.put(
                    Kept {
                        key: scanned.key,
                        spot: Spot {
                            export: number as u16,
                            file: in_export as u32,
                            line,
                        },
                        old: scanned.old,
                        new: scanned.new,
                    }
                    .to_bytes(),
                )?,
                Err(what) => self.finding(file, Check::Record, Some(line), Some(offset), what),
            }
            offset += bytes.len() as u64;
        }
        Ok(())
    }

    fn ended(&self, file: usize, ending: Ending) {
        let Some((number, _, _, data_file)) = self.at(file) else {
            return;
        };
        if let Some(totals) = self.totals.get(number) {
            totals.records.fetch_add(ending.lines, Ordering::Relaxed);
            totals
                .stored_bytes
                .fetch_add(ending.stored_bytes, Ordering::Relaxed);
            totals
                .plain_bytes
                .fetch_add(ending.plain_bytes, Ordering::Relaxed);
        }
        self.digests(file, ending.md5);
        if let Some(damage) = ending.damage {
            let line = Some(damage.line);
            self.finding(file, Check::Compression, line, damage.offset, damage.what);
        } else if ending.lines != data_file.entry.item_count {
            let what = format!(
                "there are {} lines, and the listed itemCount is {}",
                ending.lines, data_file.entry.item_count
            );
            self.finding(file, Check::Count, None, None, what);
        }
    }

    fn broken(&self, file: usize, error: &std::io::Error) -> NotMade {
        let object = self
            .at(file)
            .map_or("", |(.., data_file)| data_file.shown.as_str());
        NotMade(format!("reading {object} broke off: {error}; try again"))
    }

    fn finish(&self, own: Self::Own) -> Result<(), NotMade> {
        Ok(own.finish()?)
    }
}
