//! One verification, from its options to its report.

use std::num::NonZero;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

use indicatif::ProgressBar;
use lookback_formats::laws::KeyNames;
use lookback_formats::manifest::{ExportKind, View};
use lookback_protocol::export::ExportRecord;
use tokio::runtime::Handle;

use super::compare::{self, Differences, Law};
use super::finding::Findings;
use super::inflate::{Inflater, Step};
use super::manifests::{self, Export};
use super::objects::Objects;
use super::place::{Place, S3};
use super::pool;
use super::report::{Comparison, ExportRead, ExportReport, Report};
use super::scan::Scan;
use super::spill::{IMAGES_BYTES, PLAIN_BYTES, Spill};
use crate::cli::NotMade;
use crate::verify_export::lookup;

/// Instants that a user gave in whole seconds may differ from those of a manifest by as much.
const SECOND_US: i64 = 1_000_000;

/// What is to be verified.
#[derive(Clone, Debug)]
pub struct Options {
    /// The export.
    pub export: String,
    /// Incremental exports, in any order.
    pub incrementals: Vec<String>,
    /// A later export, or another one, to compare with.
    pub against: Option<String>,
    /// The names of the key attributes.
    pub key: Option<KeyNames>,
    /// How many differences are kept.
    pub differences_max: usize,
    /// How many findings are kept.
    pub findings_max: usize,
    /// How many threads read.
    pub threads: NonZero<usize>,
    /// Where temporary files go; none: where the system has them.
    pub temp_dir: Option<PathBuf>,
    /// Who is asked for objects in S3.
    pub s3: S3,
}

/// Verifies. To be called from a thread that may block; `bar` shows how many stored bytes were read.
///
/// # Errors
/// There is no export, or it cannot be read: nothing can be said.
pub fn verify(options: &Options, runtime: &Handle, bar: &ProgressBar) -> Result<Report, NotMade> {
    let findings = Findings::new(options.findings_max);
    let mut names = vec![&options.export];
    names.extend(&options.incrementals);
    names.extend(&options.against);
    let mut exports = Vec::new();
    let mut places = Vec::new();
    for (number, name) in names.iter().enumerate() {
        let objects = Objects {
            place: Place::find(name, &options.s3)?,
            runtime: runtime.clone(),
        };
        let place = objects.shown(&objects.place.folder);
        let export = manifests::load(number, objects, name, &findings)?;
        places.push(
            export
                .as_ref()
                .map_or(place, |export| export.objects.shown(&export.folder)),
        );
        exports.push(export);
    }
    let readable: Option<Vec<Export>> = exports.into_iter().collect();
    let Some(mut exports) = readable else {
        return Ok(unreadable(places, findings));
    };
    let mut notes = Vec::new();
    let law = match options.against {
        Some(_) => {
            in_order(&mut exports, &mut places);
            let law = Law::of(&exports).map_err(NotMade)?;
            notes.extend(periods(&exports, law)?);
            Some(law)
        }
        None => None,
    };
    let key = match &options.key {
        Some(key) => Some(key.clone()),
        None => inferred(&exports)?,
    };
    let run = Run {
        options,
        exports,
        places,
        key,
        law,
        notes,
        findings,
        bar,
    };
    match law {
        Some(_) => run.with::<IMAGES_BYTES>(),
        None => run.with::<PLAIN_BYTES>(),
    }
}

struct Run<'r> {
    options: &'r Options,
    exports: Vec<Export>,
    places: Vec<String>,
    key: Option<KeyNames>,
    law: Option<Law>,
    notes: Vec<String>,
    findings: Findings,
    bar: &'r ProgressBar,
}

impl Run<'_> {
    fn with<const N: usize>(mut self) -> Result<Report, NotMade> {
        let spill = Spill::<N>::new(self.options.temp_dir.as_deref());
        let threads = self.options.threads;
        let scan = Scan::new(
            &self.exports,
            self.key.as_ref(),
            &spill,
            &self.findings,
            self.bar,
        );
        pool::run(&scan, scan.files(), threads.get())?;
        let told = self
            .exports
            .iter()
            .zip(scan.totals())
            .map(|(export, totals)| ExportRead {
                export_arn: export.summary.export_arn.clone(),
                kind: export.kind.to_string(),
                format: export.format.name().to_owned(),
                files: export.files.len() as u64,
                records: totals.records.load(Ordering::Relaxed),
                stored_bytes: totals.stored_bytes.load(Ordering::Relaxed),
                plain_bytes: totals.plain_bytes.load(Ordering::Relaxed),
            });
        let told: Vec<ExportRead> = told.collect();
        drop(scan);
        self.bar.set_message("comparing");
        let differences = compare::compare(
            &self.exports,
            self.law,
            &spill,
            threads,
            self.options.differences_max,
            &self.findings,
        )?;
        let comparison = match self.law {
            Some(law) => Some(self.comparison(law, &differences)?),
            None => None,
        };
        let full = self
            .exports
            .iter()
            .any(|export| !export.kind.is_incremental());
        if self.key.is_none() && full {
            self.notes.push(
                "a full export does not tell its key: give it by --key HASH[,RANGE] to find keys that are there twice and \
                 to tell changed items from new ones"
                    .to_owned(),
            );
        }
        let (finding_counts, findings) = self.findings.finish();
        let holds = comparison.as_ref().is_none_or(|one| one.holds);
        let exports = self.places.into_iter().zip(told);
        Ok(Report {
            sound: finding_counts.is_empty() && holds,
            exports: exports
                .map(|(place, read)| ExportReport {
                    place,
                    read: Some(read),
                })
                .collect(),
            key: self.key.map(|key| key.iter().map(str::to_owned).collect()),
            finding_counts,
            findings,
            comparison,
            notes: self.notes,
        })
    }

    fn comparison(&self, law: Law, differences: &Differences) -> Result<Comparison, NotMade> {
        let between = self.exports.len().saturating_sub(2);
        let law = match (law, between) {
            (Law::LaterFull, 0) => "both full exports hold the same items".to_owned(),
            (Law::LaterFull, 1) => {
                "the first full export with the incremental one applied is the last one".to_owned()
            }
            (Law::LaterFull, _) => format!(
                "the first full export with {between} incremental ones applied is the last one"
            ),
            (Law::Composed(View::NewAndOldImages), _) => {
                "the incremental exports say together what the last one says".to_owned()
            }
            (Law::Composed(View::NewImage), _) => {
                "the incremental exports do not contradict the last one".to_owned()
            }
        };
        Ok(Comparison {
            law,
            holds: differences.counts.is_empty(),
            difference_counts: differences.counts.clone(),
            differences: lookup::tell(&self.exports, self.key.as_ref(), &differences.kept)?,
        })
    }
}

/// A report on exports of which one has no manifests that can be used.
fn unreadable(places: Vec<String>, findings: Findings) -> Report {
    let (finding_counts, findings) = findings.finish();
    Report {
        sound: false,
        exports: places
            .into_iter()
            .map(|place| ExportReport { place, read: None })
            .collect(),
        key: None,
        finding_counts,
        findings,
        comparison: None,
        notes: vec!["without manifests that can be used no data file was read".to_owned()],
    }
}

/// Puts the exports between the first and the last one into the order of their periods.
fn in_order(exports: &mut [Export], places: &mut [String]) {
    let last = exports.len().saturating_sub(1);
    let mut pairs: Vec<(Export, String)> = exports
        .iter()
        .cloned()
        .zip(places.iter().cloned())
        .collect();
    if let Some(between) = pairs.get_mut(1..last) {
        between.sort_by_key(|(export, _)| export.kind.ends());
    }
    for ((export, place), (target, target_place)) in
        pairs.into_iter().zip(exports.iter_mut().zip(places))
    {
        *target = export;
        *target_place = place;
    }
}

/// Whether the periods join from the first export to the last one: nothing can be said of what lies in a gap.
fn periods(exports: &[Export], law: Law) -> Result<Vec<String>, NotMade> {
    let mut notes = Vec::new();
    let (Some(first), Some(last)) = (exports.first(), exports.last()) else {
        return Ok(notes);
    };
    let between = exports.get(1..exports.len() - 1).unwrap_or_default();
    if law == Law::LaterFull && between.is_empty() {
        if first.kind.ends() != last.kind.ends() {
            notes.push(format!(
                "the exports are of {} and of {}: what was written between them makes them differ",
                first.kind.ends(),
                last.kind.ends()
            ));
        }
        return Ok(notes);
    }
    let mut reached = first.kind.ends();
    for export in between {
        let ExportKind::Incremental { from, to, .. } = export.kind else {
            continue;
        };
        if from.0 > reached.0.saturating_add(SECOND_US) {
            return Err(gap(reached, from));
        }
        reached = reached.max(to);
    }
    let end = last.kind.ends();
    if (end.0 - reached.0).abs() > SECOND_US {
        return Err(if end > reached {
            gap(reached, end)
        } else {
            NotMade(format!(
                "the incremental exports end at {reached}, after the last export, which is of {end}: leave out what is \
                 later"
            ))
        });
    }
    if end != reached {
        notes.push(format!(
            "the incremental exports end at {reached}, and the last export is of {end}: what was written in this \
             second may differ"
        ));
    }
    if let (
        Law::Composed(_),
        ExportKind::Incremental { from, .. },
        ExportKind::Incremental { from: whole, .. },
    ) = (law, first.kind, last.kind)
        && from != whole
    {
        return Err(NotMade(format!(
            "the first export begins at {from}, and the last one at {whole}: they must begin at the same instant"
        )));
    }
    let of_one_table = exports
        .iter()
        .all(|export| export.summary.table_id == first.summary.table_id);
    if !of_one_table {
        notes.push("the exports are not all of the same table".to_owned());
    }
    Ok(notes)
}

fn gap(
    from: lookback_formats::manifest::ManifestTime,
    to: lookback_formats::manifest::ManifestTime,
) -> NotMade {
    NotMade(format!(
        "no export covers {from} to {to}: give the incremental export of that period by --incremental"
    ))
}

/// The key that the first record of an incremental export shows.
fn inferred(exports: &[Export]) -> Result<Option<KeyNames>, NotMade> {
    for export in exports.iter().filter(|export| export.kind.is_incremental()) {
        for file in export.files.iter().filter(|file| file.entry.item_count > 0) {
            let Some(object) = export.objects.open(&file.path)? else {
                continue;
            };
            let step = Inflater::new(object).step();
            let Ok((_, Step::Piece(piece))) = step else {
                continue;
            };
            let line = piece.lines.split(|byte| *byte == b'\n').next();
            let record = export.format.read_record(line.unwrap_or_default());
            if let Ok(ExportRecord::Change(change)) = record
                && let Some(names) = KeyNames::of_keys(&change.keys)
            {
                return Ok(Some(names));
            }
        }
    }
    Ok(None)
}
