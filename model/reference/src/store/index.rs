//! A secondary index: the live items that have its key attributes, in index-key order.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use lookback_protocol::key::{Key, KeyRange, KeySchema};
use lookback_protocol::value::Item;

use super::statistics::{Figures, Statistics};

/// Where an item stands in an index: its index key, then its primary key.
pub(crate) type EntryKey = (Key, Key);

/// The entries of one index. Items are shared with the table; projections are applied when read.
#[derive(Debug)]
pub(crate) struct IndexStore {
    name: String,
    schema: KeySchema,
    /// The attributes that it holds; `None` for all.
    held: Option<Vec<String>>,
    entries: BTreeMap<EntryKey, Arc<Item>>,
    live: Figures,
    statistics: Statistics,
}

impl IndexStore {
    /// An empty index that holds these attributes, or all.
    pub fn new(name: String, schema: KeySchema, held: Option<Vec<String>>) -> Self {
        Self {
            name,
            schema,
            held,
            entries: BTreeMap::new(),
            live: Figures::default(),
            statistics: Statistics::default(),
        }
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
        self.entries.pop_first().is_none()
    }

    /// An item changed: its old entry goes, its new one comes. Items without the key attributes have none.
    pub fn replace(&mut self, key: &Key, before: Option<&Arc<Item>>, after: Option<&Arc<Item>>) {
        let entry = |item: &Arc<Item>| self.schema.index_key_of_item(item);
        let (old, new) = (before.and_then(entry), after.and_then(entry));
        if let (Some(item), Some(index_key)) = (before, old) {
            self.entries.remove(&(index_key, key.clone()));
            self.live.remove(self.bytes_of(item));
        }
        if let (Some(item), Some(index_key)) = (after, new) {
            self.live.add(self.bytes_of(item));
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
