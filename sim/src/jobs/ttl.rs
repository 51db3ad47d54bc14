//! Tells the partitions of a table by which attribute items expire.

use super::Job;
use crate::control::ControlCommand;
use crate::message::Outcome;
use crate::partition::PartitionCommand;

impl Job {
    pub(super) async fn tell_ttl(&self, id: u64) -> Option<()> {
        let table = self.table(id)?;
        let attribute = table.ttl_attribute.clone();
        for part in table.partitions.iter().filter(|part| part.serves()) {
            let command = PartitionCommand::SetTtl(attribute.clone());
            // One that was split in the meantime is not done: the next try finds its children.
            if !matches!(self.tell(&part.meta, command).await?, Outcome::Done) {
                return None;
            }
        }
        self.put_down(ControlCommand::TtlKnown(id, attribute)).await
    }
}
