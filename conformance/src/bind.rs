//! Bindings: `${name}` in any string, and values that a `let` computes.
//!
//! - [`text`]: takes a string apart into text and names;
//! - [`compute`]: `$add`, `$replace`, `$last`, `$first`; [`records`]: `$apply`, `$compose`.

pub mod compute;
pub mod records;
pub mod text;

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use text::{Piece, pieces};

/// The longest text that `${repeat:x:n}` makes, in bytes: above DynamoDB's request limit of 16 MB.
const REPEAT_BYTES_MAX: usize = 40 << 20;

/// Why a value cannot be bound.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BindError {
    /// Nothing has bound this name.
    #[error("nothing has bound ${{{0}}}")]
    Unknown(String),
    /// A function of a `let` got what it cannot work with.
    #[error("{0}")]
    Compute(String),
}

/// What the names of a case stand for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bindings {
    values: BTreeMap<String, Value>,
}

impl Bindings {
    /// Nothing is bound.
    pub fn new() -> Self {
        Self::default()
    }

    /// Binds a name, again if need be.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.values.insert(name.into(), value.into());
    }

    /// What a name stands for.
    pub fn get(&self, name: &str) -> Option<Value> {
        if let Some((text, count)) = name
            .strip_prefix("repeat:")
            .and_then(|rest| rest.rsplit_once(':'))
        {
            let count = count
                .parse::<usize>()
                .ok()
                .filter(|count| count * text.len() <= REPEAT_BYTES_MAX)?;
            return Some(Value::String(text.repeat(count)));
        }
        if let Some(text) = name.strip_prefix("base64:") {
            return Some(Value::String(STANDARD.encode(text)));
        }
        self.values.get(name).cloned()
    }

    /// A text with every `${name}` replaced. A text that is nothing but one `${name}` becomes the bound value.
    ///
    /// # Errors
    /// A name that nothing has bound.
    pub fn text(&self, text: &str) -> Result<Value, BindError> {
        let parts = pieces(text);
        if let [Piece::Name(name)] = parts.as_slice() {
            return self
                .get(name)
                .ok_or_else(|| BindError::Unknown((*name).to_owned()));
        }
        let mut whole = String::with_capacity(text.len());
        for part in parts {
            match part {
                Piece::Text(text) => whole.push_str(text),
                Piece::Name(name) => match self.get(name) {
                    Some(Value::String(text)) => whole.push_str(&text),
                    Some(other) => whole.push_str(&other.to_string()),
                    None => return Err(BindError::Unknown(name.to_owned())),
                },
            }
        }
        Ok(Value::String(whole))
    }

    /// As [`Bindings::text`], always as text.
    ///
    /// # Errors
    /// A name that nothing has bound.
    pub fn string(&self, text: &str) -> Result<String, BindError> {
        self.text(text).map(|value| match value {
            Value::String(text) => text,
            other => other.to_string(),
        })
    }

    /// A value with every string in it replaced, names of members too.
    ///
    /// # Errors
    /// A name that nothing has bound.
    pub fn value(&self, value: &Value) -> Result<Value, BindError> {
        Ok(match value {
            Value::String(text) => self.text(text)?,
            Value::Array(values) => Value::Array(
                values
                    .iter()
                    .map(|value| self.value(value))
                    .collect::<Result<_, _>>()?,
            ),
            Value::Object(members) => Value::Object(self.members(members)?),
            other => other.clone(),
        })
    }

    fn members(&self, members: &Map<String, Value>) -> Result<Map<String, Value>, BindError> {
        members
            .iter()
            .map(|(name, value)| Ok((self.string(name)?, self.value(value)?)))
            .collect()
    }
}

/// Whether a value mentions `${name}`.
pub fn mentions(value: &Value, name: &str) -> bool {
    let in_text = |text: &str| pieces(text).contains(&Piece::Name(name));
    match value {
        Value::String(text) => in_text(text),
        Value::Array(values) => values.iter().any(|value| mentions(value, name)),
        Value::Object(members) => members
            .iter()
            .any(|(key, value)| in_text(key) || mentions(value, name)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{BindError, Bindings, mentions};

    fn bindings() -> Bindings {
        let mut bindings = Bindings::new();
        bindings.set("music", "lb-1-music");
        bindings.set("created", 1_700_000_000.5);
        bindings.set("music.arn", "arn:aws:dynamodb:us-east-1:1:table/lb-1-music");
        bindings
    }

    #[test]
    fn a_name_alone_keeps_the_type() {
        assert_eq!(
            bindings().text("${created}").unwrap(),
            json!(1_700_000_000.5)
        );
    }

    #[test]
    fn a_name_inside_a_text_becomes_text() {
        assert_eq!(
            bindings().text("at ${created}!").unwrap(),
            json!("at 1700000000.5!")
        );
        assert_eq!(
            bindings()
                .text("${music.arn}/backup/x")
                .unwrap()
                .as_str()
                .unwrap()
                .len(),
            54
        );
    }

    #[test]
    fn names_of_members_are_replaced_too() {
        let value = json!({ "RequestItems": { "${music}": [] } });
        assert_eq!(
            bindings().value(&value).unwrap(),
            json!({ "RequestItems": { "lb-1-music": [] } })
        );
    }

    #[test]
    fn a_text_is_repeated() {
        assert_eq!(
            bindings().text("a${repeat:xy:3}").unwrap(),
            json!("axyxyxy")
        );
        assert_eq!(bindings().text("${repeat:::2}").unwrap(), json!("::"));
    }

    #[test]
    fn a_text_is_written_in_base64() {
        assert_eq!(bindings().text("${base64:hi}").unwrap(), json!("aGk="));
    }

    #[test]
    fn an_unknown_name_is_an_error() {
        assert_eq!(
            bindings().text("${nobody}"),
            Err(BindError::Unknown("nobody".to_owned()))
        );
    }

    #[test]
    fn a_mention_is_seen_in_depth() {
        assert!(mentions(&json!({ "a": [{ "b": "x${now}" }] }), "now"));
        assert!(!mentions(&json!({ "a": "now" }), "now"));
    }
}
