//! Planted bugs: wrong behaviours of the specimen, each a switch that is read at one place.
//!
//! A new one is a line in the table here and `plan.has(Bug::...)` where it goes wrong. Every one must be caught, by the
//! judge or by the liveness phase, and nothing may be flagged while all are off.

/// Declares the wrong behaviours once: variant, name, whether only hybrid time shows it.
macro_rules! bugs {
    ($($(#[$doc:meta])* $variant:ident $name:literal $hybrid:literal;)*) => {
        /// A wrong behaviour.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Bug { $($(#[$doc])* $variant,)* }

        impl Bug {
            /// Every wrong behaviour there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its name on the command line.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Whether it stays within what untied cuts may do, so that only consistent cuts show it.
            pub fn needs_hybrid(self) -> bool {
                match self { $(Self::$variant => $hybrid,)* }
            }
        }
    };
}

bugs! {
    /// A backup holds nothing of the last second before its time.
    BackupWithoutTheLastSecond "backup-without-the-last-second" true;
    /// A backup holds everything up to when it is built.
    BackupOfTheBuildTime "backup-of-the-build-time" true;
    /// A backup does not wait for the log up to its time.
    BackupOfAnUnsealedLog "backup-of-an-unsealed-log" true;
    /// A backup is of the table that had the name first.
    BackupOfAnotherIncarnation "backup-of-another-incarnation" false;
    /// Deletions are lost at a restore: what was deleted is back.
    DeletionsLostAtRestore "deletions-lost-at-restore" false;
    /// A restore takes the last snapshot and no log.
    RestoreWithoutTheLog "restore-without-the-log" false;
    /// A restore to a point in time takes the whole log.
    RestoreToTheEnd "restore-to-the-end" false;
    /// Of each segment the last record is skipped at a restore.
    LastRecordOfASegmentSkipped "last-record-of-a-segment-skipped" false;
    /// The last record of a segment never reaches the archive.
    SegmentCutShort "segment-cut-short" false;
    /// A segment has the same name as a longer one that another task has put away.
    SegmentReplaced "segment-replaced" false;
    /// The SYSTEM backup is built before the partitions are closed.
    SystemBackupTooEarly "system-backup-too-early" false;
    /// A transaction takes effect at the partition that decides alone.
    TransactionHalfApplied "transaction-half-applied" false;
    /// The token of a transaction is not looked at.
    TokenForgotten "token-forgotten" false;
    /// A strong read shows an item that a transaction holds.
    HeldItemRead "held-item-read" false;
    /// A write whose answer did not come is sent again.
    WriteSentTwice "write-sent-twice" false;
    /// A strong read is answered by whoever is asked.
    StaleStrongRead "stale-strong-read" false;
    /// A node answers before its disk is safe.
    NoSync "no-sync" false;
}

impl Bug {
    /// The wrong behaviour of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|bug| bug.name() == name)
    }
}
