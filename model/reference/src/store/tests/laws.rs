//! The log against a list of everything that was ever written, over random programs: what can be reached is right, and
//! nothing else is kept in the end.

use super::*;
use crate::table::PointInTimeRecovery;

const HOUR_US: i64 = 3_600_000_000;
const DAY_US: i64 = 24 * HOUR_US;
const BAND_US: i64 = 2 * HOUR_US;
const NAMES: u8 = 5;

/// A version in the list: whose, from when, until when.
struct Written {
    pk: String,
    at: Position,
    until: Option<Position>,
    item: Arc<Item>,
}

/// The log, the list, and the cuts that are held.
struct Both {
    log: Log,
    list: Vec<Written>,
    held: Vec<Cut>,
}

impl Both {
    fn new() -> Self {
        let mut log = Log {
            store: Store::new(0, BAND_US),
            ..Log::default()
        };
        let mut recovery = PointInTimeRecovery::default();
        recovery.enable(ORIGIN, Some(1), 0);
        let window = recovery.window().copied();
        log.store.retention_mut().set_window(window);
        Self {
            log,
            list: Vec::new(),
            held: Vec::new(),
        }
    }

    fn write(&mut self, now_us: i64, pk: &str, item: Option<Arc<Item>>) {
        let at = Position {
            instant_us: now_us,
            sequence: self.log.sequence,
        };
        for version in &mut self.list {
            if version.pk == pk && version.until.is_none() {
                version.until = Some(at);
            }
        }
        if let Some(item) = item.clone() {
            self.list.push(Written {
                pk: pk.to_owned(),
                at,
                until: None,
                item,
            });
        }
        self.log.write(now_us, pk, item);
    }

    fn hold(&mut self, cut: Cut) {
        self.log.store.retention_mut().pin(&cut);
        self.held.push(cut);
    }

    fn let_go(&mut self, number: usize) {
        if let Some(number) = number.checked_rem(self.held.len()) {
            let cut = self.held.swap_remove(number);
            self.log.store.unpin(&cut);
        }
    }

    /// What a cut holds by the list, in key order.
    fn listed(&self, cut: &Cut) -> Vec<Item> {
        let mut seen: Vec<(Key, Item)> = Vec::new();
        for version in &self.list {
            let key = key(&version.pk);
            let edge = cut.edge(&key);
            if version.at < edge && version.until.is_none_or(|until| until >= edge) {
                seen.push((key, (*version.item).clone()));
            }
        }
        seen.sort_by(|(one, _), (other, _)| one.cmp(other));
        seen.into_iter().map(|(_, item)| item).collect()
    }

    /// What was written between two cuts by the list: key, last write, before and after.
    fn listed_between(&self, from: &Cut, to: &Cut) -> Vec<Between> {
        let (from, to) = (from.edges().0, to.edges().0);
        let mut keys: Vec<&str> = self.list.iter().map(|version| &*version.pk).collect();
        keys.sort_unstable();
        keys.dedup();
        let of_key = |pk: &str| {
            let at = |edge: Position| {
                self.list.iter().find(|version| {
                    version.pk == pk
                        && version.at < edge
                        && version.until.is_none_or(|until| until >= edge)
                })
            };
            let (before, after) = (at(from), at(to));
            before.or(after)?;
            let versions = self.list.iter().filter(|version| version.pk == pk);
            let instants = versions.flat_map(|version| [Some(version.at), version.until]);
            let within = instants.flatten().filter(|at| (from..to).contains(at));
            let last_us = within.max()?.instant_us;
            let copy = |version: Option<&Written>| version.map(|version| (*version.item).clone());
            Some((key(pk), last_us, copy(before), copy(after)))
        };
        let mut found: Vec<Between> = keys.into_iter().filter_map(of_key).collect();
        found.sort_by(|(one, ..), (other, ..)| one.cmp(other));
        found
    }

    /// The same by the log.
    fn seen_between(&self, from: &Cut, to: &Cut) -> Vec<Between> {
        let written = self.log.store.written_between(from, to).into_iter();
        let copy = |item: Option<&Arc<Item>>| item.map(|item| (**item).clone());
        written
            .map(|(key, one)| (key.clone(), one.last_us, copy(one.before), copy(one.after)))
            .collect()
    }

    /// How many versions can be reached when the window has passed everything. `end`: where the table ended. That
    /// deletes no item: a cut drawn after it holds the last ones.
    fn reachable(&self, end: Option<Position>) -> usize {
        let needed = |version: &&Written| {
            let retention = &self.log.store.retention;
            let until = version.until.or(end);
            until.is_none_or(|until| retention.needs(i64::MAX, version.at, until))
        };
        self.list.iter().filter(needed).count()
    }
}

/// A key, when it was last written, its item before and after.
type Between = (Key, i64, Option<Item>, Option<Item>);

fn program() -> impl Strategy<Value = Vec<(u8, u8, i64)>> {
    let gap_us = prop_oneof![
        3 => Just(0),
        3 => 1..HOUR_US,
        1 => HOUR_US..DAY_US,
    ];
    prop::collection::vec((0_u8..10, 0..NAMES, gap_us), 1..120)
}

fn run(steps: Vec<(u8, u8, i64)>, mut check: impl FnMut(&Both, i64)) -> (Both, i64) {
    let mut both = Both::new();
    let mut now_us = 0;
    for (number, (kind, name, gap_us)) in steps.into_iter().enumerate() {
        now_us += gap_us;
        let pk = format!("k{name}");
        match kind {
            0..=3 => both.write(now_us, &pk, Some(item(&pk, number as u32))),
            4..=5 => both.write(now_us, &pk, None),
            6 => {
                let first_out = Position {
                    instant_us: now_us,
                    sequence: both.log.sequence,
                };
                both.hold(Cut::Before { first_out });
            }
            7 => both.hold(Cut::Spread {
                anchor_us: now_us,
                band_us: BAND_US,
                seed: number as u64,
            }),
            8 => both.let_go(number),
            _ => both.log.store.sweep(now_us, 3),
        }
        check(&both, now_us);
    }
    (both, now_us)
}

proptest! {
    #[test]
    fn every_cut_and_every_instant_of_the_window_hold_what_the_list_says(steps in program(), back in 0..100_i64) {
        run(steps, |both, now_us| {
            let window_us = now_us.min(DAY_US);
            let instant_us = now_us - window_us / 100 * back;
            let within = Cut::At { instant_us };
            for cut in both.held.iter().chain([&within]) {
                assert_eq!(both.log.seen(cut), both.listed(cut), "{cut:?} at {now_us}");
            }
        });
    }

    #[test]
    fn what_was_written_between_two_instants_of_the_window_is_what_the_list_says(
        steps in program(),
        back in 0..100_i64,
        length in 0..100_i64,
    ) {
        run(steps, |both, now_us| {
            let percent_us = now_us.min(DAY_US) / 100;
            let from_us = now_us - percent_us * back;
            let to_us = (from_us + percent_us * length).min(now_us);
            let cut = |instant_us: i64| Cut::At { instant_us: instant_us - 1 };
            let (from, to) = (cut(from_us), cut(to_us));
            assert_eq!(both.seen_between(&from, &to), both.listed_between(&from, &to));
        });
    }

    #[test]
    fn a_period_that_is_held_tells_the_same_when_the_window_has_passed_it(
        steps in program(),
        from in 0..100_i64,
        length in 0..100_i64,
    ) {
        let (mut both, now_us) = run(steps, |_, _| {});
        let percent_us = now_us.min(DAY_US) / 100;
        let from_us = now_us - percent_us * (100 - from);
        let to_us = (from_us + percent_us * length).min(now_us);
        let cut = |instant_us: i64| Cut::At { instant_us: instant_us - 1 };
        both.log.store.retention_mut().pin_period(from_us, to_us);
        both.log.sweep_all(now_us + 10 * DAY_US);
        let seen = both.seen_between(&cut(from_us), &cut(to_us));
        prop_assert_eq!(seen, both.listed_between(&cut(from_us), &cut(to_us)));
        both.log.store.unpin_period(from_us, to_us);
        both.log.sweep_all(now_us + 10 * DAY_US);
        prop_assert_eq!(both.log.store.versions(), both.reachable(None));
    }

    #[test]
    fn what_is_out_of_reach_is_gone_after_enough_calls(steps in program()) {
        let (mut both, now_us) = run(steps, |_, _| {});
        let later_us = now_us + 10 * DAY_US;
        both.log.sweep_all(later_us);
        prop_assert_eq!(both.log.store.versions(), both.reachable(None));
        while !both.held.is_empty() {
            both.let_go(0);
            both.log.sweep_all(later_us);
            prop_assert_eq!(both.log.store.versions(), both.reachable(None));
            for cut in &both.held {
                prop_assert_eq!(both.log.seen(cut), both.listed(cut));
            }
        }
    }

    #[test]
    fn a_retired_table_keeps_what_its_cuts_hold_and_frees_the_rest(steps in program()) {
        let (mut both, now_us) = run(steps, |_, _| {});
        let end = Position {
            instant_us: now_us,
            sequence: both.log.sequence,
        };
        both.log.store.retire(end);
        let later_us = now_us + 10 * DAY_US;
        loop {
            both.log.sweep_all(later_us);
            prop_assert_eq!(both.log.store.versions(), both.reachable(Some(end)));
            for cut in &both.held {
                prop_assert_eq!(both.log.seen(cut), both.listed(cut));
            }
            if both.held.is_empty() {
                break;
            }
            both.let_go(0);
        }
        prop_assert_eq!(both.log.store.versions(), 0);
    }

    #[test]
    fn no_sweep_and_no_freeing_drops_more_than_it_is_told(steps in program(), told in 1_usize..5) {
        let (mut both, now_us) = run(steps, |_, _| {});
        let mut before = both.log.store.versions();
        for _ in 0..300 {
            both.log.store.sweep(now_us + 10 * DAY_US, told);
            let after = both.log.store.versions();
            // One of a key that is there, and one of a life that is over, at each turn.
            prop_assert!(before - after <= 2 * told);
            before = after;
        }
        while !both.log.store.free_some(told) {
            let after = both.log.store.versions();
            prop_assert!(before - after <= told);
            before = after;
        }
        prop_assert_eq!(both.log.store.versions(), 0);
    }
}
