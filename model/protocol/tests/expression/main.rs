//! Expressions: what they mean for an item, and what their refusals say.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod conditions;
mod key_conditions;
mod laws;
mod legacy_writes;
mod placeholders;
mod projections;
mod refusals;
mod trees;
mod update_refusals;
mod updates;

use std::collections::BTreeMap;

use lookback_protocol::error::ServiceError;
use lookback_protocol::expression::Placeholders;
use lookback_protocol::number::Number;
use lookback_protocol::value::{AttributeValue, Attributes, Item};

pub fn s(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

pub fn n(text: &str) -> AttributeValue {
    AttributeValue::N(Number::parse(text).unwrap())
}

pub fn b(bytes: &[u8]) -> AttributeValue {
    AttributeValue::B(bytes.to_vec())
}

pub fn ss(members: &[&str]) -> AttributeValue {
    AttributeValue::Ss(members.iter().map(|member| (*member).to_owned()).collect())
}

pub fn ns(members: &[&str]) -> AttributeValue {
    AttributeValue::Ns(
        members
            .iter()
            .map(|member| Number::parse(member).unwrap())
            .collect(),
    )
}

pub fn list(values: &[AttributeValue]) -> AttributeValue {
    AttributeValue::L(values.to_vec())
}

pub fn map(entries: &[(&str, AttributeValue)]) -> AttributeValue {
    AttributeValue::M(item(entries))
}

pub fn item(attributes: &[(&str, AttributeValue)]) -> Attributes {
    attributes
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect()
}

/// The item that most tests look at.
pub fn sample() -> Item {
    item(&[
        ("pk", s("p")),
        ("num", n("10")),
        ("word", s("banana")),
        ("bin", b(&[1, 2, 3])),
        ("flag", AttributeValue::Bool(true)),
        ("nothing", AttributeValue::Null),
        ("tags", ss(&["green", "red"])),
        ("nums", ns(&["1", "5"])),
        ("letters", list(&[s("a"), s("b"), n("3")])),
        (
            "info",
            map(&[
                ("deep", map(&[("x", n("1"))])),
                ("arr", list(&[map(&[("v", n("1"))]), map(&[("v", n("2"))])])),
            ]),
        ),
    ])
}

/// Names and values with short names: `#n` and `:v`.
#[derive(Default)]
pub struct Request {
    pub names: BTreeMap<String, String>,
    pub values: BTreeMap<String, AttributeValue>,
}

impl Request {
    pub fn name(mut self, reference: &str, name: &str) -> Self {
        self.names.insert(reference.to_owned(), name.to_owned());
        self
    }

    pub fn value(mut self, reference: &str, value: AttributeValue) -> Self {
        self.values.insert(reference.to_owned(), value);
        self
    }

    pub fn placeholders(&self) -> Placeholders<'_> {
        let names = (!self.names.is_empty()).then_some(&self.names);
        let values = (!self.values.is_empty()).then_some(&self.values);
        Placeholders::new(names, values).unwrap()
    }
}

/// Values that many tests refer to.
pub fn request() -> Request {
    Request::default()
        .value(":one", n("1"))
        .value(":ten", n("10"))
        .value(":eleven", n("11"))
        .value(":hundred", n("100"))
        .value(":ban", s("ban"))
        .value(":red", s("red"))
        .value(":S", s("S"))
        .value(":NULL", s("NULL"))
        .value(":list", list(&[s("z")]))
        .value(":set", ss(&["red"]))
        .value(":true", AttributeValue::Bool(true))
        .value(":null", AttributeValue::Null)
        .value(":map", map(&[]))
        .value(":bytes", b(&[1, 2]))
        .name("#num", "num")
        .name("#status", "status")
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
