//! Planted bugs: wrong behaviours of the specimen, each a switch that is read at one place.
//!
//! A new one is a line in the table here and `plan.has(Bug::...)` where it goes wrong. Every one must be caught, by the
//! judge or by the liveness phase, and nothing may be flagged while all are off.

use serde::{Deserialize, Serialize};

use crate::plan::Profile;

/// Declares the wrong behaviours once: variant, name, the runs that show it.
macro_rules! bugs {
    ($($(#[$doc:meta])* $variant:ident $name:literal $shown:ident;)*) => {
        /// A wrong behaviour. In a file it is its name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub enum Bug { $($(#[$doc])* $variant,)* }

        impl Bug {
            /// Every wrong behaviour there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its name on the command line.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The runs that show it.
            pub fn shown_by(self) -> ShownBy {
                match self { $(Self::$variant => ShownBy::$shown,)* }
            }
        }
    };
}

/// Which runs show a wrong behaviour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShownBy {
    /// Faults of every kind.
    Swarm,
    /// The same by hybrid time: what stays within what untied cuts may do shows where cuts are consistent.
    Hybrid,
    /// Many transactions on few items.
    Contended,
}

bugs! {
    /// A backup holds nothing of the last second before its time.
    BackupWithoutTheLastSecond "backup-without-the-last-second" Hybrid;
    /// A backup holds everything up to when it is built.
    BackupOfTheBuildTime "backup-of-the-build-time" Hybrid;
    /// A backup does not wait for the log up to its time.
    BackupOfAnUnsealedLog "backup-of-an-unsealed-log" Hybrid;
    /// A backup is of the table that had the name first.
    BackupOfAnotherIncarnation "backup-of-another-incarnation" Swarm;
    /// Deletions are lost at a restore: what was deleted is back.
    DeletionsLostAtRestore "deletions-lost-at-restore" Swarm;
    /// A restore takes the last snapshot and no log.
    RestoreWithoutTheLog "restore-without-the-log" Swarm;
    /// A restore to a point in time takes the whole log.
    RestoreToTheEnd "restore-to-the-end" Swarm;
    /// Of each segment the last record is skipped at a restore.
    LastRecordOfASegmentSkipped "last-record-of-a-segment-skipped" Swarm;
    /// The last record of a segment never reaches the archive.
    SegmentCutShort "segment-cut-short" Swarm;
    /// A segment that was cut off some time ago replaces a longer one.
    SegmentReplaced "segment-replaced" Swarm;
    /// The SYSTEM backup is built from what happens to be in the archive.
    SystemBackupWithoutTheLastWrites "system-backup-without-the-last-writes" Hybrid;
    /// A transaction takes effect at the partition that decides alone.
    TransactionHalfApplied "transaction-half-applied" Contended;
    /// The token of a transaction is not looked at.
    TokenForgotten "token-forgotten" Contended;
    /// A write whose answer did not come is sent again.
    WriteSentTwice "write-sent-twice" Swarm;
    /// A strong read is answered by whoever is asked.
    StaleStrongRead "stale-strong-read" Swarm;
    /// A node answers before its disk is safe.
    NoSync "no-sync" Swarm;
}

impl TryFrom<String> for Bug {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Self::from_name(&name).ok_or_else(|| format!("no planted bug is called {name:?}"))
    }
}

impl From<Bug> for String {
    fn from(bug: Bug) -> Self {
        bug.name().to_owned()
    }
}

impl Bug {
    /// A run that may show it.
    pub fn profile(self, seed: u64) -> Profile {
        match self.shown_by() {
            ShownBy::Swarm => Profile::swarm(seed),
            ShownBy::Hybrid => Profile::swarm(seed).hybrid(),
            ShownBy::Contended => Profile::contended(seed),
        }
    }

    /// The wrong behaviour of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|bug| bug.name() == name)
    }
}
