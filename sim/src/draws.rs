//! Draws from the seed: one stream for each purpose, so that a change to one fault leaves the others as they are.

use std::cell::RefCell;

use oorandom::Rand64;

/// What draws are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Latencies and losses of messages.
    Network,
    /// Latencies of disks, and how much of what was not synced survives a crash.
    Disk,
    /// Latencies and errors of the object store.
    Objects,
    /// The clocks of the nodes.
    Clocks,
    /// Election time-outs.
    Elections,
    /// Which faults, when.
    Faults,
    /// Which router a client asks.
    Clients,
    /// The table whose items expire.
    Expiring,
    /// Which families of faults a seed has.
    Swarm,
}

/// A sequence of draws.
#[derive(Debug)]
pub struct Draws(RefCell<Rand64>);

impl Draws {
    /// The sequence of this seed for this purpose.
    pub fn new(seed: u64, stream: Stream) -> Self {
        // The load of the clients takes the small streams and the largest.
        let stream = (stream as u128) + (1 << 40);
        Self(RefCell::new(Rand64::new((u128::from(seed) << 64) | stream)))
    }

    /// The sequence of this seed and number for this purpose: what one of many draws leaves the others as they are.
    pub fn numbered(seed: u64, stream: Stream, number: u32) -> Self {
        let stream = (stream as u128) + (1 << 40) + ((u128::from(number) + 1) << 44);
        Self(RefCell::new(Rand64::new((u128::from(seed) << 64) | stream)))
    }

    /// A number of `low..=high`; `low` where that is empty.
    pub fn between(&self, low: i64, high: i64) -> i64 {
        let Ok(span) = u64::try_from(high.saturating_sub(low)) else {
            return low;
        };
        let drawn = self.0.borrow_mut().rand_range(0..span.saturating_add(1));
        low.saturating_add(i64::try_from(drawn).unwrap_or(0))
    }

    /// True so often in a thousand times.
    pub fn chance(&self, per_mille: u32) -> bool {
        self.between(0, 999) < i64::from(per_mille)
    }

    /// One of these; none of none.
    pub fn pick<'a, T>(&self, of: &'a [T]) -> Option<&'a T> {
        let last = i64::try_from(of.len()).unwrap_or(i64::MAX) - 1;
        let place = self.between(0, last.max(0));
        of.get(usize::try_from(place).unwrap_or(0))
    }
}
