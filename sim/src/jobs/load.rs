//! Loads the items of a restored table.

use lookback_protocol::wire::AnswerItem;

use super::Job;
use crate::archive;
use crate::bugs::Bug;
use crate::control::{ControlCommand, Origin, Table};
use crate::message::Outcome;
use crate::partition::PartitionCommand;

/// How many items are loaded by one command.
const ITEMS_MAX: usize = 50;

impl Job {
    pub(super) async fn load(&self, id: u64) -> Option<()> {
        let table = self.table(id)?;
        let items = self.past_items(&table).await?;
        for part in &table.partitions {
            let (low, high) = (part.meta.low, part.meta.high);
            let (low, high) = (format!("{low:08x}"), format!("{high:08x}g"));
            let here = items.iter();
            let here = here.filter(|(place, _)| **place >= low && **place < high);
            let here: Vec<AnswerItem> = here.map(|(_, item)| item.clone()).collect();
            for items in here.chunks(ITEMS_MAX) {
                let command = PartitionCommand::Load(items.to_vec());
                if !matches!(self.tell(&part.meta, command).await?, Outcome::Done) {
                    return None;
                }
            }
        }
        self.put_down(ControlCommand::Loaded(id)).await
    }

    /// The items that a table is restored with, by place.
    async fn past_items(
        &self,
        table: &Table,
    ) -> Option<std::collections::BTreeMap<String, AnswerItem>> {
        let (origin, at_us) = table.restored.as_ref()?;
        match origin {
            Origin::Table(source) => {
                let plan = &self.storage.host.world.plan;
                let to_the_end = plan.has(Bug::RestoreToTheEnd);
                let at_us = if to_the_end { i64::MAX } else { *at_us };
                self.items_of(&self.table(*source)?, at_us).await
            }
            Origin::Backup(arn) => {
                let backup = super::control(&self.storage, |it| it.backups.get(arn).cloned())??;
                let name = archive::backup(backup.table, arn);
                let bytes = self.storage.host.world.objects.get(&name).await.ok()??;
                serde_json::from_slice(&bytes).ok()
            }
        }
    }
}
