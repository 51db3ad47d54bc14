//! The laws that two things hold the same items.

use std::collections::BTreeSet;

use super::{Departure, Difference, Table};

/// What departs for one key, if anything does.
pub fn same_key<V: Clone + PartialEq>(
    expected: Option<&V>,
    found: Option<&V>,
) -> Option<Departure<V>> {
    match (expected.cloned(), found.cloned()) {
        (Some(expected), None) => Some(Departure::Missing { expected }),
        (None, Some(found)) => Some(Departure::Unexpected { found }),
        (Some(expected), Some(found)) if expected != found => {
            Some(Departure::Differs { expected, found })
        }
        _ => None,
    }
}

/// Where two tables differ, in key order.
pub fn same_items<K: Ord + Clone, V: Clone + PartialEq>(
    expected: &Table<K, V>,
    found: &Table<K, V>,
) -> Vec<Difference<K, V>> {
    let keys: BTreeSet<&K> = expected.keys().chain(found.keys()).collect();
    let difference = |key: &K| {
        let departure = same_key(expected.get(key), found.get(key))?;
        let key = key.clone();
        Some(Difference { key, departure })
    };
    keys.into_iter().filter_map(difference).collect()
}

/// A table that was restored to an instant, scanned, is the full export of that instant.
pub fn restored<K: Ord + Clone, V: Clone + PartialEq>(
    exported: &Table<K, V>,
    scanned: &Table<K, V>,
) -> Vec<Difference<K, V>> {
    same_items(exported, scanned)
}

/// The JSON and the Ion export of one instant hold the same items.
pub fn formats_agree<K: Ord + Clone, V: Clone + PartialEq>(
    json: &Table<K, V>,
    ion: &Table<K, V>,
) -> Vec<Difference<K, V>> {
    same_items(json, ion)
}

/// A backup in whose whole band nobody wrote, restored, is what a restore to an instant of that band shows.
pub fn quiet_backup<K: Ord + Clone, V: Clone + PartialEq>(
    backup: &Table<K, V>,
    restored_to_instant: &Table<K, V>,
) -> Vec<Difference<K, V>> {
    same_items(backup, restored_to_instant)
}
