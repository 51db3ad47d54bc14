//! Closes the partitions of a table that is being deleted.

use super::Job;
use crate::bugs::Bug;
use crate::control::ControlCommand;
use crate::message::Outcome;
use crate::partition::PartitionCommand;

impl Job {
    pub(super) async fn close(&self, id: u64) -> Option<()> {
        let table = self.table(id)?;
        for part in table.partitions.iter().filter(|part| part.serves()) {
            match self.tell(&part.meta, PartitionCommand::Close).await? {
                Outcome::Sealed(_) => {}
                // It was split while the table was still there: its children have to be closed.
                Outcome::Moved => {
                    self.children_of(id, part.meta.group).await?;
                    return None;
                }
                _ => return None,
            }
        }
        let plan = &self.storage.host.world.plan;
        if plan.has(Bug::ArchiveForgottenTooEarly) {
            self.forget_archive(&table).await?;
        }
        self.put_down(ControlCommand::Closed(id)).await
    }
}
