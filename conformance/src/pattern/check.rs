//! Whether a pattern is one at all.

use regex::Regex;
use serde_json::Value;

use super::operator;
use super::operators::NAMES;

/// Whether every operator in `pattern` exists and has the argument it needs.
///
/// # Errors
/// The JSON pointer inside the pattern, and what is wrong there.
pub fn check(pattern: &Value) -> Result<(), (String, String)> {
    if let Some((name, argument)) = operator(pattern) {
        return operator_is_right(name, argument)
            .map_err(|(at, message)| (format!("/{name}{at}"), message));
    }
    match pattern {
        Value::Object(members) => {
            if let Some(name) = members.keys().find(|name| name.starts_with('$')) {
                let message = format!("the operator {name} does not stand alone");
                return Err((format!("/{name}"), message));
            }
            members.iter().try_for_each(|(name, inner)| {
                check(inner).map_err(|(at, text)| (format!("/{name}{at}"), text))
            })
        }
        Value::Array(inner) => all(inner),
        _ => Ok(()),
    }
}

fn all(patterns: &[Value]) -> Result<(), (String, String)> {
    for (index, pattern) in patterns.iter().enumerate() {
        check(pattern).map_err(|(at, message)| (format!("/{index}{at}"), message))?;
    }
    Ok(())
}

fn operator_is_right(name: &str, argument: &Value) -> Result<(), (String, String)> {
    let here = |message: String| Err((String::new(), message));
    let bound = argument.as_str().is_some_and(|text| text.starts_with("${"));
    match (name, argument) {
        ("$any", Value::Bool(true)) | ("$item", Value::Object(_)) => Ok(()),
        ("$regex", Value::String(text)) => check_regex(text).or_else(here),
        ("$type", Value::String(kind)) => {
            let kinds = [
                "string", "number", "integer", "boolean", "object", "array", "null",
            ];
            if kinds.contains(&kind.as_str()) {
                Ok(())
            } else {
                here(format!("{kind} is none of {}", kinds.join(", ")))
            }
        }
        ("$one_of" | "$all" | "$unordered" | "$contains", Value::Array(patterns)) => all(patterns),
        ("$not" | "$lacks", pattern) => check(pattern),
        ("$exactly", Value::Object(members)) => members.iter().try_for_each(|(name, inner)| {
            check(inner).map_err(|(at, text)| (format!("/{name}{at}"), text))
        }),
        ("$members", Value::Array(names)) if names.iter().all(Value::is_string) => Ok(()),
        ("$length" | "$at_least" | "$at_most", Value::Number(_)) => Ok(()),
        ("$near", Value::Array(pair)) if pair.len() == 2 => Ok(()),
        // A bound value keeps its own type, which only the run can tell.
        (known, _) if bound && (NAMES.contains(&known) || known == "$item") => Ok(()),
        (known, _) if NAMES.contains(&known) || known == "$item" => {
            here(format!("this is no argument for {known}"))
        }
        (unknown, _) => here(format!("there is no operator {unknown}")),
    }
}

/// Whether a regular expression is one, whatever its `${...}` become.
///
/// # Errors
/// What is wrong with it.
pub fn check_regex(text: &str) -> Result<(), String> {
    let plain: String = crate::bind::text::pieces(text)
        .into_iter()
        .map(|piece| match piece {
            crate::bind::text::Piece::Text(text) => text,
            crate::bind::text::Piece::Name(_) => "x",
        })
        .collect();
    Regex::new(&plain)
        .map(drop)
        .map_err(|error| format!("this is no regular expression: {error}"))
}
