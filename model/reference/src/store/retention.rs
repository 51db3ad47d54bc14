//! What must be kept: the versions that some artefact can still reach.

use std::collections::BTreeMap;
use std::ops::Bound;

use super::chain::Position;
use super::cut::Cut;
use crate::table::Window;

/// The cuts that hold a store's versions, and how far back an artefact that does not exist yet may reach.
#[derive(Debug, Default)]
pub(crate) struct Retention {
    /// Exact cuts: first commit that is out -> how many artefacts cut there.
    exact: BTreeMap<u64, u32>,
    /// Bands: anchor -> how many artefacts, all with the same width.
    bands: BTreeMap<i64, u32>,
    band_us: i64,
    /// Periods: first and last instant -> how many artefacts tell what happened in between.
    periods: BTreeMap<(i64, i64), u32>,
    /// How far back a backup to come may cut: half the width of its band.
    reach_us: i64,
    /// The recovery window, while it is open.
    window: Option<Window>,
}

impl Retention {
    /// Nothing is held yet; backups to come may cut this far back.
    pub fn new(reach_us: i64) -> Self {
        Self {
            reach_us,
            ..Self::default()
        }
    }

    /// The recovery window opened, changed or closed.
    pub fn set_window(&mut self, window: Option<Window>) {
        self.window = window;
    }

    /// Everything that was superseded after this instant is kept: with a window, also what was superseded at its earliest
    /// instant, because the period of an export may begin there (EXPORT-INCR-003).
    pub fn floor_us(&self, now_us: i64) -> i64 {
        let reached_us = now_us.saturating_sub(self.reach_us);
        self.window.map_or(reached_us, |window| {
            reached_us.min(window.earliest_us(now_us) - 1)
        })
    }

    /// An artefact holds this cut from now on.
    pub fn pin(&mut self, cut: &Cut) {
        match *cut {
            Cut::Before { first_out } => {
                *self.exact.entry(first_out.sequence).or_default() += 1;
            }
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
            Cut::Before { first_out } => decrement(&mut self.exact, first_out.sequence),
            Cut::At { instant_us } => decrement(&mut self.bands, instant_us),
            Cut::Spread { anchor_us, .. } => decrement(&mut self.bands, anchor_us),
        }
    }

    /// An artefact tells what happened in this period, both ends included.
    pub fn pin_period(&mut self, from_us: i64, to_us: i64) {
        *self.periods.entry((from_us, to_us)).or_default() += 1;
    }

    /// An artefact that told what happened in this period is gone.
    pub fn unpin_period(&mut self, from_us: i64, to_us: i64) {
        decrement(&mut self.periods, (from_us, to_us));
    }

    /// Whether a version that was current from one commit until the next can still be reached. `floor_us` is
    /// [`Retention::floor_us`] now.
    pub fn needs(&self, floor_us: i64, from: Position, until: Position) -> bool {
        if until.instant_us > floor_us {
            return true;
        }
        let sequences = (
            Bound::Excluded(from.sequence),
            Bound::Included(until.sequence),
        );
        if self.exact.range(sequences).next().is_some() {
            return true;
        }
        let mut periods = self.periods.keys();
        if periods.any(|(from_us, to_us)| until.instant_us >= *from_us && from.instant_us <= *to_us)
        {
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
