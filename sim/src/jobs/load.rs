//! Loads the items of a restored table.

use lookback_protocol::wire::AnswerItem;

use super::Job;
use crate::archive;
use crate::bugs::Bug;
use crate::control::{ControlCommand, Origin, Table};
use crate::message::Outcome;
use crate::partition::PartitionCommand;
use crate::sometimes::Activity;

const SECOND_US: i64 = 1_000_000;
/// How many items are loaded by one command.
const ITEMS_MAX: usize = 50;

impl Job {
    pub(super) async fn load(&self, id: u64) -> Option<()> {
        let table = self.table(id)?;
        let world = &self.storage.host.world;
        let _restoring = world.sometimes.doing(Activity::Restore(id));
        if world.plan.has(Bug::ActiveBeforeItsItems) {
            self.put_down(ControlCommand::Loaded(id)).await?;
        }
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
                let at_us = match plan.bug {
                    Some(Bug::RestoreToTheEnd) => i64::MAX,
                    Some(Bug::RestoreOfTheWholeSecond) => at_us / SECOND_US * SECOND_US + SECOND_US,
                    Some(Bug::RestoreWithoutItsSecond) => at_us / SECOND_US * SECOND_US - 1,
                    _ => *at_us,
                };
                let mut source = self.table(*source)?;
                if plan.has(Bug::RestoreOfAnotherIncarnation) {
                    source = self.first_of_the_name(&source)?;
                }
                self.items_of(&source, at_us).await
            }
            Origin::Backup(arn) => {
                let backup = super::control(&self.storage, |it| it.backups.get(arn).cloned())??;
                if self.storage.host.world.plan.has(Bug::RestoreReadsTheSource) {
                    return self.items_of(&self.table(backup.table)?, i64::MAX).await;
                }
                let name = archive::backup(backup.table, arn);
                let bytes = self.storage.host.world.objects.get(&name).await.ok()??;
                serde_json::from_slice(&bytes).ok()
            }
        }
    }
}
