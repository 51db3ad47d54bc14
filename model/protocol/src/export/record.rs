//! The records of an export: one line of a data file each.

use std::ops::Range;
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

/// The records of one export, all of one hash value next to each other; asked for as often as one likes, always the same.
pub trait ExportRecords {
    /// How many there are.
    fn count(&self) -> usize;

    /// Those at these places, from 0; places that there are not give none.
    fn within(&self, places: Range<usize>) -> Box<dyn Iterator<Item = ExportRecord> + '_>;
}

impl ExportRecords for [ExportRecord] {
    fn count(&self) -> usize {
        self.len()
    }

    fn within(&self, places: Range<usize>) -> Box<dyn Iterator<Item = ExportRecord> + '_> {
        let places = places.start..places.end.min(self.len());
        Box::new(self.get(places).unwrap_or_default().iter().cloned())
    }
}
