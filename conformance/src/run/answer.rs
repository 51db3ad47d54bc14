//! An answer, read as far as it can be read.

use serde_json::Value;

use crate::pattern::difference::shortened;
use crate::target::RawAnswer;

/// The longest answer that a report shows, in characters.
const SHOWN_CHARS: usize = 1500;

/// An answer and its body as JSON, if it is JSON.
#[derive(Clone, Debug)]
pub struct Answer {
    /// As it came.
    pub raw: RawAnswer,
    /// The body.
    pub json: Option<Value>,
}

impl Answer {
    /// Reads the body.
    pub fn new(raw: RawAnswer) -> Self {
        Self {
            json: serde_json::from_slice(&raw.body).ok(),
            raw,
        }
    }

    /// Whether this is a success.
    pub fn is_ok(&self) -> bool {
        self.raw.status == 200
    }

    /// The name after `#` in `__type` (WIRE-006).
    pub fn error(&self) -> Option<&str> {
        let kind = self.json.as_ref()?.get("__type")?.as_str()?;
        Some(kind.rsplit('#').next().unwrap_or(kind))
    }

    /// The message of an error, in either spelling (WIRE-007).
    pub fn message(&self) -> Option<&str> {
        let json = self.json.as_ref()?;
        json.get("message")
            .or_else(|| json.get("Message"))?
            .as_str()
    }

    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.raw
            .headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, text)| text.as_str())
    }

    /// The value at a JSON pointer.
    pub fn at(&self, pointer: &str) -> Option<&Value> {
        self.json.as_ref()?.pointer(pointer)
    }

    /// Whether this asks to come back later: not behaviour.
    pub fn is_throttle(&self) -> bool {
        let names = [
            "ThrottlingException",
            "ProvisionedThroughputExceededException",
            "RequestLimitExceeded",
            "Throttling",
        ];
        matches!(self.raw.status, 429 | 502 | 503 | 504)
            || self.error().is_some_and(|error| names.contains(&error))
    }

    /// Why this says that the target has not got the operation at all.
    pub fn not_implemented(&self) -> Option<String> {
        let body = String::from_utf8_lossy(&self.raw.body);
        let flat: String = body
            .chars()
            .filter(|letter| letter.is_alphabetic())
            .collect();
        if self.error() == Some("UnknownOperationException") {
            Some("UnknownOperationException".to_owned())
        } else if self.raw.status == 501 {
            Some("HTTP 501".to_owned())
        } else if self.raw.status == 500 && flat.to_ascii_lowercase().contains("notimplemented") {
            Some("HTTP 500 that says NotImplemented".to_owned())
        } else {
            None
        }
    }

    /// Status, error and message, as a difference shows them.
    pub fn outline(&self) -> String {
        match (self.error(), self.message()) {
            (Some(error), message) => {
                format!(
                    "HTTP {} {error}: {}",
                    self.raw.status,
                    shortened(message.unwrap_or("no message"), 300)
                )
            }
            (None, _) => format!("HTTP {}", self.raw.status),
        }
    }

    /// Status and body, as a report shows them.
    pub fn shown(&self) -> String {
        let body = String::from_utf8_lossy(&self.raw.body);
        format!("HTTP {} {}", self.raw.status, shortened(&body, SHOWN_CHARS))
    }
}
