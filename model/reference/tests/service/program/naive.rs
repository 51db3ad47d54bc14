//! What happened, as an observer writes it down who knows nothing of logs and cuts.

use std::collections::BTreeMap;

use lookback_checker::Contract;
use lookback_checker::item::{State, judge_item};
use lookback_protocol::value::{AttributeValue, Item};
use serde_json::Value;

use crate::world::Items;

/// One incarnation of a table: its items, and everything that each of its items ever was.
#[derive(Default)]
pub struct Incarnation {
    pub items: Items,
    pub histories: BTreeMap<String, Vec<State>>,
}

impl Incarnation {
    /// A table that comes up with these items: it has them for as long as it can be read.
    pub fn restored(items: Items) -> Self {
        let mut incarnation = Self::default();
        for (key, item) in items {
            incarnation.write(i64::MIN, &key, Some(item));
        }
        incarnation
    }

    /// An acknowledged write: an item, or its absence.
    pub fn write(&mut self, committed_us: i64, key: &str, item: Option<Value>) {
        let state = State {
            committed_us,
            item: item.as_ref().map(judged),
        };
        self.histories
            .entry(key.to_owned())
            .or_default()
            .push(state);
        match item {
            Some(item) => self.items.insert(key.to_owned(), item),
            None => self.items.remove(key),
        };
    }

    /// The first item of `observed` that a backup requested at `anchor_us` may not show, and why.
    pub fn violation(&self, observed: &Items, anchor_us: i64) -> Option<String> {
        // BackupCreationDateTime has whole milliseconds.
        let contract = Contract::dynamodb();
        let promise = contract.promise("on-demand-backup").unwrap();
        self.histories
            .keys()
            .chain(observed.keys())
            .find_map(|key| {
                let history = self
                    .histories
                    .get(key)
                    .map(Vec::as_slice)
                    .unwrap_or_default();
                let item = observed.get(key).map(judged);
                let verdict = judge_item(history, item.as_ref(), anchor_us, promise);
                (!verdict.is_pass()).then(|| format!("{key}: {item:?} is not legal: {verdict:?}"))
            })
    }
}

/// A plain item as the judge compares it: attribute by attribute, by its text.
fn judged(item: &Value) -> Item {
    let members = item.as_object().unwrap();
    members
        .iter()
        .map(|(name, value)| (name.clone(), AttributeValue::S(value.to_string())))
        .collect()
}

/// A backup.
pub struct Backup {
    pub arn: String,
    pub table: String,
    /// Which incarnation it was taken from.
    pub incarnation: usize,
    /// The items at CreateBackup.
    pub copy: Items,
    /// BackupCreationDateTime.
    pub created_us: i64,
    pub deleted: bool,
}
