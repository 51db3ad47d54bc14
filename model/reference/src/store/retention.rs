//! What must be kept: the versions that some artefact can still reach.

use std::collections::BTreeMap;
use std::ops::Bound;

use super::chain::Position;
use super::cut::Cut;

/// The cuts that hold a store's versions, and the instant from which on everything is kept because an
/// artefact that does not exist yet may reach back to it.
#[derive(Debug, Default)]
pub(crate) struct Retention {
    /// Exact cuts: first commit that is out -> how many artefacts cut there.
    exact: BTreeMap<u64, u32>,
    /// Bands: anchor -> how many artefacts, all with the same width.
    bands: BTreeMap<i64, u32>,
    band_us: i64,
    /// Versions that were current at this instant or later are kept.
    floor_us: i64,
}

impl Retention {
    /// An artefact holds this cut from now on.
    pub fn pin(&mut self, cut: &Cut) {
        match *cut {
            Cut::Before { sequence } => *self.exact.entry(sequence).or_default() += 1,
            Cut::At { instant_us } => *self.bands.entry(instant_us).or_default() += 1,
            Cut::Spread {
                anchor_us, band_us, ..
            } => {
                self.band_us = self.band_us.max(band_us);
                *self.bands.entry(anchor_us).or_default() += 1;
            }
        }
    }

    /// An artefact that held this cut is gone.
    pub fn unpin(&mut self, cut: &Cut) {
        match *cut {
            Cut::Before { sequence } => decrement(&mut self.exact, sequence),
            Cut::At { instant_us } => decrement(&mut self.bands, instant_us),
            Cut::Spread { anchor_us, .. } => decrement(&mut self.bands, anchor_us),
        }
    }

    /// Everything that was current at this instant or later is kept. Never moves back.
    pub fn set_floor(&mut self, floor_us: i64) {
        self.floor_us = self.floor_us.max(floor_us);
    }

    /// Whether a version that was current from one commit until the next can still be reached.
    pub fn needs(&self, from: Position, until: Position) -> bool {
        if until.instant_us > self.floor_us {
            return true;
        }
        let sequences = (
            Bound::Excluded(from.sequence),
            Bound::Included(until.sequence),
        );
        if self.exact.range(sequences).next().is_some() {
            return true;
        }
        if self.bands.is_empty() {
            return false;
        }
        let (low, high) = (
            from.instant_us.saturating_sub(self.band_us),
            until.instant_us.saturating_add(self.band_us),
        );
        self.bands.range(low..=high).next().is_some()
    }
}

fn decrement<K: Ord>(counts: &mut BTreeMap<K, u32>, key: K) {
    if let Some(count) = counts.get_mut(&key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(&key);
        }
    }
}
