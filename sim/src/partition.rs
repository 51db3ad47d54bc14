//! A partition: the items of a stretch of hash values, with the log of their changes until it is in the archive.

mod expiry;
mod key;
mod read;
mod transaction;
mod write;

use std::collections::BTreeMap;

use lookback_protocol::item_op::ItemRules;
use lookback_protocol::key::{KeyAttribute, KeySchema, KeyType};
use lookback_protocol::value::Item;
use lookback_protocol::wire::AnswerItem;
use lookback_protocol::wire::table::{AttributeDefinition, KeySchemaElement};
use serde::{Deserialize, Serialize};

pub use key::{hash_of, place_of};
pub use read::PartitionRead;
pub use transaction::{Decision, Member, Prepare};
pub use write::{WriteRequest, early};

use crate::bugs::Bug;
use crate::machine::Applied;
use crate::message::{GroupId, NodeId, Outcome};

/// What a partition is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Meta {
    /// Its group.
    pub group: GroupId,
    /// Its table's number: another one for each time that a name was created.
    pub table: u64,
    /// The first hash value.
    pub low: u32,
    /// The last hash value.
    pub high: u32,
    /// The nodes that hold it.
    pub replicas: Vec<NodeId>,
    /// The table's key.
    pub key_schema: Vec<KeySchemaElement>,
    /// The types of the key attributes.
    pub definitions: Vec<AttributeDefinition>,
    /// The attribute that items expire by.
    pub ttl_attribute: Option<String>,
}

/// An item, or the place where one was.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Slot {
    /// The item.
    pub item: Option<AnswerItem>,
    /// The record of the change that made it so.
    pub version: u64,
}

/// A change to the archive: what one command did.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Record {
    /// Its number: 1, 2, 3, ...
    pub number: u64,
    /// When it was done, by the clock of the leader that proposed it.
    pub at_us: i64,
    /// What the items are since then.
    pub changes: Vec<(String, Option<AnswerItem>)>,
}

/// Whether a partition still takes part.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Standing {
    /// It does.
    Open,
    /// Its table was deleted.
    Closed,
    /// Its items went to two others: their groups, and the first hash value of the second.
    Split(GroupId, GroupId, u32),
}

/// The state of a partition.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Partition {
    /// What it is.
    pub meta: Meta,
    /// Whether it still takes part.
    pub standing: Standing,
    /// The latest time of a record or a seal.
    pub stamp_us: i64,
    /// The number of the last record.
    pub last: u64,
    /// The last record of the partition that this one came out of.
    pub born: u64,
    /// The items by place.
    pub items: BTreeMap<String, Slot>,
    /// The records that are not in the archive yet.
    pub records: Vec<Record>,
    /// The last record that is.
    pub archived: u64,
    /// The last record that a snapshot in the archive holds.
    pub snapshotted: u64,
    /// Which transaction holds which item.
    pub locks: BTreeMap<String, String>,
    /// The transactions that hold items.
    pub prepared: BTreeMap<String, transaction::Prepared>,
    /// What became of the transactions that are decided here.
    pub decisions: BTreeMap<String, Decision>,
    /// The tokens of those that took effect or may.
    pub tokens: BTreeMap<String, String>,
}

/// What a partition is told to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum PartitionCommand {
    /// One write.
    Write(Box<WriteRequest>),
    /// Hold the items of a transaction, if its conditions are met.
    Prepare(Box<Prepare>),
    /// To the decider: the transaction takes effect at this time, or never. What was decided first counts.
    Decide(String, Option<i64>),
    /// The transaction took effect at this time, or never will: let go.
    Finish(String, Option<i64>),
    /// No later record has a time up to this one.
    Seal(i64),
    /// The table is no more.
    Close,
    /// The items go to two others: their groups.
    Split(GroupId, GroupId),
    /// The records up to this one are in the archive, and a snapshot up to that one.
    Archived(u64, Option<u64>),
    /// Items that are restored.
    Load(Vec<AnswerItem>),
    /// The attribute that items expire by from now on.
    SetTtl(Option<String>),
    /// Those of these items go that have expired by this time, in seconds.
    Expire(i64, Vec<String>),
}

impl Partition {
    /// A partition without items.
    pub fn new(meta: Meta, stamp_us: i64) -> Self {
        Self {
            meta,
            standing: Standing::Open,
            stamp_us,
            last: 0,
            born: 0,
            items: BTreeMap::new(),
            records: Vec::new(),
            archived: 0,
            snapshotted: 0,
            locks: BTreeMap::new(),
            prepared: BTreeMap::new(),
            decisions: BTreeMap::new(),
            tokens: BTreeMap::new(),
        }
    }

    /// Applies a command that a leader proposed when its clock showed `at_us`.
    pub fn apply(&mut self, at_us: i64, command: &PartitionCommand, bug: Option<Bug>) -> Applied {
        if let Some(outcome) = self.refusal(command) {
            return outcome.into();
        }
        match command {
            PartitionCommand::Write(request) => self.write(at_us, request, bug).into(),
            PartitionCommand::Prepare(prepare) => self.prepare(at_us, prepare, bug).into(),
            PartitionCommand::Decide(id, at) => self.decide(id, *at).into(),
            PartitionCommand::Finish(id, at) => self.finish(id, *at, bug).into(),
            PartitionCommand::Seal(until_us) => {
                // What a held item will be may have a time before this one.
                let lock = self.any_lock();
                if let Some(lock) = lock.filter(|_| bug != Some(Bug::SealThroughALock)) {
                    return Outcome::Locked(lock).into();
                }
                self.stamp_us = self.stamp_us.max(*until_us);
                Outcome::Sealed(self.last).into()
            }
            PartitionCommand::Close => match self.any_lock() {
                Some(lock) => Outcome::Locked(lock).into(),
                None => {
                    self.standing = Standing::Closed;
                    self.stamp(at_us);
                    Outcome::Sealed(self.last).into()
                }
            },
            PartitionCommand::Split(left, right) => self.split(at_us, *left, *right, bug),
            PartitionCommand::Archived(through, snapshot) => {
                self.archived = self.archived.max(*through);
                self.snapshotted = self.snapshotted.max(snapshot.unwrap_or(0));
                let archived = self.archived;
                self.records.retain(|record| record.number > archived);
                Outcome::Done.into()
            }
            PartitionCommand::Load(items) => {
                let rules = self.rules();
                let changes = items.iter().filter_map(|item| {
                    let place = place_of(rules.as_ref()?, item)?;
                    Some((place, Some(item.clone())))
                });
                let changes = changes.collect();
                let stamp_us = self.stamp(at_us);
                self.record(stamp_us, changes);
                Outcome::Done.into()
            }
            PartitionCommand::SetTtl(attribute) => {
                self.meta.ttl_attribute.clone_from(attribute);
                Outcome::Done.into()
            }
            PartitionCommand::Expire(now_s, places) => {
                self.expire(at_us, *now_s, places, bug).into()
            }
        }
    }

    /// What a partition that takes no part any more answers.
    fn refusal(&self, command: &PartitionCommand) -> Option<Outcome> {
        let bookkeeping = matches!(
            command,
            PartitionCommand::Archived(..) | PartitionCommand::Decide(..)
        );
        match &self.standing {
            Standing::Open => None,
            _ if bookkeeping => None,
            // Splitting tells once more when it was.
            Standing::Split(..) if matches!(command, PartitionCommand::Split(..)) => {
                Some(Outcome::Prepared(self.stamp_us))
            }
            // Its log is as fixed as can be.
            _ if matches!(command, PartitionCommand::Seal(_) | PartitionCommand::Close) => {
                Some(match self.standing {
                    Standing::Split(..) => Outcome::Moved,
                    _ => Outcome::Sealed(self.last),
                })
            }
            Standing::Closed => Some(Outcome::Gone),
            Standing::Split(..) => Some(Outcome::Moved),
        }
    }

    /// The time of the next record: the proposer's, but later than any before.
    fn stamp(&mut self, at_us: i64) -> i64 {
        self.stamp_us = at_us.max(self.stamp_us.saturating_add(1));
        self.stamp_us
    }

    /// Does a change, and keeps it for the archive.
    fn record(&mut self, at_us: i64, changes: Vec<(String, Option<AnswerItem>)>) {
        self.last += 1;
        for (place, item) in &changes {
            let slot = Slot {
                item: item.clone(),
                version: self.last,
            };
            self.items.insert(place.clone(), slot);
        }
        self.records.push(Record {
            number: self.last,
            at_us,
            changes,
        });
    }

    /// What the table asks of its items.
    pub fn rules(&self) -> Option<ItemRules> {
        rules(&self.meta.key_schema, &self.meta.definitions)
    }

    /// Whether an item is here by its hash value.
    fn holds(&self, place: &str) -> bool {
        self.meta.holds(place)
    }

    fn split(&mut self, at_us: i64, left: GroupId, right: GroupId, bug: Option<Bug>) -> Applied {
        if let Some(lock) = self.any_lock() {
            return Outcome::Locked(lock).into();
        }
        let middle = self.meta.low + (self.meta.high - self.meta.low) / 2 + 1;
        let stamp_us = self.stamp(at_us);
        self.standing = Standing::Split(left, right, middle);
        Applied {
            outcome: Outcome::Prepared(stamp_us),
            children: self.children(bug),
        }
    }

    /// The partitions that this one was split into, as they begin.
    pub fn children(&self, bug: Option<Bug>) -> Vec<Self> {
        let Standing::Split(left, right, middle) = self.standing else {
            return Vec::new();
        };
        let bounds = format!("{middle:08x}");
        let child = |group, low, high, upper: bool| {
            let mut child = Self::new(
                Meta {
                    group,
                    low,
                    high,
                    ..self.meta.clone()
                },
                self.stamp_us,
            );
            let items = self.items.iter();
            let items = items.filter(|(place, _)| (place.as_str() >= bounds.as_str()) == upper);
            let lost = usize::from(upper && bug == Some(Bug::SplitLosesTheBoundary));
            child.items = items
                .skip(lost)
                .map(|(place, slot)| (place.clone(), slot.clone()))
                .collect();
            if bug == Some(Bug::ChildLogBeginsAnew) {
                return child;
            }
            child.last = self.last;
            child.archived = self.last;
            child.born = self.last;
            child.snapshotted = self.last;
            child.decisions.clone_from(&self.decisions);
            child.tokens.clone_from(&self.tokens);
            child
        };
        vec![
            child(left, self.meta.low, middle - 1, false),
            child(right, middle, self.meta.high, true),
        ]
    }
}

impl Meta {
    /// Whether a place is in this partition by its hash value.
    pub fn holds(&self, place: &str) -> bool {
        let hash = place
            .get(..8)
            .and_then(|it| u32::from_str_radix(it, 16).ok());
        hash.is_some_and(|hash| (self.low..=self.high).contains(&hash))
    }
}

/// The attributes of an item that are its key.
pub fn key_attributes(key_schema: &[KeySchemaElement], item: &AnswerItem) -> AnswerItem {
    let names = key_schema.iter().map(|it| &it.attribute_name);
    let mut keys = Item::new();
    for name in names {
        if let Some(value) = item.get(name) {
            keys.insert(name.clone(), value.clone());
        }
    }
    keys.into()
}

/// What a table of this definition asks of its items.
pub fn rules(
    key_schema: &[KeySchemaElement],
    definitions: &[AttributeDefinition],
) -> Option<ItemRules> {
    let attribute = |role: &str| {
        let element = key_schema.iter().find(|it| it.key_type == role)?;
        let name = &element.attribute_name;
        let definition = definitions.iter().find(|it| it.attribute_name == *name)?;
        Some(KeyAttribute {
            name: name.clone(),
            kind: KeyType::from_name(&definition.attribute_type)?,
        })
    };
    Some(ItemRules {
        key: KeySchema {
            hash: attribute("HASH")?,
            range: attribute("RANGE"),
        },
        indexes: Vec::new(),
    })
}
