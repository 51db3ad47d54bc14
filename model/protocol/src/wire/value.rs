//! Attribute values as they stand in a request, before they are judged.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use base64::Engine as _;
use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::shape::mismatch::{Expected, Found, boolean_text, mismatch};

/// An item or a key as it stands in a request.
pub type WireItem = BTreeMap<String, WireValue>;

/// An attribute value as it stands in a request: one of the ten types, or what is wrong with it.
///
/// Reading refuses only what is a SerializationException: wrong JSON types and bad base64 (WIRE-004, -005).
/// Everything else is told by [`WireValue::into_value`].
#[derive(Clone, Debug, PartialEq)]
pub enum WireValue {
    /// A string.
    S(String),
    /// A number, in any spelling.
    N(String),
    /// Bytes.
    B(Vec<u8>),
    /// A set of strings.
    Ss(Vec<String>),
    /// A set of numbers.
    Ns(Vec<String>),
    /// A set of binaries.
    Bs(Vec<Vec<u8>>),
    /// A map.
    M(BTreeMap<String, WireValue>),
    /// A list.
    L(Vec<WireValue>),
    /// A truth value.
    Bool(bool),
    /// The null value; `false` is wrong.
    Null(bool),
    /// No type at all, which is wrong.
    Empty,
    /// More than one type, which is wrong.
    Several,
}

/// The ten type descriptors, and whatever else stands in their place.
enum Descriptor {
    S,
    N,
    B,
    Ss,
    Ns,
    Bs,
    M,
    L,
    Bool,
    Null,
    Unknown,
}

impl<'de> Deserialize<'de> for Descriptor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;
        impl Visitor<'_> for Name {
            type Value = Descriptor;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a type descriptor")
            }

            fn visit_str<E>(self, name: &str) -> Result<Descriptor, E> {
                Ok(match name {
                    "S" => Descriptor::S,
                    "N" => Descriptor::N,
                    "B" => Descriptor::B,
                    "SS" => Descriptor::Ss,
                    "NS" => Descriptor::Ns,
                    "BS" => Descriptor::Bs,
                    "M" => Descriptor::M,
                    "L" => Descriptor::L,
                    "BOOL" => Descriptor::Bool,
                    "NULL" => Descriptor::Null,
                    _ => Descriptor::Unknown,
                })
            }
        }
        deserializer.deserialize_str(Name)
    }
}

impl<'de> Deserialize<'de> for WireValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Read::<Self>(PhantomData).deserialize(deserializer)?;
        Ok(value.unwrap_or(Self::Empty))
    }
}

/// What can stand behind a descriptor. Null counts as absent, so reading gives an Option.
trait Content<'de>: Sized {
    const EXPECTED: Expected;

    fn from_str<E: Error>(_text: &str) -> Result<Self, E> {
        Err(E::custom(mismatch(Found::String, Self::EXPECTED)))
    }

    fn from_bool<E: Error>(value: bool) -> Result<Self, E> {
        Err(E::custom(mismatch(value.into(), Self::EXPECTED)))
    }

    fn from_seq<A: SeqAccess<'de>>(_list: A) -> Result<Self, A::Error> {
        Err(A::Error::custom(mismatch(Found::List, Self::EXPECTED)))
    }

    fn from_map<A: MapAccess<'de>>(_map: A) -> Result<Self, A::Error> {
        Err(A::Error::custom(mismatch(Found::Map, Self::EXPECTED)))
    }
}

struct Read<T>(PhantomData<T>);

impl<'de, T: Content<'de>> DeserializeSeed<'de> for Read<T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Content<'de>> Visitor<'de> for Read<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", T::EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<T>, E> {
        T::from_str(text).map(Some)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Option<T>, E> {
        T::from_bool(value).map(Some)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Option<T>, E> {
        Err(E::custom(mismatch(Found::Integral, T::EXPECTED)))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Option<T>, E> {
        Err(E::custom(mismatch(Found::Integral, T::EXPECTED)))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Option<T>, E> {
        Err(E::custom(mismatch(Found::Decimal, T::EXPECTED)))
    }

    fn visit_unit<E>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Option<T>, A::Error> {
        T::from_seq(list).map(Some)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Option<T>, A::Error> {
        T::from_map(map).map(Some)
    }
}

/// The elements that are not null.
fn elements<'de, T: Content<'de>, A: SeqAccess<'de>>(mut list: A) -> Result<Vec<T>, A::Error> {
    let mut elements = Vec::new();
    while let Some(element) = list.next_element_seed(Read::<T>(PhantomData))? {
        elements.extend(element);
    }
    Ok(elements)
}

impl<'de> Content<'de> for String {
    const EXPECTED: Expected = Expected::Scalar("String");

    fn from_str<E: Error>(text: &str) -> Result<Self, E> {
        Ok(text.to_owned())
    }
}

impl<'de> Content<'de> for bool {
    const EXPECTED: Expected = Expected::Boolean;

    fn from_str<E: Error>(text: &str) -> Result<Self, E> {
        boolean_text(text).ok_or_else(|| E::custom(mismatch(Found::String, Self::EXPECTED)))
    }

    fn from_bool<E: Error>(value: bool) -> Result<Self, E> {
        Ok(value)
    }
}

impl<'de> Content<'de> for Vec<u8> {
    const EXPECTED: Expected = Expected::Blob;

    fn from_str<E: Error>(text: &str) -> Result<Self, E> {
        if !text.len().is_multiple_of(4) {
            return Err(E::custom(format_args!(
                "Base64 encoded length is expected a multiple of 4 bytes but found: {}",
                text.len()
            )));
        }
        // The misspelling is the service's own.
        STANDARD
            .decode(text)
            .map_err(|_| E::custom("Invalid last non-pad Base64 character dectected"))
    }
}

impl<'de> Content<'de> for Vec<String> {
    const EXPECTED: Expected = Expected::List;

    fn from_seq<A: SeqAccess<'de>>(list: A) -> Result<Self, A::Error> {
        elements(list)
    }
}

impl<'de> Content<'de> for Vec<Vec<u8>> {
    const EXPECTED: Expected = Expected::List;

    fn from_seq<A: SeqAccess<'de>>(list: A) -> Result<Self, A::Error> {
        elements(list)
    }
}

impl<'de> Content<'de> for Vec<WireValue> {
    const EXPECTED: Expected = Expected::List;

    fn from_seq<A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(values)
    }
}

impl<'de> Content<'de> for BTreeMap<String, WireValue> {
    const EXPECTED: Expected = Expected::Field;

    fn from_map<A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        let mut values = BTreeMap::new();
        while let Some((name, value)) = map.next_entry()? {
            values.insert(name, value);
        }
        Ok(values)
    }
}

impl<'de> Content<'de> for WireValue {
    const EXPECTED: Expected = Expected::Entry;

    fn from_map<A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        fn read<'de, T: Content<'de>, A: MapAccess<'de>>(
            map: &mut A,
            make: fn(T) -> WireValue,
        ) -> Result<Option<WireValue>, A::Error> {
            Ok(map.next_value_seed(Read::<T>(PhantomData))?.map(make))
        }
        let mut value = Self::Empty;
        while let Some(descriptor) = map.next_key()? {
            let next = match descriptor {
                Descriptor::S => read(&mut map, Self::S)?,
                Descriptor::N => read(&mut map, Self::N)?,
                Descriptor::B => read(&mut map, Self::B)?,
                Descriptor::Ss => read(&mut map, Self::Ss)?,
                Descriptor::Ns => read(&mut map, Self::Ns)?,
                Descriptor::Bs => read(&mut map, Self::Bs)?,
                Descriptor::M => read(&mut map, Self::M)?,
                Descriptor::L => read(&mut map, Self::L)?,
                Descriptor::Bool => read(&mut map, Self::Bool)?,
                Descriptor::Null => read(&mut map, Self::Null)?,
                Descriptor::Unknown => {
                    map.next_value::<IgnoredAny>()?;
                    None
                }
            };
            if let Some(next) = next {
                value = if value == Self::Empty {
                    next
                } else {
                    Self::Several
                };
            }
        }
        Ok(value)
    }
}

impl Serialize for WireValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::S(text) => map.serialize_entry("S", text)?,
            Self::N(text) => map.serialize_entry("N", text)?,
            Self::B(bytes) => map.serialize_entry("B", &InBase64(bytes))?,
            Self::Ss(set) => map.serialize_entry("SS", set)?,
            Self::Ns(set) => map.serialize_entry("NS", set)?,
            Self::Bs(set) => {
                let set: Vec<InBase64<'_>> = set.iter().map(|bytes| InBase64(bytes)).collect();
                map.serialize_entry("BS", &set)?;
            }
            Self::M(values) => map.serialize_entry("M", values)?,
            Self::L(values) => map.serialize_entry("L", values)?,
            Self::Bool(value) => map.serialize_entry("BOOL", value)?,
            Self::Null(value) => map.serialize_entry("NULL", value)?,
            Self::Empty | Self::Several => {}
        }
        map.end()
    }
}

/// Bytes as the wire writes them: standard base64 with padding (WIRE-004).
pub(super) struct InBase64<'b>(pub(super) &'b [u8]);

impl Serialize for InBase64<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Base64Display::new(self.0, &STANDARD))
    }
}
