//! What every rule of the grammar draws with.

use crate::draws::Draws;

/// Draws, and how wild they may be.
pub(super) struct Writer<'a> {
    pub draws: &'a mut Draws,
    /// How many details in a thousand are wild.
    pub wild_per_mille: u32,
    /// Whether parameters from before expressions are used.
    pub legacy_per_mille: u32,
}

impl Writer<'_> {
    /// Whether the next detail is a wild one.
    pub fn wild(&mut self) -> bool {
        let per_mille = self.wild_per_mille;
        self.draws.chance(per_mille)
    }

    /// Whether the next request speaks as before expressions.
    pub fn legacy(&mut self) -> bool {
        let per_mille = self.legacy_per_mille;
        self.draws.chance(per_mille)
    }

    /// True so often in a thousand times.
    pub fn chance(&mut self, per_mille: u32) -> bool {
        self.draws.chance(per_mille)
    }

    /// One of these.
    pub fn pick<T: Copy>(&mut self, first: T, others: &[T]) -> T {
        self.draws.pick(first, others)
    }

    /// A number of `low..=high`.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        self.draws.between(low, high)
    }
}
