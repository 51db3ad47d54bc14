//! Export, then import: the same items, and the counts add up.

use super::{Difference, Table, same_items};

/// What DescribeExport and DescribeImport count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportCounts {
    /// ItemCount of the export (EXPORT-FULL-015).
    pub exported: u64,
    /// ProcessedItemCount of the import (IMPORT-011).
    pub processed: u64,
    /// ImportedItemCount.
    pub imported: u64,
    /// ErrorCount.
    pub errors: u64,
}

/// How an import departs from the export that it read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportDeparture<K, V> {
    /// An item that is missing, new or another one.
    Item(Difference<K, V>),
    /// Two counts that should be equal.
    Count {
        /// What should be equal.
        what: &'static str,
        /// The one.
        expected: u64,
        /// The other.
        found: u64,
    },
}

/// Where a table that was imported from a full export is not what was exported, and where the counts do not add up.
pub fn imported<K: Ord + Clone, V: Clone + PartialEq>(
    exported: &Table<K, V>,
    scanned: &Table<K, V>,
    counts: ImportCounts,
) -> Vec<ImportDeparture<K, V>> {
    let items = same_items(exported, scanned);
    let mut departures: Vec<_> = items.into_iter().map(ImportDeparture::Item).collect();
    let outcomes = counts.imported.saturating_add(counts.errors);
    for (what, expected, found) in [
        (
            "ItemCount of the export, and its items",
            exported.len() as u64,
            counts.exported,
        ),
        (
            "ProcessedItemCount, and ItemCount of the export",
            counts.exported,
            counts.processed,
        ),
        (
            "ProcessedItemCount, and ImportedItemCount with ErrorCount",
            counts.processed,
            outcomes,
        ),
        ("ErrorCount", 0, counts.errors),
    ] {
        if expected != found {
            departures.push(ImportDeparture::Count {
                what,
                expected,
                found,
            });
        }
    }
    departures
}
