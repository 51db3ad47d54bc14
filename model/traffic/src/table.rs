//! What tables look like.

use lookback_protocol::wire::index::{GlobalSecondaryIndex, LocalSecondaryIndex, Projection};
use lookback_protocol::wire::table::{AttributeDefinition, CreateTableInput, KeySchemaElement};
use lookback_protocol::wire::{Request, WireItem, WireValue};
use serde::{Deserialize, Serialize};

use crate::item::{COUNTER, GROUP, ORDER};

/// The name of the local index, where a table has one.
pub const LOCAL_INDEX: &str = "by-order";
/// The name of the global index, where a table has one.
pub const GLOBAL_INDEX: &str = "by-group";

/// The hash key's attribute.
pub(crate) const HASH: &str = "pk";
/// The range key's attribute.
pub(crate) const RANGE: &str = "sk";

/// The type of a key attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyType {
    /// Strings.
    S,
    /// Numbers.
    N,
    /// Bytes.
    B,
}

impl KeyType {
    fn name(self) -> &'static str {
        match self {
            Self::S => "S",
            Self::N => "N",
            Self::B => "B",
        }
    }

    fn value(self, number: u32) -> WireValue {
        match self {
            Self::S => WireValue::S(format!("k{number}")),
            Self::N => WireValue::N(number.to_string()),
            Self::B => WireValue::B(number.to_be_bytes().to_vec()),
        }
    }
}

/// What an index holds of each item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Projected {
    /// Everything.
    All,
    /// The keys.
    KeysOnly,
    /// The keys and the counter.
    Include,
}

impl Projected {
    fn wire(self) -> Projection {
        let (name, attributes) = match self {
            Self::All => ("ALL", None),
            Self::KeysOnly => ("KEYS_ONLY", None),
            Self::Include => ("INCLUDE", Some(vec![COUNTER.to_owned()])),
        };
        Projection {
            projection_type: Some(name.to_owned()),
            non_key_attributes: attributes,
        }
    }
}

/// What one table looks like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableShape {
    /// How many different items it can hold.
    pub keys: u32,
    /// The type of the hash key `pk`.
    pub hash: KeyType,
    /// The type of the range key `sk`; none: hash only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<KeyType>,
    /// How many items share a hash key, where there is a range key. At least 1.
    #[serde(default = "one")]
    pub per_hash: u32,
    /// What the local index over the order attribute holds; only beside a range key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local_index: Option<Projected>,
    /// What the global index over the group attribute holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub global_index: Option<Projected>,
}

fn one() -> u32 {
    1
}

impl TableShape {
    /// A table of so many items with a hash key alone and no index.
    pub fn hash_only(keys: u32) -> Self {
        Self {
            keys,
            hash: KeyType::S,
            range: None,
            per_hash: 1,
            local_index: None,
            global_index: None,
        }
    }

    /// What the local index holds, where there can be one.
    pub fn local_index(&self) -> Option<Projected> {
        self.local_index.filter(|_| self.range.is_some())
    }

    pub(crate) fn word(&self) -> &'static str {
        match (self.range, self.local_index(), self.global_index) {
            (None, _, None) => "plain",
            (Some(_), None, None) => "ranged",
            _ => "indexed",
        }
    }

    /// The primary key of an item.
    pub(crate) fn key(&self, number: u32) -> WireItem {
        let per_hash = self.range.map_or(1, |_| self.per_hash.max(1));
        let mut key = WireItem::from([(HASH.to_owned(), self.hash.value(number / per_hash))]);
        if let Some(range) = self.range {
            key.insert(RANGE.to_owned(), range.value(number % per_hash));
        }
        key
    }

    /// The CreateTable request of a table of this shape.
    pub fn create(&self, name: &str) -> Request {
        let mut definitions = vec![attribute(HASH, self.hash)];
        let mut key_schema = vec![element(HASH, "HASH")];
        if let Some(range) = self.range {
            definitions.push(attribute(RANGE, range));
            key_schema.push(element(RANGE, "RANGE"));
        }
        let local = self.local_index().map(|projected| {
            definitions.push(attribute(ORDER, KeyType::N));
            vec![LocalSecondaryIndex {
                index_name: LOCAL_INDEX.to_owned(),
                key_schema: vec![element(HASH, "HASH"), element(ORDER, "RANGE")],
                projection: projected.wire(),
            }]
        });
        let global = self.global_index.map(|projected| {
            definitions.push(attribute(GROUP, KeyType::S));
            vec![GlobalSecondaryIndex {
                index_name: GLOBAL_INDEX.to_owned(),
                key_schema: vec![element(GROUP, "HASH")],
                projection: projected.wire(),
                ..GlobalSecondaryIndex::default()
            }]
        });
        CreateTableInput {
            attribute_definitions: Some(definitions),
            table_name: name.to_owned(),
            key_schema: Some(key_schema),
            local_secondary_indexes: local,
            global_secondary_indexes: global,
            billing_mode: Some("PAY_PER_REQUEST".to_owned()),
            ..CreateTableInput::default()
        }
        .into()
    }
}

fn attribute(name: &str, kind: KeyType) -> AttributeDefinition {
    AttributeDefinition {
        attribute_name: name.to_owned(),
        attribute_type: kind.name().to_owned(),
    }
}

fn element(name: &str, kind: &str) -> KeySchemaElement {
    KeySchemaElement {
        attribute_name: name.to_owned(),
        key_type: kind.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_another_key() {
        for range in [None, Some(KeyType::B)] {
            let shape = TableShape {
                range,
                per_hash: 3,
                ..TableShape::hash_only(20)
            };
            let mut keys: Vec<String> = (0..20)
                .map(|number| format!("{:?}", shape.key(number)))
                .collect();
            keys.sort();
            keys.dedup();
            assert_eq!(keys.len(), 20, "{range:?}");
        }
    }

    #[test]
    fn a_local_index_needs_a_range_key() {
        let mut shape = TableShape {
            local_index: Some(Projected::All),
            ..TableShape::hash_only(1)
        };
        assert_eq!(shape.local_index(), None);
        shape.range = Some(KeyType::N);
        assert_eq!(shape.local_index(), Some(Projected::All));
    }
}
