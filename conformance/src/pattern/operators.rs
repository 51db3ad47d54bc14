//! The operators of patterns.

use regex::Regex;
use serde_json::{Map, Value};

use super::difference::{Difference, shown};
use super::matching::{below, compare as compare_pattern};
use super::{item, matches, pairing};

/// Every operator there is.
pub(super) const NAMES: [&str; 15] = [
    "$any",
    "$type",
    "$regex",
    "$one_of",
    "$all",
    "$not",
    "$exactly",
    "$members",
    "$unordered",
    "$contains",
    "$lacks",
    "$length",
    "$at_least",
    "$at_most",
    "$near",
];

/// Adds to `found` where `actual` does not hold what the operator asks for.
pub(super) fn compare(
    name: &str,
    argument: &Value,
    actual: Option<&Value>,
    at: &str,
    found: &mut Vec<Difference>,
) {
    // These three can also speak about a value that is not there.
    match name {
        "$not" if !matches(argument, actual) => return,
        "$not" => {
            let expected = if *argument == serde_json::json!({ "$any": true }) {
                "nothing".to_owned()
            } else {
                format!("anything but {}", shown(argument))
            };
            return found.push(Difference::new(at, expected, actual));
        }
        "$one_of" => {
            if !elements(argument).any(|pattern| matches(pattern, actual)) {
                found.push(Difference::new(
                    at,
                    format!("one of {}", shown(argument)),
                    actual,
                ));
            }
            return;
        }
        "$all" => {
            for pattern in elements(argument) {
                compare_pattern(pattern, actual, at, found);
            }
            return;
        }
        _ => {}
    }
    let Some(value) = actual else {
        found.push(Difference::new(at, in_words(name, argument), None));
        return;
    };
    let holds = match name {
        "$any" => true,
        "$type" => argument.as_str().is_some_and(|kind| is_a(kind, value)),
        "$regex" => regex_holds(argument, value),
        "$members" => has_members(argument, value),
        "$lacks" => value
            .as_array()
            .is_some_and(|values| !values.iter().any(|value| matches(argument, Some(value)))),
        "$length" => length(value).is_some_and(|length| argument.as_f64() == Some(length as f64)),
        "$at_least" => numbers(argument, value).is_some_and(|(bound, number)| number >= bound),
        "$at_most" => numbers(argument, value).is_some_and(|(bound, number)| number <= bound),
        "$near" => near(argument, value),
        "$exactly" => return exactly(argument, value, at, found),
        "$unordered" => return pairing::unordered(argument, value, at, found),
        "$contains" => return pairing::contains(argument, value, at, found),
        "$item" => match item::differs(argument, value) {
            None => true,
            Some(why) => {
                return found.push(Difference::words(
                    at,
                    format!("the item {}", shown(argument)),
                    why,
                ));
            }
        },
        _ => false,
    };
    if !holds {
        found.push(Difference::new(at, in_words(name, argument), actual));
    }
}

fn in_words(name: &str, argument: &Value) -> String {
    match name {
        "$any" => "something".to_owned(),
        "$type" => format!("a value of type {}", argument.as_str().unwrap_or_default()),
        "$regex" => format!("a text with /{}/", argument.as_str().unwrap_or_default()),
        "$members" => format!("exactly the members {}", shown(argument)),
        "$lacks" => format!("an array with no {}", shown(argument)),
        "$length" => format!("a length of {argument}"),
        "$at_least" => format!("at least {argument}"),
        "$at_most" => format!("at most {argument}"),
        "$near" => match argument.as_array().map(Vec::as_slice) {
            Some([middle, tolerance]) => format!("{middle}, give or take {tolerance}"),
            _ => shown(argument),
        },
        "$exactly" => format!("exactly {}", shown(argument)),
        _ => format!("{name} {}", shown(argument)),
    }
}

pub(super) fn elements(argument: &Value) -> impl Iterator<Item = &Value> {
    argument
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
        .iter()
}

fn is_a(kind: &str, value: &Value) -> bool {
    match kind {
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        "null" => value.is_null(),
        _ => false,
    }
}

fn regex_holds(argument: &Value, value: &Value) -> bool {
    let regex = argument.as_str().and_then(|text| Regex::new(text).ok());
    regex
        .zip(value.as_str())
        .is_some_and(|(regex, text)| regex.is_match(text))
}

fn has_members(argument: &Value, value: &Value) -> bool {
    let mut wanted: Vec<&str> = elements(argument).filter_map(Value::as_str).collect();
    wanted.sort_unstable();
    wanted.dedup();
    value
        .as_object()
        .is_some_and(|members| members.keys().map(String::as_str).eq(wanted))
}

fn exactly(argument: &Value, value: &Value, at: &str, found: &mut Vec<Difference>) {
    let (Some(wanted), Some(members)) = (argument.as_object(), value.as_object()) else {
        return found.push(Difference::new(
            at,
            format!("exactly {}", shown(argument)),
            Some(value),
        ));
    };
    for (name, pattern) in wanted {
        compare_pattern(pattern, members.get(name), &below(at, name), found);
    }
    let surplus: Map<String, Value> = members
        .iter()
        .filter(|(name, _)| !wanted.contains_key(*name))
        .map(|(n, v)| (n.clone(), v.clone()))
        .collect();
    for (name, value) in &surplus {
        found.push(Difference::new(&below(at, name), "nothing", Some(value)));
    }
}

fn length(value: &Value) -> Option<usize> {
    value
        .as_array()
        .map(Vec::len)
        .or_else(|| value.as_str().map(|text| text.chars().count()))
}

fn numbers(argument: &Value, value: &Value) -> Option<(f64, f64)> {
    argument.as_f64().zip(value.as_f64())
}

fn near(argument: &Value, value: &Value) -> bool {
    let parts: Vec<f64> = elements(argument).filter_map(Value::as_f64).collect();
    match (parts.as_slice(), value.as_f64()) {
        // A thousandth of a millisecond of slack: the bounds are sums of binary fractions.
        ([middle, tolerance], Some(number)) => (number - middle).abs() <= tolerance + 1e-6,
        _ => false,
    }
}
