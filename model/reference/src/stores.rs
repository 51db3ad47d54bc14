//! All stores of a service, and the slow freeing of those that nothing holds any more.

use std::collections::BTreeMap;
use std::ops::Bound;

use crate::backup::Backup;
use crate::export::{Content, Export};
use crate::store::Store;

/// Names a store for good: a table's incarnation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct StoreId(u64);

/// How many versions of abandoned stores each call frees: freeing never costs one caller a whole table.
const FREED_PER_CALL: usize = 64;

/// How many stores each call sweeps, and how many superseded versions of each.
const SWEPT_STORES_PER_CALL: usize = 2;
const SWEPT_VERSIONS_PER_STORE: usize = 4;

/// A store and how many hold it: the table itself, and each artefact cut from it.
#[derive(Debug)]
struct Held {
    store: Store,
    holders: u32,
}

/// The stores of all tables, live and deleted.
#[derive(Debug, Default)]
pub(crate) struct Stores {
    held: BTreeMap<StoreId, Held>,
    abandoned: Vec<Store>,
    /// The store that was swept last.
    swept: Option<StoreId>,
    next: u64,
}

impl Stores {
    /// Takes a store in, held once.
    pub fn add(&mut self, store: Store) -> StoreId {
        let id = StoreId(self.next);
        self.next += 1;
        self.held.insert(id, Held { store, holders: 1 });
        id
    }

    /// A store.
    pub fn get(&self, id: StoreId) -> Option<&Store> {
        self.held.get(&id).map(|held| &held.store)
    }

    /// A store, to write to.
    pub fn get_mut(&mut self, id: StoreId) -> Option<&mut Store> {
        self.held.get_mut(&id).map(|held| &mut held.store)
    }

    /// One more holder.
    pub fn hold(&mut self, id: StoreId) {
        if let Some(held) = self.held.get_mut(&id) {
            held.holders += 1;
        }
    }

    /// One holder less; with the last one the store is freed, a little with each later call.
    pub fn release(&mut self, id: StoreId) {
        let Some(held) = self.held.get_mut(&id) else {
            return;
        };
        held.holders -= 1;
        if held.holders == 0
            && let Some(held) = self.held.remove(&id)
        {
            self.abandoned.push(held.store);
        }
    }

    /// A backup is gone: its cut holds nothing any more.
    pub fn let_go(&mut self, backup: &Backup) {
        if let Some(store) = self.get_mut(backup.store) {
            store.unpin(&backup.cut);
        }
        self.release(backup.store);
    }

    /// An export has been taken, or is forgotten: its content holds nothing any more.
    pub fn let_go_export(&mut self, export: &Export) {
        if let Some(store) = self.get_mut(export.store) {
            match export.content {
                Content::State(cut) => store.unpin(&cut),
                Content::Changes(changes) => store.unpin_period(changes.from_us, changes.to_us),
            }
        }
        self.release(export.store);
    }

    /// Tidies up a little: a few versions of the next few stores, busy or idle, and some of what is abandoned. Every call
    /// to the service pays for this, none for a whole table.
    pub fn tidy(&mut self, now_us: i64) {
        for _ in 0..SWEPT_STORES_PER_CALL {
            let from = self.swept.map_or(Bound::Unbounded, Bound::Excluded);
            let next = self.held.range_mut((from, Bound::Unbounded)).next();
            self.swept = next.map(|(id, held)| {
                held.store.sweep(now_us, SWEPT_VERSIONS_PER_STORE);
                *id
            });
        }
        self.free_some();
    }

    /// Frees some of what is abandoned.
    fn free_some(&mut self) {
        if let Some(store) = self.abandoned.last_mut()
            && store.free_some(FREED_PER_CALL)
        {
            self.abandoned.pop();
        }
    }

    /// The number of versions held anywhere, for the tests of reclamation.
    #[cfg(test)]
    pub fn versions(&self) -> usize {
        let held = self.held.values().map(|held| &held.store);
        held.chain(&self.abandoned).map(Store::versions).sum()
    }
}

#[cfg(test)]
mod tests;
