//! Time to live: which items are due for deletion, and when (TTL-005, TTL-006).

use std::collections::BTreeSet;

use lookback_protocol::key::Key;
use lookback_protocol::value::{AttributeValue, Item};

use super::chain::Position;
use super::lag::Lag;
use crate::choices::{DAY_US, SECOND_US};

/// An expiry that lies further back than this is taken for a mistake, and expires nothing (TTL-005).
const IGNORED_BEFORE_US: i64 = 5 * 365 * DAY_US;

/// The items of a store that hold an expiry, in the order of their deletion.
#[derive(Debug)]
pub(super) struct Expiry {
    attribute: String,
    /// When time to live was switched on: nothing is deleted for it before.
    since_us: i64,
    /// From an expiry to the deletion, drawn for each version.
    lag: Lag,
    queue: BTreeSet<(i64, Key)>,
}

impl Expiry {
    pub fn new(attribute: String, since_us: i64, lag: Lag) -> Self {
        Self {
            attribute,
            since_us,
            lag,
            queue: BTreeSet::new(),
        }
    }

    /// Frees one entry; `true` when nothing is left.
    pub fn free_one(&mut self) -> bool {
        self.queue.pop_first().is_none()
    }

    /// A version came: it may be due some day.
    pub fn enter(&mut self, key: &Key, at: Position, item: &Item) {
        if let Some(due_us) = self.due_us(key, at, item) {
            self.queue.insert((due_us, key.clone()));
        }
    }

    /// A version was superseded: it is due no more.
    pub fn leave(&mut self, key: &Key, at: Position, item: &Item) {
        if let Some(due_us) = self.due_us(key, at, item) {
            self.queue.remove(&(due_us, key.clone()));
        }
    }

    /// The first key that is due by now, and since when.
    pub fn first_due(&self, now_us: i64) -> Option<(i64, Key)> {
        let (due_us, key) = self.queue.first()?;
        (*due_us <= now_us).then(|| (*due_us, key.clone()))
    }

    /// When this version will be deleted; `None` when it holds no expiry: only whole seconds as a number count.
    fn due_us(&self, key: &Key, at: Position, item: &Item) -> Option<i64> {
        let Some(AttributeValue::N(number)) = item.get(&self.attribute) else {
            return None;
        };
        let expires_us = number.to_i64()?.checked_mul(SECOND_US)?;
        let from_us = at.instant_us.max(self.since_us);
        if expires_us < from_us.saturating_sub(IGNORED_BEFORE_US) {
            return None;
        }
        let subject = [key.as_bytes(), &at.sequence.to_le_bytes()].concat();
        let lag_us = self.lag.of(&subject);
        expires_us.max(from_us).checked_add(lag_us)
    }
}

#[cfg(test)]
mod tests {
    use lookback_protocol::number::Number;

    use super::*;

    const LAG: Lag = Lag {
        least_us: SECOND_US,
        most_us: SECOND_US,
        seed: 0,
    };
    const NOW_S: i64 = 1_800_000_000;

    fn due_s(value: AttributeValue) -> Option<i64> {
        let item: Item = [("ttl".to_owned(), value)].into_iter().collect();
        let at = Position {
            instant_us: NOW_S * SECOND_US,
            sequence: 1,
        };
        let expiry = Expiry::new("ttl".to_owned(), 0, LAG);
        expiry
            .due_us(&Key::from_encoded([1]), at, &item)
            .map(|us| us / SECOND_US)
    }

    fn number(text: &str) -> AttributeValue {
        AttributeValue::N(Number::parse(text).unwrap())
    }

    #[test]
    fn an_item_is_due_a_lag_after_its_expiry() {
        assert_eq!(due_s(number("1800000100")), Some(NOW_S + 101));
    }

    #[test]
    fn an_expiry_in_the_past_counts_from_the_write() {
        assert_eq!(due_s(number("1799999999")), Some(NOW_S + 1));
    }

    #[test]
    fn an_expiry_more_than_five_years_back_expires_nothing() {
        assert_eq!(due_s(number("1600000000")), None);
        assert!(due_s(number("1650000000")).is_some());
    }

    #[test]
    fn only_numbers_of_whole_seconds_expire_an_item() {
        assert_eq!(due_s(AttributeValue::S("1800000100".to_owned())), None);
        assert_eq!(due_s(number("1800000100.5")), None);
        assert_eq!(due_s(number("9e30")), None);
    }
}
