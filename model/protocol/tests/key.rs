//! Keys: byte order is key order, one partition is one prefix, and refusals have the service's texts.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use std::cmp::Ordering;

use lookback_protocol::key::{Key, KeyAttribute, KeyRange, KeySchema, KeyType, RangeCondition};
use lookback_protocol::number::Number;
use lookback_protocol::value::{AttributeValue, Item};
use proptest::prelude::*;

fn s(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

fn n(value: i64) -> AttributeValue {
    AttributeValue::N(Number::from(value))
}

fn item(attributes: &[(&str, AttributeValue)]) -> Item {
    attributes
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect()
}

fn schema(hash: KeyType, range: Option<KeyType>) -> KeySchema {
    let attribute = |name: &str, kind| KeyAttribute {
        name: name.to_owned(),
        kind,
    };
    KeySchema {
        hash: attribute("pk", hash),
        range: range.map(|kind| attribute("sk", kind)),
    }
}

fn refusal<T: std::fmt::Debug>(
    result: Result<T, lookback_protocol::error::ServiceError>,
) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn a_stored_item_must_carry_its_whole_key() {
    let schema = schema(KeyType::S, Some(KeyType::N));
    insta::assert_snapshot!(refusal(schema.key_of_item(&item(&[("pk", s("a"))]))),
        @"ValidationException: One or more parameter values were invalid: Missing the key sk in the item");
    insta::assert_snapshot!(refusal(schema.key_of_item(&item(&[("pk", n(1)), ("sk", n(1))]))),
        @"ValidationException: One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N");
    assert!(
        schema
            .key_of_item(&item(&[("pk", s("a")), ("sk", n(1)), ("other", n(1))]))
            .is_ok()
    );
}

#[test]
fn a_key_argument_must_be_exactly_the_key() {
    let schema = schema(KeyType::S, None);
    for wrong in [
        item(&[]),
        item(&[("pk", n(1))]),
        item(&[("pk", s("a")), ("x", s("a"))]),
        item(&[("x", s("a"))]),
    ] {
        assert_eq!(
            refusal(schema.key_of_argument(&wrong)),
            "ValidationException: The provided key element does not match the schema"
        );
    }
}

#[test]
fn a_key_value_may_not_be_empty() {
    let text = "ValidationException: One or more parameter values are not valid. The AttributeValue for a key \
                attribute cannot contain an empty string value. Key: pk";
    let schema = schema(KeyType::S, None);
    assert_eq!(refusal(schema.key_of_item(&item(&[("pk", s(""))]))), text);
    assert_eq!(
        refusal(schema.key_of_argument(&item(&[("pk", s(""))]))),
        text
    );
}

#[test]
fn a_key_value_has_a_largest_size() {
    let schema = schema(KeyType::S, Some(KeyType::S));
    let key = |hash: usize, range: usize| {
        schema.key_of_item(&item(&[
            ("pk", s(&"h".repeat(hash))),
            ("sk", s(&"r".repeat(range))),
        ]))
    };
    assert!(key(2048, 1024).is_ok());
    insta::assert_snapshot!(refusal(key(2049, 1)),
        @"ValidationException: One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes");
    insta::assert_snapshot!(refusal(key(1, 1025)),
        @"ValidationException: One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
}

#[test]
fn two_spellings_of_a_number_are_one_key() {
    let schema = schema(KeyType::N, None);
    let key = |text| {
        schema
            .key_of_item(&item(&[(
                "pk",
                AttributeValue::N(Number::parse(text).unwrap()),
            )]))
            .unwrap()
    };
    assert_eq!(key("1"), key("1.0"));
    assert_ne!(key("1"), key("10"));
}

#[test]
fn an_item_without_the_index_key_has_no_index_entry() {
    let schema = schema(KeyType::S, Some(KeyType::S));
    assert_eq!(schema.index_key_of_item(&item(&[("pk", s("a"))])), None);
    assert_eq!(
        schema.index_key_of_item(&item(&[("pk", s("a")), ("sk", n(1))])),
        None
    );
    assert!(
        schema
            .index_key_of_item(&item(&[("pk", s("a")), ("sk", s("b"))]))
            .is_some()
    );
}

#[test]
fn the_key_attributes_are_the_key_part() {
    let schema = schema(KeyType::S, Some(KeyType::N));
    let whole = item(&[("a", n(1)), ("pk", s("p")), ("sk", n(2))]);
    assert_eq!(
        schema.key_attributes(&whole),
        item(&[("pk", s("p")), ("sk", n(2))])
    );
}

#[test]
fn a_condition_of_another_type_is_refused() {
    let schema = schema(KeyType::S, Some(KeyType::N));
    let text = "ValidationException: One or more parameter values were invalid: Condition parameter type does not \
                match schema type";
    assert_eq!(refusal(schema.key_range(&n(1), None)), text);
    assert_eq!(
        refusal(schema.key_range(&s("a"), Some(&RangeCondition::Equal(s("b"))))),
        text
    );
}

#[test]
fn a_backwards_range_is_empty_and_safe_to_walk() {
    let schema = schema(KeyType::S, Some(KeyType::N));
    let range = schema
        .key_range(&s("a"), Some(&RangeCondition::Between(n(2), n(1))))
        .unwrap();
    let map: std::collections::BTreeMap<Key, ()> = (0..4)
        .map(|k| {
            (
                schema
                    .key_of_item(&item(&[("pk", s("a")), ("sk", n(k))]))
                    .unwrap(),
                (),
            )
        })
        .collect();
    assert_eq!(map.range::<[u8], _>(range.bounds()).count(), 0);
    let key = map.keys().next().unwrap();
    assert_eq!(
        map.range::<[u8], _>(KeyRange::all().after(key.as_bytes()).bounds())
            .count(),
        3
    );
    assert_eq!(
        map.range::<[u8], _>(KeyRange::all().before(key.as_bytes()).bounds())
            .count(),
        0
    );
}

/// Values of one key type, with many near neighbours.
fn value(kind: KeyType) -> BoxedStrategy<AttributeValue> {
    match kind {
        KeyType::S => "[\u{0}\u{1}ab\u{ff}]{1,4}"
            .prop_map(AttributeValue::S)
            .boxed(),
        KeyType::N => (-50i64..50, -2i32..3)
            .prop_map(|(digits, power)| {
                AttributeValue::N(Number::parse(&format!("{digits}e{power}")).unwrap())
            })
            .boxed(),
        KeyType::B => {
            let byte = prop_oneof![Just(0u8), Just(1), Just(0x7F), Just(0xFE), Just(0xFF)];
            proptest::collection::vec(byte, 1..4)
                .prop_map(AttributeValue::B)
                .boxed()
        }
    }
}

fn compare(left: &AttributeValue, right: &AttributeValue) -> Ordering {
    match (left, right) {
        (AttributeValue::S(l), AttributeValue::S(r)) => l.as_bytes().cmp(r.as_bytes()),
        (AttributeValue::N(l), AttributeValue::N(r)) => l.cmp(r),
        (AttributeValue::B(l), AttributeValue::B(r)) => l.cmp(r),
        _ => panic!("types differ"),
    }
}

fn kind() -> impl Strategy<Value = KeyType> {
    prop_oneof![Just(KeyType::S), Just(KeyType::N), Just(KeyType::B)]
}

/// A schema and two keys that fit it.
fn two_keys() -> impl Strategy<Value = (KeySchema, [AttributeValue; 2], [AttributeValue; 2])> {
    (kind(), kind()).prop_flat_map(|(hash, range)| {
        let pair = move |kind| [value(kind), value(kind)];
        (Just(schema(hash, Some(range))), pair(hash), pair(range))
    })
}

fn encode(schema: &KeySchema, hash: &AttributeValue, range: &AttributeValue) -> Key {
    schema
        .key_of_item(&item(&[("pk", hash.clone()), ("sk", range.clone())]))
        .unwrap()
}

fn begins_with(value: &AttributeValue, prefix: &AttributeValue) -> bool {
    match (value, prefix) {
        (AttributeValue::S(value), AttributeValue::S(prefix)) => value.starts_with(prefix.as_str()),
        (AttributeValue::B(value), AttributeValue::B(prefix)) => value.starts_with(prefix),
        _ => false,
    }
}

proptest! {
    #[test]
    fn byte_order_is_key_order((schema, hash, range) in two_keys()) {
        let oracle = compare(&hash[0], &hash[1]).then_with(|| compare(&range[0], &range[1]));
        let keys = [encode(&schema, &hash[0], &range[0]), encode(&schema, &hash[1], &range[1])];
        prop_assert_eq!(keys[0].cmp(&keys[1]), oracle);
    }

    #[test]
    fn a_hash_prefix_selects_one_partition((schema, hash, range) in two_keys()) {
        let prefix = schema.hash_prefix(&hash[0]).unwrap();
        let key = encode(&schema, &hash[1], &range[0]);
        prop_assert_eq!(key.as_bytes().starts_with(&prefix), compare(&hash[0], &hash[1]).is_eq());
        let whole = schema.key_range(&hash[0], None).unwrap();
        prop_assert_eq!(whole.contains(key.as_bytes()), compare(&hash[0], &hash[1]).is_eq());
    }

    #[test]
    fn ranges_hold_what_their_condition_says((schema, hash, range) in two_keys(), upper in -2i64..2) {
        let key = encode(&schema, &hash[0], &range[0]);
        let order = compare(&range[0], &range[1]);
        let bound = || range[1].clone();
        let mut cases = vec![
            (RangeCondition::Equal(bound()), order.is_eq()),
            (RangeCondition::Less(bound()), order.is_lt()),
            (RangeCondition::LessOrEqual(bound()), order.is_le()),
            (RangeCondition::Greater(bound()), order.is_gt()),
            (RangeCondition::GreaterOrEqual(bound()), order.is_ge()),
            (RangeCondition::Between(bound(), range[0].clone()), order.is_ge()),
            (RangeCondition::Between(range[0].clone(), bound()), order.is_le()),
        ];
        if schema.range.as_ref().unwrap().kind == KeyType::N {
            let bound = n(upper);
            cases.push((RangeCondition::Less(bound.clone()), compare(&range[0], &bound).is_lt()));
        } else {
            cases.push((RangeCondition::BeginsWith(bound()), begins_with(&range[0], &range[1])));
        }
        for (condition, inside) in cases {
            let stretch = schema.key_range(&hash[0], Some(&condition)).unwrap();
            prop_assert_eq!(stretch.contains(key.as_bytes()), inside, "{:?}", condition);
            let other = encode(&schema, &hash[1], &range[0]);
            prop_assert_eq!(stretch.contains(other.as_bytes()), inside && compare(&hash[0], &hash[1]).is_eq());
        }
    }
}
