//! What must come back.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What an answer must look like. Without `status` and `error`: success, HTTP 200.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// HTTP status. Default: 200 for success, 400 with `error`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Quantity>,
    /// The name after `#` in `__type`, or several of which any will do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<OneOrMany>,
    /// A regular expression, or several of which one must be found in the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<OneOrMany>,
    /// A pattern for the JSON answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// JSON pointers that must not exist.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absent: Vec<String>,
    /// Header name in lower case -> pattern for its text.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, Value>,
    /// Whether x-amz-crc32 is checked against the raw body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crc: Option<Crc>,
    /// `true`: the raw body has no bytes; `false`: it has some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub empty: Option<bool>,
    /// Documented variants: one of these must hold, besides what stands next to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub any_of: Vec<Expectation>,
}

impl Expectation {
    /// Whether an answer with this error could be what is expected.
    pub fn allows_error(&self, name: &str) -> bool {
        self.error
            .as_ref()
            .is_some_and(|error| error.texts().any(|text| text == name))
            || self.any_of.iter().any(|variant| variant.allows_error(name))
    }

    /// Whether only an error can fulfil this.
    pub fn wants_error(&self) -> bool {
        self.error.is_some()
            || self
                .status
                .as_ref()
                .and_then(Quantity::number)
                .is_some_and(|status| status >= 400.0)
            || (!self.any_of.is_empty() && self.any_of.iter().all(Self::wants_error))
    }

    /// Whether this looks at what only HTTP carries.
    pub fn looks_at_http(&self) -> bool {
        !self.headers.is_empty()
            || self.crc.is_some()
            || self.any_of.iter().any(Self::looks_at_http)
    }
}

/// One text or several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum OneOrMany {
    /// Exactly this one.
    One(String),
    /// Any of these.
    Many(Vec<String>),
}

impl OneOrMany {
    /// Each text.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        match self {
            Self::One(text) => std::slice::from_ref(text).iter(),
            Self::Many(texts) => texts.iter(),
        }
        .map(String::as_str)
    }
}

/// A number, or `${name}` for one that is bound while the case runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Quantity {
    /// Written out.
    Number(f64),
    /// `${name}`.
    Binding(String),
}

impl Quantity {
    /// The number, if it is written out.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Binding(_) => None,
        }
    }
}

/// How x-amz-crc32 is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Crc {
    /// `true`: if present it equals the CRC-32 of the raw body; `false`: not judged.
    IfPresent(bool),
    /// `"required"`: it must be present and right.
    Named(CrcMode),
}

/// The named way to judge x-amz-crc32.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CrcMode {
    /// The header must be there.
    Required,
}
