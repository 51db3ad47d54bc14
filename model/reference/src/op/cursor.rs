//! ExclusiveStartKey: where a page goes on (ITEM-022).

use lookback_protocol::error::ServiceError;
use lookback_protocol::key::Key;
use lookback_protocol::value::AttributeValue;
use lookback_protocol::wire::{WireItem, item_from_wire};

use super::page::Source;
use crate::store::EntryKey;

/// A position in a table or an index.
pub(super) struct Cursor {
    /// The value of the hash key of what is read.
    hash: AttributeValue,
    place: Place,
}

enum Place {
    Table(Key),
    Index(EntryKey),
}

impl Cursor {
    /// Reads a cursor: exactly the key attributes of what is read.
    pub fn read(start: Option<WireItem>, source: Source<'_>) -> Result<Option<Self>, ServiceError> {
        let Some(start) = start else { return Ok(None) };
        let item = item_from_wire(start)?;
        let invalid = || ServiceError::validation("The provided starting key is invalid");
        let table = &source.definition.schema;
        let key = table
            .key_of_argument(&table.key_attributes(&item))
            .map_err(|_| invalid())?;
        let hash = item.get(&source.schema().hash.name).cloned();
        let hash = hash.ok_or_else(invalid)?;
        let place = if let Some(index) = source.index {
            let index_key = index.schema.index_key_of_item(&item).ok_or_else(invalid)?;
            Place::Index((index_key, key))
        } else {
            Place::Table(key)
        };
        let expected = match place {
            Place::Table(_) => table.attributes().count(),
            Place::Index(_) => source.cursor(&item).len(),
        };
        if item.len() != expected {
            return Err(invalid());
        }
        Ok(Some(Self { hash, place }))
    }

    /// The value of the hash key of what is read.
    pub fn hash(&self) -> &AttributeValue {
        &self.hash
    }

    /// The part of the cursor that the read key orders by.
    pub fn position(&self) -> &Key {
        match &self.place {
            Place::Table(key) | Place::Index((key, _)) => key,
        }
    }

    /// The position in an index.
    pub fn entry(&self) -> Option<&EntryKey> {
        match &self.place {
            Place::Table(_) => None,
            Place::Index(entry) => Some(entry),
        }
    }
}
