//! What a value breaks (VALIDATION-001).

use std::fmt;

use super::model::{Bounds, Kind, Pattern, Shape};

/// A demand that a value does not meet, with the service's text.
#[derive(Clone, Copy, Debug)]
pub(super) enum Constraint {
    NotNull,
    LengthMin(i64),
    LengthMax(i64),
    ValueMin(i64),
    ValueMax(i64),
    Pattern(&'static str),
    Values(&'static [String]),
    /// The names in a map break this shape.
    Keys(&'static Shape),
}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotNull => f.write_str("Member must not be null"),
            Self::LengthMin(min) => {
                write!(f, "Member must have length greater than or equal to {min}")
            }
            Self::LengthMax(max) => {
                write!(f, "Member must have length less than or equal to {max}")
            }
            Self::ValueMin(min) => {
                write!(f, "Member must have value greater than or equal to {min}")
            }
            Self::ValueMax(max) => write!(f, "Member must have value less than or equal to {max}"),
            Self::Pattern(pattern) => {
                write!(
                    f,
                    "Member must satisfy regular expression pattern: {pattern}"
                )
            }
            Self::Values(values) => {
                write!(
                    f,
                    "Member must satisfy enum value set: [{}]",
                    values.join(", ")
                )
            }
            Self::Keys(shape) => {
                let demands: Vec<String> =
                    of_shape(shape).map(|demand| demand.to_string()).collect();
                write!(
                    f,
                    "Map keys must satisfy constraint: [{}]",
                    demands.join(", ")
                )
            }
        }
    }
}

/// Everything that a shape demands of a text.
fn of_shape(shape: &'static Shape) -> impl Iterator<Item = Constraint> {
    let (length, pattern) = match &shape.kind {
        Kind::String {
            length, pattern, ..
        } => (*length, pattern.as_ref()),
        _ => (Bounds::default(), None),
    };
    let max = length.max.map(Constraint::LengthMax);
    let min = length.min.map(Constraint::LengthMin);
    let pattern = pattern.map(|pattern| Constraint::Pattern(&pattern.text));
    max.into_iter().chain(min).chain(pattern)
}

/// What a number breaks.
pub(super) fn of_value(bounds: Bounds, value: i64) -> impl Iterator<Item = Constraint> {
    let min = bounds
        .min
        .filter(|min| value < *min)
        .map(Constraint::ValueMin);
    let max = bounds
        .max
        .filter(|max| value > *max)
        .map(Constraint::ValueMax);
    min.into_iter().chain(max)
}

/// What the length of a list, a map or a text breaks.
pub(super) fn of_length(bounds: Bounds, length: usize) -> impl Iterator<Item = Constraint> {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let min = bounds
        .min
        .filter(|min| length < *min)
        .map(Constraint::LengthMin);
    let max = bounds
        .max
        .filter(|max| length > *max)
        .map(Constraint::LengthMax);
    min.into_iter().chain(max)
}

/// What a text breaks.
pub(super) fn of_text(
    bounds: Bounds,
    pattern: Option<&'static Pattern>,
    values: &'static [String],
    text: &str,
) -> impl Iterator<Item = Constraint> {
    let length = if bounds.min.is_none() && bounds.max.is_none() {
        0
    } else if text.is_ascii() {
        text.len()
    } else {
        text.encode_utf16().count()
    };
    let pattern = pattern
        .filter(|pattern| !pattern.matches(text))
        .map(|pattern| Constraint::Pattern(&pattern.text));
    let values = (!values.is_empty() && !values.iter().any(|value| value == text))
        .then_some(Constraint::Values(values));
    of_length(bounds, length).chain(pattern).chain(values)
}
