//! The control plane: the catalogue of tables and backups, and what there is to do about them.
//!
//! It is the state of a group of its own, so it survives the crash of any node. What takes time (making groups, closing
//! partitions, building backups) is not done here: [`Control::work`] says what is to be done, the node that leads the
//! group does it, and a command puts down that it was done. A new leader finds the same work again.

mod api;
mod describe;
mod export;
mod lineage;
mod past;
mod split;
mod work;

use std::collections::BTreeMap;

use lookback_protocol::wire::Request;
use lookback_protocol::wire::table::{AttributeDefinition, KeySchemaElement};
use serde::{Deserialize, Serialize};

pub use export::{Export, Span};
pub use lineage::Source;
pub use work::Work;

use crate::bugs::Bug;
use crate::message::{GroupId, NodeId, Outcome};
use crate::partition::Meta;

/// How many nodes hold a partition.
const REPLICAS: usize = 3;

/// The state of the control plane.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Control {
    /// The storage nodes.
    pub nodes: Vec<NodeId>,
    /// How many partitions a new table has.
    pub partitions: u32,
    /// The latest time of a command.
    pub stamp_us: i64,
    /// The next number of a table.
    pub next_table: u64,
    /// The next number of a group.
    pub next_group: GroupId,
    /// The tables that have a name.
    pub names: BTreeMap<String, u64>,
    /// All tables, deleted ones too: their backups outlive them.
    pub tables: BTreeMap<u64, Table>,
    /// The backups by ARN.
    pub backups: BTreeMap<String, Backup>,
    /// The exports by ARN.
    pub exports: BTreeMap<String, Export>,
}

/// What stage a table is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// Its groups are being made.
    Creating,
    /// Its groups are there; its items are being loaded.
    Loading,
    /// It serves.
    Active,
    /// Its partitions are being closed.
    Deleting,
    /// It is no more.
    Deleted,
}

/// A table.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its stage.
    pub stage: Stage,
    /// Its key.
    pub key_schema: Vec<KeySchemaElement>,
    /// The types of the key attributes.
    pub definitions: Vec<AttributeDefinition>,
    /// When it was created.
    pub created_us: i64,
    /// Since when it can be restored to any time, if it can.
    pub recovery_since_us: Option<i64>,
    /// For how many days back.
    pub recovery_days: i32,
    /// The attribute that items expire by.
    pub ttl_attribute: Option<String>,
    /// Whether all partitions know it.
    pub ttl_known: bool,
    /// Where its items come from, and as of when.
    pub restored: Option<(Origin, i64)>,
    /// Whether its replicas are gone.
    pub retired: bool,
    /// Whether its archive is gone.
    pub forgotten: bool,
    /// Of what is older than this all that is not needed was deleted.
    pub collected_us: i64,
    /// Its partitions, split ones too.
    pub partitions: Vec<PartitionInfo>,
}

/// Where a restored table's items come from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Origin {
    /// A backup.
    Backup(String),
    /// Another table's past.
    Table(u64),
}

/// A partition as the control plane knows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PartitionInfo {
    /// What it is.
    pub meta: Meta,
    /// The partition that it came out of.
    pub parent: Option<GroupId>,
    /// What it was split into, and when: not known until it has happened.
    pub split: Option<(GroupId, GroupId, Option<i64>)>,
}

/// A backup.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Backup {
    /// Its name.
    pub name: String,
    /// The table that it is of.
    pub table: u64,
    /// The time of the request: the items are as of then. A SYSTEM backup holds the items that were there at the end.
    pub at_us: i64,
    /// USER or SYSTEM.
    pub system: bool,
    /// Whether it has been built.
    pub available: bool,
}

/// What the control plane is told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ControlCommand {
    /// A request of a client: operation and body.
    Api(String, String),
    /// The groups of a table were made.
    Made(u64),
    /// The items of a restored table were loaded.
    Loaded(u64),
    /// The partitions of a table were closed.
    Closed(u64),
    /// The partitions of a table know by which attribute items expire.
    TtlKnown(u64, Option<String>),
    /// A backup was built.
    Built(String),
    /// The files of an export were written.
    Exported(String),
    /// The replicas of a deleted table are gone.
    Retired(u64),
    /// What a table's restores need of its past no more was deleted: all that is older than this time.
    Collected(u64, i64),
    /// The archive of a deleted table is gone.
    Forgotten(u64),
    /// A partition of a table has grown too large.
    SplitWanted(u64, GroupId),
    /// A partition was split at this time.
    WasSplit(u64, GroupId, i64),
}

/// What is asked of the control plane.
#[derive(Clone, Debug)]
pub enum ControlRead {
    /// Where the items of a table are.
    Map(String),
    /// A request that changes nothing.
    Api(Request),
    /// Whether there is a table of this name, or one that is still being deleted.
    IsNamed(String),
}

/// Where the items of a table are.
#[derive(Clone, Debug)]
pub struct TableMap {
    /// The table's key.
    pub key_schema: Vec<KeySchemaElement>,
    /// The types of the key attributes.
    pub definitions: Vec<AttributeDefinition>,
    /// The partitions in the order of hash values.
    pub partitions: Vec<Meta>,
}

impl Control {
    /// A control plane without tables over these storage nodes.
    pub fn new(nodes: Vec<NodeId>, partitions: u32) -> Self {
        Self {
            nodes,
            partitions: partitions.max(1),
            stamp_us: 0,
            next_table: 1,
            next_group: 1,
            names: BTreeMap::new(),
            tables: BTreeMap::new(),
            backups: BTreeMap::new(),
            exports: BTreeMap::new(),
        }
    }

    /// Applies a command that the leader proposed when its clock showed `at_us`.
    pub fn apply(&mut self, at_us: i64, command: &ControlCommand, bug: Option<Bug>) -> Outcome {
        self.stamp_us = at_us.max(self.stamp_us + 1);
        match command {
            ControlCommand::Api(operation, body) => {
                return Outcome::Response(self.change(operation, body, bug).into());
            }
            ControlCommand::Made(id) => {
                if let Some(table) = self.tables.get_mut(id)
                    && table.stage == Stage::Creating
                {
                    table.stage = match table.restored {
                        Some(_) => Stage::Loading,
                        None => Stage::Active,
                    };
                }
            }
            ControlCommand::Loaded(id) => {
                if let Some(table) = self.tables.get_mut(id)
                    && table.stage == Stage::Loading
                {
                    table.stage = Stage::Active;
                }
            }
            ControlCommand::Closed(id) => {
                if let Some(table) = self.tables.get_mut(id)
                    && table.stage == Stage::Deleting
                {
                    table.stage = Stage::Deleted;
                    let name = table.name.clone();
                    self.names.remove(&name);
                }
            }
            ControlCommand::TtlKnown(id, attribute) => {
                if let Some(table) = self.tables.get_mut(id)
                    && table.ttl_attribute == *attribute
                {
                    table.ttl_known = true;
                }
            }
            ControlCommand::Built(arn) => {
                if let Some(backup) = self.backups.get_mut(arn) {
                    backup.available = true;
                }
            }
            ControlCommand::Retired(id) => {
                if let Some(table) = self.tables.get_mut(id) {
                    table.retired = true;
                }
            }
            ControlCommand::Forgotten(id) => {
                if let Some(table) = self.tables.get_mut(id) {
                    table.forgotten = true;
                }
            }
            ControlCommand::Collected(id, oldest_us) => {
                if let Some(table) = self.tables.get_mut(id) {
                    table.collected_us = (*oldest_us).min(self.stamp_us);
                }
            }
            ControlCommand::Exported(arn) => {
                if let Some(export) = self.exports.get_mut(arn) {
                    export.completed = true;
                }
            }
            ControlCommand::SplitWanted(table, group) => self.want_split(*table, *group),
            ControlCommand::WasSplit(table, group, at_us) => {
                self.was_split(*table, *group, *at_us);
            }
        }
        Outcome::Done
    }

    /// What a read shows.
    pub fn read(&self, read: &ControlRead) -> Outcome {
        match read {
            ControlRead::Map(name) => Outcome::Map(self.map(name).map(Into::into)),
            ControlRead::Api(request) => Outcome::Response(self.describe(request).into()),
            ControlRead::IsNamed(name) if self.names.contains_key(name) => Outcome::Done,
            ControlRead::IsNamed(_) => Outcome::Gone,
        }
    }

    fn map(&self, name: &str) -> Option<TableMap> {
        let id = self.names.get(name)?;
        let table = self.tables.get(id)?;
        if table.stage != Stage::Active {
            return None;
        }
        // One that is being split serves until it was.
        let live = table.partitions.iter().filter(|it| it.serves());
        let parts = live.filter(|it| {
            let parent = it.parent.and_then(|group| table.partition(group));
            parent.is_none_or(|parent| !parent.serves())
        });
        let mut partitions: Vec<Meta> = parts.map(|it| it.meta.clone()).collect();
        partitions.sort_by_key(|meta| meta.low);
        Some(TableMap {
            key_schema: table.key_schema.clone(),
            definitions: table.definitions.clone(),
            partitions,
        })
    }

    /// The metas of a new table's partitions.
    fn new_partitions(
        &mut self,
        table: u64,
        key_schema: &[KeySchemaElement],
        definitions: &[AttributeDefinition],
    ) -> Vec<PartitionInfo> {
        let width = u32::MAX / self.partitions;
        let parts = (0..self.partitions).map(|part| {
            let low = part * width + u32::from(part > 0);
            let high = if part + 1 == self.partitions {
                u32::MAX
            } else {
                (part + 1) * width
            };
            let group = self.next_group;
            self.next_group += 1;
            let first = usize::try_from(group).unwrap_or(0);
            let nodes = self
                .nodes
                .iter()
                .cycle()
                .skip(first % self.nodes.len().max(1));
            PartitionInfo {
                meta: Meta {
                    group,
                    table,
                    low,
                    high,
                    replicas: nodes.take(REPLICAS).copied().collect(),
                    key_schema: key_schema.to_vec(),
                    definitions: definitions.to_vec(),
                    ttl_attribute: None,
                },
                parent: None,
                split: None,
            }
        });
        parts.collect()
    }
}

impl Table {
    /// A partition of the table.
    pub fn partition(&self, group: GroupId) -> Option<&PartitionInfo> {
        self.partitions.iter().find(|it| it.meta.group == group)
    }
}

impl PartitionInfo {
    /// Whether it has not been split.
    pub fn serves(&self) -> bool {
        !matches!(self.split, Some((_, _, Some(_))))
    }
}
