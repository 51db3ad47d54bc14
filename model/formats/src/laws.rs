//! Laws of looking back: what must hold between a table, its exports, its restores and its backups, whatever was written.
//! They need no oracle.
//!
//! | law | function |
//! |---|---|
//! | full(T0) with incremental [T0, T1) applied = full(T1) | [`later_full`] |
//! | restore(T), scanned = full export at T | [`restored`] |
//! | incremental [a, b) composed with [b, c) = incremental [a, c), but for records whose images are equal | [`composed`] |
//! | the same with NEW_IMAGE: the same effect on a table | [`composed_effect`] |
//! | the JSON and the Ion export of one instant hold the same items | [`formats_agree`] |
//! | export, then import = the same items; the counts add up | [`imported`] |
//! | a backup whose whole band is quiet = a restore to any instant of it | [`quiet_backup`] |
//!
//! The first and the second law speak of exact cuts. Where a target promises none, they hold if nobody wrote for 60 s and
//! the clocks' uncertainty around each instant: who asks sees to that.
//!
//! Keys and images are whatever tells keys and items apart: the attributes themselves, their text, or digests of them.
//! Each law holds for all keys if it holds key by key, so a table may be given in parts.

mod compose;
mod gather;
mod import;
mod replay;
mod same;

use std::collections::BTreeMap;

pub use compose::{composed, composed_effect, composed_key};
pub use gather::{Gathered, KeyNames, changes_of, key_text, table_of};
pub use import::{ImportCounts, ImportDeparture, imported};
pub use replay::{later_full, later_full_key};
pub use same::{formats_agree, quiet_backup, restored, same_items, same_key};

use crate::manifest::View;

/// The items of a table by their keys.
pub type Table<K, V> = BTreeMap<K, V>;

/// What a record of an incremental export says of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageChange<V> {
    /// The item just before the period; none either with [`View::NewImage`].
    pub old: Option<V>,
    /// The item at the end of the period; none after a deletion.
    pub new: Option<V>,
}

/// The records of an incremental export by their keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes<K, V> {
    /// What the records show.
    pub view: View,
    /// One record at most for each key (EXPORT-INCR-011).
    pub records: BTreeMap<K, ImageChange<V>>,
}

/// How what was found for a key departs from what a law says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Departure<V> {
    /// Nothing was found where there must be something.
    Missing {
        /// What must be there.
        expected: V,
    },
    /// Something was found where there must be nothing.
    Unexpected {
        /// What is there.
        found: V,
    },
    /// Something else was found.
    Differs {
        /// What must be there.
        expected: V,
        /// What is there.
        found: V,
    },
    /// The old image of a change is not what was there before.
    OldImage {
        /// Which of the changes that were applied, from 0.
        change: usize,
        /// What was there before.
        expected: Option<V>,
        /// What the record tells.
        told: Option<V>,
    },
}

/// A key for which a law does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference<K, V> {
    /// The key.
    pub key: K,
    /// What is wrong.
    pub departure: Departure<V>,
}

/// The departures of one key as differences.
fn of_key<K: Clone, V>(key: &K, departures: Vec<Departure<V>>) -> Vec<Difference<K, V>> {
    let difference = |departure| Difference {
        key: key.clone(),
        departure,
    };
    departures.into_iter().map(difference).collect()
}
