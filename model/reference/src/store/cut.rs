//! Cuts through the log: what a backup, an export or a restore holds.

use std::sync::Arc;

use lookback_protocol::key::Key;
use lookback_protocol::value::Item;

use super::chain::Chain;
use crate::draw::draw_between;

/// Which version of each key an artefact holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Every commit before this number, and none from it on: the exact state at a request.
    Before {
        /// The first commit that is out.
        sequence: u64,
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
    /// The item that this cut holds under a key.
    pub(super) fn sees<'a>(&self, key: &Key, chain: &'a Chain) -> Option<&'a Arc<Item>> {
        match *self {
            Self::Before { sequence } => chain.last_where(|at| at.sequence < sequence),
            Self::At { instant_us } => chain.last_where(|at| at.instant_us <= instant_us),
            Self::Spread {
                anchor_us,
                band_us,
                seed,
            } => {
                let cut_us = anchor_us + draw_between(seed, key.as_bytes(), -band_us, band_us);
                chain.last_where(|at| at.instant_us <= cut_us)
            }
        }
    }
}
