//! What was written between two cuts: one entry for each key, however often it was written (EXPORT-INCR-011).

use std::collections::BTreeMap;
use std::sync::Arc;

use lookback_protocol::key::Key;
use lookback_protocol::value::Item;

use super::Store;
use super::chain::{Chain, Position};
use super::cut::Cut;

/// What became of a key between two cuts.
#[derive(Debug)]
pub(crate) struct Written<'a> {
    /// The last write or deletion between the cuts, in microseconds since the Unix epoch.
    pub last_us: i64,
    /// The item at the first cut.
    pub before: Option<&'a Arc<Item>>,
    /// The item at the second cut.
    pub after: Option<&'a Arc<Item>>,
}

/// What is known of one key, life by life.
#[derive(Default)]
struct Trace<'a> {
    last: Option<Position>,
    before: Option<&'a Arc<Item>>,
    after: Option<&'a Arc<Item>>,
}

impl<'a> Trace<'a> {
    /// Takes in one life of the key: `end` is its deletion, if there was one.
    fn live(&mut self, chain: &'a Chain, end: Option<Position>, from: Position, to: Position) {
        let ended_before = |edge| end.is_some_and(|end| end < edge);
        if !ended_before(from) {
            self.before = self.before.or(chain.last_before(from));
        }
        if !ended_before(to) {
            self.after = self.after.or(chain.last_before(to));
        }
        let written = chain.index_before(to).and_then(|index| chain.get(index));
        let deleted = end.filter(|end| *end < to);
        let last = deleted.or(written.map(|version| version.at));
        self.last = self.last.max(last.filter(|last| *last >= from));
    }

    /// What became of the key; nothing, if it was not written or was there at neither cut (EXPORT-INCR-015).
    fn finish(self) -> Option<Written<'a>> {
        (self.before.is_some() || self.after.is_some()).then_some(())?;
        Some(Written {
            last_us: self.last?.instant_us,
            before: self.before,
            after: self.after,
        })
    }
}

impl Store {
    /// What was written from one cut up to another, in key order. Both cuts hold all keys at one position.
    pub fn written_between(&self, from: &Cut, to: &Cut) -> Vec<(&Key, Written<'_>)> {
        let (from, to) = (from.edges().0, to.edges().0);
        let mut past: BTreeMap<&Key, Trace<'_>> = BTreeMap::new();
        for (key, end, chain) in self.past.alive_between(from, to) {
            past.entry(key)
                .or_default()
                .live(chain, Some(end), from, to);
        }
        let mut written = Vec::new();
        let mut past = past.into_iter().peekable();
        for (key, chain) in &self.present {
            while let Some((gone, trace)) = past.next_if(|(gone, _)| *gone < key) {
                written.extend(trace.finish().map(|written| (gone, written)));
            }
            let same = past.next_if(|(gone, _)| *gone == key);
            let mut trace = same.map(|(_, trace)| trace).unwrap_or_default();
            trace.live(chain, None, from, to);
            written.extend(trace.finish().map(|written| (key, written)));
        }
        written.extend(past.filter_map(|(gone, trace)| Some((gone, trace.finish()?))));
        written
    }
}
