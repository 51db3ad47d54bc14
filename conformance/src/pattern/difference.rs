//! One place where an answer is not what was expected.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The longest value that is shown in full, in characters.
const SHOWN_CHARS: usize = 300;

/// `at /BackupDetails/BackupStatus: expected "CREATING", got "AVAILABLE"`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Difference {
    /// JSON pointer into what was judged; empty for the whole.
    pub at: String,
    /// What was expected, in words or as JSON.
    pub expected: String,
    /// What was there.
    pub got: String,
}

impl Difference {
    /// A difference between words and a value; `None` is a value that is not there.
    pub fn new(at: &str, expected: impl Into<String>, got: Option<&Value>) -> Self {
        Self {
            at: at.to_owned(),
            expected: expected.into(),
            got: got.map_or_else(|| "nothing".to_owned(), shown),
        }
    }

    /// A difference in words only.
    pub fn words(at: &str, expected: impl Into<String>, got: impl Into<String>) -> Self {
        Self {
            at: at.to_owned(),
            expected: expected.into(),
            got: got.into(),
        }
    }

    /// The same difference, seen from further out.
    #[must_use]
    pub fn below(mut self, prefix: &str) -> Self {
        self.at.insert_str(0, prefix);
        self
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.at.is_empty() {
            write!(formatter, "at {}: ", self.at)?;
        }
        write!(formatter, "expected {}, got {}", self.expected, self.got)
    }
}

/// A value as JSON text, shortened in its middle where it is long.
pub fn shown(value: &Value) -> String {
    shortened(&value.to_string(), SHOWN_CHARS)
}

/// A text, shortened at its end where it has more than `limit` characters.
pub fn shortened(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let kept: String = text.chars().take(limit).collect();
    format!("{kept}... ({} characters)", text.chars().count())
}
