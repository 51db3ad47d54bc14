//! What is wrong with an export, and where.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

/// What was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// Which objects there are, and how they are called (EXPORT-FORMAT-001..006).
    Layout,
    /// What the manifests say (EXPORT-FORMAT-008..016).
    Manifest,
    /// An MD5 (EXPORT-FORMAT-009, -018).
    Checksum,
    /// An ETag (EXPORT-FORMAT-010).
    Etag,
    /// How many items there are (EXPORT-FORMAT-017).
    Count,
    /// Compression, or the end of a file (EXPORT-FORMAT-022).
    Compression,
    /// A line of a data file (EXPORT-FORMAT-019, -020, -023).
    Record,
    /// A key that is there twice (EXPORT-INCR-011).
    Duplicate,
}

impl Check {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Layout => "layout",
            Self::Manifest => "manifest",
            Self::Checksum => "checksum",
            Self::Etag => "etag",
            Self::Count => "count",
            Self::Compression => "compression",
            Self::Record => "record",
            Self::Duplicate => "duplicate",
        }
    }
}

/// Something that is wrong, located.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// Which export, in the order of the report; findings are told in the order of these members.
    pub export: usize,
    /// The number of the object within its export: manifests are 0.
    #[serde(skip)]
    pub order: usize,
    /// The line of the object, from 1, where a line is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// Bytes from the beginning: of what is compressed for a damaged object, of what it holds for a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// What was checked.
    pub check: Check,
    /// The object.
    pub object: String,
    /// What is wrong.
    pub what: String,
}

/// The longest text of a finding, in characters: a damaged line may be long.
const WHAT_CHARACTERS_MAX: usize = 400;

/// Findings of many threads: all are counted, and the first ones kept.
#[derive(Debug)]
pub struct Findings {
    kept_max: usize,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    counts: BTreeMap<Check, u64>,
    kept: BTreeSet<Finding>,
}

impl Findings {
    /// None yet; keeps so many.
    pub fn new(kept_max: usize) -> Self {
        Self {
            kept_max,
            inner: Mutex::default(),
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One more.
    pub fn add(&self, mut finding: Finding) {
        if let Some((end, _)) = finding.what.char_indices().nth(WHAT_CHARACTERS_MAX) {
            finding.what.truncate(end);
            finding.what.push('…');
        }
        let mut inner = self.inner();
        *inner.counts.entry(finding.check).or_default() += 1;
        inner.kept.insert(finding);
        if inner.kept.len() > self.kept_max {
            inner.kept.pop_last();
        }
    }

    /// So many more that are not told one by one.
    pub fn count(&self, check: Check, more: u64) {
        if more > 0 {
            *self.inner().counts.entry(check).or_default() += more;
        }
    }

    /// How many there are of each kind, and the first ones in order.
    pub fn finish(self) -> (BTreeMap<Check, u64>, Vec<Finding>) {
        let inner = self.inner.into_inner();
        let inner = inner.unwrap_or_else(PoisonError::into_inner);
        (inner.counts, inner.kept.into_iter().collect())
    }
}
