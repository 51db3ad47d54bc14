//! The expressions of requests, each once: clients send the same ones over and over.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use lookback_protocol::expression::{Condition, ExpressionKind, Placeholders, Projection, Update};
use lookback_protocol::key::KeySchema;
use lookback_protocol::value::AttributeValue;
use lookback_protocol::wire::WireItem;

use super::Legacy;
use super::texts::Texts;

/// The expressions of a request, or what stands for them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Expressions {
    pub condition: Option<String>,
    /// An update, or a projection.
    pub other: Option<String>,
    pub names: Option<BTreeMap<String, String>>,
    pub values: Option<BTreeMap<String, AttributeValue>>,
    /// Where the request speaks as before expressions: then the texts only tell what it says.
    pub legacy: Option<Box<Legacy>>,
}

impl Expressions {
    /// The expressions of a request. `other` is its update or its projection.
    pub fn new(
        condition: Option<String>,
        other: Option<String>,
        names: Option<BTreeMap<String, String>>,
        values: Option<WireItem>,
    ) -> Self {
        let values = values.map(|values| {
            values
                .into_iter()
                .filter_map(|(name, value)| Some((name, value.into_value().ok()?)))
                .collect()
        });
        Self {
            condition,
            other,
            names,
            values,
            legacy: None,
        }
    }

    /// Writes a text that only equal expressions have.
    fn write(&self, text: &mut String) {
        let mut push = |part: &str| {
            // Writing to a string does not fail.
            let _ = write!(text, "{} ", part.len());
            text.push_str(part);
        };
        if let Some(legacy) = &self.legacy {
            push(legacy.kind());
        }
        for part in [&self.condition, &self.other] {
            match part {
                Some(part) => {
                    push("+");
                    push(part);
                }
                None => push("-"),
            }
        }
        for (name, attribute) in self.names.iter().flatten() {
            push(name);
            push(attribute);
        }
        push("");
        for (name, value) in self.values.iter().flatten() {
            push(name);
            match value {
                AttributeValue::S(string) => {
                    push("S");
                    push(string);
                }
                AttributeValue::N(number) => {
                    push("N");
                    push(&number.to_string());
                }
                value => push(&format!("{value:?}")),
            }
        }
    }

    /// Whether there is neither a condition nor another expression.
    pub fn is_empty(&self) -> bool {
        self.condition.is_none() && self.other.is_none() && self.legacy.is_none()
    }
}

/// Expressions by number.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    /// The same as texts: equal ones have one number.
    texts: Texts,
    all: Vec<Expressions>,
    buffer: String,
}

impl Pool {
    /// The number of some expressions, a new one where they are new.
    pub fn number(&mut self, expressions: Expressions) -> u32 {
        self.buffer.clear();
        expressions.write(&mut self.buffer);
        let number = self.texts.insert(&self.buffer);
        if number as usize == self.all.len() {
            self.all.push(expressions);
        }
        number
    }

    /// The expressions of a number.
    pub fn get(&self, number: u32) -> Option<&Expressions> {
        self.all.get(number as usize)
    }
}

/// Expressions, read. An error: they are not to be read, and what they belong to cannot have happened.
#[derive(Debug)]
pub(super) struct Parsed<'t> {
    pub condition: Result<Option<Condition<'t>>, ()>,
    pub update: Result<Update<'t>, ()>,
    pub projection: Result<Projection<'t>, ()>,
}

impl<'t> Parsed<'t> {
    pub fn new(expressions: &'t Expressions) -> Self {
        if let Some(legacy) = &expressions.legacy {
            return legacy.parsed();
        }
        let (names, values) = (expressions.names.as_ref(), expressions.values.as_ref());
        let placeholders = || Placeholders::new(names, values).map_err(|_| ());
        let other = expressions.other.as_deref();
        Self {
            condition: placeholders().and_then(|mut placeholders| {
                let text = expressions.condition.as_deref();
                let parsed = text.map(|text| {
                    Condition::parse(ExpressionKind::Condition, text, &mut placeholders)
                });
                parsed.transpose().map_err(|_| ())
            }),
            update: placeholders().and_then(|mut placeholders| match other {
                Some(text) => Update::parse(text, &mut placeholders).map_err(|_| ()),
                None => Ok(Update::default()),
            }),
            projection: placeholders().and_then(|mut placeholders| match other {
                Some(text) => Projection::parse(text, &mut placeholders).map_err(|_| ()),
                None => Err(()),
            }),
        }
    }
}

/// Whether a condition that asks only whether there is an item holds: its key is there exactly if the item is. `None`:
/// it asks for more.
pub(super) fn by_presence(condition: &Condition<'_>, key: &KeySchema, there: bool) -> Option<bool> {
    let of = |condition| by_presence(condition, key, there);
    match condition {
        Condition::Exists(path) if path.steps.is_empty() && key.contains(path.root) => Some(there),
        Condition::NotExists(path) if path.steps.is_empty() && key.contains(path.root) => {
            Some(!there)
        }
        Condition::Not(inner) => of(inner).map(|holds| !holds),
        Condition::And(both) => both
            .iter()
            .map(of)
            .try_fold(true, |all, it| Some(all & it?)),
        Condition::Or(both) => both
            .iter()
            .map(of)
            .try_fold(false, |any, it| Some(any | it?)),
        _ => None,
    }
}
