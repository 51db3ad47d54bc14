//! Attribute values and items (ITEM-001).

use std::collections::BTreeSet;

use litemap::LiteMap;

use crate::number::Number;

/// Named attributes, sorted by name: an item, or the inside of a map value.
///
/// A sorted vector: most items have a handful of attributes, and a million small trees cost four times
/// the memory.
pub type Attributes = LiteMap<String, AttributeValue>;

/// An item of a table or of an index.
pub type Item = Attributes;

/// One value of one of DynamoDB's ten types (ITEM-001).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttributeValue {
    /// A string, UTF-8.
    S(String),
    /// A number of up to 38 digits (ITEM-007).
    N(Number),
    /// Bytes.
    B(Vec<u8>),
    /// A set of strings: never empty (ITEM-008).
    Ss(BTreeSet<String>),
    /// A set of numbers: never empty.
    Ns(BTreeSet<Number>),
    /// A set of binaries: never empty.
    Bs(BTreeSet<Vec<u8>>),
    /// A map.
    M(Attributes),
    /// A list.
    L(Vec<AttributeValue>),
    /// A truth value.
    Bool(bool),
    /// The null value.
    Null,
}

impl AttributeValue {
    /// The type's descriptor on the wire: `S`, `N`, `B`, `SS`, `NS`, `BS`, `M`, `L`, `BOOL` or `NULL`.
    pub fn descriptor(&self) -> &'static str {
        match self {
            Self::S(_) => "S",
            Self::N(_) => "N",
            Self::B(_) => "B",
            Self::Ss(_) => "SS",
            Self::Ns(_) => "NS",
            Self::Bs(_) => "BS",
            Self::M(_) => "M",
            Self::L(_) => "L",
            Self::Bool(_) => "BOOL",
            Self::Null => "NULL",
        }
    }

    /// The bytes that this value counts towards an item's size (ITEM-006): UTF-8 length, about one byte
    /// for two digits, and three bytes plus one per entry for documents.
    pub fn size_bytes(&self) -> usize {
        match self {
            Self::S(text) => text.len(),
            Self::N(number) => number.size_bytes(),
            Self::B(bytes) => bytes.len(),
            Self::Ss(set) => set.iter().map(String::len).sum(),
            Self::Ns(set) => set.iter().map(Number::size_bytes).sum(),
            Self::Bs(set) => set.iter().map(Vec::len).sum(),
            Self::M(map) => 3 + item_size_bytes(map) + map.len(),
            Self::L(list) => {
                3 + list
                    .iter()
                    .map(|value| 1 + value.size_bytes())
                    .sum::<usize>()
            }
            Self::Bool(_) | Self::Null => 1,
        }
    }
}

/// The bytes of an item as DynamoDB counts them: names and values (ITEM-006).
pub fn item_size_bytes(item: &Attributes) -> usize {
    item.iter()
        .map(|(name, value)| name.len() + value.size_bytes())
        .sum()
}

/// The largest item, in bytes: 400 KB (ITEM-006).
pub const ITEM_SIZE_BYTES_MAX: usize = 400 * 1024;

/// The deepest nesting of a value, in levels (ITEM-009). An attribute's own value is the first level, so a leaf lies
/// in at most 31 documents.
pub const NESTING_LEVELS_MAX: usize = 32;
/// What deeper nesting is refused with (record 10.9).
pub(crate) const NESTED_TOO_DEEP: &str = "Nesting Levels have exceeded supported limits: Attributes in the item have \
                                          nested levels beyond supported limit";
