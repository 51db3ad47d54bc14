//! The records of an export: one line of a data file each.

use std::sync::Arc;

use crate::value::Item;

/// One record of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExportRecord {
    /// A full export: an item (EXPORT-FORMAT-019).
    Item(Arc<Item>),
    /// An incremental export: what became of one key (EXPORT-FORMAT-020).
    Change(Change),
}

/// What became of one key within the period of an incremental export, however often it was written (EXPORT-INCR-011).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// When the key was last written or deleted within the period, in microseconds since the Unix epoch
    /// (EXPORT-INCR-017).
    pub write_timestamp_us: i64,
    /// The attributes of the primary key.
    pub keys: Item,
    /// The item just before the period: only where there was one, and only with NEW_AND_OLD_IMAGES
    /// (EXPORT-INCR-012..014).
    pub old_image: Option<Arc<Item>>,
    /// The item at the end of the period: absent after a deletion.
    pub new_image: Option<Arc<Item>>,
}
