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
    /// Everything close together: splits, snapshots, artefacts, tables that are deleted.
    Busy,
    /// The same by hybrid time.
    BusyHybrid,
    /// Many transactions on few items.
    Contended,
    /// Transactions that take long, and restores that cut through them.
    Crossing,
    /// Tables whose items expire.
    Expiring,
    /// Uploads that are torn.
    Torn,
    /// Disks that call safe what is not, and leaders that are lost.
    Lying,
}

bugs! {
    /// A backup holds nothing of the last second before its time.
    BackupWithoutTheLastSecond "backup-without-the-last-second" Hybrid;
    /// A backup holds everything up to when it is built.
    BackupOfTheBuildTime "backup-of-the-build-time" Hybrid;
    /// A backup does not wait for the log up to its time.
    BackupOfAnUnsealedLog "backup-of-an-unsealed-log" Hybrid;
    /// A backup is of the table that had the name first.
    BackupOfAnotherIncarnation "backup-of-another-incarnation" BusyHybrid;
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
    SystemBackupWithoutTheLastWrites "system-backup-without-the-last-writes" BusyHybrid;
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
    /// A restore to an instant holds the whole second that it lies in.
    RestoreOfTheWholeSecond "restore-of-the-whole-second" Hybrid;
    /// A restore to an instant holds nothing of the second that it lies in.
    RestoreWithoutItsSecond "restore-without-its-second" Hybrid;
    /// A restore to a time is of the table that had the name first.
    RestoreOfAnotherIncarnation "restore-of-another-incarnation" Busy;
    /// A restore reads one of the two partitions that another was split into.
    RestoreMissesAChild "restore-misses-a-child" Busy;
    /// A restore forgets what a partition began with when its parent was split.
    RestoreWithoutTheParent "restore-without-the-parent" Busy;
    /// A restore from a backup reads the table that the backup is of.
    RestoreReadsTheSource "restore-reads-the-source" BusyHybrid;
    /// A restored table is ACTIVE before its items are there.
    ActiveBeforeItsItems "active-before-its-items" Swarm;
    /// A restored table has the partitions of its source.
    TableSharesItsSource "table-shares-its-source" Swarm;
    /// The time of a backup is taken from the one clock that is far ahead.
    MarkerOfAFastClock "marker-of-a-fast-clock" Swarm;
    /// Point-in-time recovery that was off for a while reaches back to before.
    WindowNotReset "window-not-reset" Busy;
    /// A new leader takes for archived what the last one had not put away.
    SegmentSkippedAfterFailover "segment-skipped-after-failover" Swarm;
    /// A leader puts a snapshot away under the number of the newest record, though it was taken before.
    SnapshotOlderThanItsName "snapshot-older-than-its-name" Busy;
    /// A restore begins with the newest snapshot, also when that is later than its time.
    NewestSnapshotTaken "newest-snapshot-taken" Swarm;
    /// A snapshot holds what changed since the last one, and is read as if it held everything.
    SnapshotOfTheChanges "snapshot-of-the-changes" Busy;
    /// Deletions after a snapshot are lost at a restore that begins with it.
    DeletionsLostAfterASnapshot "deletions-lost-after-a-snapshot" Swarm;
    /// A restore does not see the last segment of a log.
    LastSegmentNotRead "last-segment-not-read" Busy;
    /// A split loses the first item of the upper half.
    SplitLosesTheBoundary "split-loses-the-boundary" Busy;
    /// The log of a partition that came out of a split begins at 1 once more.
    ChildLogBeginsAnew "child-log-begins-anew" Busy;
    /// A partition that was split goes on answering those who ask by an old map.
    OldMapServes "old-map-serves" Busy;
    /// An item that was written again before its expiry goes all the same.
    ExpiryIgnoresALaterPut "expiry-ignores-a-later-put" Expiring;
    /// Items go before they expire.
    ExpiresTooEarly "expires-too-early" Expiring;
    /// Items that expired are not in the log: a restore brings them back.
    ExpiryNotLogged "expiry-not-logged" Expiring;
    /// A write does not wait for the transaction that holds its item.
    WriteThroughALock "write-through-a-lock" Contended;
    /// A strong read does not wait for the transaction that holds its item.
    ReadThroughALock "read-through-a-lock" Crossing;
    /// The log is fixed up to a time while a transaction with an earlier one holds items.
    SealThroughALock "seal-through-a-lock" Crossing;
    /// A transaction that came to nothing keeps its items.
    LockKeptForEver "lock-kept-for-ever" Contended;
    /// The conditions that a transaction only checks are not looked at.
    CheckNotEvaluated "check-not-evaluated" Contended;
    /// A transaction takes effect though a partition did not answer.
    CommittedWithoutAll "committed-without-all" Contended;
    /// A batch of which some writes failed is acknowledged.
    BatchTakenForDone "batch-taken-for-done" Swarm;
    /// A put whose answer did not come is acknowledged.
    SilenceTakenForYes "silence-taken-for-yes" Swarm;
    /// A scan skips the first item of each partition but the first.
    ScanSkipsTheFirst "scan-skips-the-first" Swarm;
    /// A strong scan is answered by whoever is asked.
    ScanNotStrong "scan-not-strong" Swarm;
    /// A condition is looked at before the write has its place in the log.
    ConditionBeforeTheLog "condition-before-the-log" Busy;
    /// An update is computed before it has its place in the log.
    UpdateBeforeTheLog "update-before-the-log" Swarm;
    /// A log that was torn by a crash is taken for whole.
    TornRecordAccepted "torn-record-accepted" Swarm;
    /// An export as of a time holds what is there when it is written.
    ExportOfTheBuildTime "export-of-the-build-time" Hybrid;
    /// An export does not list the file of each partition.
    ExportMissesFiles "export-misses-files" Hybrid;
    /// An incremental export begins with the second after its first time.
    ChangesFromTheNextSecond "changes-from-the-next-second" Hybrid;
    /// An incremental export ends with the second before its second time.
    ChangesBeforeTheLastSecond "changes-before-the-last-second" Hybrid;
    /// An incremental export holds what was put and deleted again.
    ChangesKeepWhatWasDeleted "changes-keep-what-was-deleted" Hybrid;
    /// An incremental export tells nothing of deletions.
    ChangesForgetDeletions "changes-forget-deletions" Hybrid;
    /// A node whose disk lost what was safe votes as if nothing had happened.
    LossForgiven "loss-forgiven" Lying;
    /// A torn upload is not noticed.
    TornUploadAccepted "torn-upload-accepted" Torn;
    /// A deletion is answered while partitions still take writes.
    DeletionAnsweredEarly "deletion-answered-early" Swarm;
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
            ShownBy::Busy => Profile::busy(seed),
            ShownBy::BusyHybrid => Profile::busy(seed).hybrid(),
            ShownBy::Contended => Profile::contended(seed),
            ShownBy::Crossing => Profile::crossing(seed),
            ShownBy::Lying => Profile::quick(seed).with_rates(|rates| {
                rates.lying_disk_us = Some(1_500_000);
                rates.leader_loss_us = Some(2_500_000);
            }),
            ShownBy::Torn => Profile::swarm(seed).with_rates(|rates| {
                rates.torn_uploads_us = Some(3_000_000);
            }),
            ShownBy::Expiring => Profile {
                expiry: true,
                load_us: 60_000_000,
                ..Profile::swarm(seed)
            },
        }
    }

    /// The wrong behaviour of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|bug| bug.name() == name)
    }
}
