//! Splits a partition that has grown too large.

use super::Job;
use crate::control::ControlCommand;
use crate::message::{GroupId, Outcome};
use crate::partition::PartitionCommand;
use crate::sometimes::Activity;

impl Job {
    pub(super) async fn split(&self, id: u64, group: GroupId) -> Option<()> {
        self.children_of(id, group).await
    }

    /// Splits a partition, or learns that it has been split.
    pub(super) async fn children_of(&self, id: u64, group: GroupId) -> Option<()> {
        let seen = &self.storage.host.world.sometimes;
        let _splitting = seen.doing(Activity::Split(id));
        let table = self.table(id)?;
        let part = table.partition(group)?;
        let (left, right, None) = part.split? else {
            return Some(());
        };
        let command = PartitionCommand::Split(left, right);
        match self.tell(&part.meta, command).await? {
            Outcome::Prepared(at_us) => {
                self.put_down(ControlCommand::WasSplit(id, group, at_us))
                    .await
            }
            _ => None,
        }
    }
}
