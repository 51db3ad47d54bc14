use lookback_protocol::expression::{KeyCondition, Placeholders};
use lookback_protocol::key::{KeyAttribute, KeySchema, KeyType, RangeCondition};

use crate::{n, refusal, request, s};

fn schema() -> KeySchema {
    let attribute = |name: &str, kind| KeyAttribute {
        name: name.to_owned(),
        kind,
    };
    KeySchema {
        hash: attribute("pk", KeyType::S),
        range: Some(attribute("num", KeyType::N)),
    }
}

fn parse(text: &str) -> Result<KeyCondition, lookback_protocol::error::ServiceError> {
    let request = request();
    KeyCondition::parse(text, &mut request.placeholders(), &schema())
}

fn range(text: &str) -> Option<RangeCondition> {
    let condition = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(condition.hash, s("red"), "{text}");
    condition.range
}

#[test]
fn a_hash_value_alone_selects_a_partition() {
    assert_eq!(range("pk = :red"), None);
    assert_eq!(range("(pk = :red)"), None);
    assert_eq!(range(":red = pk"), None);
}

#[test]
fn the_range_attribute_may_have_one_condition() {
    assert_eq!(
        range("pk = :red AND num = :ten"),
        Some(RangeCondition::Equal(n("10")))
    );
    assert_eq!(
        range("#num < :ten and pk = :red"),
        Some(RangeCondition::Less(n("10")))
    );
    assert_eq!(
        range("pk = :red AND num >= :ten"),
        Some(RangeCondition::GreaterOrEqual(n("10")))
    );
    assert_eq!(
        range("pk = :red AND :ten >= num"),
        Some(RangeCondition::LessOrEqual(n("10")))
    );
    assert_eq!(
        range("(pk = :red) AND (num > :ten)"),
        Some(RangeCondition::Greater(n("10")))
    );
    assert_eq!(
        range("pk = :red AND num BETWEEN :one AND :ten"),
        Some(RangeCondition::Between(n("1"), n("10")))
    );
}

#[test]
fn begins_with_needs_a_string_or_binary_range() {
    let mut schema = schema();
    schema.range.as_mut().unwrap().kind = KeyType::S;
    let request = request();
    let condition = KeyCondition::parse(
        "pk = :red AND begins_with(num, :ban)",
        &mut request.placeholders(),
        &schema,
    );
    assert_eq!(
        condition.unwrap().range,
        Some(RangeCondition::BeginsWith(s("ban")))
    );
    assert!(parse("pk = :red AND begins_with(num, :ban)").is_err());
}

#[test]
fn refusals_have_the_texts_of_the_service() {
    let table: String = [
        "num = :ten",
        "pk > :red",
        "begins_with(pk, :red)",
        "pk = :red AND extra = :one",
        "pk = :red AND num = :ten AND extra = :one",
        "pk = :red AND num > :one AND num < :ten",
        "pk = :red AND num = :red",
        "pk = :one",
        "pk = :red OR num = :ten",
        "NOT pk = :red",
        "pk <> :red",
        "pk IN (:red)",
        "attribute_exists(pk)",
        "contains(pk, :red)",
        "pk = :red AND size(num) > :one",
        "pk = extra",
        "pk.a = :red",
        ":red = :red",
        "begins_with(:red, pk)",
        "pk = :red AND num BETWEEN :ten AND :one",
        "pk = :red AND begins_with(num, :one)",
        "pk = :red AND",
        "",
    ]
    .iter()
    .map(|text| format!("{text}\n  {}\n", refusal(parse(text))))
    .collect();
    insta::assert_snapshot!(table);
}

#[test]
fn a_key_without_range_attribute_takes_one_condition() {
    let schema = KeySchema {
        range: None,
        ..schema()
    };
    let request = request();
    let condition = KeyCondition::parse(
        "pk = :red AND num = :one",
        &mut request.placeholders(),
        &schema,
    );
    assert_eq!(refusal(condition), "Query key condition not supported");
}

#[test]
fn a_key_value_may_not_be_empty() {
    let values = std::collections::BTreeMap::from([(":v".to_owned(), s(""))]);
    let mut placeholders = Placeholders::new(None, Some(&values)).unwrap();
    assert_eq!(
        refusal(KeyCondition::parse("pk = :v", &mut placeholders, &schema())),
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an \
         empty string value. Key: pk"
    );
}
