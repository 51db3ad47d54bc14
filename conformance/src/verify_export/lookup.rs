//! The records behind the differences that are shown: their lines are read again.

use std::collections::{BTreeMap, BTreeSet};

use lookback_formats::laws::KeyNames;
use lookback_protocol::export::ExportRecord;
use lookback_protocol::value::{AttributeValue, Item};
use serde::Serialize;
use serde_json::Value;

use super::compare::{DifferenceKind, Found, Side, Stands};
use super::inflate::{Inflater, Step};
use super::manifests::Export;
use super::spill::Spot;
use crate::cli::NotMade;

/// A difference as it is told.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// How the key differs.
    pub kind: DifferenceKind,
    /// The key attributes; the whole item where the key is not known.
    pub key: Value,
    /// Where stands what must be there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_at: Option<Location>,
    /// Where stands what is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found_at: Option<Location>,
    /// The attributes that differ.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<AttributeDifference>,
}

/// A line of a data file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Location {
    /// The data file.
    pub object: String,
    /// Its line, from 1.
    pub line: u64,
}

/// An attribute that differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AttributeDifference {
    /// Its name.
    pub name: String,
    /// Its value as it must be; none: it must not be there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<Value>,
    /// Its value as it is; none: it is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<Value>,
}

/// Tells differences by their records.
///
/// # Errors
/// A place does not answer.
pub fn tell(
    exports: &[Export],
    key: Option<&KeyNames>,
    differences: &BTreeSet<Found>,
) -> Result<Vec<Difference>, NotMade> {
    let mut wanted: BTreeMap<(u16, u32), BTreeSet<u64>> = BTreeMap::new();
    for stands in differences.iter().flat_map(|one| [one.expected, one.found]) {
        let Some((spot, _)) = stands else { continue };
        let lines = wanted.entry((spot.export, spot.file)).or_default();
        lines.insert(spot.line);
    }
    let mut records = BTreeMap::new();
    for ((export, file), lines) in wanted {
        read(exports, export, file, &lines, &mut records)?;
    }
    let lookup = Lookup {
        exports,
        key,
        records,
    };
    Ok(differences.iter().map(|one| lookup.tell(one)).collect())
}

/// The records on some lines of a data file.
fn read(
    exports: &[Export],
    number: u16,
    file: u32,
    lines: &BTreeSet<u64>,
    records: &mut BTreeMap<Spot, ExportRecord>,
) -> Result<(), NotMade> {
    let Some(export) = exports.get(usize::from(number)) else {
        return Ok(());
    };
    let Some(data_file) = export.files.get(file as usize) else {
        return Ok(());
    };
    let Some(object) = export.objects.open(&data_file.path)? else {
        return Ok(());
    };
    let mut left = lines.clone();
    let mut inflater = Some(Inflater::new(object));
    while let Some(at) = inflater.take().filter(|_| !left.is_empty()) {
        let step = at.step();
        let (next, step) = step.map_err(|error| {
            NotMade(format!(
                "reading {} broke off: {error}; try again",
                data_file.shown
            ))
        })?;
        inflater = next;
        let Step::Piece(piece) = step else { break };
        let all = piece.lines.split_inclusive(|byte| *byte == b'\n');
        for (line, bytes) in (piece.first_line..).zip(all) {
            if !left.remove(&line) {
                continue;
            }
            let text = bytes.strip_suffix(b"\n").unwrap_or(bytes);
            if let Ok(record) = export.format.read_record(text) {
                let spot = Spot {
                    export: number,
                    file,
                    line,
                };
                records.insert(spot, record);
            }
        }
    }
    Ok(())
}

struct Lookup<'l> {
    exports: &'l [Export],
    key: Option<&'l KeyNames>,
    records: BTreeMap<Spot, ExportRecord>,
}

impl Lookup<'_> {
    fn tell(&self, found: &Found) -> Difference {
        let either = found.expected.or(found.found);
        let expected = found.expected.and_then(|stands| self.image(stands));
        let told = found.found.and_then(|stands| self.image(stands));
        Difference {
            kind: found.kind,
            key: either.map_or(Value::Null, |(spot, _)| self.key(spot)),
            expected_at: found.expected.map(|stands| self.location(stands)),
            found_at: found.found.map(|stands| self.location(stands)),
            attributes: match (expected, told) {
                (Some(expected), Some(told)) => attributes(expected, told),
                _ => Vec::new(),
            },
        }
    }

    fn image(&self, (spot, side): Stands) -> Option<&Item> {
        match (self.records.get(&spot)?, side) {
            (ExportRecord::Item(item), _) => Some(item),
            (ExportRecord::Change(change), Side::Old) => change.old_image.as_deref(),
            (ExportRecord::Change(change), Side::New) => change.new_image.as_deref(),
        }
    }

    fn key(&self, spot: Spot) -> Value {
        match self.records.get(&spot) {
            Some(ExportRecord::Change(change)) => json(&change.keys),
            Some(ExportRecord::Item(item)) => {
                let key = self.key.and_then(|names| names.of_item(item).ok());
                json(key.as_ref().unwrap_or(item))
            }
            None => Value::Null,
        }
    }

    fn location(&self, (spot, _): Stands) -> Location {
        let export = self.exports.get(usize::from(spot.export));
        let file = export.and_then(|export| export.files.get(spot.file as usize));
        Location {
            object: file.map(|file| file.shown.clone()).unwrap_or_default(),
            line: spot.line,
        }
    }
}

fn json(item: &Item) -> Value {
    let attributes = item.iter();
    let attributes = attributes.map(|(name, value)| (name.clone(), value_json(value)));
    Value::Object(attributes.collect())
}

fn value_json(value: &AttributeValue) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// The attributes that two items have not in common.
fn attributes(expected: &Item, found: &Item) -> Vec<AttributeDifference> {
    let names: BTreeSet<&String> = expected
        .iter()
        .chain(found.iter())
        .map(|(name, _)| name)
        .collect();
    let differing = names
        .into_iter()
        .filter(|name| expected.get(name.as_str()) != found.get(name.as_str()));
    differing
        .map(|name| AttributeDifference {
            name: name.clone(),
            expected: expected.get(name.as_str()).map(value_json),
            found: found.get(name.as_str()).map(value_json),
        })
        .collect()
}
