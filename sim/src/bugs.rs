//! Planted bugs: wrong behaviours of the specimen, each a switch that is read at one place.
//!
//! A new one is a line in the table here and `plan.has(Bug::...)` where it goes wrong. Every one must be caught, by the
//! judge or by the liveness phase, and nothing may be flagged while all are off.

use serde::{Deserialize, Serialize};

use crate::plan::Profile;

/// Declares the wrong behaviours once: what is wrong, variant, name, the profile whose runs show it.
macro_rules! bugs {
    ($(#[doc = $about:literal] $variant:ident $name:literal $profile:literal;)*) => {
        /// A wrong behaviour. In a file it is its name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub enum Bug { $(#[doc = $about] $variant,)* }

        impl Bug {
            /// Every wrong behaviour there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its name on the command line.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What is wrong, in a sentence.
            pub fn about(self) -> &'static str {
                match self { $(Self::$variant => $about.trim_ascii(),)* }
            }

            /// The name of the profile whose runs show it.
            pub fn shown_by(self) -> &'static str {
                match self { $(Self::$variant => $profile,)* }
            }
        }
    };
}

bugs! {
    /// A backup holds nothing of the last second before its time.
    BackupWithoutTheLastSecond "backup-without-the-last-second" "swarm+hybrid";
    /// A backup holds everything up to when it is built.
    BackupOfTheBuildTime "backup-of-the-build-time" "swarm+hybrid";
    /// A backup does not wait for the log up to its time.
    BackupOfAnUnsealedLog "backup-of-an-unsealed-log" "swarm+hybrid";
    /// A backup is of the table that had the name first.
    BackupOfAnotherIncarnation "backup-of-another-incarnation" "busy+hybrid";
    /// Deletions are lost at a restore: what was deleted is back.
    DeletionsLostAtRestore "deletions-lost-at-restore" "swarm";
    /// A restore takes the last snapshot and no log.
    RestoreWithoutTheLog "restore-without-the-log" "swarm";
    /// A restore to a point in time takes the whole log.
    RestoreToTheEnd "restore-to-the-end" "swarm";
    /// Of each segment the last record is skipped at a restore.
    LastRecordOfASegmentSkipped "last-record-of-a-segment-skipped" "swarm";
    /// The last record of a segment never reaches the archive.
    SegmentCutShort "segment-cut-short" "swarm";
    /// A segment that was cut off some time ago replaces a longer one.
    SegmentReplaced "segment-replaced" "swarm";
    /// The SYSTEM backup is built from what happens to be in the archive.
    SystemBackupWithoutTheLastWrites "system-backup-without-the-last-writes" "busy+hybrid";
    /// A transaction takes effect at the partition that decides alone.
    TransactionHalfApplied "transaction-half-applied" "contended";
    /// The token of a transaction is not looked at.
    TokenForgotten "token-forgotten" "contended";
    /// A write whose answer did not come is sent again.
    WriteSentTwice "write-sent-twice" "swarm";
    /// A strong read is answered by whoever is asked.
    StaleStrongRead "stale-strong-read" "swarm";
    /// A node answers before its disk is safe.
    NoSync "no-sync" "swarm";
    /// A restore to an instant holds the whole second that it lies in.
    RestoreOfTheWholeSecond "restore-of-the-whole-second" "swarm+hybrid";
    /// A restore to an instant holds nothing of the second that it lies in.
    RestoreWithoutItsSecond "restore-without-its-second" "swarm+hybrid";
    /// A restore to a time is of the table that had the name first.
    RestoreOfAnotherIncarnation "restore-of-another-incarnation" "busy";
    /// A restore reads one of the two partitions that another was split into.
    RestoreMissesAChild "restore-misses-a-child" "busy";
    /// A restore forgets what a partition began with when its parent was split.
    RestoreWithoutTheParent "restore-without-the-parent" "busy";
    /// A restore from a backup reads the table that the backup is of.
    RestoreReadsTheSource "restore-reads-the-source" "busy+hybrid";
    /// A restored table is ACTIVE before its items are there.
    ActiveBeforeItsItems "active-before-its-items" "swarm";
    /// A restored table has the partitions of its source.
    TableSharesItsSource "table-shares-its-source" "swarm";
    /// The time of a backup is taken from the one clock that is far ahead.
    MarkerOfAFastClock "marker-of-a-fast-clock" "swarm";
    /// Point-in-time recovery that was off for a while reaches back to before.
    WindowNotReset "window-not-reset" "busy";
    /// A new leader takes for archived what the last one had not put away.
    SegmentSkippedAfterFailover "segment-skipped-after-failover" "swarm";
    /// A leader that takes over a log puts its first segment away twice, the second time as if it were the records that follow.
    SegmentArchivedTwice "segment-archived-twice" "swarm";
    /// Segments of the log are deleted as soon as a snapshot holds what they hold, whatever the window needs.
    SegmentsCollectedTooEarly "segments-collected-too-early" "busy";
    /// The archive of a deleted table is deleted before its SYSTEM backup is built.
    ArchiveForgottenTooEarly "archive-forgotten-too-early" "busy";
    /// A leader that was replaced puts its snapshot away all the same, under the number of what the new one has written since.
    SnapshotOfAStaleLeader "snapshot-of-a-stale-leader" "deposed";
    /// A leader puts a snapshot away under the number of the newest record, though it was taken before.
    SnapshotOlderThanItsName "snapshot-older-than-its-name" "busy";
    /// A restore begins with the newest snapshot, also when that is later than its time.
    NewestSnapshotTaken "newest-snapshot-taken" "swarm";
    /// A snapshot holds what changed since the last one, and is read as if it held everything.
    SnapshotOfTheChanges "snapshot-of-the-changes" "busy";
    /// Deletions after a snapshot are lost at a restore that begins with it.
    DeletionsLostAfterASnapshot "deletions-lost-after-a-snapshot" "swarm";
    /// A restore does not see the last segment of a log.
    LastSegmentNotRead "last-segment-not-read" "busy";
    /// A split loses the first item of the upper half.
    SplitLosesTheBoundary "split-loses-the-boundary" "busy";
    /// The log of a partition that came out of a split begins at 1 once more.
    ChildLogBeginsAnew "child-log-begins-anew" "busy";
    /// A partition that was split goes on answering those who ask by an old map.
    OldMapServes "old-map-serves" "splitting";
    /// An item that was written again before its expiry goes all the same.
    ExpiryIgnoresALaterPut "expiry-ignores-a-later-put" "expiring";
    /// Items go before they expire.
    ExpiresTooEarly "expires-too-early" "expiring";
    /// Items that expired are not in the log: a restore brings them back.
    ExpiryNotLogged "expiry-not-logged" "expiring";
    /// A write does not wait for the transaction that holds its item.
    WriteThroughALock "write-through-a-lock" "contended";
    /// A strong read does not wait for the transaction that holds its item.
    ReadThroughALock "read-through-a-lock" "crossing";
    /// The log is fixed up to a time while a transaction with an earlier one holds items.
    SealThroughALock "seal-through-a-lock" "crossing";
    /// A transaction that came to nothing keeps its items.
    LockKeptForEver "lock-kept-for-ever" "contended";
    /// The conditions that a transaction only checks are not looked at.
    CheckNotEvaluated "check-not-evaluated" "contended";
    /// A transaction takes effect though a partition did not answer.
    CommittedWithoutAll "committed-without-all" "contended";
    /// A batch of which some writes failed is acknowledged.
    BatchTakenForDone "batch-taken-for-done" "swarm";
    /// A put whose answer did not come is acknowledged.
    SilenceTakenForYes "silence-taken-for-yes" "swarm";
    /// A scan skips the first item of each partition but the first.
    ScanSkipsTheFirst "scan-skips-the-first" "swarm";
    /// A strong scan is answered by whoever is asked.
    ScanNotStrong "scan-not-strong" "swarm";
    /// A condition is looked at before the write has its place in the log.
    ConditionBeforeTheLog "condition-before-the-log" "busy";
    /// An update is computed before it has its place in the log.
    UpdateBeforeTheLog "update-before-the-log" "swarm";
    /// A log that was torn by a crash is taken for whole.
    TornRecordAccepted "torn-record-accepted" "swarm";
    /// An export as of a time holds what is there when it is written.
    ExportOfTheBuildTime "export-of-the-build-time" "exporting+hybrid";
    /// An export does not list the file of each partition.
    ExportMissesFiles "export-misses-files" "exporting+hybrid";
    /// An incremental export begins with the second after its first time.
    ChangesFromTheNextSecond "changes-from-the-next-second" "exporting+hybrid";
    /// An incremental export ends with the second before its second time.
    ChangesBeforeTheLastSecond "changes-before-the-last-second" "exporting+hybrid";
    /// An incremental export holds all of the second that its second time lies in: the next one holds it once more.
    ChangesWithTheBoundarySecond "changes-with-the-boundary-second" "exporting+hybrid";
    /// An incremental export tells as old what was there a second after its first time.
    ChangesWithALaterOldImage "changes-with-a-later-old-image" "exporting+hybrid";
    /// An incremental export is put together from two halves: what changed in both is told twice.
    ChangesOfAKeyTwice "changes-of-a-key-twice" "exporting+hybrid";
    /// An incremental export holds what was put and deleted again.
    ChangesKeepWhatWasDeleted "changes-keep-what-was-deleted" "exporting+hybrid";
    /// An incremental export tells nothing of deletions.
    ChangesForgetDeletions "changes-forget-deletions" "exporting+hybrid";
    /// A node whose disk lost what was safe votes as if nothing had happened.
    LossForgiven "loss-forgiven" "lying";
    /// A torn upload is not noticed.
    TornUploadAccepted "torn-upload-accepted" "torn";
    /// A deletion is answered while partitions still take writes.
    DeletionAnsweredEarly "deletion-answered-early" "swarm";
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
        // Every name in the table is one: a test looks.
        Profile::named(self.shown_by(), seed).unwrap_or_else(|| Profile::swarm(seed))
    }

    /// The wrong behaviour of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|bug| bug.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runs_that_show_a_bug_can_be_named() {
        for bug in Bug::ALL {
            for seed in [1, 2, 17] {
                let profile = bug.profile(seed);
                assert_eq!(profile.name, bug.shown_by());
                assert_eq!(Profile::named(&profile.name, seed), Some(profile));
            }
        }
    }

    #[test]
    fn every_bug_is_told_in_a_sentence() {
        for bug in Bug::ALL {
            assert!(bug.about().ends_with('.'), "{bug:?}: {}", bug.about());
        }
    }
}
