//! Goes through what was kept, key by key: keys that are there twice, and what the laws say of two exports.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use lookback_formats::laws::{Departure, ImageChange, composed_key, later_full_key};
use lookback_formats::manifest::{ExportKind, View};
use lookback_formats::verify::Digest;
use serde::Serialize;

use super::finding::{Check, Finding, Findings};
use super::manifests::Export;
use super::spill::{Kept, NoRoom, PARTS, Spill, Spot, Taken};

/// How many bytes of entries are sorted at once, by all threads together.
const SORTED_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// How a key differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DifferenceKind {
    /// It must be in the later export, and is not.
    Missing,
    /// It must not be there, and is.
    Unexpected,
    /// It is there with another content.
    Differs,
    /// An incremental export shows another image before its period than there was.
    OldImage,
}

/// One of the images of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// OldImage.
    Old,
    /// Item, or NewImage.
    New,
}

/// An image and where it stands: equal to others of the same content.
#[derive(Clone, Copy, Debug)]
struct Image {
    digest: Digest,
    spot: Spot,
    side: Side,
}

impl PartialEq for Image {
    fn eq(&self, other: &Self) -> bool {
        self.digest == other.digest
    }
}

/// Where an image stands.
pub type Stands = (Spot, Side);

/// A key that differs, by where its images stand. Ordered by the digests of keys: the same ones come first every time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// The key.
    pub key: Digest,
    /// How it differs.
    pub kind: DifferenceKind,
    /// What must be there.
    pub expected: Option<Stands>,
    /// What is there.
    pub found: Option<Stands>,
}

/// All differences: how many, and the first ones.
#[derive(Debug, Default)]
pub struct Differences {
    /// How many of each kind.
    pub counts: BTreeMap<DifferenceKind, u64>,
    /// The first ones.
    pub kept: BTreeSet<Found>,
}

/// What is compared with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    /// The first export with the others applied is the last one.
    LaterFull,
    /// The records of all but the last one say together what the last one says.
    Composed(View),
}

impl Law {
    /// The law between the first and the last of some exports, or why there is none.
    ///
    /// # Errors
    /// The first and the last are of different kinds, or one between them is a full export.
    pub fn of(exports: &[Export]) -> Result<Self, String> {
        let (Some(first), Some(last)) = (exports.first(), exports.last()) else {
            return Err("there is nothing to compare".to_owned());
        };
        let between = exports.get(1..exports.len() - 1).unwrap_or_default();
        if between.iter().any(|export| !export.kind.is_incremental()) {
            return Err(
                "--incremental wants incremental exports, and one is a full one".to_owned(),
            );
        }
        match (first.kind.is_incremental(), last.kind.is_incremental()) {
            (false, false) => Ok(Self::LaterFull),
            (true, true) => {
                let new_only = |export: &Export| {
                    matches!(export.kind, ExportKind::Incremental { view: View::NewImage, .. })
                };
                Ok(Self::Composed(if exports.iter().any(new_only) {
                    View::NewImage
                } else {
                    View::NewAndOldImages
                }))
            }
            (false, true) => Err(
                "a full export is compared with a full one: give the later full export as --against, and what lies \
                 between as --incremental"
                    .to_owned(),
            ),
            (true, false) => Err(
                "an incremental export is compared with an incremental one: give the earlier full export first, \
                 and this one as --incremental"
                    .to_owned(),
            ),
        }
    }
}

/// Goes through everything that was kept, with so many threads.
///
/// # Errors
/// What was kept cannot be read, or not be parted further.
pub fn compare<const N: usize>(
    exports: &[Export],
    law: Option<Law>,
    spill: &Spill<N>,
    threads: NonZero<usize>,
    differences_max: usize,
    findings: &Findings,
) -> Result<Differences, NoRoom> {
    let comparison = Comparison {
        exports,
        law,
        entries_max: SORTED_BYTES_MAX / N as u64 / threads.get() as u64,
        differences_max,
        findings,
        differences: Mutex::default(),
    };
    let next = AtomicUsize::new(0);
    let some = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= PARTS {
                return Ok(());
            }
            comparison.part(spill, number)?;
        }
    };
    let done: Result<Vec<()>, NoRoom> = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads.get()).map(|_| scope.spawn(some)).collect();
        let broken = || Err(NoRoom::from(std::io::Error::other("a thread ended early")));
        let joined = threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| broken()));
        joined.collect()
    });
    done?;
    let differences = comparison.differences.into_inner();
    Ok(differences.unwrap_or_else(PoisonError::into_inner))
}

struct Comparison<'c> {
    exports: &'c [Export],
    law: Option<Law>,
    entries_max: u64,
    differences_max: usize,
    findings: &'c Findings,
    differences: Mutex<Differences>,
}

impl Comparison<'_> {
    fn part<const N: usize>(&self, spill: &Spill<N>, number: usize) -> Result<(), NoRoom> {
        match spill.take(number, self.entries_max)? {
            Taken::Sorted(entries) => self.entries(&entries),
            Taken::Parted(finer) => {
                for number in 0..PARTS {
                    self.part(&finer, number)?;
                }
            }
            Taken::OneKey { entries, left_out } => {
                self.entries(&entries);
                self.findings.count(Check::Duplicate, left_out);
            }
        }
        Ok(())
    }

    fn entries<const N: usize>(&self, entries: &[[u8; N]]) {
        let key = |entry: &[u8; N]| entry.first_chunk::<16>().copied();
        for of_key in entries.chunk_by(|one, other| key(one) == key(other)) {
            self.key(of_key);
        }
    }

    /// All records of one key, in the order of exports, files and lines.
    fn key<const N: usize>(&self, entries: &[[u8; N]]) {
        let single = entries.len() == 1;
        if single && self.law.is_none() {
            return;
        }
        let mut records: Vec<Kept> = Vec::with_capacity(entries.len());
        for kept in entries.iter().map(Kept::from_bytes) {
            match records.last() {
                Some(first) if first.spot.export == kept.spot.export => {
                    self.duplicate(first.spot, kept.spot);
                }
                _ => records.push(kept),
            }
        }
        if let (Some(law), Some(first)) = (self.law, records.first()) {
            for departure in self.departures(law, &records) {
                self.difference(first.key, departure);
            }
        }
    }

    fn duplicate(&self, first: Spot, again: Spot) {
        let object = |spot: Spot| {
            let export = self.exports.get(usize::from(spot.export));
            let file = export.and_then(|export| export.files.get(spot.file as usize));
            file.map(|file| file.shown.clone()).unwrap_or_default()
        };
        let whose = if first.file == again.file {
            "line".to_owned()
        } else {
            format!("{} line", object(first))
        };
        self.findings.add(Finding {
            export: usize::from(again.export),
            order: again.file as usize + 1,
            line: Some(again.line),
            offset: None,
            check: Check::Duplicate,
            object: object(again),
            what: format!("has the key of {whose} {}", first.line),
        });
    }

    fn departures(&self, law: Law, records: &[Kept]) -> Vec<Departure<Image>> {
        let image = |kept: &Kept, side| {
            let digest = match side {
                Side::Old => kept.old?,
                Side::New => kept.new?,
            };
            Some(Image {
                digest,
                spot: kept.spot,
                side,
            })
        };
        let record = |number: usize| {
            let record = records.iter();
            let mut record = record.filter(|kept| usize::from(kept.spot.export) == number);
            record.next()
        };
        let change = |number: usize| {
            record(number).map(|kept| ImageChange {
                old: image(kept, Side::Old),
                new: image(kept, Side::New),
            })
        };
        let last = self.exports.len().saturating_sub(1);
        match law {
            Law::LaterFull => {
                let item = |number| record(number).and_then(|kept| image(kept, Side::New));
                let changes: Vec<_> = (1..last).map(change).collect();
                let views = self.exports.iter().skip(1).map(|export| match export.kind {
                    ExportKind::Incremental { view, .. } => view,
                    ExportKind::Full { .. } => View::NewImage,
                });
                let changes = views.zip(changes.iter().map(Option::as_ref));
                later_full_key(item(0).as_ref(), changes, item(last).as_ref())
            }
            Law::Composed(view) => {
                let parts: Vec<_> = (0..last).map(change).collect();
                let whole = change(last);
                composed_key(view, parts.iter().map(Option::as_ref), whole.as_ref())
            }
        }
    }

    fn differences(&self) -> MutexGuard<'_, Differences> {
        self.differences
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn difference(&self, key: Digest, departure: Departure<Image>) {
        let stands = |image: Image| (image.spot, image.side);
        let (kind, expected, found) = match departure {
            Departure::Missing { expected } => (DifferenceKind::Missing, Some(expected), None),
            Departure::Unexpected { found } => (DifferenceKind::Unexpected, None, Some(found)),
            Departure::Differs { expected, found } => {
                (DifferenceKind::Differs, Some(expected), Some(found))
            }
            Departure::OldImage { expected, told, .. } => {
                (DifferenceKind::OldImage, expected, told)
            }
        };
        let mut differences = self.differences();
        *differences.counts.entry(kind).or_default() += 1;
        differences.kept.insert(Found {
            key,
            kind,
            expected: expected.map(stands),
            found: found.map(stands),
        });
        if differences.kept.len() > self.differences_max {
            differences.kept.pop_last();
        }
    }
}
