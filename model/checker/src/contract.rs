//! What is promised for an artefact: how far from its anchor an item may have been read.

/// One second in microseconds.
pub const SECOND_US: i64 = 1_000_000;

/// The instants around an anchor in which an item may have been read, in microseconds, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    /// How long before the anchor.
    pub before_us: i64,
    /// How long after the anchor.
    pub after_us: i64,
}

/// The promise for one kind of artefact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contract {
    /// Where each item is read.
    pub band: Band,
    /// How far the clock that stamped the writes may be from the clock that stamped the anchor. Widens the band
    /// on both sides.
    pub uncertainty_us: i64,
}

impl Contract {
    /// An on-demand backup as documented: one minute on each side of BackupCreationDateTime, each item by
    /// itself (CONSISTENCY-001, CONSISTENCY-002).
    pub const ON_DEMAND_BACKUP: Self = Self {
        band: Band {
            before_us: 60 * SECOND_US,
            after_us: 60 * SECOND_US,
        },
        uncertainty_us: 0,
    };

    /// A store that promises the exact state at the anchor.
    pub const SNAPSHOT: Self = Self {
        band: Band {
            before_us: 0,
            after_us: 0,
        },
        uncertainty_us: 0,
    };

    /// The same promise, judged over a clock that is off by at most this much.
    pub fn with_uncertainty_us(self, uncertainty_us: i64) -> Self {
        Self {
            uncertainty_us,
            ..self
        }
    }

    /// The first and the last instant at which an item may have been read.
    pub fn interval_us(&self, anchor_us: i64) -> (i64, i64) {
        let first = anchor_us
            .saturating_sub(self.band.before_us)
            .saturating_sub(self.uncertainty_us);
        let last = anchor_us
            .saturating_add(self.band.after_us)
            .saturating_add(self.uncertainty_us);
        (first, last)
    }
}
