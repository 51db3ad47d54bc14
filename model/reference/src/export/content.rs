//! Which part of the log an export holds, and the records that come of it.

use std::sync::Arc;

use lookback_protocol::export::INCREMENTAL_BILLED_BYTES_MIN;
use lookback_protocol::value::{Item, item_size_bytes};

use super::filter::Filter;
use super::{Export, Tally};
use crate::store::{Cut, Store};

/// Which part of the log an export holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// A full export: the items at a cut.
    State(Cut),
    /// An incremental export: what was written from one cut up to another.
    Changes(Changes),
}

/// The period of an incremental export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Changes {
    /// Inclusive, in microseconds since the Unix epoch (EXPORT-INCR-003).
    pub from_us: i64,
    /// Exclusive.
    pub to_us: i64,
    /// Just before the period.
    pub from: Cut,
    /// Just before its end.
    pub to: Cut,
    /// NEW_AND_OLD_IMAGES.
    pub old_images: bool,
    /// Whether a key that was rewritten with the same content is a record (EXPORT-INCR-018).
    pub rewrites: bool,
}

/// The records of an export, as references to items.
#[derive(Debug)]
pub(super) enum Records {
    Items(Vec<Arc<Item>>),
    Changes(Vec<Changed>),
}

/// One record of an incremental export.
#[derive(Debug)]
pub(super) struct Changed {
    pub last_us: i64,
    pub before: Option<Arc<Item>>,
    pub after: Option<Arc<Item>>,
}

impl Records {
    /// What an export holds, out of its store.
    pub fn collect(export: &Export, store: &Store) -> Self {
        match &export.content {
            Content::State(cut) => {
                let filter = Filter::of(export);
                let items = store.at(cut);
                Self::Items(
                    items
                        .filter_map(|(key, item)| filter.apply(key, item))
                        .collect(),
                )
            }
            Content::Changes(changes) => {
                let written = store.written_between(&changes.from, &changes.to);
                let is_record = |before: Option<&Arc<Item>>, after: Option<&Arc<Item>>| {
                    changes.rewrites || before != after
                };
                let changed = written
                    .into_iter()
                    .filter(|(_, written)| is_record(written.before, written.after))
                    .map(|(_, written)| Changed {
                        last_us: written.last_us,
                        before: written.before.cloned(),
                        after: written.after.cloned(),
                    });
                Self::Changes(changed.collect())
            }
        }
    }

    /// How many there are, and what they cost: a full export what the table's statistics say, an incremental one its
    /// images (EXPORT-FULL-016, EXPORT-INCR-022).
    pub fn tally(&self, export: &Export) -> Tally {
        match self {
            Self::Items(items) => Tally {
                items: items.len() as u64,
                billed_bytes: export.table_bytes,
            },
            Self::Changes(changed) => {
                let images = changed.iter().flat_map(|one| [&one.before, &one.after]);
                let bytes: usize = images.flatten().map(|item| item_size_bytes(item)).sum();
                Tally {
                    items: changed.len() as u64,
                    billed_bytes: (bytes as u64).max(INCREMENTAL_BILLED_BYTES_MIN),
                }
            }
        }
    }
}
