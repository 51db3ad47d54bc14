//! Primary keys, encoded so that byte order is key order (ITEM-002, ITEM-004, ITEM-005, ITEM-023).
//!
//! An encoded key is the hash part followed by the range part. The hash part delimits itself, so the bytes
//! of one hash value select exactly one item collection. The range part is the raw bytes of a string or a
//! binary (what begins with a prefix is one stretch of keys) or the ordered encoding of a number.

mod encode;
mod range;
mod schema;

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

pub(crate) use range::type_mismatch;
pub use range::{KeyRange, RangeCondition};
pub use schema::{KeyAttribute, KeySchema, empty_key_value};

use crate::value::AttributeValue;

/// The longest value of a hash attribute, in bytes (ITEM-002).
pub const HASH_KEY_BYTES_MAX: usize = 2048;

/// The longest value of a range attribute, in bytes (ITEM-002).
pub const RANGE_KEY_BYTES_MAX: usize = 1024;

/// An encoded primary key: one byte string whose order is (hash, range) order. A clone shares the bytes,
/// so a table and everything restored from it keep one copy.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Arc<[u8]>);

impl Key {
    /// A key of already encoded bytes.
    pub fn from_encoded(bytes: impl Into<Arc<[u8]>>) -> Self {
        Self(bytes.into())
    }

    /// The encoded bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl Borrow<[u8]> for Key {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Key {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.0.escape_ascii())
    }
}

/// The types that a key attribute may have (ITEM-002).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyType {
    /// A string, ordered by its UTF-8 bytes.
    S,
    /// A number, ordered by value.
    N,
    /// A binary, ordered by unsigned bytes.
    B,
}

impl KeyType {
    /// The type's name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::S => "S",
            Self::N => "N",
            Self::B => "B",
        }
    }

    /// The type with this name on the wire.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "S" => Some(Self::S),
            "N" => Some(Self::N),
            "B" => Some(Self::B),
            _ => None,
        }
    }

    /// Whether the value has this type.
    pub fn accepts(self, value: &AttributeValue) -> bool {
        value.descriptor() == self.name()
    }
}
