//! Partitions that are split: wanted, begun, put down.

use super::{Control, PartitionInfo, Stage};
use crate::message::GroupId;
use crate::partition::Meta;

impl Control {
    pub(super) fn want_split(&mut self, table: u64, group: GroupId) {
        let next = self.next_group;
        let Some(table) = self.tables.get_mut(&table) else {
            return;
        };
        if table.stage != Stage::Active {
            return;
        }
        let part = table
            .partitions
            .iter_mut()
            .find(|it| it.meta.group == group);
        if let Some(part) = part
            && part.split.is_none()
            && part.meta.high > part.meta.low
        {
            part.split = Some((next, next + 1, None));
            self.next_group += 2;
        }
    }

    pub(super) fn was_split(&mut self, table: u64, group: GroupId, at_us: i64) {
        let Some(table) = self.tables.get_mut(&table) else {
            return;
        };
        let part = table
            .partitions
            .iter_mut()
            .find(|it| it.meta.group == group);
        let Some(part) = part else { return };
        let Some((left, right, None)) = part.split else {
            return;
        };
        part.split = Some((left, right, Some(at_us)));
        let meta = part.meta.clone();
        let middle = meta.low + (meta.high - meta.low) / 2 + 1;
        let child = |group, low, high| PartitionInfo {
            meta: Meta {
                group,
                low,
                high,
                ..meta.clone()
            },
            parent: Some(meta.group),
            split: None,
        };
        let children = [
            child(left, meta.low, middle - 1),
            child(right, middle, meta.high),
        ];
        table.partitions.extend(children);
    }
}
