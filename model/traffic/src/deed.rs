//! What is done to tables as a whole, beside the clients.

use serde::{Deserialize, Serialize};

use crate::draws::Draws;
use crate::profile::Profile;
use crate::step::{Pause, Step};

/// The stream that deeds are drawn from; clients have the small numbers.
const STREAM: u64 = u64::MAX - 1;

/// What is done to a table as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deed {
    /// The table's place in the profile.
    pub table: usize,
    /// What is done.
    pub kind: DeedKind,
    /// A number for whatever the deed leaves open: which of the seconds that can be restored, for one.
    pub draw: u64,
}

/// A kind of deed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeedKind {
    /// An on-demand backup is taken, restored under another name, read and deleted.
    Backup,
    /// The same, restored twice: two reads of one backup.
    BackupTwice,
    /// Point-in-time recovery is switched on, where it is off.
    RecoveryOn,
    /// Point-in-time recovery is switched off, where it is on: its history is lost.
    RecoveryOff,
    /// The table is restored, under another name, to a whole second in its window.
    RestoreToSecond,
    /// The table is restored, under another name, to a millisecond in its window.
    RestoreToMillisecond,
    /// The table is restored, under another name, to the latest time.
    RestoreToLatest,
    /// The table is deleted; where it had point-in-time recovery, the SYSTEM backup is restored and read. Then a
    /// table of the same name is made.
    DeleteTable,
}

impl DeedKind {
    /// Every kind there is.
    pub const ALL: [Self; 8] = [
        Self::Backup,
        Self::BackupTwice,
        Self::RecoveryOn,
        Self::RecoveryOff,
        Self::RestoreToSecond,
        Self::RestoreToMillisecond,
        Self::RestoreToLatest,
        Self::DeleteTable,
    ];

    /// How often it is drawn where nothing else is said.
    pub fn usual_weight(self) -> u32 {
        match self {
            Self::Backup => 10,
            Self::BackupTwice | Self::RestoreToLatest => 2,
            Self::RecoveryOn => 6,
            Self::RestoreToSecond => 6,
            Self::RestoreToMillisecond => 2,
            Self::RecoveryOff | Self::DeleteTable => 1,
        }
    }
}

/// The deeds of a profile, one after the other, a pause before each.
#[derive(Clone, Debug)]
pub struct Deeds {
    draws: Draws,
    kinds: Vec<(DeedKind, u32)>,
    pause_us: (u64, u64),
    tables: usize,
    opening: Vec<Deed>,
    paused: bool,
    /// The first deed after the first pause is a backup: a short run is to have an artefact.
    owes_backup: bool,
}

impl Deeds {
    pub(crate) fn new(seed: u64, profile: &Profile) -> Self {
        let weight_of = |kind| {
            let known = profile.deeds.iter().find(|(known, _)| *known == kind);
            known.map_or(0, |(_, weight)| *weight)
        };
        let tables = profile.tables.len();
        // A window has to be opened before anything can be restored from it.
        let on = |table| Deed {
            table,
            kind: DeedKind::RecoveryOn,
            draw: 0,
        };
        let opening = if weight_of(DeedKind::RecoveryOn) > 0 {
            (0..tables).rev().map(on).collect()
        } else {
            Vec::new()
        };
        Self {
            draws: Draws::new(seed, STREAM),
            kinds: profile.deeds.clone(),
            pause_us: profile.deed_pause_us,
            tables,
            opening,
            paused: false,
            owes_backup: weight_of(DeedKind::Backup) > 0,
        }
    }

    fn drawn(&mut self) -> Option<Deed> {
        let weights = self.kinds.iter().map(|(_, weight)| u64::from(*weight));
        let place = self.draws.weighted(weights)?;
        let (mut kind, _) = *self.kinds.get(place)?;
        if std::mem::take(&mut self.owes_backup) {
            kind = DeedKind::Backup;
        }
        Some(Deed {
            table: self.draws.below(self.tables as u64) as usize,
            kind,
            draw: self.draws.below(u64::MAX),
        })
    }
}

impl Iterator for Deeds {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        if self.tables == 0 {
            return None;
        }
        if let Some(deed) = self.opening.pop() {
            return Some(Step::Deed(deed));
        }
        self.paused = !self.paused;
        if self.paused {
            let us = self.draws.between(self.pause_us.0, self.pause_us.1);
            return Some(Step::Pause(Pause::For { us }));
        }
        self.drawn().map(Step::Deed)
    }
}
