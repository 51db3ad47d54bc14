//! The laws hold for whatever was written, and one change anywhere is told.

use std::collections::BTreeMap;

use lookback_formats::laws::{
    Changes, ImageChange, Table, composed, composed_effect, later_full, same_items,
};
use lookback_formats::manifest::View;
use proptest::prelude::*;

type State = Table<u8, u8>;

/// What changed from one state to the other; with `rewrites`, also what was written and is as before.
fn between(before: &State, after: &State, written: &[u8], rewrites: bool) -> Changes<u8, u8> {
    let records = written.iter().filter_map(|key| {
        let old = before.get(key).copied();
        let new = after.get(key).copied();
        let is_record = old != new || (rewrites && new.is_some());
        is_record.then_some((*key, ImageChange { old, new }))
    });
    Changes {
        view: View::NewAndOldImages,
        records: records.collect(),
    }
}

fn without_old(changes: &Changes<u8, u8>) -> Changes<u8, u8> {
    let records = changes.records.iter();
    Changes {
        view: View::NewImage,
        records: records
            .map(|(key, change)| {
                (
                    *key,
                    ImageChange {
                        old: None,
                        new: change.new,
                    },
                )
            })
            .collect(),
    }
}

type Writes = Vec<(u8, Option<u8>)>;

fn writes() -> impl Strategy<Value = Writes> {
    prop::collection::vec((0..8_u8, prop::option::of(0..3_u8)), 0..12)
}

fn state() -> impl Strategy<Value = State> {
    prop::collection::btree_map(0..8_u8, 0..3_u8, 0..8)
}

fn written(state: &State, writes: &Writes) -> State {
    let mut after = state.clone();
    for (key, value) in writes {
        match value {
            Some(value) => after.insert(*key, *value),
            None => after.remove(key),
        };
    }
    after
}

fn keys(writes: &Writes) -> Vec<u8> {
    writes.iter().map(|(key, _)| *key).collect()
}

proptest! {
    #[test]
    fn whatever_was_written(a in state(), first in writes(), second in writes(), rewrites: bool) {
        let b = written(&a, &first);
        let c = written(&b, &second);
        let both: Writes = first.iter().chain(&second).copied().collect();
        let to_b = between(&a, &b, &keys(&first), rewrites);
        let to_c = between(&b, &c, &keys(&second), rewrites);
        let whole = between(&a, &c, &keys(&both), !rewrites);
        prop_assert_eq!(later_full(&a, &[to_b.clone(), to_c.clone()], &c), []);
        prop_assert_eq!(composed(&to_b, &to_c, &whole), []);
        let [to_b, to_c, whole] = [to_b, to_c, whole].map(|one| without_old(&one));
        prop_assert_eq!(later_full(&a, &[to_b.clone(), to_c.clone()], &c), []);
        prop_assert_eq!(composed(&to_b, &to_c, &whole), []);
        prop_assert_eq!(composed_effect(&a, &to_b, &to_c, &whole), []);
    }

    /// A record of an effect that is lost, or has another new image, is told for its key and for no other.
    #[test]
    fn one_record_that_is_wrong(
        a in state(),
        writes in writes(),
        at in any::<prop::sample::Index>(),
        lost: bool,
    ) {
        let b = written(&a, &writes);
        let mut changes = between(&a, &b, &keys(&writes), false);
        prop_assume!(!changes.records.is_empty());
        let key = *at.get(&changes.records.keys().copied().collect::<Vec<_>>());
        if lost {
            changes.records.remove(&key);
        } else {
            changes.records.get_mut(&key).unwrap().new = Some(9);
        }
        for changes in [changes.clone(), without_old(&changes)] {
            let told = later_full(&a, std::slice::from_ref(&changes), &b);
            prop_assert_eq!(told.len(), 1);
            prop_assert_eq!(told[0].key, key);
        }
    }

    #[test]
    fn two_tables_differ_where_they_differ(one in state(), other in state()) {
        let told: BTreeMap<u8, ()> = same_items(&one, &other)
            .into_iter()
            .map(|difference| (difference.key, ()))
            .collect();
        for key in 0..8 {
            prop_assert_eq!(told.contains_key(&key), one.get(&key) != other.get(&key));
        }
    }
}
