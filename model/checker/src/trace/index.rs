//! What an index of a restored table should hold, and what it held.

use std::collections::BTreeMap;

use lookback_protocol::key::KeySchema;
use lookback_protocol::value::Item;
use lookback_protocol::wire::index::Projection;
use lookback_protocol::wire::{WireItem, item_from_wire};

use super::tables::rules;
use super::values::write_text;
use crate::history::IndexContents;

/// An index of a restored table, compared with the table's items.
#[derive(Clone, Debug)]
pub struct IndexTaken {
    /// Its name.
    pub name: String,
    /// Whether it is a global one.
    pub global: bool,
    /// Whether it had the time to settle.
    pub settled: bool,
    /// How its entries differ from what the items ask for; `None`: not at all.
    pub difference: Option<String>,
}

impl IndexTaken {
    /// Compares an index with the items of its table. What the index has in no projection of theirs is not compared:
    /// an entry may lack attributes that nobody asked for, never have wrong ones.
    pub(super) fn new(contents: &IndexContents, items: &[Item]) -> Self {
        Self {
            name: contents.name.clone(),
            global: contents.global,
            settled: contents.settled,
            difference: difference(contents, items),
        }
    }
}

fn difference(contents: &IndexContents, items: &[Item]) -> Option<String> {
    let key_schema = serde_json::from_str::<Vec<_>>(contents.key_schema.get()).ok();
    let definitions = serde_json::from_str::<Vec<_>>(contents.attribute_definitions.get()).ok();
    let schema = key_schema
        .zip(definitions)
        .and_then(|(key_schema, definitions)| rules(&key_schema, &definitions));
    let Some(schema) = schema.map(|rules| rules.key) else {
        return Some("has a key that cannot be read".to_owned());
    };
    let projection: Projection =
        serde_json::from_str(contents.projection.get()).unwrap_or_default();
    let whole = projection.projection_type.as_deref().unwrap_or("ALL") == "ALL";
    let entries = contents.items.iter().map(|text| {
        let wire = serde_json::from_str::<WireItem>(text.get()).ok()?;
        item_from_wire(wire).ok()
    });
    let Some(entries) = entries.collect::<Option<Vec<Item>>>() else {
        return Some("holds an entry that is no item".to_owned());
    };
    let mut expected = counted(
        items.iter().filter(|item| is_in(&schema, item)),
        whole,
        &schema,
    );
    let shown = counted(entries.iter(), whole, &schema);
    for (entry, times) in shown {
        match expected.remove(&entry) {
            Some(wanted) if wanted == times => {}
            Some(wanted) => {
                return Some(format!("holds {entry} {times} times, not {wanted} times"));
            }
            None => return Some(format!("holds {entry}, which no item asks for")),
        }
    }
    let missing = expected.into_keys().next()?;
    Some(format!("lacks {missing}"))
}

fn is_in(schema: &KeySchema, item: &Item) -> bool {
    schema.index_key_of_item(item).is_some()
}

/// The entries as texts with how often each is there: whole, or by the key of the index.
fn counted<'i>(
    items: impl Iterator<Item = &'i Item>,
    whole: bool,
    schema: &KeySchema,
) -> BTreeMap<String, u64> {
    let mut counted = BTreeMap::new();
    let mut text = Vec::new();
    for item in items {
        if whole {
            write_text(item, &mut text);
        } else {
            write_text(&schema.key_attributes(item), &mut text);
        }
        let text = String::from_utf8_lossy(&text).into_owned();
        *counted.entry(text).or_default() += 1;
    }
    counted
}
