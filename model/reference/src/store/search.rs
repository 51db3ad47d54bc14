//! Finding the version that a cut holds for very many keys.
//!
//! Memory is what this costs: the versions of a key lie somewhere, the item that is found somewhere else. So keys are
//! searched a batch at a time, each one step further in turn, and the items are touched before they are used: the
//! processor then waits for many places at once, not for one after the other.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;

use lookback_protocol::key::Key;
use lookback_protocol::value::Item;

use super::chain::{Chain, Position};
use super::cut::Cut;

/// Keys that are searched at the same time.
const BATCH: usize = 64;

/// What a cut holds of these keys, in their order.
pub(super) fn search_all<'a>(
    chains: &'a BTreeMap<Key, Chain>,
    cut: &'a Cut,
) -> impl Iterator<Item = (&'a Key, &'a Arc<Item>)> {
    let mut chains = chains.iter();
    let mut found = Vec::new().into_iter();
    std::iter::from_fn(move || {
        loop {
            if let Some(next) = found.next() {
                return Some(next);
            }
            let batch = chains.by_ref().take(BATCH);
            let batch: Vec<Search<'a>> = batch
                .map(|(key, chain)| Search::new(key, chain, cut.edge(key)))
                .collect();
            if batch.is_empty() {
                return None;
            }
            found = search_batch(batch).into_iter();
        }
    })
}

fn search_batch(mut batch: Vec<Search<'_>>) -> Vec<(&Key, &Arc<Item>)> {
    loop {
        let mut more = false;
        for search in &mut batch {
            more |= search.step();
        }
        if !more {
            break;
        }
    }
    let found: Vec<(&Key, &Arc<Item>)> = batch.iter().filter_map(Search::found).collect();
    let attributes: usize = found.iter().map(|(_, item)| item.len()).sum();
    let first = found.iter().filter_map(|(_, item)| item.iter().next());
    let names: usize = first.map(|(name, _)| name.len()).sum();
    black_box((attributes, names));
    found
}

/// The search for the last version before an edge: it is `start`, or one of the `others` after it.
struct Search<'a> {
    key: &'a Key,
    chain: &'a Chain,
    edge: Position,
    start: usize,
    others: usize,
}

impl<'a> Search<'a> {
    fn new(key: &'a Key, chain: &'a Chain, edge: Position) -> Self {
        Self {
            key,
            chain,
            edge,
            start: 0,
            others: chain.len().saturating_sub(1),
        }
    }

    /// Halves what is left; `false` when that is nothing.
    fn step(&mut self) -> bool {
        if self.others == 0 {
            return false;
        }
        let half = self.others.div_ceil(2);
        let middle = self.chain.get(self.start + half);
        if middle.is_some_and(|middle| middle.at < self.edge) {
            self.start += half;
            self.others -= half;
        } else {
            self.others = half - 1;
        }
        self.others > 0
    }

    /// The version, unless even the first is behind the edge.
    fn found(&self) -> Option<(&'a Key, &'a Arc<Item>)> {
        let version = self.chain.get(self.start)?;
        (version.at < self.edge).then_some((self.key, &version.item))
    }
}

#[cfg(test)]
mod tests {
    use super::super::chain::Version;
    use super::super::retention::Retention;
    use super::*;

    fn at(instant_us: i64) -> Position {
        Position {
            instant_us,
            sequence: instant_us.unsigned_abs(),
        }
    }

    #[test]
    fn a_search_finds_what_the_chain_itself_finds() {
        for versions in 1..20_i64 {
            // Everything is kept: nothing lies behind a floor that far back.
            let retention = Retention::new(i64::MAX);
            let item = || Arc::new(Item::new());
            let mut chain = Chain::new(at(10), item());
            for version in 1..versions {
                let next = Version {
                    at: at(10 * (version + 1)),
                    item: item(),
                };
                chain.push(next, &retention);
            }
            assert_eq!(chain.len() as i64, versions);
            let key = Key::from_encoded([1]);
            for edge in 0..10 * versions + 20 {
                let search = Search::new(&key, &chain, at(edge));
                let found = search_batch(vec![search]);
                let expected = chain.last_before(at(edge));
                assert_eq!(
                    found.first().map(|(_, item)| Arc::as_ptr(item)),
                    expected.map(Arc::as_ptr)
                );
            }
        }
    }
}
