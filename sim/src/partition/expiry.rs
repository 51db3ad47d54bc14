//! Items that expire.

use lookback_protocol::value::AttributeValue;

use super::{Partition, Standing};
use crate::bugs::Bug;
use crate::message::Outcome;

/// A planted bug: how much too early, in seconds.
const EARLY_S: i64 = 5;

impl Partition {
    /// Lets those of these items go that have expired by this time, in seconds: a later write may have renewed one.
    pub(super) fn expire(
        &mut self,
        at_us: i64,
        now_s: i64,
        places: &[String],
        bug: Option<Bug>,
    ) -> Outcome {
        let renewed_too = bug == Some(Bug::ExpiryIgnoresALaterPut);
        let due = self.expired(now_s);
        let gone = places
            .iter()
            .filter(|place| due.contains(place) || renewed_too && !self.locks.contains_key(*place));
        let changes: Vec<_> = gone.map(|place| (place.clone(), None)).collect();
        if bug == Some(Bug::ExpiryNotLogged) {
            for (place, _) in &changes {
                self.items.remove(place);
            }
        } else if !changes.is_empty() {
            let stamp_us = self.stamp(at_us);
            self.record(stamp_us, changes);
        }
        Outcome::Done
    }

    /// The items that have expired by this time, in seconds, and that no transaction holds.
    pub fn expired(&self, now_s: i64) -> Vec<String> {
        let held = |place: &String| self.locks.contains_key(place);
        let due = self
            .expiries()
            .filter(|(place, at_s)| *at_s < now_s && !held(place));
        due.map(|(place, _)| place.clone()).collect()
    }

    /// When the next item expires that no transaction holds, in seconds; none when none does.
    pub fn next_expiry_s(&self) -> Option<i64> {
        let free = self
            .expiries()
            .filter(|(place, _)| !self.locks.contains_key(*place));
        free.map(|(_, at_s)| at_s).min()
    }

    /// How much too early items expire, in seconds, where this wrong behaviour is switched on.
    pub fn early_s(bug: Option<Bug>) -> i64 {
        match bug {
            Some(Bug::ExpiresTooEarly) => EARLY_S,
            _ => 0,
        }
    }

    /// The items that expire, and when, in seconds.
    fn expiries(&self) -> impl Iterator<Item = (&String, i64)> {
        let attribute = self.meta.ttl_attribute.as_ref();
        let attribute = attribute.filter(|_| matches!(self.standing, Standing::Open));
        attribute.into_iter().flat_map(|attribute| {
            self.items.iter().filter_map(|(place, slot)| {
                match slot.item.as_ref()?.get(attribute)? {
                    AttributeValue::N(number) => Some((place, number.to_string().parse().ok()?)),
                    _ => None,
                }
            })
        })
    }
}
