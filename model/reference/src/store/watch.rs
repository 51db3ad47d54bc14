//! What will be out of reach one day, in the order in which it is.

use std::collections::BTreeMap;
use std::collections::btree_map::OccupiedEntry;
use std::ops::Bound;

use super::chain::Position;

/// Things that were superseded, by when. Each is looked at once when the window has passed it; what an artefact holds
/// even then stays here behind the mark, until an artefact is deleted and everything is looked at again.
#[derive(Debug)]
pub(super) struct Watch<T> {
    entries: BTreeMap<Position, T>,
    /// What is at this position or before it has been looked at.
    judged: Position,
    /// Nothing that has not been looked at was superseded before this instant.
    next_us: i64,
}

impl<T> Default for Watch<T> {
    fn default() -> Self {
        Self {
            entries: BTreeMap::new(),
            judged: Position::BEGINNING,
            next_us: i64::MAX,
        }
    }
}

impl<T> Watch<T> {
    /// Something was superseded, or will have been looked at again by then.
    pub fn insert(&mut self, until: Position, thing: T) {
        if until > self.judged {
            self.next_us = self.next_us.min(until.instant_us);
        }
        self.entries.insert(until, thing);
    }

    /// Whether what was superseded then has been looked at.
    pub fn has_judged(&self, until: Position) -> bool {
        until <= self.judged
    }

    /// Nothing that has not been looked at was superseded before this instant.
    pub fn next_us(&self) -> i64 {
        self.next_us
    }

    /// The first thing that was superseded by `floor_us` and has not been looked at.
    pub fn due(&mut self, floor_us: i64) -> Option<(Position, &mut T)> {
        if self.next_us > floor_us {
            return None;
        }
        let from = (Bound::Excluded(self.judged), Bound::Unbounded);
        let Some((until, thing)) = self.entries.range_mut(from).next() else {
            self.next_us = i64::MAX;
            return None;
        };
        self.next_us = until.instant_us;
        (until.instant_us <= floor_us).then_some((*until, thing))
    }

    /// It has been looked at and stays.
    pub fn keep(&mut self, until: Position) {
        self.judged = self.judged.max(until);
    }

    /// It has been looked at and goes.
    pub fn remove(&mut self, until: Position) {
        self.keep(until);
        self.entries.remove(&until);
    }

    /// Everything is to be looked at again.
    pub fn judge_again(&mut self) {
        self.judged = Position::BEGINNING;
        let first = self.entries.first_key_value();
        self.next_us = first.map_or(i64::MAX, |(until, _)| until.instant_us);
    }

    /// What was superseded at a position or after it, in order.
    pub fn from(&self, position: Position) -> impl Iterator<Item = (&Position, &T)> {
        self.entries.range(position..)
    }

    /// The first thing, looked at or not.
    pub fn first(&mut self) -> Option<OccupiedEntry<'_, Position, T>> {
        self.entries.first_entry()
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    #[cfg(test)]
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.entries.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(instant_us: i64) -> Position {
        Position {
            instant_us,
            sequence: instant_us.unsigned_abs(),
        }
    }

    fn watched(instants_us: &[i64]) -> Watch<i64> {
        let mut watch = Watch::default();
        for instant_us in instants_us {
            watch.insert(at(*instant_us), *instant_us);
        }
        watch
    }

    /// Everything that is due, in order; all of it stays.
    fn pass(watch: &mut Watch<i64>, floor_us: i64) -> Vec<i64> {
        let mut seen = Vec::new();
        while let Some((until, thing)) = watch.due(floor_us) {
            seen.push(*thing);
            watch.keep(until);
        }
        seen
    }

    #[test]
    fn things_are_due_in_order_up_to_the_floor() {
        let mut watch = watched(&[3, 1, 2, 9]);
        assert_eq!(pass(&mut watch, 3), [1, 2, 3]);
        assert_eq!(pass(&mut watch, 8), Vec::<i64>::new());
        assert_eq!(pass(&mut watch, 9), [9]);
    }

    #[test]
    fn what_stays_is_due_again_when_everything_is_judged_again() {
        let mut watch = watched(&[1, 2]);
        assert_eq!(pass(&mut watch, 5), [1, 2]);
        watch.insert(at(4), 4);
        watch.judge_again();
        assert_eq!(pass(&mut watch, 5), [1, 2, 4]);
    }

    #[test]
    fn what_was_removed_is_never_due() {
        let mut watch = watched(&[1, 2]);
        watch.remove(at(1));
        assert_eq!(pass(&mut watch, 5), [2]);
    }
}
