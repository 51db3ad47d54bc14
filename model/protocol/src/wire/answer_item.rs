//! Items in answers.

use std::ops::Deref;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};

use super::answer_value::Named;
use super::from_wire::item_from_wire;
use super::value::WireItem;
use crate::value::Item;

/// An item of an answer: shares the item that is stored, and is written without a copy.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AnswerItem(pub Arc<Item>);

impl From<Item> for AnswerItem {
    fn from(item: Item) -> Self {
        Self(Arc::new(item))
    }
}

impl From<Arc<Item>> for AnswerItem {
    fn from(item: Arc<Item>) -> Self {
        Self(item)
    }
}

impl Deref for AnswerItem {
    type Target = Item;

    fn deref(&self) -> &Item {
        &self.0
    }
}

impl Serialize for AnswerItem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Named(&self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for AnswerItem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let item = item_from_wire(WireItem::deserialize(deserializer)?);
        item.map(Self::from).map_err(D::Error::custom)
    }
}
