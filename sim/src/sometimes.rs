//! Rare situations, declared where they happen: a campaign that never met one of them was not good enough.
//!
//! A new one is a line in the table here and `world.sometimes.saw(Sometimes::...)` where it happens. The counts come with the
//! report of a run; those of many runs are added up.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::control::Work;
use crate::fault::Moment;
use crate::message::GroupId;

/// Declares the situations once: what happens, variant and name.
macro_rules! sometimes {
    ($(#[doc = $about:literal] $variant:ident $name:literal;)*) => {
        /// A rare situation that a campaign must have met.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Sometimes { $(#[doc = $about] $variant,)* }

        impl Sometimes {
            /// Every situation there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its name in reports.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What happens, in a sentence.
            pub fn about(self) -> &'static str {
                match self { $(Self::$variant => $about.trim_ascii(),)* }
            }
        }
    };
}

sometimes! {
    /// A backup or an export is being built while a partition of its table is being split.
    BackupDuringASplit "backup-during-a-split";
    /// A restore reads or loads its items when the leader of a group is lost.
    RestoreDuringLeaderLoss "restore-during-leader-loss";
    /// A backup or an export is being built when the leader of a group is lost.
    BackupDuringLeaderLoss "backup-during-leader-loss";
    /// A partition is being split when the leader of a group is lost.
    SplitDuringLeaderLoss "split-during-leader-loss";
    /// Of two writes within the clocks' uncertainty of a cut one is in and one is out.
    OneInOneOut "one-in-one-out";
    /// Items expire while a restore reads the log of their partition.
    ExpiryDuringARestore "expiry-during-a-restore";
    /// A restore goes back to before a split: it reads a partition that has children by now.
    RestoreBeforeASplit "restore-before-a-split";
    /// A restore begins with what a partition's parent ended with.
    RestoreAcrossASplit "restore-across-a-split";
    /// A restore begins with a snapshot and goes on with the log.
    SnapshotThenLog "snapshot-then-log";
    /// A restore finds a record in two segments.
    RecordInTwoSegments "record-in-two-segments";
    /// A piece of work of the control plane is begun by another node, or anew.
    WorkBegunAgain "work-begun-again";
    /// A transaction that somebody met was found to have taken effect.
    MetTransactionTookEffect "met-transaction-took-effect";
    /// A transaction that somebody met was ended before its coordinator decided.
    MetTransactionEnded "met-transaction-ended";
    /// A token was sent again, and the transaction did not take effect again.
    TokenSentAgain "token-sent-again";
    /// A seal or a split had to wait for a transaction.
    CutWaitedForATransaction "cut-waited-for-a-transaction";
    /// A request went to a partition that had been split.
    OldMap "old-map";
    /// An incremental export tells that an item was deleted.
    DeletionExported "deletion-exported";
    /// A torn upload was noticed by its checksum, and sent again.
    TornUploadSentAgain "torn-upload-sent-again";
    /// Segments that no window and no work need any more were deleted.
    SegmentsCollected "segments-collected";
    /// The archive of a deleted table was deleted.
    ArchiveForgotten "archive-forgotten";
    /// A disk had lost what it had called safe, and its node knew.
    DiskHadLied "disk-had-lied";
    /// A node that had lost what was safe was brought up to date.
    TrustedAgain "trusted-again";
    /// The end of a log was torn by a crash.
    TornLog "torn-log";
    /// A replica had fallen behind so far that it was given a snapshot.
    SnapshotInstalled "snapshot-installed";
    /// Entries of a log were replaced by those of another leader.
    EntriesReplaced "entries-replaced";
}

/// What is under way somewhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Activity {
    /// A backup or an export of this table is being built.
    Build(u64),
    /// A table is being restored.
    Restore(u64),
    /// A partition of this table is being split.
    Split(u64),
    /// The log of this group is being read for a restore.
    Reading(GroupId),
}

/// What a run has met.
#[derive(Debug, Default)]
pub struct Seen {
    counts: RefCell<BTreeMap<Sometimes, u64>>,
    /// What is under way, and how often.
    activities: RefCell<BTreeMap<Activity, u32>>,
    /// The work that was begun and not ended.
    begun: RefCell<BTreeSet<Work>>,
}

/// Something is under way until this is dropped, which a crash does, too.
#[derive(Debug)]
pub struct Doing<'a> {
    seen: &'a Seen,
    activity: Activity,
}

impl Drop for Doing<'_> {
    fn drop(&mut self) {
        let mut activities = self.seen.activities.borrow_mut();
        if let Some(count) = activities.get_mut(&self.activity) {
            *count -= 1;
            if *count == 0 {
                activities.remove(&self.activity);
            }
        }
    }
}

impl Seen {
    /// Something begins.
    pub fn doing(&self, activity: Activity) -> Doing<'_> {
        let meets = match activity {
            Activity::Build(table) => Some(Activity::Split(table)),
            Activity::Split(table) => Some(Activity::Build(table)),
            _ => None,
        };
        let met = meets.is_some_and(|other| self.activities.borrow().contains_key(&other));
        self.saw_if(met, Sometimes::BackupDuringASplit);
        let mut activities = self.activities.borrow_mut();
        *activities.entry(activity.clone()).or_default() += 1;
        Doing {
            seen: self,
            activity,
        }
    }

    /// Whether the log of this group is being read for a restore.
    pub fn is_reading(&self, group: GroupId) -> bool {
        let activities = self.activities.borrow();
        activities.contains_key(&Activity::Reading(group))
    }

    /// Whether it is that moment somewhere.
    pub fn is_moment(&self, moment: Moment) -> bool {
        let activities = self.activities.borrow();
        activities.keys().any(|activity| {
            matches!(
                (moment, activity),
                (Moment::Build, Activity::Build(_))
                    | (Moment::Restore, Activity::Restore(_))
                    | (Moment::Split, Activity::Split(_))
            )
        })
    }

    /// The leader of a group is lost.
    pub fn leader_lost(&self) {
        let (mut builds, mut restores, mut splits) = (false, false, false);
        for activity in self.activities.borrow().keys() {
            match activity {
                Activity::Build(_) => builds = true,
                Activity::Restore(_) => restores = true,
                Activity::Split(_) => splits = true,
                Activity::Reading(_) => {}
            }
        }
        self.saw_if(builds, Sometimes::BackupDuringLeaderLoss);
        self.saw_if(restores, Sometimes::RestoreDuringLeaderLoss);
        self.saw_if(splits, Sometimes::SplitDuringLeaderLoss);
    }

    /// A piece of work begins.
    pub fn work_begins(&self, work: &Work) {
        let fresh = self.begun.borrow_mut().insert(work.clone());
        self.saw_if(!fresh, Sometimes::WorkBegunAgain);
    }

    /// A piece of work came to its end.
    pub fn work_ends(&self, work: &Work) {
        self.begun.borrow_mut().remove(work);
    }

    /// It happens.
    pub fn saw(&self, situation: Sometimes) {
        *self.counts.borrow_mut().entry(situation).or_default() += 1;
    }

    /// It happens, if that is so.
    pub fn saw_if(&self, so: bool, situation: Sometimes) {
        if so {
            self.saw(situation);
        }
    }

    /// How often each of them happened, by name; those that never did have 0.
    pub fn counts(&self) -> BTreeMap<&'static str, u64> {
        let seen = self.counts.borrow();
        let all = Sometimes::ALL.iter();
        all.map(|it| (it.name(), seen.get(it).copied().unwrap_or(0)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_situation_has_a_name_of_its_own() {
        let counts = Seen::default().counts();
        assert_eq!(counts.len(), Sometimes::ALL.len());
        assert!(counts.values().all(|count| *count == 0));
    }

    #[test]
    fn what_happens_twice_counts_twice() {
        let seen = Seen::default();
        seen.saw(Sometimes::OldMap);
        seen.saw_if(true, Sometimes::OldMap);
        seen.saw_if(false, Sometimes::OldMap);
        assert_eq!(seen.counts().get("old-map"), Some(&2));
    }
}
