//! Makes the groups of a new table.

use std::rc::Rc;

use super::Job;
use crate::control::ControlCommand;
use crate::machine::Machine;
use crate::message::{Answer, Ask};
use crate::partition::Partition;

/// How long a node is given to make a replica, in microseconds.
const PATIENCE_US: i64 = 1_000_000;

impl Job {
    pub(super) async fn make(&self, id: u64) -> Option<()> {
        let table = self.table(id)?;
        for part in &table.partitions {
            let partition = Partition::new(part.meta.clone(), 0);
            let machine = Rc::new(Machine::Partition(Box::new(partition)));
            for node in &part.meta.replicas {
                let ask = Ask::MakeGroup(part.meta.group, Rc::clone(&machine));
                let made = self.storage.host.ask(*node, ask, PATIENCE_US).await?;
                if !matches!(made, Answer::Done) {
                    return None;
                }
            }
        }
        self.put_down(ControlCommand::Made(id)).await
    }
}
