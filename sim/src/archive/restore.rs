//! Reading the items of a time back: the last snapshot before it, and the log from there up to it.

use std::collections::BTreeMap;

use lookback_protocol::wire::AnswerItem;

use super::{Snapshot, segments, snapshots};
use crate::bugs::Bug;
use crate::control::Source;
use crate::object_store::{ObjectError, ObjectStore};
use crate::partition::{Meta, Record};

/// Items by place.
type Items = BTreeMap<String, AnswerItem>;

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
    objects: &ObjectStore,
    source: &Source,
    at_us: i64,
    through: u64,
    bug: Option<Bug>,
) -> Result<Items, Missing> {
    let (mut items, mut last) = (Items::new(), 0);
    // What a partition began with is what its parent ended with.
    for ancestor in &source.ancestors {
        let reading = Reading {
            objects,
            meta: ancestor,
            at_us: i64::MAX,
            through: u64::MAX,
            bug,
        };
        (items, last) = reading.whole(items, last).await?;
    }
    let reading = Reading {
        objects,
        meta: &source.meta,
        at_us,
        through,
        bug,
    };
    Ok(reading.whole(items, last).await?.0)
}

/// One partition being read.
struct Reading<'a> {
    objects: &'a ObjectStore,
    meta: &'a Meta,
    at_us: i64,
    through: u64,
    bug: Option<Bug>,
}

impl Reading<'_> {
    /// The items, and the last record; given those that the partition began with.
    async fn whole(&self, mut items: Items, mut last: u64) -> Result<(Items, u64), Missing> {
        let meta = self.meta;
        let (low, high) = (format!("{:08x}", meta.low), format!("{:08x}g", meta.high));
        items.retain(|place, _| *place >= low && *place < high);
        if let Some(snapshot) = self.snapshot().await? {
            (items, last) = (snapshot.items, snapshot.last);
            if self.bug == Some(Bug::RestoreWithoutTheLog) {
                return Ok((items, last));
            }
        }
        for name in self.objects.list(&segments(meta.group)).await? {
            let Some(bytes) = self.objects.get(&name).await? else {
                continue;
            };
            let records: Vec<Record> = serde_json::from_slice(&bytes).map_err(|_| Missing::Log)?;
            let end = records.last().map(|record| record.number);
            for record in records {
                if record.number <= last {
                    continue;
                }
                if record.number != last + 1 {
                    return Err(Missing::Log);
                }
                last = record.number;
                let skipped =
                    self.bug == Some(Bug::LastRecordOfASegmentSkipped) && Some(last) == end;
                if record.at_us <= self.at_us && !skipped {
                    self.apply(&mut items, record);
                }
            }
        }
        if last < self.through && self.through != u64::MAX {
            return Err(Missing::Log);
        }
        Ok((items, last))
    }

    fn apply(&self, items: &mut Items, record: Record) {
        for (place, item) in record.changes {
            match item {
                Some(item) => {
                    items.insert(place, item);
                }
                None if self.bug == Some(Bug::DeletionsLostAtRestore) => {}
                None => {
                    items.remove(&place);
                }
            }
        }
    }

    /// The last snapshot in which nothing is later than the time.
    async fn snapshot(&self) -> Result<Option<Snapshot>, Missing> {
        let names = self.objects.list(&snapshots(self.meta.group)).await?;
        for name in names.iter().rev() {
            let Some(bytes) = self.objects.get(name).await? else {
                continue;
            };
            let snapshot: Snapshot = serde_json::from_slice(&bytes).map_err(|_| Missing::Log)?;
            if snapshot.stamp_us <= self.at_us {
                return Ok(Some(snapshot));
            }
        }
        Ok(None)
    }
}
