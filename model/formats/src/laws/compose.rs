//! Incremental exports of adjoining periods say together what the export of the whole period says.

use std::collections::BTreeSet;

use super::{Changes, Departure, Difference, ImageChange, Table, later_full, of_key, same_key};
use crate::manifest::View;

/// The law for one key: what the exports of the parts say of it, in their order, and what that of the whole period says.
///
/// With [`View::NewAndOldImages`] the effects are equal, where an effect from an image to the same image is none
/// (EXPORT-INCR-018), and each part begins with what the one before ended with. With [`View::NewImage`] the records contradict
/// each other only where both tell of an end: what was there before is not told, see [`composed_effect`].
pub fn composed_key<'c, V: Clone + PartialEq + 'c>(
    view: View,
    parts: impl IntoIterator<Item = Option<&'c ImageChange<V>>>,
    whole: Option<&'c ImageChange<V>>,
) -> Vec<Departure<V>> {
    let mut departures = Vec::new();
    let mut old_image = |change: usize, expected: Option<&V>, told: Option<&V>| {
        if expected != told {
            departures.push(Departure::OldImage {
                change,
                expected: expected.cloned(),
                told: told.cloned(),
            });
        }
    };
    let mut effect: Option<(&ImageChange<V>, &ImageChange<V>)> = None;
    for (number, change) in parts.into_iter().enumerate() {
        let Some(change) = change else { continue };
        if let (View::NewAndOldImages, Some((_, last))) = (view, effect) {
            old_image(number, last.new.as_ref(), change.old.as_ref());
        }
        effect = Some((effect.map_or(change, |(first, _)| first), change));
    }
    let end = match (view, effect, whole) {
        (View::NewImage, Some((_, last)), Some(whole)) => {
            same_key(last.new.as_ref(), whole.new.as_ref())
        }
        (View::NewImage, ..) => None,
        (View::NewAndOldImages, ..) => {
            let old = effect.and_then(|(first, _)| first.old.as_ref());
            let new = effect.and_then(|(_, last)| last.new.as_ref());
            let whole_old = whole.and_then(|whole| whole.old.as_ref());
            let whole_new = whole.and_then(|whole| whole.new.as_ref());
            if old == new && whole_old == whole_new {
                None
            } else {
                old_image(0, old, whole_old);
                same_key(new, whole_new)
            }
        }
    };
    departures.extend(end);
    departures
}

/// Where two incremental exports with old images, [a, b) and [b, c), do not say together what the one of [a, c) says: in
/// key order.
pub fn composed<K: Ord + Clone, V: Clone + PartialEq>(
    first: &Changes<K, V>,
    second: &Changes<K, V>,
    whole: &Changes<K, V>,
) -> Vec<Difference<K, V>> {
    let all = [first, second, whole];
    let keys: BTreeSet<&K> = all.iter().flat_map(|one| one.records.keys()).collect();
    let with_old = all.iter().all(|one| one.view == View::NewAndOldImages);
    let view = if with_old {
        View::NewAndOldImages
    } else {
        View::NewImage
    };
    let differences = |key: &K| {
        let parts = [first.records.get(key), second.records.get(key)];
        of_key(key, composed_key(view, parts, whole.records.get(key)))
    };
    keys.into_iter().flat_map(differences).collect()
}

/// Where two incremental exports, [a, b) and [b, c), do not do to the table at a what the one of [a, c) does: in key order.
/// For exports without old images, this is the law.
pub fn composed_effect<K: Ord + Clone, V: Clone + PartialEq>(
    table: &Table<K, V>,
    first: &Changes<K, V>,
    second: &Changes<K, V>,
    whole: &Changes<K, V>,
) -> Vec<Difference<K, V>> {
    let mut at_end = table.clone();
    for (key, change) in &whole.records {
        match &change.new {
            Some(new) => at_end.insert(key.clone(), new.clone()),
            None => at_end.remove(key),
        };
    }
    later_full(table, &[first.clone(), second.clone()], &at_end)
}
