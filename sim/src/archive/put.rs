//! Putting the log of a partition away: what its leader does from time to time, and when it is asked.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use lookback_protocol::wire::AnswerItem;

use super::{Snapshot, segment, snapshot};
use crate::bugs::Bug;
use crate::machine::Command;
use crate::message::{Answer, CONTROL, GroupId};
use crate::partition::{Partition, PartitionCommand, Record, Standing};
use crate::runtime;
use crate::storage::{Replica, Storage};

/// How long a record waits for others, in microseconds.
const GATHER_US: i64 = 300_000;
/// From one try to the next, in microseconds.
const RETRY_US: i64 = 100_000;
/// A planted bug: how often a leader looks whether it is replaced before it puts a snapshot away.
const DEPOSED_LOOKS: u32 = 60;
/// A planted bug: how many records of its successor it lets pass.
const DEPOSED_RECORDS: u64 = 4;

/// What there is to put away.
struct Load {
    records: Vec<Record>,
    snapshot: Option<Snapshot>,
    wants_split: Option<u64>,
}

impl Storage {
    /// Begins to put away what has gathered in those of these partitions that this node leads.
    pub(crate) fn archive_soon(self: &Rc<Self>, of: &BTreeSet<GroupId>) {
        for group in self.led_with_records(of) {
            if !self.begin_archiving(group) {
                continue;
            }
            let storage = Rc::clone(self);
            self.host.spawn(async move {
                runtime::sleep_us(GATHER_US).await;
                while storage.archive(group).await.is_some_and(|left| left) {
                    runtime::sleep_us(RETRY_US).await;
                }
                storage.end_archiving(group);
            });
        }
    }

    /// Sees to it that the records up to this one are in the archive.
    pub(crate) async fn archive_through(&self, group: GroupId, through: u64) -> Answer {
        loop {
            // The log of one that was split gets no more records: any replica that knows of the split knows them all.
            let done = self.partition(group, |it| {
                matches!(it.standing, Standing::Split(..)) && it.archived >= it.last
            });
            if done == Some(true) {
                return Answer::Done;
            }
            // Only who leads, and has applied all that was there, knows what the log holds.
            let led = self.barrier(group).await;
            if !matches!(led, Answer::Applied(_)) {
                return if matches!(led, Answer::Lost) {
                    Answer::NotLeader(None)
                } else {
                    led
                };
            }
            let there = self.partition(group, |it| it.archived >= through.min(it.last));
            match there {
                None => return Answer::NoGroup,
                Some(true) => return Answer::Done,
                Some(false) => {}
            }
            if self.archive(group).await.is_none_or(|left| left) {
                runtime::sleep_us(RETRY_US).await;
            }
        }
    }

    /// Puts away what there is; whether anything is left to do. None: this node does not lead the partition.
    async fn archive(&self, group: GroupId) -> Option<bool> {
        if !self.look(group, |replica| replica.leads())? {
            return None;
        }
        let world = &self.host.world;
        let (every, split_after) = (
            world.plan.profile.snapshot_every,
            world.plan.profile.split_after,
        );
        let changes = world.plan.has(Bug::SnapshotOfTheChanges);
        let load = self.partition(group, |it| load(it, every, split_after, changes))?;
        if world.plan.has(Bug::SegmentReplaced) {
            runtime::sleep_us(world.disk_draws.between(0, 3 * GATHER_US)).await;
        }
        let Some(through) = load.records.last().map(|record| record.number) else {
            return Some(false);
        };
        let takes_over = self.takes_over_log(group);
        if takes_over && world.plan.has(Bug::SegmentSkippedAfterFailover) {
            let command = PartitionCommand::Archived(through, None);
            let answer = self.propose(group, Command::Partition(command)).await;
            return matches!(answer, Answer::Applied(_)).then_some(false);
        }
        let first = load.records.first().map_or(0, |record| record.number);
        let mut records = load.records.as_slice();
        if let (true, [shorter @ .., _]) = (world.plan.has(Bug::SegmentCutShort), records) {
            records = shorter;
        }
        let doubled;
        if takes_over && world.plan.has(Bug::SegmentArchivedTwice) {
            doubled = twice(records);
            records = &doubled;
        }
        // Records are written to memory without fail.
        let bytes = serde_json::to_vec(records).unwrap_or_default();
        let last = if world.plan.has(Bug::SegmentReplaced) {
            0
        } else {
            through
        };
        let name = segment(group, first, last);
        world.log.trace(
            self.node(),
            "archive",
            format_args!("group {group} records {first}..={through}"),
        );
        if world.objects.put(&name, bytes).await.is_err() {
            return Some(true);
        }
        let mut snapshotted = None;
        if let Some(mut taken) = load.snapshot {
            if world.plan.has(Bug::SnapshotOlderThanItsName) {
                runtime::sleep_us(3 * GATHER_US).await;
                taken.last = self.partition(group, |it| it.last)?;
            }
            if world.plan.has(Bug::SnapshotOfAStaleLeader) {
                taken.last = self.last_of_the_next_leader(group, taken.last).await;
            }
            let bytes = serde_json::to_vec(&taken).unwrap_or_default();
            let name = snapshot(group, taken.last);
            if world.objects.put(&name, bytes).await.is_ok() {
                snapshotted = Some(taken.last);
            }
            if snapshotted.is_some() && world.plan.has(Bug::SegmentsCollectedTooEarly) {
                crate::jobs::delete_segments(world, group, taken.last).await;
            }
        }
        if let Some(table) = load.wants_split {
            let command = crate::control::ControlCommand::SplitWanted(table, group);
            let nodes = world.storage_nodes();
            let caller = crate::calls::Caller::new(&self.host);
            let _asked = caller
                .propose(CONTROL, &nodes, Command::Control(command))
                .await;
        }
        let command = PartitionCommand::Archived(through, snapshotted);
        let answer = self.propose(group, Command::Partition(command)).await;
        matches!(answer, Answer::Applied(_)).then_some(false)
    }

    /// A planted bug's: waits for another leader, and for some of its records; the last of them, or the one that was known
    /// where no other leader came.
    async fn last_of_the_next_leader(&self, group: GroupId, known: u64) -> u64 {
        for _ in 0..DEPOSED_LOOKS {
            let last = self.partition(group, |it| it.last);
            let follows = self.look(group, Replica::leads) == Some(false);
            if let Some(last) = last.filter(|last| follows && *last > known + DEPOSED_RECORDS) {
                return last;
            }
            runtime::sleep_us(RETRY_US).await;
        }
        known
    }
}

/// A planted bug's: the records, and once more under the numbers that follow.
fn twice(records: &[Record]) -> Vec<Record> {
    let last = records.last().map_or(0, |record| record.number);
    let again = records.iter().zip(last + 1..);
    let again = again.map(|(record, number)| Record {
        number,
        ..record.clone()
    });
    records.iter().cloned().chain(again).collect()
}

fn load(partition: &Partition, snapshot_every: u64, split_after: u64, changes: bool) -> Load {
    let open = matches!(partition.standing, Standing::Open);
    let due = partition.last.saturating_sub(partition.snapshotted) >= snapshot_every;
    let snapshot = (due && open).then(|| Snapshot {
        last: partition.last,
        stamp_us: partition.stamp_us,
        items: items(partition, if changes { partition.snapshotted } else { 0 }),
    });
    let grown = partition.last.saturating_sub(partition.born) >= split_after;
    Load {
        records: partition.records.clone(),
        snapshot,
        wants_split: (grown && open).then_some(partition.meta.table),
    }
}

/// The items that changed after a record; all after none.
fn items(partition: &Partition, after: u64) -> BTreeMap<String, AnswerItem> {
    let slots = partition.items.iter();
    slots
        .filter(|(_, slot)| slot.version > after || after == 0)
        .filter_map(|(place, slot)| Some((place.clone(), slot.item.clone()?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_archived_twice_has_the_numbers_of_what_follows() {
        let record = |number| Record {
            number,
            at_us: 7,
            changes: Vec::new(),
        };
        let doubled = twice(&[record(4), record(5), record(6)]);
        let numbers: Vec<u64> = doubled.iter().map(|it| it.number).collect();
        assert_eq!(numbers, [4, 5, 6, 7, 8, 9]);
    }
}
