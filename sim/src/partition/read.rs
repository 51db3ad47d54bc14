//! Reads of a partition.

use std::ops::Bound;
use std::rc::Rc;

use super::{Partition, Slot, Standing};
use crate::message::Outcome;

/// What is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartitionRead {
    /// The items at these places.
    Items(Vec<String>),
    /// The items whose places begin with a prefix, after a place, so many at most.
    Stretch {
        /// What the places begin with; empty for all.
        prefix: String,
        /// What comes before the first: not among them.
        after: Option<String>,
        /// The most items.
        limit: usize,
        /// In the order of places, or in the other one.
        forward: bool,
    },
}

impl Partition {
    /// What a read shows. A strong one sees no item that a transaction holds: nobody knows what it is.
    /// Whoever asks a partition that was closed or split is sent elsewhere, unless `closed` is off.
    pub fn read(&self, read: &PartitionRead, strong: bool, closed: bool) -> Outcome {
        match self.standing {
            _ if !closed => {}
            Standing::Open => {}
            Standing::Closed => return Outcome::Gone,
            Standing::Split(..) => return Outcome::Moved,
        }
        match read {
            PartitionRead::Items(places) => self.items_at(places, strong),
            PartitionRead::Stretch {
                prefix,
                after,
                limit,
                forward,
            } => self.stretch(prefix, after.as_ref(), *limit, *forward, strong),
        }
    }

    fn items_at(&self, places: &[String], strong: bool) -> Outcome {
        let mut items = Vec::with_capacity(places.len());
        for place in places {
            if !self.holds(place) {
                return Outcome::Moved;
            }
            if let Some(lock) = self.lock_of(place).filter(|_| strong) {
                return Outcome::Locked(lock);
            }
            let slot = self.items.get(place);
            items.push((
                slot.and_then(|slot| slot.item.clone()),
                slot.map_or(0, |slot| slot.version),
            ));
        }
        Outcome::Items(Rc::new(items))
    }

    fn stretch(
        &self,
        prefix: &str,
        after: Option<&String>,
        limit: usize,
        forward: bool,
        strong: bool,
    ) -> Outcome {
        // The first text that does not begin with the prefix any more: no digit is as large.
        let end = format!("{prefix}g");
        let (low, high) = match (after, forward) {
            (Some(after), true) => (
                Bound::Excluded(after.as_str()),
                Bound::Excluded(end.as_str()),
            ),
            (Some(after), false) => (Bound::Included(prefix), Bound::Excluded(after.as_str())),
            (None, _) => (Bound::Included(prefix), Bound::Excluded(end.as_str())),
        };
        let range = self.items.range::<str, _>((low, high));
        let range: Box<dyn Iterator<Item = (&String, &Slot)>> = if forward {
            Box::new(range)
        } else {
            Box::new(range.rev())
        };
        let mut page = Vec::new();
        for (place, slot) in range {
            if let Some(lock) = self.lock_of(place).filter(|_| strong) {
                return Outcome::Locked(lock);
            }
            let Some(item) = &slot.item else { continue };
            if page.len() == limit {
                return Outcome::Page(Rc::new(page), true);
            }
            page.push((place.clone(), item.clone()));
        }
        // An item that a transaction will put is held under a place where nothing is yet.
        let held = self.locks.keys().find(|place| place.starts_with(prefix));
        if let Some(lock) = held
            .and_then(|place| self.lock_of(place))
            .filter(|_| strong)
        {
            return Outcome::Locked(lock);
        }
        Outcome::Page(Rc::new(page), false)
    }
}
