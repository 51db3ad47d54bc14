//! Writes attribute values of the model straight to JSON.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::value::InBase64;
use crate::number::Number;
use crate::value::{AttributeValue, Attributes};

impl Serialize for AttributeValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        let descriptor = self.descriptor();
        match self {
            Self::S(text) => map.serialize_entry(descriptor, text)?,
            Self::N(number) => map.serialize_entry(descriptor, &InDigits(number))?,
            Self::B(bytes) => map.serialize_entry(descriptor, &InBase64(bytes))?,
            Self::Ss(set) => map.serialize_entry(descriptor, set)?,
            Self::Ns(set) => map.serialize_entry(descriptor, &Each(|| set.iter().map(InDigits)))?,
            Self::Bs(set) => {
                map.serialize_entry(
                    descriptor,
                    &Each(|| set.iter().map(|bytes| InBase64(bytes))),
                )?;
            }
            Self::M(values) => map.serialize_entry(descriptor, &Named(values))?,
            Self::L(values) => map.serialize_entry(descriptor, values)?,
            Self::Bool(value) => map.serialize_entry(descriptor, value)?,
            Self::Null => map.serialize_entry(descriptor, &true)?,
        }
        map.end()
    }
}

/// Attributes as an object.
pub(super) struct Named<'a>(pub(super) &'a Attributes);

impl Serialize for Named<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in self.0.iter() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// Appends an item as it stands in answers: attributes in order, sets in order, numbers in one spelling, so that equal
/// items have equal texts.
pub fn write_item(item: &Attributes, out: &mut Vec<u8>) {
    // Writing strings to memory does not fail.
    let _ = serde_json::to_writer(out, &Named(item));
}

/// A number as a string (WIRE-005).
struct InDigits<'n>(&'n Number);

impl Serialize for InDigits<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self.0)
    }
}

/// What an iterator gives, as an array.
struct Each<F>(F);

impl<F: Fn() -> I, I: Iterator<Item: Serialize>> Serialize for Each<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for element in (self.0)() {
            list.serialize_element(&element)?;
        }
        list.end()
    }
}
