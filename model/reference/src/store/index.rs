//! A secondary index: the live items that have its key attributes, in index-key order.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use lookback_protocol::key::{Key, KeyRange, KeySchema};
use lookback_protocol::value::Item;

use super::chain::Position;
use super::lag::Lag;
use super::statistics::{Figures, Statistics};

/// Where an item stands in an index: its index key, then its primary key.
pub(crate) type EntryKey = (Key, Key);

/// An item and its index key.
type Entry<'i> = (Key, &'i Arc<Item>);

/// The entries of one index. Items are shared with the table; projections are applied when read.
#[derive(Debug)]
pub(crate) struct IndexStore {
    name: String,
    schema: KeySchema,
    /// The attributes that it holds; `None` for all.
    held: Option<Vec<String>>,
    entries: BTreeMap<EntryKey, Arc<Item>>,
    /// From a write to its entry, for each item another time and always the same one: changes of one item stay in order.
    lag: Lag,
    /// Changes on their way, by when they are shown.
    pending: BTreeMap<(i64, u64), Change>,
    live: Figures,
    statistics: Statistics,
}

/// What a write does to an index.
#[derive(Debug)]
struct Change {
    key: Key,
    before: Option<Arc<Item>>,
    after: Option<Arc<Item>>,
}

impl IndexStore {
    /// An empty index that holds these attributes, or all.
    pub fn new(name: String, schema: KeySchema, held: Option<Vec<String>>) -> Self {
        Self {
            name,
            schema,
            held,
            entries: BTreeMap::new(),
            lag: Lag::default(),
            pending: BTreeMap::new(),
            live: Figures::default(),
            statistics: Statistics::default(),
        }
    }

    /// The same index, behind its table by this much.
    #[must_use]
    pub fn lagging(self, lag: Lag) -> Self {
        Self { lag, ..self }
    }

    /// Statistics are refreshed together with those of the table.
    pub fn start_statistics(&mut self, of_table: Statistics) {
        self.statistics = of_table.afresh();
    }

    /// An item is about to change.
    pub fn before_write(&mut self, now_us: i64) {
        self.statistics.before_write(now_us, self.live);
    }

    /// The number of entries and their bytes, as of the last refresh of the statistics (TABLE-019).
    pub fn statistics(&self, now_us: i64) -> Figures {
        self.statistics.read(now_us, self.live)
    }

    /// The bytes of what the index holds of an item.
    fn bytes_of(&self, item: &Item) -> usize {
        let is_held = |name: &str| {
            let held = self.held.as_ref();
            held.is_none_or(|held| held.iter().any(|held| held == name))
        };
        item.iter()
            .filter(|(name, _)| is_held(name))
            .map(|(name, value)| name.len() + value.size_bytes())
            .sum()
    }

    /// The index's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Frees one entry; `true` when nothing is left.
    pub fn free_one(&mut self) -> bool {
        self.pending.pop_first().is_none() && self.entries.pop_first().is_none()
    }

    /// An item changes in the table: the index follows, at once or when its lag is over; gives that instant.
    pub fn follow(
        &mut self,
        at: Position,
        key: &Key,
        before: Option<&Arc<Item>>,
        after: Option<&Arc<Item>>,
    ) -> Option<i64> {
        if self.lag.most_us == 0 {
            self.replace(key, before, after);
            return None;
        }
        self.count(self.entry(before).as_ref(), self.entry(after).as_ref());
        self.settle(at.instant_us);
        let shown_us = at.instant_us.saturating_add(self.lag.of(key.as_bytes()));
        let change = Change {
            key: key.clone(),
            before: before.cloned(),
            after: after.cloned(),
        };
        self.pending.insert((shown_us, at.sequence), change);
        Some(shown_us)
    }

    /// Shows what is due by now.
    pub fn settle(&mut self, now_us: i64) {
        while let Some(first) = self.pending.first_entry()
            && first.key().0 <= now_us
        {
            let Change { key, before, after } = first.remove();
            let (old, new) = (self.entry(before.as_ref()), self.entry(after.as_ref()));
            self.show(&key, old, new);
        }
    }

    /// An item changed: its old entry goes, its new one comes. Items without the key attributes have none.
    pub fn replace(&mut self, key: &Key, before: Option<&Arc<Item>>, after: Option<&Arc<Item>>) {
        let (old, new) = (self.entry(before), self.entry(after));
        self.count(old.as_ref(), new.as_ref());
        self.show(key, old, new);
    }

    /// The entry of an item, under its index key.
    fn entry<'i>(&self, item: Option<&'i Arc<Item>>) -> Option<Entry<'i>> {
        let item = item?;
        Some((self.schema.index_key_of_item(item)?, item))
    }

    /// Statistics count what the table has, whether it is shown already or not.
    fn count(&mut self, old: Option<&Entry<'_>>, new: Option<&Entry<'_>>) {
        if let Some((_, item)) = old {
            self.live.remove(self.bytes_of(item));
        }
        if let Some((_, item)) = new {
            self.live.add(self.bytes_of(item));
        }
    }

    fn show(&mut self, key: &Key, old: Option<Entry<'_>>, new: Option<Entry<'_>>) {
        if let Some((index_key, _)) = old {
            self.entries.remove(&(index_key, key.clone()));
        }
        if let Some((index_key, item)) = new {
            self.entries
                .insert((index_key, key.clone()), Arc::clone(item));
        }
    }

    /// The entries whose index keys lie in a range, from either end; beyond `after` only, when going on with a page.
    pub fn range<'a>(
        &'a self,
        range: &KeyRange,
        after: Option<&EntryKey>,
        forward: bool,
    ) -> Box<dyn Iterator<Item = &'a Arc<Item>> + 'a> {
        let edge = |bytes: &[u8]| (Key::from_encoded(bytes), Key::from_encoded([]));
        let mut start = Bound::Included(edge(range.start()));
        let mut end = range
            .end()
            .map_or(Bound::Unbounded, |end| Bound::Excluded(edge(end)));
        if let Some(after) = after {
            let inside = range.contains(after.0.as_bytes());
            match forward {
                true if inside => start = Bound::Excluded(after.clone()),
                false if inside => end = Bound::Excluded(after.clone()),
                // A cursor before the range changes nothing, one behind it leaves nothing.
                _ if (after.0.as_bytes() < range.start()) != forward => {
                    return Box::new(std::iter::empty());
                }
                _ => {}
            }
        }
        if let (Bound::Included(first) | Bound::Excluded(first), Bound::Excluded(last)) =
            (&start, &end)
            && first >= last
        {
            return Box::new(std::iter::empty());
        }
        let items = self.entries.range((start, end)).map(|(_, item)| item);
        if forward {
            Box::new(items)
        } else {
            Box::new(items.rev())
        }
    }
}
