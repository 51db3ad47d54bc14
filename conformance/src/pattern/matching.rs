//! Compares a pattern with a value.

use serde_json::Value;

use super::difference::{Difference, shown};
use super::{operator, operators};

/// Adds to `found` where `actual`, which stands at `at`, differs from `pattern`.
pub(super) fn compare(
    pattern: &Value,
    actual: Option<&Value>,
    at: &str,
    found: &mut Vec<Difference>,
) {
    if let Some((name, argument)) = operator(pattern) {
        return operators::compare(name, argument, actual, at, found);
    }
    let Some(value) = actual else {
        found.push(Difference::new(at, shown(pattern), None));
        return;
    };
    match (pattern, value) {
        (Value::Object(wanted), Value::Object(members)) => {
            for (name, pattern) in wanted {
                compare(pattern, members.get(name), &below(at, name), found);
            }
        }
        (Value::Array(wanted), Value::Array(values)) => {
            if wanted.len() != values.len() {
                found.push(Difference::words(
                    at,
                    format!("{} elements: {}", wanted.len(), shown(pattern)),
                    format!("{}: {}", values.len(), shown(value)),
                ));
                return;
            }
            for (index, (pattern, value)) in wanted.iter().zip(values).enumerate() {
                compare(pattern, Some(value), &format!("{at}/{index}"), found);
            }
        }
        _ if scalars_equal(pattern, value) => {}
        _ => found.push(Difference::new(at, shown(pattern), actual)),
    }
}

/// Equality of scalars: numbers by value, so that 1 is 1.0.
pub(super) fn scalars_equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || one.as_f64() == other.as_f64()
        }
        _ => one == other,
    }
}

/// The pointer to the member `name` of what stands at `at`.
pub(super) fn below(at: &str, name: &str) -> String {
    format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"))
}
