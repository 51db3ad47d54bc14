//! Which entries are wanted.

use std::collections::BTreeSet;

use lookback_checker::history::{Artefact, Call, Entry, Return};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::args::ShowHistoryArgs;

/// Which entries are wanted: those that name a table and hold some attributes, and what befell them.
#[derive(Debug)]
pub struct Filter<'a> {
    table: Option<&'a str>,
    key: Option<&'a Map<String, Value>>,
    calls: BTreeSet<u64>,
}

impl<'a> Filter<'a> {
    /// As the options say; the calls are chosen by what they ask and what they are answered.
    pub fn new(args: &'a ShowHistoryArgs, entries: &[Entry]) -> Self {
        let mut filter = Self {
            table: args.table.as_deref(),
            key: args.key.as_ref(),
            calls: BTreeSet::new(),
        };
        if filter.wants_all() {
            return filter;
        }
        let mut of_table = BTreeSet::new();
        for entry in entries {
            match entry {
                Entry::Call(call) if filter.names_table(call) => {
                    of_table.insert(call.id);
                    if filter.holds(&call.input) {
                        filter.calls.insert(call.id);
                    }
                }
                Entry::Return(Return {
                    id,
                    output: Some(output),
                    ..
                }) if of_table.contains(id) && filter.holds(output) => {
                    filter.calls.insert(*id);
                }
                _ => {}
            }
        }
        filter
    }

    /// Whether an entry is wanted. Moves of the clock and the end always are: they give the others their place.
    pub fn wants(&self, entry: &Entry) -> bool {
        match entry {
            _ if self.wants_all() => true,
            Entry::Call(Call { id, .. }) => self.calls.contains(id),
            Entry::Fault(fault) => fault.call.is_none_or(|id| self.calls.contains(&id)),
            Entry::Table(table) => {
                self.is_table(&table.name)
                    && (self.key.is_none() || table.items.iter().any(|item| self.holds(item)))
            }
            // An artefact that does not hold the item tells something of it, too.
            Entry::Artefact(Artefact { table, .. }) => self.is_table(table),
            Entry::Estimate(_) => false,
            Entry::History(_) | Entry::Return(_) | Entry::Clock(_) | Entry::End(_) => true,
        }
    }

    /// The items of an artefact that are wanted.
    pub fn items<'i>(&self, items: &'i [Box<RawValue>]) -> Vec<&'i RawValue> {
        let wanted = items.iter().filter(|item| self.holds(item));
        wanted.map(|item| &**item).collect()
    }

    /// Whether a part of an item is asked for.
    pub fn by_key(&self) -> bool {
        self.key.is_some()
    }

    fn wants_all(&self) -> bool {
        self.table.is_none() && self.key.is_none()
    }

    fn names_table(&self, call: &Call) -> bool {
        self.table.is_none() || call.tables().iter().any(|name| self.is_table(name))
    }

    fn is_table(&self, name: &str) -> bool {
        self.table.is_none_or(|table| table == name)
    }

    fn holds(&self, body: &RawValue) -> bool {
        let Some(key) = self.key else {
            return true;
        };
        // Most bodies have nothing to do with it: a look at the text spares their parsing.
        let named = key
            .keys()
            .all(|name| name.contains('\\') || body.get().contains(name.as_str()));
        named && serde_json::from_str(body.get()).is_ok_and(|body: Value| holds(&body, key))
    }
}

/// Whether a value, or anything in it, is an object with these members.
fn holds(value: &Value, key: &Map<String, Value>) -> bool {
    match value {
        Value::Object(members) => {
            key.iter()
                .all(|(name, value)| members.get(name) == Some(value))
                || members.values().any(|value| holds(value, key))
        }
        Value::Array(values) => values.iter().any(|value| holds(value, key)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_key_is_found_at_any_depth_and_must_be_there_in_full() {
        let key = json!({ "pk": { "S": "a" } });
        let key = key.as_object().unwrap();
        assert!(holds(
            &json!({ "pk": { "S": "a" }, "n": { "N": "1" } }),
            key
        ));
        assert!(holds(
            &json!({ "Responses": { "music": [{ "pk": { "S": "a" } }] } }),
            key
        ));
        assert!(!holds(&json!({ "pk": { "S": "ab" } }), key));
        assert!(!holds(&json!({ "pk": { "B": "a" } }), key));
    }
}
