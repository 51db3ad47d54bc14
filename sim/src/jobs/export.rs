//! Writes the files of an export: one for each partition, from the archive, then the list of them.

use std::collections::BTreeMap;

use lookback_protocol::wire::AnswerItem;

use super::{Cut, Job};
use crate::archive::{Change, DataFile, Manifest, data_file, manifest};
use crate::bugs::Bug;
use crate::control::{ControlCommand, Export, Source, Span, Table};
use crate::object_store::checksum;
use crate::partition::key_attributes;
use crate::sometimes::{Activity, Sometimes};

const SECOND_US: i64 = 1_000_000;

impl Job {
    pub(super) async fn export(&self, arn: &str) -> Option<()> {
        let export = super::control(&self.storage, |it| it.exports.get(arn).cloned())??;
        let world = &self.storage.host.world;
        let table = self.table(export.table)?;
        let _building = world.sometimes.doing(Activity::Build(export.table));
        let last_us = match export.span {
            Span::Full(at_us) => at_us,
            Span::Changes(_, to_us) => to_us - 1,
        };
        let mut files = Vec::new();
        for source in table.sources(last_us) {
            let lines = self.lines(&table, &export, &source).await?;
            let name = data_file(export.table, arn, source.meta.group);
            files.push(DataFile {
                name: name.clone(),
                item_count: lines.iter().filter(|byte| **byte == b'\n').count(),
                checksum: checksum(&lines),
            });
            world.objects.put(&name, lines).await.ok()?;
            if world.plan.has(Bug::ExportMissesFiles) {
                break;
            }
        }
        // Texts and numbers are written to memory without fail.
        let bytes = serde_json::to_vec(&Manifest { files }).unwrap_or_default();
        let name = manifest(export.table, arn);
        world.objects.put(&name, bytes).await.ok()?;
        self.put_down(ControlCommand::Exported(arn.to_owned()))
            .await
    }

    /// The data file of one partition.
    async fn lines(&self, table: &Table, export: &Export, source: &Source) -> Option<Vec<u8>> {
        let bug = self.storage.host.world.plan.bug;
        let mut lines = Vec::new();
        match export.span {
            Span::Full(at_us) => {
                let at_us = match bug {
                    Some(Bug::ExportOfTheBuildTime) => i64::MAX,
                    _ => at_us,
                };
                let items = self.items_of_partition(source, at_us.into()).await?;
                for item in items.into_values() {
                    put_line(&mut lines, &Change::whole(item));
                }
            }
            Span::Changes(from_us, to_us) => {
                let (from_us, to_us) = match bug {
                    Some(Bug::ChangesFromTheNextSecond) => {
                        (from_us / SECOND_US * SECOND_US + SECOND_US, to_us)
                    }
                    Some(Bug::ChangesBeforeTheLastSecond) => {
                        (from_us, to_us / SECOND_US * SECOND_US)
                    }
                    Some(Bug::ChangesWithTheBoundarySecond) => {
                        (from_us, to_us / SECOND_US * SECOND_US + SECOND_US)
                    }
                    _ => (from_us, to_us),
                };
                let middle_us = from_us + (to_us - from_us) / 2;
                let spans = match bug {
                    Some(Bug::ChangesOfAKeyTwice) => vec![(from_us, middle_us), (middle_us, to_us)],
                    _ => vec![(from_us, to_us)],
                };
                for (from_us, to_us) in spans {
                    for change in self.changes(table, source, from_us, to_us).await? {
                        put_line(&mut lines, &change);
                    }
                }
            }
        }
        self.still_leads().await?;
        Some(lines)
    }

    /// What is otherwise just before the second time than just before the first, one change for each key.
    async fn changes(
        &self,
        table: &Table,
        source: &Source,
        from_us: i64,
        to_us: i64,
    ) -> Option<Vec<Change>> {
        let world = &self.storage.host.world;
        let mut old = self.items_before(table, source, from_us).await?;
        let cut = Cut {
            at_us: to_us - 1,
            keeps_deleted: world.plan.has(Bug::ChangesKeepWhatWasDeleted),
        };
        let new = self.items_of_partition(source, cut).await?;
        let later = if world.plan.has(Bug::ChangesWithALaterOldImage) {
            let later_us = from_us + SECOND_US;
            Some(self.items_before(table, source, later_us).await?)
        } else {
            None
        };
        // What is told as old.
        let told = |place: &String, old: Option<AnswerItem>| match &later {
            Some(later) => later.get(place).cloned(),
            None => old,
        };
        let mut changes = Vec::new();
        for (place, new) in new {
            let old = old.remove(&place);
            if old.as_ref() != Some(&new) {
                let keys = key_attributes(&table.key_schema, &new);
                changes.push(Change::of(keys, told(&place, old), Some(new)));
            }
        }
        let forgets = world.plan.has(Bug::ChangesForgetDeletions);
        for (place, old) in old.into_iter().filter(|_| !forgets) {
            world.sometimes.saw(Sometimes::DeletionExported);
            let keys = key_attributes(&table.key_schema, &old);
            changes.push(Change::of(keys, told(&place, Some(old)), None));
        }
        Some(changes)
    }

    /// What was in the stretch of a partition just before a time; another partition may have held it then.
    async fn items_before(
        &self,
        table: &Table,
        source: &Source,
        before_us: i64,
    ) -> Option<BTreeMap<String, AnswerItem>> {
        let mut items = BTreeMap::new();
        for earlier in table.sources(before_us - 1) {
            let (low, high) = (source.meta.low, source.meta.high);
            if earlier.meta.low <= high && low <= earlier.meta.high {
                let cut = (before_us - 1).into();
                items.extend(self.items_of_partition(&earlier, cut).await?);
            }
        }
        items.retain(|place, _| source.meta.holds(place));
        Some(items)
    }
}

fn put_line(lines: &mut Vec<u8>, line: &Change) {
    // Items are written to memory without fail.
    lines.extend(serde_json::to_vec(line).unwrap_or_default());
    lines.push(b'\n');
}
