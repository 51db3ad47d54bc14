//! A store of one's own, simulated: what a backup forgets is found, and the run that shows it is made small.
//!
//! `cargo run -p lookback-sim --example own_store`
#![allow(clippy::print_stdout, missing_docs)]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use lookback_checker::Contract;
use lookback_protocol::wire::AnswerItem;
use lookback_sim::plain::{self, Plain, Verbs};
use lookback_sim::{Found, Plan, Profile, Stage, Store, System, search, time};

type Items = BTreeMap<String, AnswerItem>;

/// The store: one node, in memory. What is written lies in a buffer for a while before it is merged.
#[derive(Default)]
struct Own {
    tables: RefCell<BTreeMap<String, Items>>,
    buffer: RefCell<BTreeMap<(String, String), Option<AnswerItem>>>,
}

impl Own {
    fn merge(&self) {
        let mut tables = self.tables.borrow_mut();
        for ((table, key), item) in self.buffer.take() {
            let items = tables.entry(table).or_default();
            match item {
                Some(item) => items.insert(key, item),
                None => items.remove(&key),
            };
        }
    }

    fn copy(&self, from: &str, to: &str) -> Option<()> {
        let mut tables = self.tables.borrow_mut();
        let items = tables.get(from)?.clone();
        tables.insert(to.to_owned(), items);
        Some(())
    }
}

impl Verbs for Own {
    async fn create(&self, table: &str) -> Option<()> {
        let mut tables = self.tables.borrow_mut();
        tables.insert(table.to_owned(), Items::new());
        Some(())
    }

    async fn write(
        &self,
        table: &str,
        key: &str,
        item: Option<AnswerItem>,
    ) -> Option<Option<AnswerItem>> {
        let old = self.read(table, key).await?;
        let place = (table.to_owned(), key.to_owned());
        self.buffer.borrow_mut().insert(place, item);
        Some(old)
    }

    async fn read(&self, table: &str, key: &str) -> Option<Option<AnswerItem>> {
        let place = (table.to_owned(), key.to_owned());
        let buffered = self.buffer.borrow().get(&place).cloned();
        let merged = || self.tables.borrow().get(table)?.get(key).cloned();
        Some(buffered.unwrap_or_else(merged))
    }

    async fn scan(&self, table: &str) -> Option<Vec<AnswerItem>> {
        self.merge();
        Some(self.tables.borrow().get(table)?.values().cloned().collect())
    }

    /// The bug: what is still in the buffer is not in the backup.
    async fn back_up(&self, table: &str, backup: &str) -> Option<()> {
        self.copy(table, backup)
    }

    async fn restore(&self, backup: &str, table: &str) -> Option<()> {
        self.copy(backup, table)
    }
}

/// What is simulated, and what it promises: a backup is the table at one instant.
struct OwnSystem;

impl System for OwnSystem {
    fn name(&self) -> &str {
        "a store of one's own"
    }

    fn contract(&self, _profile: &Profile) -> Contract {
        Contract::snapshot()
    }

    fn start(&self, _stage: &Stage) -> Rc<dyn Store> {
        let store = Plain::new(Own::default());
        let merging = Rc::clone(&store);
        time::spawn(async move {
            loop {
                time::sleep_us(50_000).await;
                merging.verbs().merge();
            }
        });
        store
    }
}

fn found() -> Option<Found> {
    let plan = |seed| Plan::new(seed, plain::profile(seed));
    search(&OwnSystem, plan, 1..20, 500)
}

fn main() {
    let told = found().map(|found| found.to_string());
    print!("{}", told.unwrap_or("nothing was found\n".to_owned()));
}

#[test]
fn the_backup_that_forgets_is_found_and_made_small() {
    let told = found().map(|found| found.to_string()).unwrap_or_default();
    // A write, and a backup before it is merged.
    let steps: Vec<&str> = told.lines().skip(2).collect();
    assert_eq!(steps.len(), 2, "{told}");
    assert!(steps.iter().any(|it| it.contains("PutItem")), "{told}");
    assert!(steps.iter().any(|it| it.contains("backup")), "{told}");
}
