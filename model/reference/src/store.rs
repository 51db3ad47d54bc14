//! The items of one incarnation of a table: a log of versions, key by key.
//!
//! Nothing is ever overwritten: a write appends a version, a deletion ends a key's life and moves it to the past. A
//! backup is a [`Cut`] through the log: it costs the same for ten items and ten million, is not changed by any later
//! write, and outlives the table. What no cut and no window can reach is dropped, a little with every write
//! (`reclaim`).

mod between;
mod chain;
mod cut;
mod expiry;
mod index;
mod lag;
mod past;
mod reclaim;
mod retention;
mod search;
mod statistics;
mod watch;

use std::collections::BTreeMap;
use std::sync::Arc;

use lookback_protocol::key::{Key, KeyRange};
use lookback_protocol::value::{Item, item_size_bytes};

pub(crate) use chain::Position;
pub(crate) use cut::Cut;
pub(crate) use index::{EntryKey, IndexStore};
pub(crate) use lag::Lag;
pub(crate) use retention::Retention;
pub(crate) use statistics::{Figures, Refresh};

use chain::{Chain, Version};
use expiry::Expiry;
use past::Past;
use reclaim::{Discarded, RetiredMark};
use search::search_all;
use statistics::Statistics;
use watch::Watch;

/// How many superseded versions each write looks at, to drop what nothing can reach any more: more than it adds.
const SWEPT_PER_WRITE: usize = 2;

/// The versions of all items of one table incarnation.
#[derive(Debug, Default)]
pub(crate) struct Store {
    /// The keys that hold an item now, with its older versions.
    present: BTreeMap<Key, Chain>,
    /// The lives of keys that were deleted.
    past: Past,
    /// The keys that have older versions, by when the first of those not yet looked at was superseded, and by each
    /// version that stays because of an artefact alone.
    superseded: Watch<Key>,
    indexes: Vec<IndexStore>,
    /// What is used no more, freed little by little.
    discarded: Vec<Discarded>,
    created_us: i64,
    live: Figures,
    statistics: Statistics,
    retention: Retention,
    /// While time to live is on.
    expiry: Option<Expiry>,
    /// Where the table ended; from then on only artefacts reach what is here.
    retired: Option<RetiredMark>,
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
        let present: BTreeMap<Key, Chain> = source
            .at(cut)
            .map(|(key, item)| {
                live.add(item_size_bytes(item));
                (key.clone(), Chain::new(always, Arc::clone(item)))
            })
            .collect();
        Self {
            live,
            present,
            ..Self::new(at.instant_us, reach_us)
        }
    }

    /// The item under a key now.
    pub fn get(&self, key: &Key) -> Option<&Arc<Item>> {
        self.present.get(key).and_then(Chain::latest)
    }

    /// The live items whose keys lie in a range, in key order from either end.
    pub fn range<'s>(
        &'s self,
        range: &KeyRange,
    ) -> impl DoubleEndedIterator<Item = (&'s Key, &'s Arc<Item>)> + use<'s> {
        let items = self.present.range::<[u8], _>(range.bounds());
        items.filter_map(|(key, chain)| Some((key, chain.latest()?)))
    }

    /// What the store held at a cut, in key order.
    pub fn at<'a>(&'a self, cut: &'a Cut) -> impl Iterator<Item = (&'a Key, &'a Arc<Item>)> {
        let mut present = search_all(&self.present, cut).peekable();
        let mut past = self.past.at(cut).into_iter().peekable();
        std::iter::from_fn(move || {
            let past_is_next = match (present.peek(), past.peek()) {
                (Some((present, _)), Some((past, _))) => past < present,
                (None, _) => true,
                (Some(_), None) => false,
            };
            if past_is_next {
                past.next()
            } else {
                present.next()
            }
        })
    }

    /// Appends a version: an item, or its absence. Gives the instant at which the last index shows it, where one lags.
    pub fn commit(&mut self, at: Position, key: &Key, item: Option<Arc<Item>>) -> Option<i64> {
        self.statistics.before_write(at.instant_us, self.live);
        let chain = self.present.get_mut(key);
        let before = chain.as_deref().and_then(Chain::latest).cloned();
        if let Some(expiry) = &mut self.expiry {
            if let (Some(chain), Some(old)) = (&chain, &before) {
                expiry.leave(key, chain.latest_at(), old);
            }
            if let Some(new) = &item {
                expiry.enter(key, at, new);
            }
        }
        let mut shown_us = None;
        for index in &mut self.indexes {
            index.before_write(at.instant_us);
            shown_us = shown_us.max(index.follow(at, key, before.as_ref(), item.as_ref()));
        }
        if let Some(old) = &before {
            self.live.remove(item_size_bytes(old));
        }
        if let Some(new) = &item {
            self.live.add(item_size_bytes(new));
        }
        match (chain, item) {
            (Some(chain), Some(item)) => {
                let stands_beside = chain.push(Version { at, item }, &self.retention);
                let is_watched = chain
                    .superseded_before_last()
                    .is_some_and(|until| !self.superseded.has_judged(until));
                if stands_beside && !is_watched {
                    self.superseded.insert(at, key.clone());
                }
            }
            (None, Some(item)) => {
                self.present.insert(key.clone(), Chain::new(at, item));
            }
            (Some(_), None) => {
                let floor_us = self.retention.floor_us(at.instant_us);
                if let Some((key, chain)) = self.present.remove_entry(key)
                    && (chain.len() > 1 || self.retention.needs(floor_us, chain.first_at(), at))
                {
                    self.past.bury(key, chain, at);
                }
            }
            (None, None) => {}
        }
        self.sweep(at.instant_us, SWEPT_PER_WRITE);
        shown_us
    }

    /// Whether nothing is live.
    pub fn is_empty(&self) -> bool {
        self.live == Figures::default()
    }

    /// Puts an item into a table that cannot be read yet: it has it for as long as it can, as a restored table has its items
    /// (see [`Store::restored`]). What was under the key is gone.
    pub fn load(&mut self, at: Position, key: Key, item: Arc<Item>) {
        let always = Position {
            instant_us: i64::MIN,
            ..at
        };
        let before = self
            .present
            .get(&key)
            .and_then(Chain::latest)
            .map(Arc::clone);
        for index in &mut self.indexes {
            index.replace(&key, before.as_ref(), Some(&item));
        }
        if let Some(old) = &before {
            self.live.remove(item_size_bytes(old));
        }
        self.live.add(item_size_bytes(&item));
        self.present.insert(key, Chain::new(always, item));
    }

    /// What must be kept.
    pub fn retention_mut(&mut self) -> &mut Retention {
        &mut self.retention
    }

    /// Switches time to live on: items with this attribute are due some time after the instant it holds.
    pub fn expire_by(&mut self, attribute: String, since_us: i64, lag: Lag) {
        let mut expiry = Expiry::new(attribute, since_us, lag);
        for (key, chain) in &self.present {
            if let Some(item) = chain.latest() {
                expiry.enter(key, chain.latest_at(), item);
            }
        }
        self.expire_nothing();
        self.expiry = Some(expiry);
    }

    /// Switches time to live off.
    pub fn expire_nothing(&mut self) {
        self.discarded
            .extend(self.expiry.take().map(Discarded::Expiry));
    }

    /// The first key that is due for deletion by now, and since when.
    pub fn first_due(&self, now_us: i64) -> Option<(i64, Key)> {
        self.expiry.as_ref()?.first_due(now_us)
    }

    /// The number of items and their bytes, as of the last refresh of the statistics (TABLE-019).
    pub fn statistics(&self, now_us: i64) -> Figures {
        self.statistics.read(now_us, self.live)
    }

    /// Brings an index up to the present: what was on its way to it and is due is shown now.
    pub fn settle_index(&mut self, name: &str, now_us: i64) {
        if let Some(index) = self.indexes.iter_mut().find(|index| index.name() == name) {
            index.settle(now_us);
        }
    }

    /// A secondary index.
    pub fn index(&self, name: &str) -> Option<&IndexStore> {
        self.indexes.iter().find(|index| index.name() == name)
    }

    /// Adds an index and fills it from the live items.
    pub fn add_index(&mut self, mut index: IndexStore) {
        for (key, chain) in &self.present {
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
            let index = self.indexes.swap_remove(position);
            self.discarded.push(Discarded::Index(index));
        }
    }

    /// The number of versions held, for the tests of reclamation.
    #[cfg(test)]
    pub fn versions(&self) -> usize {
        self.present.values().map(Chain::len).sum::<usize>() + self.past.versions()
    }
}

#[cfg(test)]
mod tests;
