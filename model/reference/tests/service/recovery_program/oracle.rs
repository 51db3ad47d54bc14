//! The naive observer: for each incarnation of a table a list of instants and full copies, and the rules of the
//! window as they are written down. It knows nothing of logs and cuts.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::world::{DAY_US, Items, SECOND_US};

/// What a table held, from some instant between `first_us` and `last_us` on. Both are the same, except for
/// expired items: that they were deleted is seen some time later.
struct Copy {
    first_us: i64,
    last_us: i64,
    items: Items,
}

/// The recovery window (PITR-CFG-014..018).
#[derive(Clone, Copy)]
pub struct Window {
    pub enabled_us: i64,
    floor_us: i64,
    period_us: i64,
}

impl Window {
    pub fn new(now_us: i64, days: Option<u8>) -> Self {
        Self {
            enabled_us: now_us,
            floor_us: now_us - now_us.rem_euclid(SECOND_US),
            period_us: days.map_or(35, i64::from) * DAY_US,
        }
    }

    /// What was out of reach once stays out of reach.
    pub fn change_period(&mut self, now_us: i64, days: Option<u8>) {
        self.floor_us = self.floor_us.max(now_us - self.period_us);
        self.period_us = days.map_or(self.period_us, |days| i64::from(days) * DAY_US);
        self.floor_us = self.floor_us.max(now_us - self.period_us);
    }

    /// EarliestRestorableDateTime, in whole milliseconds.
    pub fn earliest_us(&self, now_us: i64) -> i64 {
        let earliest_us = self.floor_us.max(now_us - self.period_us);
        earliest_us - earliest_us.rem_euclid(1_000)
    }

    pub fn has_slid(&self, now_us: i64) -> bool {
        now_us - self.period_us > self.floor_us
    }

    pub fn days(&self) -> i64 {
        self.period_us / DAY_US
    }
}

/// How long after its expiry an item is deleted.
#[derive(Clone, Copy)]
pub enum Lag {
    Fixed(i64),
    AtMost(i64),
}

/// One incarnation of a table.
pub struct Incarnation {
    copies: Vec<Copy>,
    /// When each item that is there was written.
    written_us: BTreeMap<String, i64>,
    pub window: Option<Window>,
    /// Since when time to live is on.
    pub expires_since_us: Option<i64>,
    /// DeleteTable.
    pub deleted_us: Option<i64>,
}

impl Incarnation {
    /// A table that comes up with these items.
    pub fn new(items: Items) -> Self {
        let written_us = items.keys().map(|key| (key.clone(), i64::MIN)).collect();
        let first = Copy {
            first_us: i64::MIN,
            last_us: i64::MIN,
            items,
        };
        Self {
            copies: vec![first],
            written_us,
            window: None,
            expires_since_us: None,
            deleted_us: None,
        }
    }

    /// What it holds now.
    pub fn items(&self) -> &Items {
        &self.copies.last().unwrap().items
    }

    /// How many copies there are.
    pub fn copies(&self) -> usize {
        self.copies.len()
    }

    /// When the copies were taken.
    pub fn commits_us(&self) -> Vec<i64> {
        self.copies
            .iter()
            .skip(1)
            .map(|copy| copy.last_us)
            .collect()
    }

    /// Writes that are acknowledged at one instant, all at once.
    pub fn write(&mut self, now_us: i64, writes: Vec<(String, Option<Value>)>) {
        let mut items = self.items().clone();
        for (key, item) in writes {
            self.written_us.insert(key.clone(), now_us);
            match item {
                Some(item) => items.insert(key, item),
                None => items.remove(&key),
            };
        }
        self.push(now_us, now_us, items);
    }

    fn push(&mut self, first_us: i64, last_us: i64, items: Items) {
        self.copies.push(Copy {
            first_us,
            last_us,
            items,
        });
    }

    /// From which instant on an item counts as expired (TTL-005): `None` for never.
    fn expiry_us(&self, key: &str, item: &Value) -> Option<i64> {
        let expires_us = item.get("ttl")?.as_i64()? * SECOND_US;
        let from_us = self.expires_since_us?.max(self.written_us[key]);
        (expires_us >= from_us - 5 * 365 * DAY_US).then(|| expires_us.max(from_us))
    }

    /// Deletes what is due by now, item by item at the instant at which it was due; gives how many.
    pub fn expire(&mut self, now_us: i64, lag_us: i64) -> usize {
        let mut expired = 0;
        loop {
            let due = self
                .items()
                .iter()
                .filter_map(|(key, item)| Some((self.expiry_us(key, item)? + lag_us, key.clone())))
                .min()
                .filter(|(due_us, _)| *due_us <= now_us);
            let Some((due_us, key)) = due else {
                return expired;
            };
            let mut items = self.items().clone();
            items.remove(&key);
            self.push(due_us, due_us, items);
            expired += 1;
        }
    }

    /// Takes note of what was deleted since `before_us`: only expired items may be gone, and of those none that has
    /// been due for longer than the lag may be left. Gives how many are gone.
    pub fn observe(&mut self, before_us: i64, now_us: i64, lag_us: i64, observed: Items) -> usize {
        let mut gone = 0;
        for (key, item) in self.items() {
            let expiry_us = self.expiry_us(key, item);
            match observed.get(key) {
                Some(seen) => {
                    assert_eq!(seen, item, "{key} changed by itself");
                    let overdue = expiry_us.is_some_and(|expiry_us| now_us > expiry_us + lag_us);
                    assert!(!overdue, "{key} was not deleted in time");
                }
                None => {
                    let expired = expiry_us.is_some_and(|expiry_us| expiry_us <= now_us);
                    assert!(expired, "{key} was deleted before its time");
                    gone += 1;
                }
            }
        }
        assert_eq!(observed.len() + gone, self.items().len());
        if gone > 0 {
            self.push(before_us, now_us, observed);
        }
        gone
    }

    /// Whether a restore to an instant may show these items, when `copies` copies had been taken before it was
    /// requested. On a commit's very instant both sides are right.
    pub fn may_show(&self, at_us: i64, copies: usize, observed: &Items) -> bool {
        let copies = &self.copies[..copies];
        copies.iter().enumerate().any(|(number, copy)| {
            if copy.first_us > at_us {
                return false;
            }
            let Some(next) = copies.get(number + 1) else {
                return observed == &copy.items;
            };
            if next.last_us < at_us {
                return false;
            }
            // Between two copies expired items were deleted one by one, in an order that nobody saw.
            let between = next.first_us <= at_us && next.first_us < next.last_us;
            observed == &copy.items
                || between
                    && next
                        .items
                        .iter()
                        .all(|(key, item)| observed.get(key) == Some(item))
                    && observed
                        .iter()
                        .all(|(key, item)| copy.items.get(key) == Some(item))
        })
    }

    /// Whether every item is one that its key had, and every missing item one that its key lacked, at some instant of
    /// a band: not one instant for all, each has its own (CONSISTENCY-001, -005).
    pub fn may_show_in_band(&self, from_us: i64, to_us: i64, observed: &Items) -> bool {
        let ends = self.copies.iter().skip(1).map(|copy| copy.last_us);
        let in_band: Vec<&Items> = self
            .copies
            .iter()
            .zip(ends.chain([i64::MAX]))
            .filter(|(copy, end_us)| copy.first_us <= to_us && from_us <= *end_us)
            .map(|(copy, _)| &copy.items)
            .collect();
        let keys = in_band.iter().flat_map(|items| items.keys());
        let mut keys = keys.chain(observed.keys());
        keys.all(|key| {
            let mut states = in_band.iter().map(|items| items.get(key));
            states.any(|state| state == observed.get(key))
        })
    }

    /// The copy to which a restore at this instant should come closest, for messages.
    pub fn copy_at(&self, at_us: i64) -> &Items {
        let copy = self.copies.iter().rev().find(|copy| copy.last_us <= at_us);
        &copy.unwrap().items
    }
}
