//! Which ids were there: runs of neighbours, a few bytes for ids that are counted up.

use std::collections::BTreeMap;

/// A set of ids.
#[derive(Debug, Default)]
pub(super) struct Ids {
    /// The last id of each run, by its first. No two runs touch.
    runs: BTreeMap<u64, u64>,
}

impl Ids {
    /// Whether an id is there.
    pub fn contains(&self, id: u64) -> bool {
        let run = self.runs.range(..=id).next_back();
        run.is_some_and(|(_, last)| *last >= id)
    }

    /// Adds an id; false if it was there.
    pub fn insert(&mut self, id: u64) -> bool {
        let first = match self.runs.range_mut(..=id).next_back() {
            Some((_, last)) if *last >= id => return false,
            Some((first, last)) if *last + 1 == id => {
                *last = id;
                *first
            }
            _ => {
                self.runs.insert(id, id);
                id
            }
        };
        let after = id.checked_add(1).and_then(|next| self.runs.remove(&next));
        if let Some(last) = after {
            self.runs.insert(first, last);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn is_a_set(ids in prop::collection::vec(prop_oneof![0_u64..24, u64::MAX - 3..=u64::MAX], 0..60)) {
            let (mut ours, mut set) = (Ids::default(), BTreeSet::new());
            for id in ids {
                prop_assert_eq!(ours.contains(id), set.contains(&id));
                prop_assert_eq!(ours.insert(id), set.insert(id));
            }
            let neighbours = set.iter().filter(|id| !id.checked_sub(1).is_some_and(|id| set.contains(&id)));
            prop_assert_eq!(ours.runs.len(), neighbours.count());
        }
    }
}
