//! The items of one incarnation of a table: a log of versions, key by key.
//!
//! Nothing is ever overwritten: a write appends a version, a deletion appends an absence. A backup is a
//! [`Cut`] through the log: it costs the same for ten items and ten million, is not changed by any later
//! write, and outlives the table. What no cut and no window can reach is dropped, a little with every write.

mod chain;
mod cut;
mod expiry;
mod index;
mod retention;
mod statistics;

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use lookback_protocol::key::{Key, KeyRange};
use lookback_protocol::value::{Item, item_size_bytes};

pub(crate) use chain::Position;
pub(crate) use cut::Cut;
pub(crate) use expiry::ExpiryLag;
pub(crate) use index::{EntryKey, IndexStore};
pub(crate) use retention::Retention;
pub(crate) use statistics::{Figures, Refresh};

use chain::Chain;
use expiry::Expiry;
use statistics::Statistics;

/// How many idle keys each write looks at, to drop what nothing can reach any more.
const SWEEP_PER_WRITE: usize = 2;

/// The versions of all items of one table incarnation.
#[derive(Debug, Default)]
pub(crate) struct Store {
    chains: BTreeMap<Key, Chain>,
    indexes: Vec<IndexStore>,
    /// Indexes of the past, freed little by little.
    discarded: Vec<IndexStore>,
    created_us: i64,
    live: Figures,
    statistics: Statistics,
    retention: Retention,
    /// How many keys may have older versions beside the present one.
    with_history: usize,
    sweep_after: Option<Key>,
    /// While time to live is on.
    expiry: Option<Expiry>,
    /// Where the table ended; from then on only artefacts reach what is here.
    retired: Option<Position>,
}

impl Store {
    /// An empty store. Backups to come may cut `reach_us` back.
    pub fn new(created_us: i64, reach_us: i64) -> Self {
        Self {
            created_us,
            statistics: Statistics::new(created_us, Refresh::default()),
            retention: Retention::new(reach_us),
            ..Self::default()
        }
    }

    /// Says when statistics are refreshed, before there are any.
    pub fn refresh_statistics(&mut self, refresh: Refresh) {
        self.statistics = Statistics::new(self.created_us, refresh);
        for index in &mut self.indexes {
            index.start_statistics(self.statistics);
        }
    }

    /// A new store that holds, as its first versions, what `source` held at `cut`. Keys and values are shared.
    ///
    /// The table has these items for as long as it can be read: they were not written to it, so that no band of
    /// a backup taken soon after the restore reaches back to before them (CONSISTENCY-001).
    pub fn restored(source: &Self, cut: &Cut, at: Position, reach_us: i64) -> Self {
        let always = Position {
            instant_us: i64::MIN,
            ..at
        };
        let mut live = Figures::default();
        let chains: BTreeMap<Key, Chain> = source
            .at(cut)
            .map(|(key, item)| {
                live.add(item_size_bytes(item));
                (key.clone(), Chain::new(always, Arc::clone(item)))
            })
            .collect();
        Self {
            live,
            chains,
            ..Self::new(at.instant_us, reach_us)
        }
    }

    /// The item under a key now.
    pub fn get(&self, key: &Key) -> Option<&Arc<Item>> {
        self.chains.get(key).and_then(Chain::latest)
    }

    /// The live items whose keys lie in a range, in key order from either end.
    pub fn range<'s>(
        &'s self,
        range: &KeyRange,
    ) -> impl DoubleEndedIterator<Item = (&'s Key, &'s Arc<Item>)> + use<'s> {
        let items = self.chains.range::<[u8], _>(range.bounds());
        items.filter_map(|(key, chain)| Some((key, chain.latest()?)))
    }

    /// What the store held at a cut, in key order.
    pub fn at<'a>(&'a self, cut: &'a Cut) -> impl Iterator<Item = (&'a Key, &'a Arc<Item>)> {
        self.chains
            .iter()
            .filter_map(move |(key, chain)| Some((key, cut.sees(key, chain)?)))
    }

    /// Appends a version: an item, or its absence.
    pub fn commit(&mut self, at: Position, key: &Key, item: Option<Arc<Item>>) {
        self.statistics.before_write(at.instant_us, self.live);
        let chain = self.chains.get_mut(key);
        let before = chain.as_deref().and_then(Chain::latest).cloned();
        if let Some(expiry) = &mut self.expiry {
            if let (Some(chain), Some(old)) = (&chain, &before) {
                expiry.leave(key, chain.latest_at(), old);
            }
            if let Some(new) = &item {
                expiry.enter(key, at, new);
            }
        }
        for index in &mut self.indexes {
            index.before_write(at.instant_us);
            index.replace(key, before.as_ref(), item.as_ref());
        }
        if let Some(old) = &before {
            self.live.remove(item_size_bytes(old));
        }
        if let Some(new) = &item {
            self.live.add(item_size_bytes(new));
        }
        match (chain, item) {
            (Some(chain), item) => {
                self.with_history -= usize::from(chain.has_history());
                chain.push(at, item, &self.retention);
                self.with_history += usize::from(chain.has_history());
                if chain.is_nothing() {
                    self.chains.remove(key);
                }
            }
            (None, Some(item)) => {
                self.chains.insert(key.clone(), Chain::new(at, item));
            }
            (None, None) => {}
        }
        self.sweep(at.instant_us, SWEEP_PER_WRITE);
    }

    /// Looks at the next few keys and drops the versions that nothing can reach. Costs nothing while there are no
    /// older versions.
    pub fn sweep(&mut self, now_us: i64, keys: usize) {
        let floor_us = self.retention.floor_us(now_us);
        for _ in 0..keys {
            if self.with_history == 0 && self.retired.is_none() && self.discarded.is_empty() {
                return;
            }
            if self.free_discarded() {
                continue;
            }
            let from = self
                .sweep_after
                .take()
                .map_or(Bound::Unbounded, Bound::Excluded);
            let Some((key, chain)) = self.chains.range_mut((from, Bound::Unbounded)).next() else {
                return;
            };
            let had_history = chain.has_history();
            chain.prune(&self.retention, floor_us, self.retired);
            self.with_history -= usize::from(had_history && !chain.has_history());
            let key = key.clone();
            if chain.is_nothing() {
                self.chains.remove(&key);
            }
            self.sweep_after = Some(key);
        }
    }

    /// Frees one entry of an index of the past; `false` when there is none.
    fn free_discarded(&mut self) -> bool {
        let Some(index) = self.discarded.last_mut() else {
            return false;
        };
        if index.free_one() {
            self.discarded.pop();
        }
        true
    }

    /// What must be kept.
    pub fn retention_mut(&mut self) -> &mut Retention {
        &mut self.retention
    }

    /// Switches time to live on: items with this attribute are due some time after the instant it holds.
    pub fn expire_by(&mut self, attribute: String, since_us: i64, lag: ExpiryLag) {
        let mut expiry = Expiry::new(attribute, since_us, lag);
        for (key, chain) in &self.chains {
            if let Some(item) = chain.latest() {
                expiry.enter(key, chain.latest_at(), item);
            }
        }
        self.expiry = Some(expiry);
    }

    /// Switches time to live off.
    pub fn expire_nothing(&mut self) {
        self.expiry = None;
    }

    /// The first key that is due for deletion by now, and since when.
    pub fn first_due(&self, now_us: i64) -> Option<(i64, Key)> {
        self.expiry.as_ref()?.first_due(now_us)
    }

    /// The number of items and their bytes, as of the last refresh of the statistics (TABLE-019).
    pub fn statistics(&self, now_us: i64) -> Figures {
        self.statistics.read(now_us, self.live)
    }

    /// The secondary indexes.
    pub fn index(&self, name: &str) -> Option<&IndexStore> {
        self.indexes.iter().find(|index| index.name() == name)
    }

    /// Adds an index and fills it from the live items.
    pub fn add_index(&mut self, mut index: IndexStore) {
        for (key, chain) in &self.chains {
            if let Some(item) = chain.latest() {
                index.replace(key, None, Some(item));
            }
        }
        index.start_statistics(self.statistics);
        self.indexes.push(index);
    }

    /// Drops an index.
    pub fn remove_index(&mut self, name: &str) {
        if let Some(position) = self.indexes.iter().position(|index| index.name() == name) {
            self.discarded.push(self.indexes.swap_remove(position));
        }
    }

    /// Nothing is live any more: the table is gone, its versions stay for the artefacts that hold cuts.
    pub fn retire(&mut self, at: Position) {
        self.discarded.append(&mut self.indexes);
        self.retention.set_window(None);
        self.expiry = None;
        self.retired = Some(at);
    }

    /// Frees up to `keys` keys; `true` when nothing is left.
    pub fn free_some(&mut self, keys: usize) -> bool {
        self.discarded.append(&mut self.indexes);
        for _ in 0..keys {
            if self.free_discarded() {
                continue;
            }
            if self.chains.pop_first().is_none() {
                return true;
            }
        }
        false
    }

    /// The number of versions held, for the tests of reclamation.
    #[cfg(test)]
    pub fn versions(&self) -> usize {
        self.chains.values().map(Chain::len).sum()
    }
}

#[cfg(test)]
mod tests;
