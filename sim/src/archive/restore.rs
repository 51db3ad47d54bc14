//! Reading the items of a time back: the last snapshot before it, and the log from there up to it.

use std::collections::BTreeMap;

use lookback_protocol::wire::AnswerItem;

use super::{Snapshot, last_of, segments, snapshots};
use crate::bugs::Bug;
use crate::control::Source;
use crate::object_store::ObjectError;
use crate::partition::{Meta, Record};
use crate::sometimes::Sometimes;
use crate::world::World;

/// Items by place.
type Items = BTreeMap<String, AnswerItem>;

/// Where a log is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// What has a later time is out.
    pub at_us: i64,
    /// A planted bug: what was deleted is kept.
    pub keeps_deleted: bool,
}

impl From<i64> for Cut {
    fn from(at_us: i64) -> Self {
        Self {
            at_us,
            keeps_deleted: false,
        }
    }
}

/// Why the items of a time cannot be read now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// A call of the object store failed.
    Object,
    /// A part of the log is not there yet.
    Log,
}

impl From<ObjectError> for Missing {
    fn from(_: ObjectError) -> Self {
        Self::Object
    }
}

/// The items of a partition as of a time, from its log up to the record `through`, which is in the archive.
///
/// # Errors
/// Not all of it can be read now.
pub async fn items_at(
    world: &World,
    source: &Source,
    cut: Cut,
    through: u64,
) -> Result<Items, Missing> {
    let (mut items, mut last) = (Items::new(), 0);
    // What a partition began with is what its parent ended with.
    for ancestor in &source.ancestors {
        let reading = Reading {
            world,
            meta: ancestor,
            cut: Cut {
                at_us: i64::MAX,
                ..cut
            },
            through: u64::MAX,
        };
        (items, last) = reading.whole(items, last).await?;
    }
    if world.plan.has(Bug::RestoreWithoutTheParent) {
        items.clear();
    }
    let reading = Reading {
        world,
        meta: &source.meta,
        cut,
        through,
    };
    Ok(reading.whole(items, last).await?.0)
}

/// Whether there were records close to a cut, on either side.
#[derive(Default)]
struct Edges {
    inside: bool,
    outside: bool,
}

impl Edges {
    fn meet(&mut self, cut_us: i64, at_us: i64, near_us: i64) {
        if (cut_us.saturating_sub(near_us)..=cut_us).contains(&at_us) {
            self.inside = true;
        } else if (cut_us..=cut_us.saturating_add(near_us)).contains(&at_us) {
            self.outside = true;
        }
    }
}

/// One partition being read.
struct Reading<'a> {
    world: &'a World,
    meta: &'a Meta,
    cut: Cut,
    through: u64,
}

impl Reading<'_> {
    /// The items, and the last record; given those that the partition began with.
    async fn whole(&self, mut items: Items, mut last: u64) -> Result<(Items, u64), Missing> {
        let meta = self.meta;
        let (low, high) = (format!("{:08x}", meta.low), format!("{:08x}g", meta.high));
        items.retain(|place, _| *place >= low && *place < high);
        let (plan, seen) = (&self.world.plan, &self.world.sometimes);
        let mut snapshotted = false;
        if let Some(snapshot) = self.snapshot().await? {
            (items, last) = (snapshot.items, snapshot.last);
            snapshotted = true;
            if plan.has(Bug::RestoreWithoutTheLog) {
                return Ok((items, last));
            }
        }
        let after = last;
        let mut edges = Edges::default();
        let mut names = self.world.objects.list(&segments(meta.group)).await?;
        if plan.has(Bug::LastSegmentNotRead) && names.len() > 1 {
            names.pop();
        }
        for name in names {
            // What the snapshot holds need not be read.
            if snapshotted && last_of(&name).is_some_and(|end| end <= after) {
                continue;
            }
            let Some(bytes) = self.world.objects.get(&name).await? else {
                continue;
            };
            // An upload that was torn and not answered: its records were sent again under another name.
            let Ok(records) = serde_json::from_slice::<Vec<Record>>(&bytes) else {
                continue;
            };
            let end = records.last().map(|record| record.number);
            for record in records {
                if record.number <= last {
                    seen.saw_if(record.number > after, Sometimes::RecordInTwoSegments);
                    continue;
                }
                if record.number != last + 1 {
                    return Err(Missing::Log);
                }
                last = record.number;
                let skipped = plan.has(Bug::LastRecordOfASegmentSkipped) && Some(last) == end;
                edges.meet(self.cut.at_us, record.at_us, plan.skew_us());
                if record.at_us <= self.cut.at_us && !skipped {
                    self.apply(&mut items, record, snapshotted);
                }
            }
        }
        seen.saw_if(snapshotted && last > after, Sometimes::SnapshotThenLog);
        seen.saw_if(edges.inside && edges.outside, Sometimes::OneInOneOut);
        let blind = plan.has(Bug::LastSegmentNotRead);
        if last < self.through && self.through != u64::MAX && !blind {
            return Err(Missing::Log);
        }
        Ok((items, last))
    }

    fn apply(&self, items: &mut Items, record: Record, snapshotted: bool) {
        let kept = match self.world.plan.bug {
            Some(Bug::DeletionsLostAtRestore) => true,
            Some(Bug::DeletionsLostAfterASnapshot) => snapshotted,
            _ => self.cut.keeps_deleted,
        };
        for (place, item) in record.changes {
            match item {
                Some(item) => {
                    items.insert(place, item);
                }
                None if kept => {}
                None => {
                    items.remove(&place);
                }
            }
        }
    }

    /// The last snapshot in which nothing is later than the time.
    async fn snapshot(&self) -> Result<Option<Snapshot>, Missing> {
        let names = self.world.objects.list(&snapshots(self.meta.group)).await?;
        let newest = self.world.plan.has(Bug::NewestSnapshotTaken);
        for name in names.iter().rev() {
            let Some(bytes) = self.world.objects.get(name).await? else {
                continue;
            };
            let Ok(snapshot) = serde_json::from_slice::<Snapshot>(&bytes) else {
                continue;
            };
            if snapshot.stamp_us <= self.cut.at_us || newest {
                return Ok(Some(snapshot));
            }
        }
        Ok(None)
    }
}
