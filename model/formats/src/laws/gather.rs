//! Records of exports as tables and changes by key.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::str::FromStr;
use std::sync::Arc;

use lookback_protocol::export::ExportRecord;
use lookback_protocol::key::KeySchema;
use lookback_protocol::value::Item;
use lookback_protocol::wire::write_item;

use super::{Changes, ImageChange, Table};
use crate::manifest::View;

/// The names of the attributes of a primary key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyNames {
    /// The hash attribute, or the first of two whose roles are not known.
    pub hash: String,
    /// The range attribute, where there is one.
    pub range: Option<String>,
}

impl KeyNames {
    /// The names, the hash attribute first.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.hash.as_str()).chain(self.range.as_deref())
    }

    /// The names of the key attributes that a record of an incremental export shows: one or two. Which is the hash
    /// attribute is not told.
    pub fn of_keys(keys: &Item) -> Option<Self> {
        let mut names = keys.iter().map(|(name, _)| name.clone());
        let hash = names.next()?;
        let range = names.next();
        names.next().is_none().then_some(Self { hash, range })
    }

    /// The key attributes of an item.
    ///
    /// # Errors
    /// The name of the attribute that the item lacks.
    pub fn of_item(&self, item: &Item) -> Result<Item, String> {
        let attribute = |name: &str| {
            let value = item.get(name).ok_or_else(|| name.to_owned())?;
            Ok((name.to_owned(), value.clone()))
        };
        self.iter().map(attribute).collect()
    }
}

impl From<&KeySchema> for KeyNames {
    fn from(schema: &KeySchema) -> Self {
        Self {
            hash: schema.hash.name.clone(),
            range: schema.range.as_ref().map(|range| range.name.clone()),
        }
    }
}

/// `id`, or `id,sort`.
impl FromStr for KeyNames {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (hash, range) = match text.split_once(',') {
            Some((hash, range)) => (hash, Some(range)),
            None => (text, None),
        };
        let wrong = hash.is_empty() || range.is_some_and(|range| range.is_empty() || range == hash);
        if wrong || range.is_some_and(|range| range.contains(',')) {
            return Err(
                "give the name of the hash attribute, or of the hash and the range attribute, \
                 such as id or id,sort"
                    .to_owned(),
            );
        }
        Ok(Self {
            hash: hash.to_owned(),
            range: range.map(str::to_owned),
        })
    }
}

/// Key attributes as a text: equal keys have equal texts.
pub fn key_text(key: &Item) -> String {
    let mut text = Vec::new();
    write_item(key, &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

/// What was gathered, and what could not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gathered<T> {
    /// The records by their keys, as [`key_text`] tells them.
    pub found: T,
    /// The keys that more than one record has: the first one counts.
    pub duplicates: Vec<String>,
    /// How many records have no key, or are of the other kind of export.
    pub strangers: u64,
}

/// The items of a full export by their keys.
pub fn table_of(
    records: impl IntoIterator<Item = ExportRecord>,
    key: &KeyNames,
) -> Gathered<Table<String, Arc<Item>>> {
    gather(records, |record| match record {
        ExportRecord::Item(item) => Some((key.of_item(&item).ok()?, item)),
        ExportRecord::Change(_) => None,
    })
}

/// The records of an incremental export by their keys.
pub fn changes_of(
    records: impl IntoIterator<Item = ExportRecord>,
    view: View,
) -> Gathered<Changes<String, Arc<Item>>> {
    let gathered = gather(records, |record| match record {
        ExportRecord::Item(_) => None,
        ExportRecord::Change(change) => {
            let images = ImageChange {
                old: change.old_image,
                new: change.new_image,
            };
            Some((change.keys, images))
        }
    });
    Gathered {
        found: Changes {
            view,
            records: gathered.found,
        },
        duplicates: gathered.duplicates,
        strangers: gathered.strangers,
    }
}

fn gather<T>(
    records: impl IntoIterator<Item = ExportRecord>,
    keyed: impl Fn(ExportRecord) -> Option<(Item, T)>,
) -> Gathered<BTreeMap<String, T>> {
    let mut gathered = Gathered {
        found: BTreeMap::new(),
        duplicates: Vec::new(),
        strangers: 0,
    };
    for record in records {
        let Some((key, content)) = keyed(record) else {
            gathered.strangers += 1;
            continue;
        };
        match gathered.found.entry(key_text(&key)) {
            Entry::Occupied(first) => gathered.duplicates.push(first.key().clone()),
            Entry::Vacant(place) => drop(place.insert(content)),
        }
    }
    gathered
}
