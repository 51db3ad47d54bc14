//! The values of items, each once, by number.

use std::sync::Arc;

use lookback_protocol::value::Item;
use lookback_protocol::wire::{AnswerItem, write_item};

use super::texts::Texts;
use crate::register::{ABSENT, ValueId};

/// The values that items had, each once: the text of an item in DynamoDB JSON with its attributes in order, its sets in
/// order and its numbers in one spelling, so that equal items have equal texts.
#[derive(Debug)]
pub struct Values {
    /// The first stands for absence and is no text of an item.
    texts: Texts,
    buffer: Vec<u8>,
}

impl Default for Values {
    fn default() -> Self {
        let mut texts = Texts::default();
        texts.insert("");
        Self {
            texts,
            buffer: Vec::new(),
        }
    }
}

impl Values {
    /// The number of a value, a new one where it is new.
    pub fn intern(&mut self, item: &Item) -> ValueId {
        write_text(item, &mut self.buffer);
        let text = std::str::from_utf8(&self.buffer).unwrap_or_default();
        self.texts.insert(text)
    }

    /// The number of the item that a text is, whatever its order and spelling; `None` if it is no item.
    pub fn intern_text(&mut self, text: &str) -> Option<ValueId> {
        // Many targets write items as they are kept here, and reads show what is known: then nothing is to be read.
        match self.find(text) {
            Some(known) if known != ABSENT => Some(known),
            _ => Some(self.intern(&read_text(text)?)),
        }
    }

    /// The number of a value that is known, by its text.
    pub fn find(&self, text: &str) -> Option<ValueId> {
        self.texts.find(text)
    }

    /// The text of a value; `None` for absence.
    pub fn text(&self, value: ValueId) -> Option<&str> {
        let text = self.texts.get(value)?;
        (value != ABSENT).then_some(text)
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
