//! The archive: the log of each partition in segments, and snapshots beside them.
//!
//! ```text
//! wal/<group>/<first record>-<last record>    records, one after the other
//! snap/<group>/<last record>                  all items as of that record, and its time
//! backup/<table>/<backup>                     the items of a backup
//! export/<table>/<export>/...                 the files of an export
//! ```
//!
//! Segments may overlap: two tasks or, after a change of leaders, two nodes put the same records away. A record counts
//! once. The name says all that a segment holds, so that nobody replaces one by a shorter one.

mod export;
mod put;
mod restore;

use std::collections::BTreeMap;

use lookback_protocol::wire::AnswerItem;
use serde::{Deserialize, Serialize};

pub use export::{Change, DataFile, Manifest, data_file, manifest};
pub use restore::{Cut, items_at};

use crate::message::GroupId;

/// All items of a partition as of a record.
#[derive(Debug, Serialize, Deserialize)]
pub struct Snapshot {
    /// The record.
    pub last: u64,
    /// No item changed later than this.
    pub stamp_us: i64,
    /// The items by place.
    pub items: BTreeMap<String, AnswerItem>,
}

/// What the names of a group's segments begin with.
pub fn segments(group: GroupId) -> String {
    format!("wal/{group:06}/")
}

fn segment(group: GroupId, first: u64, last: u64) -> String {
    format!("wal/{group:06}/{first:012}-{last:012}")
}

/// What the names of a group's snapshots begin with.
pub fn snapshots(group: GroupId) -> String {
    format!("snap/{group:06}/")
}

/// The last record of a segment, by its name.
pub fn last_of(segment: &str) -> Option<u64> {
    segment.rsplit('-').next()?.parse().ok()
}

fn snapshot(group: GroupId, last: u64) -> String {
    format!("snap/{group:06}/{last:012}")
}

/// The object of a backup.
pub fn backup(table: u64, arn: &str) -> String {
    let name = arn.rsplit('/').next().unwrap_or_default();
    format!("backup/{table:06}/{name}")
}
