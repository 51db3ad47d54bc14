//! Deletes what no restore can need any more: segments and snapshots from before the last snapshot that is older than every
//! window, every backup that is being built, every restore that reads; and all of what a deleted table had.

use super::Job;
use crate::archive::{self, Snapshot};
use crate::control::{ControlCommand, Table};
use crate::message::GroupId;
use crate::sometimes::Sometimes;
use crate::world::World;

impl Job {
    pub(super) async fn collect(&self, id: u64) -> Option<()> {
        let table = self.table(id)?;
        let oldest_us = super::control(&self.storage, |it| it.oldest_needed_us(id))?;
        for part in &table.partitions {
            self.collect_group(part.meta.group, oldest_us).await?;
        }
        self.put_down(ControlCommand::Collected(id, oldest_us))
            .await
    }

    /// Deletes the archive of a table that is no more, and that nobody reads.
    pub(super) async fn forget(&self, id: u64) -> Option<()> {
        self.forget_archive(&self.table(id)?).await?;
        self.put_down(ControlCommand::Forgotten(id)).await
    }

    pub(super) async fn forget_archive(&self, table: &Table) -> Option<()> {
        let world = &self.storage.host.world;
        for part in &table.partitions {
            let group = part.meta.group;
            let mut gone = world.objects.list(&archive::segments(group)).await.ok()?;
            gone.extend(world.objects.list(&archive::snapshots(group)).await.ok()?);
            if !gone.is_empty() {
                world.objects.delete(&gone).await.ok()?;
                world.sometimes.saw(Sometimes::ArchiveForgotten);
            }
        }
        Some(())
    }

    async fn collect_group(&self, group: GroupId, oldest_us: i64) -> Option<()> {
        let world = &self.storage.host.world;
        let objects = &world.objects;
        let snapshots = objects.list(&archive::snapshots(group)).await.ok()?;
        let mut kept = None;
        for name in snapshots.iter().rev() {
            let bytes = objects.get(name).await.ok()?;
            let Ok(snapshot) = serde_json::from_slice::<Snapshot>(&bytes?) else {
                continue;
            };
            if snapshot.stamp_us <= oldest_us {
                kept = Some((name.clone(), snapshot.last));
                break;
            }
        }
        let Some((kept, last)) = kept else {
            return Some(());
        };
        let mut gone = segments_through(world, group, last).await?;
        let count = gone.len();
        gone.extend(snapshots.into_iter().filter(|name| *name < kept));
        if gone.is_empty() {
            return Some(());
        }
        world.log.event(
            self.storage.node(),
            "collect",
            format_args!("group {group} through {last}"),
        );
        objects.delete(&gone).await.ok()?;
        world
            .sometimes
            .saw_if(count > 0, Sometimes::SegmentsCollected);
        Some(())
    }
}

/// The segments of a log that hold nothing after this record.
async fn segments_through(world: &World, group: GroupId, last: u64) -> Option<Vec<String>> {
    let mut names = world.objects.list(&archive::segments(group)).await.ok()?;
    names.retain(|name| archive::last_of(name).is_some_and(|it| it <= last));
    Some(names)
}

/// A planted bug's: deletes the segments that hold nothing after this record.
pub async fn delete_segments(world: &World, group: GroupId, last: u64) {
    if let Some(gone) = segments_through(world, group, last).await {
        let _deleted = world.objects.delete(&gone).await;
    }
}
