//! Which attributes form a key, and what they must hold (ITEM-002, ITEM-004, ITEM-005).

use super::encode::{encode_hash, encode_range};
use super::range::type_mismatch;
use super::{HASH_KEY_BYTES_MAX, Key, KeyType, RANGE_KEY_BYTES_MAX};
use crate::error::ServiceError;
use crate::value::{AttributeValue, Item};

/// One attribute of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyAttribute {
    /// The attribute's name.
    pub name: String,
    /// The type its values must have.
    pub kind: KeyType,
}

/// The key attributes of a table or an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySchema {
    /// The attribute that selects an item collection.
    pub hash: KeyAttribute,
    /// The attribute that orders an item collection, where there is one.
    pub range: Option<KeyAttribute>,
}

impl KeySchema {
    /// The key attributes: the hash attribute, then the range attribute.
    pub fn attributes(&self) -> impl Iterator<Item = &KeyAttribute> {
        std::iter::once(&self.hash).chain(&self.range)
    }

    /// Whether this attribute is part of the key.
    pub fn contains(&self, name: &str) -> bool {
        self.attributes().any(|attribute| attribute.name == name)
    }

    /// The key of a whole item that is to be stored.
    ///
    /// # Errors
    /// A missing or mistyped key attribute (ITEM-004), an empty or oversized value (ITEM-002).
    pub fn key_of_item(&self, item: &Item) -> Result<Key, ServiceError> {
        for attribute in self.attributes() {
            let name = &attribute.name;
            let Some(value) = item.get(name) else {
                return Err(ServiceError::invalid_parameter(format_args!(
                    "Missing the key {name} in the item"
                )));
            };
            if !attribute.kind.accepts(value) {
                return Err(ServiceError::invalid_parameter(format_args!(
                    "Type mismatch for key {name} expected: {} actual: {}",
                    attribute.kind.name(),
                    value.descriptor()
                )));
            }
        }
        self.encode(item)
    }

    /// The key that a Key argument names: exactly the key attributes (ITEM-005).
    ///
    /// # Errors
    /// An extra, missing or mistyped attribute (ITEM-005), an empty or oversized value (ITEM-002).
    pub fn key_of_argument(&self, key: &Item) -> Result<Key, ServiceError> {
        let fits = |attribute: &KeyAttribute| {
            key.get(&attribute.name)
                .is_some_and(|value| attribute.kind.accepts(value))
        };
        if key.len() != self.attributes().count() || !self.attributes().all(fits) {
            return Err(ServiceError::validation(
                "The provided key element does not match the schema",
            ));
        }
        self.encode(key)
    }

    /// Refuses an empty value of a key attribute: a fault of the request, not of one member of it (record 10.7).
    ///
    /// # Errors
    /// The first key attribute with an empty string or binary (ITEM-002).
    pub fn refuse_empty(&self, item: &Item) -> Result<(), ServiceError> {
        self.attributes().try_for_each(|attribute| {
            let value = item.get(&attribute.name);
            value.map_or(Ok(()), |value| check_not_empty(&attribute.name, value))
        })
    }

    /// The key of an item in an index: `None` when the item lacks a key attribute of the index, or holds it
    /// with another type, and so has no entry there.
    pub fn index_key_of_item(&self, item: &Item) -> Option<Key> {
        let typed = |attribute: &KeyAttribute| {
            item.get(&attribute.name)
                .is_some_and(|value| attribute.kind.accepts(value))
        };
        if self.attributes().all(typed) {
            self.encode(item).ok()
        } else {
            None
        }
    }

    /// The bytes that every key with this hash value starts with, and no other key.
    ///
    /// # Errors
    /// The value's type is not the schema's.
    pub fn hash_prefix(&self, hash: &AttributeValue) -> Result<Vec<u8>, ServiceError> {
        if !self.hash.kind.accepts(hash) {
            return Err(type_mismatch());
        }
        let mut prefix = Vec::with_capacity(hash.size_bytes() + 4);
        encode_hash(hash, &mut prefix).ok_or_else(type_mismatch)?;
        Ok(prefix)
    }

    /// The key attributes of an item, as LastEvaluatedKey shows them.
    pub fn key_attributes(&self, item: &Item) -> Item {
        self.attributes()
            .filter_map(|attribute| {
                Some((attribute.name.clone(), item.get(&attribute.name)?.clone()))
            })
            .collect()
    }

    /// Encodes attributes whose presence and types were checked.
    fn encode(&self, item: &Item) -> Result<Key, ServiceError> {
        let not_a_key =
            || ServiceError::validation("The provided key element does not match the schema");
        let hash = item.get(&self.hash.name).ok_or_else(not_a_key)?;
        check_not_empty(&self.hash.name, hash)?;
        if hash.size_bytes() > HASH_KEY_BYTES_MAX {
            return Err(ServiceError::invalid_parameter(
                "Size of hashkey has exceeded the maximum size limit of2048 bytes",
            ));
        }
        let range = match &self.range {
            Some(attribute) => Some((attribute, item.get(&attribute.name).ok_or_else(not_a_key)?)),
            None => None,
        };
        let range_bytes = range.map_or(0, |(_, value)| value.size_bytes());
        let mut bytes = Vec::with_capacity(hash.size_bytes() + range_bytes + 6);
        encode_hash(hash, &mut bytes).ok_or_else(not_a_key)?;
        if let Some((attribute, value)) = range {
            check_not_empty(&attribute.name, value)?;
            if range_bytes > RANGE_KEY_BYTES_MAX {
                return Err(ServiceError::invalid_parameter(
                    "Aggregated size of all range keys has exceeded the size limit of 1024 bytes",
                ));
            }
            encode_range(value, &mut bytes).ok_or_else(not_a_key)?;
        }
        Ok(Key::from_encoded(bytes))
    }
}

fn check_not_empty(name: &str, value: &AttributeValue) -> Result<(), ServiceError> {
    match empty_key_value(value) {
        Some(kind) => Err(ServiceError::validation(format!(
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain \
             an empty {kind} value. Key: {name}"
        ))),
        None => Ok(()),
    }
}

/// What an empty value is called in a refusal: `string` or `binary`; `None` for a value that may be a key.
pub fn empty_key_value(value: &AttributeValue) -> Option<&'static str> {
    match value {
        AttributeValue::S(text) if text.is_empty() => Some("string"),
        AttributeValue::B(bytes) if bytes.is_empty() => Some("binary"),
        _ => None,
    }
}
