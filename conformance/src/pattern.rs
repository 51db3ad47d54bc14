//! Patterns: what an answer must look like, and precisely where it does not.
//!
//! A pattern is JSON. Scalars must be equal, an object asks for at least its members, an array for the same
//! length and order; an object with one member that starts with `$` is an operator (`docs/cases.md`).

pub mod check;
pub mod difference;
pub mod item;
mod matching;
mod operators;
mod pairing;

use serde_json::Value;

pub use check::{check, check_regex};
pub use difference::Difference;

/// Where `actual` does not hold what `pattern` asks for; nothing if it does. `None` is a value that is
/// not there.
pub fn differences(pattern: &Value, actual: Option<&Value>) -> Vec<Difference> {
    let mut found = Vec::new();
    matching::compare(pattern, actual, "", &mut found);
    found
}

/// Whether `actual` holds what `pattern` asks for.
pub fn matches(pattern: &Value, actual: Option<&Value>) -> bool {
    differences(pattern, actual).is_empty()
}

/// The operator that this pattern is, and its argument.
fn operator(pattern: &Value) -> Option<(&str, &Value)> {
    let members = pattern.as_object().filter(|members| members.len() == 1)?;
    members
        .iter()
        .next()
        .filter(|(name, _)| name.starts_with('$'))
        .map(|(name, value)| (name.as_str(), value))
}

#[cfg(test)]
mod tests;
