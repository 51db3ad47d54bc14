//! Which partitions held a table's items at a time: those that were there by then and had not been split.

use super::{PartitionInfo, Table};
use crate::message::GroupId;
use crate::partition::Meta;

/// A partition that held items at a time.
#[derive(Clone, Debug)]
pub struct Source {
    /// The partition.
    pub meta: Meta,
    /// The partitions that it came out of, the oldest first.
    pub ancestors: Vec<Meta>,
    /// Whether it has been split since, so that its log is as it will ever be.
    pub split: bool,
    /// Whether its replicas are gone: its log is in the archive, all of it.
    pub retired: bool,
}

impl Table {
    /// The partitions that held the items at this time.
    pub fn sources(&self, at_us: i64) -> Vec<Source> {
        let held = self.partitions.iter().filter(|part| {
            let born_us = part.parent.and_then(|parent| self.split_us(parent));
            let split_us = self.split_us(part.meta.group);
            born_us.is_none_or(|born| born <= at_us) && split_us.is_none_or(|split| at_us < split)
        });
        held.map(|part| Source {
            meta: part.meta.clone(),
            ancestors: self.ancestors(part),
            split: self.split_us(part.meta.group).is_some(),
            retired: self.retired,
        })
        .collect()
    }

    fn split_us(&self, group: GroupId) -> Option<i64> {
        self.partition(group)?.split?.2
    }

    fn ancestors(&self, part: &PartitionInfo) -> Vec<Meta> {
        let mut ancestors = Vec::new();
        let mut parent = part.parent.and_then(|group| self.partition(group));
        while let Some(part) = parent {
            ancestors.push(part.meta.clone());
            parent = part.parent.and_then(|group| self.partition(group));
        }
        ancestors.reverse();
        ancestors
    }
}
