//! What there is to do about the tables, the backups and the exports.

use super::{Control, Stage};
use crate::message::GroupId;

/// What has to be done.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Work {
    /// Make the groups of a table.
    Make(u64),
    /// Load the items of a restored table.
    Load(u64),
    /// Tell the partitions of a table by which attribute items expire.
    TellTtl(u64),
    /// Close the partitions of a table.
    Close(u64),
    /// Take away the replicas of a deleted table.
    Retire(u64),
    /// Delete what no restore of a table needs any more.
    Collect(u64),
    /// Delete the archive of a deleted table.
    Forget(u64),
    /// Build a backup.
    Build(String),
    /// Write the files of an export.
    Export(String),
    /// Split a partition of a table.
    Split(u64, GroupId),
}

impl Control {
    /// What has to be done.
    pub fn work(&self) -> Vec<Work> {
        let mut work = Vec::new();
        for (id, table) in &self.tables {
            match table.stage {
                Stage::Creating => work.push(Work::Make(*id)),
                Stage::Loading => work.push(Work::Load(*id)),
                Stage::Deleting => work.push(Work::Close(*id)),
                Stage::Deleted if !table.retired && !self.is_being_read(*id) => {
                    work.push(Work::Retire(*id));
                }
                Stage::Deleted if table.retired && !table.forgotten && !self.is_being_read(*id) => {
                    work.push(Work::Forget(*id));
                }
                Stage::Active | Stage::Deleted => {}
            }
            let splitting = table.partitions.iter();
            let splitting = splitting.filter(|it| matches!(it.split, Some((_, _, None))));
            if table.stage == Stage::Active && self.is_worth_collecting(*id, table) {
                work.push(Work::Collect(*id));
            }
            if table.stage == Stage::Active && !table.ttl_known {
                work.push(Work::TellTtl(*id));
            }
            if table.stage == Stage::Active {
                work.extend(splitting.map(|it| Work::Split(*id, it.meta.group)));
            }
        }
        for (arn, backup) in self.backups.iter().filter(|(_, it)| !it.available) {
            let closed = self.tables.get(&backup.table);
            let closed = closed.is_some_and(|table| table.stage == Stage::Deleted);
            if !backup.system || closed {
                work.push(Work::Build(arn.clone()));
            }
        }
        let exports = self.exports.iter().filter(|(_, it)| !it.completed);
        work.extend(exports.map(|(arn, _)| Work::Export(arn.clone())));
        work
    }
}
