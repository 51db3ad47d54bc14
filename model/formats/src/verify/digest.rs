//! Digests of items.

use lookback_protocol::number::Number;
use lookback_protocol::value::{AttributeValue, Attributes};
use twox_hash::XxHash3_128;

/// 128 bits that equal items have in common, in whatever format and order their attributes and sets were written. Two
/// items of a table of 10^9 differ and have the same digest with a probability below 10^-20; it is no defence against
/// somebody who looks for such items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub u128);

impl Digest {
    /// The digest of an item, or of some of its attributes.
    pub fn of(item: &Attributes) -> Self {
        Self(attributes(item))
    }

    /// The digest of one attribute: that of items is made of those of their attributes.
    pub fn of_attribute(name: &str, value: &AttributeValue) -> Self {
        Self(attribute(name, value))
    }

    /// The digest of an item with these attributes, in any order.
    pub fn of_attributes(attributes: impl IntoIterator<Item = Self>) -> Self {
        Self(all(Kind::Map, attributes.into_iter().map(|one| one.0)))
    }
}

/// What is digested; each has digests of its own.
#[derive(Clone, Copy)]
enum Kind {
    String = 1,
    Number,
    Binary,
    StringSet,
    NumberSet,
    BinarySet,
    Map,
    List,
    True,
    False,
    Null,
    Attribute,
    Pair,
}

fn bytes(kind: Kind, bytes: &[u8]) -> u128 {
    XxHash3_128::oneshot_with_seed(kind as u64, bytes)
}

fn pair(kind: Kind, one: u128, other: u128) -> u128 {
    let mut both = [0; 32];
    let (front, back) = both.split_at_mut(16);
    front.copy_from_slice(&one.to_le_bytes());
    back.copy_from_slice(&other.to_le_bytes());
    bytes(kind, &both)
}

/// Of members without order.
fn all(kind: Kind, members: impl Iterator<Item = u128>) -> u128 {
    let mut count = 0_u128;
    let sum = members.fold(0_u128, |sum, member| {
        count += 1;
        sum.wrapping_add(member)
    });
    pair(kind, sum, count)
}

fn attributes(item: &Attributes) -> u128 {
    all(
        Kind::Map,
        item.iter().map(|(name, value)| attribute(name, value)),
    )
}

fn attribute(name: &str, inside: &AttributeValue) -> u128 {
    pair(
        Kind::Attribute,
        bytes(Kind::Attribute, name.as_bytes()),
        value(inside),
    )
}

fn number(number: &Number) -> u128 {
    let (negative, coefficient, exponent) = number.parts();
    let rest = (u128::from(exponent.cast_unsigned()) << 1) | u128::from(negative);
    pair(Kind::Number, coefficient, rest)
}

fn value(inside: &AttributeValue) -> u128 {
    match inside {
        AttributeValue::S(text) => bytes(Kind::String, text.as_bytes()),
        AttributeValue::N(inside) => number(inside),
        AttributeValue::B(inside) => bytes(Kind::Binary, inside),
        AttributeValue::Ss(set) => {
            let members = set.iter().map(|text| bytes(Kind::String, text.as_bytes()));
            all(Kind::StringSet, members)
        }
        AttributeValue::Ns(set) => all(Kind::NumberSet, set.iter().map(number)),
        AttributeValue::Bs(set) => {
            let members = set.iter().map(|inside| bytes(Kind::Binary, inside));
            all(Kind::BinarySet, members)
        }
        AttributeValue::M(inside) => attributes(inside),
        AttributeValue::L(list) => {
            let start = bytes(Kind::List, &[]);
            let next = |sum, inside| pair(Kind::Pair, sum, value(inside));
            list.iter().fold(start, next)
        }
        AttributeValue::Bool(true) => bytes(Kind::True, &[]),
        AttributeValue::Bool(false) => bytes(Kind::False, &[]),
        AttributeValue::Null => bytes(Kind::Null, &[]),
    }
}

#[cfg(test)]
mod tests {
    use lookback_protocol::wire::{WireItem, item_from_wire};
    use serde_json::json;

    use super::*;

    fn item(attributes: serde_json::Value) -> Attributes {
        let wire: WireItem = serde_json::from_value(attributes).unwrap();
        item_from_wire(wire).unwrap()
    }

    #[test]
    fn items_that_differ_have_different_digests() {
        let values = [
            json!({}),
            json!({"a": {"S": ""}}),
            json!({"a": {"S": "1"}}),
            json!({"a": {"N": "1"}}),
            json!({"a": {"N": "-1"}}),
            json!({"a": {"N": "10"}}),
            json!({"a": {"N": "0.1"}}),
            json!({"a": {"B": "MQ=="}}),
            json!({"a": {"BOOL": true}}),
            json!({"a": {"BOOL": false}}),
            json!({"a": {"NULL": true}}),
            json!({"a": {"SS": ["1"]}}),
            json!({"a": {"SS": ["1", "2"]}}),
            json!({"a": {"NS": ["1"]}}),
            json!({"a": {"BS": ["MQ=="]}}),
            json!({"a": {"L": []}}),
            json!({"a": {"L": [{"S": "1"}]}}),
            json!({"a": {"L": [{"S": "1"}, {"S": "2"}]}}),
            json!({"a": {"L": [{"S": "2"}, {"S": "1"}]}}),
            json!({"a": {"L": [{"L": [{"S": "1"}]}]}}),
            json!({"a": {"M": {}}}),
            json!({"a": {"M": {"a": {"S": "1"}}}}),
            json!({"b": {"S": "1"}}),
            json!({"a": {"S": "1"}, "b": {"S": "2"}}),
            json!({"a": {"S": "2"}, "b": {"S": "1"}}),
        ];
        let digests = values.iter().map(|value| Digest::of(&item(value.clone())));
        let distinct: std::collections::BTreeSet<Digest> = digests.collect();
        assert_eq!(distinct.len(), values.len());
    }

    #[test]
    fn order_and_spelling_do_not_count() {
        let one = item(json!({"a": {"N": "10"}, "b": {"SS": ["x", "y"]}}));
        let other = item(json!({"b": {"SS": ["y", "x"]}, "a": {"N": "1.0e1"}}));
        assert_eq!(Digest::of(&one), Digest::of(&other));
    }

    #[test]
    fn an_item_is_made_of_its_attributes() {
        let item = item(json!({"a": {"S": "x"}, "b": {"S": "y"}}));
        let parts = item
            .iter()
            .map(|(name, value)| Digest::of_attribute(name, value));
        let parts: Vec<Digest> = parts.collect();
        assert_eq!(
            Digest::of_attributes(parts.into_iter().rev()),
            Digest::of(&item)
        );
    }
}
