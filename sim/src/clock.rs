//! The clock of a node: off by an offset, and drifting.

use std::cell::Cell;

use crate::runtime;

/// The clock of a node. It outlives crashes: the hardware keeps running.
#[derive(Debug)]
pub struct Clock {
    offset_us: Cell<i64>,
    drift_ppm: i64,
    /// The bound that offset and drift together are kept within, as a time service would do.
    bound_us: i64,
    /// The latest hybrid time that this node has given or heard of.
    hybrid_us: Cell<i64>,
}

impl Clock {
    /// A clock that is off by `offset_us` when the run begins and gains `drift_ppm` microseconds a second, never more than
    /// `bound_us` from the true time.
    pub fn new(offset_us: i64, drift_ppm: i64, bound_us: i64) -> Self {
        Self {
            offset_us: Cell::new(offset_us),
            drift_ppm,
            bound_us,
            hybrid_us: Cell::new(0),
        }
    }

    /// How far this clock is ahead of the true time, in microseconds.
    pub fn ahead_us(&self) -> i64 {
        let drifted = runtime::elapsed_us().saturating_mul(self.drift_ppm) / 1_000_000;
        let ahead = self.offset_us.get().saturating_add(drifted);
        ahead.clamp(-self.bound_us, self.bound_us)
    }

    /// What the clock shows, in microseconds since the Unix epoch.
    pub fn now_us(&self) -> i64 {
        runtime::now_us().saturating_add(self.ahead_us())
    }

    /// Puts the clock off by so much more, within its bound.
    pub fn jump(&self, by_us: i64) {
        let offset = self.offset_us.get().saturating_add(by_us);
        self.offset_us
            .set(offset.clamp(-self.bound_us, self.bound_us));
    }

    /// A hybrid time: what the clock shows, or later than any hybrid time that this node has given or heard of.
    pub fn hybrid_us(&self) -> i64 {
        let next = self.now_us().max(self.hybrid_us.get().saturating_add(1));
        self.hybrid_us.set(next);
        next
    }

    /// The latest hybrid time that this node knows: goes with each of its messages.
    pub fn heard_us(&self) -> i64 {
        self.hybrid_us.get()
    }

    /// Hears a hybrid time of another node.
    pub fn hear(&self, hybrid_us: i64) {
        self.hybrid_us.set(self.hybrid_us.get().max(hybrid_us));
    }

    /// The true time at which this clock will show `shown_us`, as far as one can tell now.
    pub fn true_us_of(&self, shown_us: i64) -> i64 {
        shown_us.saturating_sub(self.ahead_us())
    }
}
