//! What a verification tells, for programs.

use std::collections::BTreeMap;

use serde::Serialize;

use super::compare::DifferenceKind;
use super::finding::{Check, Finding};
use super::lookup::Difference;

/// The outcome of a verification.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Whether nothing is wrong and the exports that were compared agree.
    pub sound: bool,
    /// The exports, in the order in which they were named: the one that is verified, the incremental ones, the one it is
    /// compared with.
    pub exports: Vec<ExportReport>,
    /// The key that was used to find duplicates and differences; none: whole items were compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Vec<String>>,
    /// How many findings there are, by what was checked.
    pub finding_counts: BTreeMap<Check, u64>,
    /// The first ones.
    pub findings: Vec<Finding>,
    /// How the exports compare.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// What was read of an export.
#[derive(Clone, Debug, Serialize)]
pub struct ExportReport {
    /// Where it lies.
    pub place: String,
    /// What its manifest says; none: it could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read: Option<ExportRead>,
}

/// What is told of an export.
#[derive(Clone, Debug, Serialize)]
pub struct ExportRead {
    /// ExportArn.
    pub export_arn: String,
    /// The kind of export with its times.
    pub kind: String,
    /// How its records are written.
    pub format: String,
    /// How many data files are listed.
    pub files: u64,
    /// Their lines.
    pub records: u64,
    /// Their bytes as they are stored.
    pub stored_bytes: u64,
    /// Their bytes decompressed.
    pub plain_bytes: u64,
}

/// How exports compare.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// What was compared, in words.
    pub law: String,
    /// Whether it holds.
    pub holds: bool,
    /// How many keys differ, by how.
    pub difference_counts: BTreeMap<DifferenceKind, u64>,
    /// The first differences.
    pub differences: Vec<Difference>,
}

impl Report {
    /// As a JSON text, for people to read as well.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}
