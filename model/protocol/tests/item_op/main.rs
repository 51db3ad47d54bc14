//! What one operation does to one item, and what it refuses.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod guards;
mod indexes;
mod limits;
mod operations;
mod return_values;

use std::collections::BTreeMap;

use lookback_protocol::error::ServiceError;
use lookback_protocol::expression::{Condition, ExpressionKind, Placeholders, Update};
use lookback_protocol::item_op::{Guard, IndexKey, ItemRules, update};
use lookback_protocol::key::{KeyAttribute, KeySchema, KeyType};
use lookback_protocol::number::Number;
use lookback_protocol::value::{AttributeValue, Item};

pub fn s(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

pub fn n(value: i64) -> AttributeValue {
    AttributeValue::N(Number::from(value))
}

pub fn item(attributes: &[(&str, AttributeValue)]) -> Item {
    attributes
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect()
}

fn schema(hash: (&str, KeyType), range: Option<(&str, KeyType)>) -> KeySchema {
    let attribute = |(name, kind): (&str, _)| KeyAttribute {
        name: name.to_owned(),
        kind,
    };
    KeySchema {
        hash: attribute(hash),
        range: range.map(attribute),
    }
}

/// A table with the key `pk`, and an index `by-genre` with the key (`genre`, `year`).
pub fn rules() -> ItemRules {
    ItemRules {
        key: schema(("pk", KeyType::S), None),
        indexes: vec![IndexKey {
            name: "by-genre".to_owned(),
            schema: schema(("genre", KeyType::S), Some(("since", KeyType::N))),
        }],
    }
}

/// Values that the expressions of the tests refer to.
pub fn values() -> BTreeMap<String, AttributeValue> {
    BTreeMap::from([
        (":one".to_owned(), n(1)),
        (":red".to_owned(), s("red")),
        (":empty".to_owned(), s("")),
        (":huge".to_owned(), s(&"x".repeat(400 * 1024))),
        (":long".to_owned(), s(&"x".repeat(2049))),
        (
            ":set".to_owned(),
            AttributeValue::Ss(["red".to_owned()].into()),
        ),
    ])
}

/// Updates the item that is there (or nothing) under the key `p`.
pub fn update(existing: Option<&Item>, text: &str) -> Result<Item, ServiceError> {
    Ok(stored(existing, text)?.expect("an item"))
}

/// The same, where nothing may come of it.
pub fn stored(existing: Option<&Item>, text: &str) -> Result<Option<Item>, ServiceError> {
    let values = values();
    let update = Update::parse(text, &mut Placeholders::new(None, Some(&values)).unwrap())?;
    let key = item(&[("pk", s("p"))]);
    update::admit(&rules(), &key, &update)?;
    update::apply(&rules(), existing, &key, &update, Guard::default())
}

/// Runs with a guard on this condition.
pub fn guarded<T>(text: &str, item_on_failure: bool, run: impl FnOnce(Guard<'_>) -> T) -> T {
    let values = values();
    let mut placeholders = Placeholders::new(None, Some(&values)).unwrap();
    let condition = Condition::parse(ExpressionKind::Condition, text, &mut placeholders).unwrap();
    run(Guard {
        condition: Some(&condition),
        item_on_failure,
    })
}

/// The text of a refusal, which must be a ValidationException.
pub fn refusal<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> String {
    result
        .unwrap_err()
        .to_string()
        .strip_prefix("ValidationException: ")
        .unwrap()
        .to_owned()
}
