//! ExclusiveStartKey: where a page goes on (ITEM-022).

use lookback_protocol::error::ServiceError;
use lookback_protocol::key::Key;
use lookback_protocol::wire::{WireItem, item_from_wire};

use super::page::Source;
use crate::store::EntryKey;

/// A position in a table or an index.
pub(super) enum Cursor {
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
        let Some(index) = source.index else {
            return if item.len() == table.attributes().count() {
                Ok(Some(Self::Table(key)))
            } else {
                Err(invalid())
            };
        };
        let index_key = index.schema.index_key_of_item(&item).ok_or_else(invalid)?;
        if source.cursor(&item).len() != item.len() {
            return Err(invalid());
        }
        Ok(Some(Self::Index((index_key, key))))
    }

    /// The part of the cursor that the read key orders by.
    pub fn position(&self) -> &Key {
        match self {
            Self::Table(key) | Self::Index((key, _)) => key,
        }
    }

    /// The position in an index.
    pub fn entry(&self) -> Option<&EntryKey> {
        match self {
            Self::Table(_) => None,
            Self::Index(entry) => Some(entry),
        }
    }
}
