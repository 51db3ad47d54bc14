//! Deletes what no restore can need any more: segments and snapshots from before the last snapshot that is older than every
//! window, every backup that is being built, every restore that reads.

use super::Job;
use crate::archive::{self, Snapshot};
use crate::control::ControlCommand;
use crate::message::GroupId;
use crate::sometimes::Sometimes;

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
        let segments = objects.list(&archive::segments(group)).await.ok()?;
        let segments = segments
            .into_iter()
            .filter(|name| archive::last_of(name).is_some_and(|it| it <= last));
        let mut gone: Vec<String> = segments.collect();
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
