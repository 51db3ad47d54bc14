//! Cuts through the log: what a backup, an export or a restore holds.

use lookback_protocol::key::Key;

use super::chain::Position;
use crate::draw::draw_between;

/// Which version of each key an artefact holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Every commit before this one, and none from it on: the exact state at a request.
    Before {
        /// The first commit that is out.
        first_out: Position,
    },
    /// Every commit up to and including this instant: a point in time.
    At {
        /// Microseconds since the Unix epoch.
        instant_us: i64,
    },
    /// A cut of its own for each key, anywhere in a band around the anchor: no causal consistency, as
    /// documented (CONSISTENCY-001, CONSISTENCY-003).
    Spread {
        /// The instant of the request.
        anchor_us: i64,
        /// Half the width of the band.
        band_us: i64,
        /// What the cuts are drawn from.
        seed: u64,
    },
}

impl Cut {
    /// The first position that is out, for one key.
    pub(super) fn edge(&self, key: &Key) -> Position {
        match *self {
            Self::Before { first_out } => first_out,
            Self::At { instant_us } => Position::end_of(instant_us),
            Self::Spread {
                anchor_us,
                band_us,
                seed,
            } => {
                let offset_us = draw_between(seed, key.as_bytes(), -band_us, band_us);
                Position::end_of(anchor_us + offset_us)
            }
        }
    }

    /// The earliest and the latest of all keys' edges.
    pub(super) fn edges(&self) -> (Position, Position) {
        match *self {
            Self::Before { first_out } => (first_out, first_out),
            Self::At { instant_us } => (Position::end_of(instant_us), Position::end_of(instant_us)),
            Self::Spread {
                anchor_us, band_us, ..
            } => (
                Position::end_of(anchor_us - band_us),
                Position::end_of(anchor_us + band_us),
            ),
        }
    }
}
