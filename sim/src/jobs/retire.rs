//! Takes away the replicas of a table that is no more, once its log is in the archive and no backup of it is being built.

use super::Job;
use crate::control::ControlCommand;
use crate::message::{Answer, Ask};

/// How long a node is given to let a replica go, in microseconds.
const PATIENCE_US: i64 = 1_000_000;

impl Job {
    pub(super) async fn retire(&self, id: u64) -> Option<()> {
        let table = self.table(id)?;
        for part in &table.partitions {
            self.put_away(&part.meta, u64::MAX).await?;
        }
        // Parents come before the partitions that they were split into: what is gone makes no children.
        for part in &table.partitions {
            for node in &part.meta.replicas {
                let ask = Ask::DropGroup(part.meta.group);
                let dropped = self.storage.host.ask(*node, ask, PATIENCE_US).await?;
                if !matches!(dropped, Answer::Done) {
                    return None;
                }
            }
            self.storage.host.world.forget_group(part.meta.group);
        }
        self.put_down(ControlCommand::Retired(id)).await
    }
}
