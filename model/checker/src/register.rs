//! One item: is there an order of its writes and reads, each at an instant of its interval, that explains them all?
//!
//! This is linearizability of a register whose operations have intervals that need not be those of their calls: the
//! interval of an artefact's read is its band, an eventually consistent read may look back to the table's creation, an
//! unanswered write has no end. Two ways lead to the answer:
//!
//! - [`zones`]: where each value that was read identifies its write, interval arithmetic, n log n (Gibbons and
//!   Korach);
//! - [`search`]: everything else, counters, conditions, repeated values, expiry: a search over the operations that are
//!   open at a time, with remembered states (Wing and Gong, Lowe), bounded.
//!
//! [`windows`] tells when a value could have been there: what artefacts whose items are tied, and transactions, are
//! compared by.

pub mod search;
pub mod windows;
pub mod zones;

/// A value of an item, by its number among the values of a history.
pub type ValueId = u32;

/// The item is not there.
pub const ABSENT: ValueId = 0;

/// The end of what has no end.
pub const OPEN: i64 = i64::MAX;

/// One operation on one item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Op {
    /// The earliest instant at which it can have taken effect, in microseconds.
    pub lo_us: i64,
    /// The latest, [`OPEN`] if there is none.
    pub hi_us: i64,
    /// What it does or shows.
    pub effect: Effect,
    /// Whether it did take effect: acknowledged writes and all reads. Others may have, once.
    pub must: bool,
}

/// What an operation does to the item, or shows of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// A read: the item had this value.
    Sees(ValueId),
    /// A write that depends on nothing: the item has this value from then on.
    Writes(ValueId),
    /// Anything else, as [`Changes`] tells: an update, a condition, a read of a part.
    Changes(u32),
}

/// What operations do that are neither plain reads nor plain writes.
pub trait Changes {
    /// The value after operation `change`, if with its observed outcome it can have met `value`.
    fn apply(&mut self, change: u32, value: ValueId) -> Option<ValueId>;

    /// Whether operation `change` leaves the item as it is whatever it meets.
    fn is_read(&self, change: u32) -> bool;

    /// The value after operation `change` whatever it meets, if it takes effect at all; `None`: it depends.
    fn writes(&self, change: u32) -> Option<ValueId> {
        let _ = change;
        None
    }

    /// How much two values have in common: a search tries first what is like the value that must come out.
    fn likeness(&mut self, value: ValueId, other: ValueId) -> u32 {
        u32::from(value == other)
    }

    /// From when on the item may vanish by itself while it has this value (TTL-001), in microseconds.
    fn expires_us(&mut self, value: ValueId) -> Option<i64>;
}

/// Only plain reads and writes, and nothing expires.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoChanges;

impl Changes for NoChanges {
    fn apply(&mut self, _: u32, _: ValueId) -> Option<ValueId> {
        None
    }

    fn is_read(&self, _: u32) -> bool {
        false
    }

    fn expires_us(&mut self, _: ValueId) -> Option<i64> {
        None
    }
}

/// Whether there is such an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// There is.
    Possible,
    /// There is none.
    Impossible,
    /// The search was given up after so many steps.
    Unknown,
}

/// Buffers and the bound of the search, used for one item after the other.
#[derive(Debug)]
pub struct Solver {
    /// The most steps that the search may take for one item.
    pub steps_max: u64,
    /// How many steps its searches have taken so far.
    pub steps: u64,
    zones: zones::Zones,
}

impl Solver {
    /// A solver that gives an item up after so many steps.
    pub fn new(steps_max: u64) -> Self {
        Self {
            steps_max,
            steps: 0,
            zones: zones::Zones::default(),
        }
    }

    /// Whether the operations have an order in which each takes effect at an instant of its interval and each read
    /// sees what is there. `initial` is what is there before them; `may_expire`: whether values can vanish.
    pub fn order(
        &mut self,
        initial: ValueId,
        ops: &[Op],
        changes: &mut dyn Changes,
        may_expire: bool,
    ) -> Order {
        if !may_expire && let Some(possible) = self.zones.order(initial, ops) {
            return if possible {
                Order::Possible
            } else {
                Order::Impossible
            };
        }
        let searched = search::search(initial, ops, changes, self.steps_max);
        self.steps += searched.steps;
        searched.order
    }

    /// The farthest instant that any order of the operations comes to, in microseconds: reads that begin later do not
    /// matter.
    pub fn farthest_us(&mut self, initial: ValueId, ops: &[Op], changes: &mut dyn Changes) -> i64 {
        let searched = search::search(initial, ops, changes, self.steps_max);
        self.steps += searched.steps;
        searched.farthest_us
    }
}

#[cfg(test)]
mod tests;
