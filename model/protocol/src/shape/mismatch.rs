//! Texts of the SerializationException: what stands in the body and what should (WIRE-002..005).

use std::borrow::Cow;

use crate::error::ServiceError;

/// What stands in the body.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Found {
    String,
    Integral,
    Decimal,
    True,
    False,
    Null,
    List,
    Map,
}

impl Found {
    /// The name of the token in the service's texts.
    fn token(self) -> &'static str {
        match self {
            Self::String => "STRING_VALUE",
            Self::Integral => "NUMBER_VALUE",
            Self::Decimal => "DECIMAL_VALUE",
            Self::True => "TRUE_VALUE",
            Self::False => "FALSE_VALUE",
            Self::Null => "NULL_VALUE",
            Self::List => "START_ARRAY",
            Self::Map => "START_OBJECT",
        }
    }
}

impl From<bool> for Found {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

/// What should stand there.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Expected {
    /// A scalar, by its name in the service's texts: `String`, `Integer`, `Long`, `Double`, `Date`.
    Scalar(&'static str),
    /// `true` or `false`.
    Boolean,
    /// A text in base64.
    Blob,
    /// A list.
    List,
    /// A map or a structure that is a member of a structure.
    Field,
    /// A map or a structure that is an element of a list or an entry of a map.
    Entry,
}

/// The service's text for a value of the wrong type.
pub(crate) fn mismatch(found: Found, expected: Expected) -> Cow<'static, str> {
    match (expected, found) {
        (Expected::Field | Expected::Entry, Found::List) => {
            "Start of list found where not expected"
        }
        (Expected::Field, _) => "Unexpected field type",
        (Expected::Entry, _) => "Unexpected value type in payload",
        (_, Found::Map) => "Start of structure or map found where not expected",
        (Expected::List, _) => "Unexpected field type",
        (_, Found::List) => "Start of list found where not expected",
        (Expected::Blob, _) => "only base-64-encoded strings are convertible to bytes",
        (Expected::Boolean, Found::String) => "Unexpected token received from parser",
        (Expected::Boolean, _) => {
            return format!("{} cannot be converted to Boolean", found.token()).into();
        }
        (Expected::Scalar(name), _) => {
            return format!("{} cannot be converted to {name}", found.token()).into();
        }
    }
    .into()
}

/// The texts that pass for a truth value.
pub(crate) fn boolean_text(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// The SerializationException for what serde_json refused: our own text without the position that
/// serde_json appends, or its text with the position when the body is not JSON.
pub(crate) fn serialization_error(error: serde_json::Error) -> ServiceError {
    let text = error.to_string();
    if !error.is_data() {
        return ServiceError::serialization(format!("Malformed JSON: {text}"));
    }
    let position = format!(" at line {} column {}", error.line(), error.column());
    ServiceError::serialization(text.strip_suffix(&position).unwrap_or(&text))
}
