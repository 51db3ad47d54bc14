//! The values of items, each once, by number.

use std::sync::Arc;

use indexmap::IndexSet;
use lookback_protocol::value::Item;
use lookback_protocol::wire::{AnswerItem, write_item};

use crate::register::{ABSENT, ValueId};

/// The values that items had, each once: the text of an item in DynamoDB JSON with its attributes in order, its sets in
/// order and its numbers in one spelling, so that equal items have equal texts.
#[derive(Debug)]
pub struct Values {
    /// The first stands for absence and is no text of an item.
    texts: IndexSet<Box<str>>,
    buffer: Vec<u8>,
}

impl Default for Values {
    fn default() -> Self {
        Self {
            texts: IndexSet::from([Box::from("")]),
            buffer: Vec::new(),
        }
    }
}

impl Values {
    /// The number of a value, a new one where it is new.
    pub fn intern(&mut self, item: &Item) -> ValueId {
        let mut buffer = std::mem::take(&mut self.buffer);
        write_text(item, &mut buffer);
        let text = std::str::from_utf8(&buffer).unwrap_or_default();
        let index = match self.texts.get_index_of(text) {
            Some(index) => index,
            None => self.texts.insert_full(Box::from(text)).0,
        };
        self.buffer = buffer;
        ValueId::try_from(index).unwrap_or(ValueId::MAX)
    }

    /// The number of a value that is there or not.
    pub fn intern_option(&mut self, item: Option<&Item>) -> ValueId {
        item.map_or(ABSENT, |item| self.intern(item))
    }

    /// The number of a value that is known, by its text.
    pub fn find(&self, text: &str) -> Option<ValueId> {
        let index = self.texts.get_index_of(text)?;
        ValueId::try_from(index).ok()
    }

    /// The text of a value; `None` for absence.
    pub fn text(&self, value: ValueId) -> Option<&str> {
        let text = self.texts.get_index(value as usize)?;
        (value != ABSENT).then_some(&**text)
    }

    /// How many there are, absence included.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there is none but absence.
    pub fn is_empty(&self) -> bool {
        self.len() < 2
    }
}

/// Writes the one text of an item.
pub(super) fn write_text(item: &Item, out: &mut Vec<u8>) {
    out.clear();
    write_item(item, out);
}

/// Reads the text of an item.
pub(crate) fn read_text(text: &str) -> Option<Item> {
    let item: AnswerItem = serde_json::from_str(text).ok()?;
    Some(Arc::unwrap_or_clone(item.0))
}
