//! full(T0) with the incremental exports [T0, T1), [T1, T2)... applied is the full export of the end.

use std::collections::BTreeSet;

use super::{Changes, Departure, Difference, ImageChange, Table, of_key, same_key};
use crate::manifest::View;

/// The law for one key: what was there, what each export says of it (nothing where it has no record), what is there
/// afterwards. Old images, where they are shown, must be what was there before (EXPORT-INCR-013, -014).
pub fn later_full_key<'c, V: Clone + PartialEq + 'c>(
    earlier: Option<&'c V>,
    changes: impl IntoIterator<Item = (View, Option<&'c ImageChange<V>>)>,
    later: Option<&V>,
) -> Vec<Departure<V>> {
    let mut departures = Vec::new();
    let mut state = earlier;
    for (number, (view, change)) in changes.into_iter().enumerate() {
        let Some(change) = change else { continue };
        if view == View::NewAndOldImages && change.old.as_ref() != state {
            departures.push(Departure::OldImage {
                change: number,
                expected: state.cloned(),
                told: change.old.clone(),
            });
        }
        state = change.new.as_ref();
    }
    departures.extend(same_key(state, later));
    departures
}

/// Where the earlier full export, with the incremental ones applied in their order, is not the later one: in key order.
pub fn later_full<K: Ord + Clone, V: Clone + PartialEq>(
    earlier: &Table<K, V>,
    changes: &[Changes<K, V>],
    later: &Table<K, V>,
) -> Vec<Difference<K, V>> {
    let changed = changes.iter().flat_map(|one| one.records.keys());
    let keys: BTreeSet<&K> = earlier.keys().chain(later.keys()).chain(changed).collect();
    let differences = |key: &K| {
        let records = changes.iter().map(|one| (one.view, one.records.get(key)));
        of_key(
            key,
            later_full_key(earlier.get(key), records, later.get(key)),
        )
    };
    keys.into_iter().flat_map(differences).collect()
}
