use lookback_protocol::key::{KeyAttribute, KeySchema, KeyType};
use lookback_protocol::value::AttributeValue;
use proptest::prelude::*;

use super::*;

mod laws;

/// When the clock of these tests starts.
const ORIGIN: Position = Position {
    instant_us: 0,
    sequence: 0,
};

fn schema() -> KeySchema {
    KeySchema {
        hash: KeyAttribute {
            name: "pk".into(),
            kind: KeyType::S,
        },
        range: None,
    }
}

fn item(pk: &str, value: u32) -> Arc<Item> {
    let attributes = [("pk", pk.to_owned()), ("v", value.to_string())];
    Arc::new(
        attributes
            .into_iter()
            .map(|(name, text)| (name.to_owned(), AttributeValue::S(text)))
            .collect(),
    )
}

fn key(pk: &str) -> Key {
    schema().key_of_item(&item(pk, 0)).unwrap()
}

/// A store with a counter of its own: commits at the instants given.
#[derive(Default)]
struct Log {
    store: Store,
    now_us: i64,
    sequence: u64,
}

impl Log {
    fn put(&mut self, instant_us: i64, pk: &str, value: u32) {
        self.write(instant_us, pk, Some(item(pk, value)));
    }

    fn delete(&mut self, instant_us: i64, pk: &str) {
        self.write(instant_us, pk, None);
    }

    fn write(&mut self, instant_us: i64, pk: &str, item: Option<Arc<Item>>) {
        self.now_us = instant_us;
        self.store.commit(
            Position {
                instant_us,
                sequence: self.sequence,
            },
            &key(pk),
            item,
        );
        self.sequence += 1;
    }

    /// The next commit, however late it comes.
    fn next(&self) -> Position {
        Position {
            instant_us: self.now_us,
            sequence: self.sequence,
        }
    }

    fn cut(&mut self) -> Cut {
        let cut = Cut::Before {
            first_out: self.next(),
        };
        self.store.retention_mut().pin(&cut);
        cut
    }

    /// Looks at every key at least once: a pass ends at the last key.
    fn sweep_all(&mut self, now_us: i64) {
        for _ in 0..2 {
            self.store.sweep(now_us, 1_000);
        }
    }

    fn seen(&self, cut: &Cut) -> Vec<Item> {
        self.store
            .at(cut)
            .map(|(_, item)| (**item).clone())
            .collect()
    }
}

#[test]
fn a_cut_holds_what_was_there_and_nothing_later() {
    let mut log = Log::default();
    log.put(1, "a", 1);
    log.put(2, "b", 1);
    let cut = log.cut();
    log.put(3, "a", 2);
    log.delete(4, "b");
    log.put(5, "c", 1);
    assert_eq!(
        log.seen(&cut),
        vec![(*item("a", 1)).clone(), (*item("b", 1)).clone()]
    );
}

#[test]
fn commits_of_one_instant_fall_on_both_sides_of_a_cut() {
    let mut log = Log::default();
    log.put(7, "a", 1);
    let cut = log.cut();
    log.put(7, "a", 2);
    assert_eq!(log.seen(&cut), vec![(*item("a", 1)).clone()]);
    assert_eq!(log.store.get(&key("a")), Some(&item("a", 2)));
}

#[test]
fn what_no_cut_can_reach_is_dropped_with_the_write_that_supersedes_it() {
    let mut log = Log::default();
    for value in 0..1_000 {
        log.put(i64::from(value), "a", value);
    }
    assert_eq!(log.store.versions(), 1);
}

#[test]
fn a_hot_key_under_an_old_cut_keeps_two_versions() {
    let mut log = Log::default();
    log.put(0, "a", 0);
    let cut = log.cut();
    for value in 1..1_000 {
        log.put(i64::from(value), "a", value);
    }
    assert_eq!(log.store.versions(), 2);
    assert_eq!(log.seen(&cut), vec![(*item("a", 0)).clone()]);
}

#[test]
fn releasing_a_cut_frees_its_versions_with_the_next_writes() {
    let mut log = Log::default();
    for n in 0..10 {
        log.put(0, &format!("k{n}"), 0);
    }
    let cut = log.cut();
    for n in 0..10 {
        log.put(1, &format!("k{n}"), 1);
    }
    assert_eq!(log.store.versions(), 20);
    log.store.unpin(&cut);
    for _ in 0..10 {
        log.put(2, "other", 0);
    }
    assert_eq!(log.store.versions(), 11);
}

#[test]
fn a_deleted_key_leaves_nothing_behind() {
    let mut log = Log::default();
    log.put(0, "a", 0);
    log.delete(1, "a");
    assert_eq!(log.store.versions(), 0);
}

#[test]
fn a_restored_store_shares_its_items_with_the_source() {
    let mut log = Log::default();
    log.put(0, "a", 0);
    let cut = log.cut();
    let restored = Store::restored(
        &log.store,
        &cut,
        Position {
            instant_us: 9,
            sequence: 9,
        },
        0,
    );
    let (source, copy) = (
        log.store.get(&key("a")).unwrap(),
        restored.get(&key("a")).unwrap(),
    );
    assert!(Arc::ptr_eq(source, copy));
}

#[test]
fn a_band_keeps_every_version_that_a_key_may_have_been_cut_at() {
    let mut log = Log::default();
    let cut = Cut::Spread {
        anchor_us: 100,
        band_us: 10,
        seed: 1,
    };
    log.put(0, "a", 0);
    log.store.retention_mut().pin(&cut);
    for instant in [95_i64, 100, 105, 120, 130] {
        log.put(instant, "a", instant as u32);
    }
    // 0 was current at 90, 95, 100, 105 in the band; 120 came after it and was superseded.
    assert_eq!(log.store.versions(), 5);
}

proptest! {
    #[test]
    fn every_cut_equals_a_copy_taken_at_it(steps in prop::collection::vec((0_u8..6, 0_u8..5, 0_i64..3), 1..80)) {
        let mut log = Log::default();
        let mut now = 0;
        let mut copies: Vec<(Cut, Vec<Item>)> = Vec::new();
        for (number, (kind, name, gap)) in steps.into_iter().enumerate() {
            now += gap;
            let pk = format!("k{name}");
            match kind {
                0..=2 => log.put(now, &pk, number as u32),
                3 => log.delete(now, &pk),
                4 => {
                    let copy = log.store.range(&KeyRange::all()).map(|(_, item)| (**item).clone()).collect();
                    let cut = log.cut();
                    copies.push((cut, copy));
                }
                _ if !copies.is_empty() => {
                    let (cut, _) = copies.remove(number % copies.len());
                    log.store.unpin(&cut);
                }
                _ => {}
            }
            for (cut, copy) in &copies {
                prop_assert_eq!(&log.seen(cut), copy);
            }
        }
    }
}

#[test]
fn a_recovery_window_keeps_what_it_reaches_and_an_idle_store_forgets_the_rest() {
    use crate::table::PointInTimeRecovery;
    const DAY_US: i64 = 86_400_000_000;
    let mut recovery = PointInTimeRecovery::default();
    recovery.enable(ORIGIN, Some(1), 0);
    let mut log = Log::default();
    let window = recovery.window().copied();
    log.store.retention_mut().set_window(window);
    for day in 0..5 {
        log.put(day * DAY_US, "a", day as u32);
    }
    // Of the days gone by, only the last one before the window's earliest instant can still be reached, and the one
    // that was superseded at that very instant: the period of an export may begin with it.
    log.sweep_all(4 * DAY_US);
    assert_eq!(log.store.versions(), 3);
    log.sweep_all(4 * DAY_US + 1_000);
    assert_eq!(log.store.versions(), 2);
    log.sweep_all(9 * DAY_US);
    assert_eq!(log.store.versions(), 1);
}

#[test]
fn a_retired_store_keeps_what_its_cuts_hold_and_nothing_else() {
    let mut log = Log::default();
    log.put(0, "kept", 0);
    let cut = log.cut();
    log.put(1, "kept", 1);
    log.put(2, "late", 0);
    let end = Position {
        instant_us: 3,
        sequence: log.sequence,
    };
    log.store.retire(end);
    log.sweep_all(3);
    assert_eq!(log.store.versions(), 1);
    assert_eq!(log.seen(&cut), vec![(*item("kept", 0)).clone()]);
    log.store.unpin(&cut);
    log.sweep_all(4);
    assert_eq!(log.store.versions(), 0);
}

#[test]
fn delete_markers_outlive_the_window_by_nothing() {
    use crate::table::PointInTimeRecovery;
    const DAY_US: i64 = 86_400_000_000;
    let mut recovery = PointInTimeRecovery::default();
    recovery.enable(ORIGIN, Some(1), 0);
    let mut log = Log::default();
    log.store
        .retention_mut()
        .set_window(recovery.window().copied());
    for n in 0..100 {
        log.put(n, &format!("k{n}"), 0);
        log.delete(n, &format!("k{n}"));
    }
    assert!(log.store.versions() > 0);
    log.sweep_all(3 * DAY_US);
    assert_eq!(log.store.versions(), 0);
}
