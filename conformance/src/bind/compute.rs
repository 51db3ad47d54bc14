//! The functions of a `let`.

use serde_json::{Map, Number, Value};

use super::{BindError, Bindings, records};

/// Whether every function in `value` exists and has as many arguments as it needs.
///
/// # Errors
/// The JSON pointer inside the value, and what is wrong there.
pub fn check(value: &Value) -> Result<(), (String, String)> {
    match value {
        Value::Object(members) => {
            if let Some((name, arguments)) = function(members) {
                let wanted = match name {
                    "$add" | "$last" | "$first" | "$apply" | "$compose" => 2,
                    "$replace" => 3,
                    _ => return Err((format!("/{name}"), format!("there is no function {name}"))),
                };
                if arguments.as_array().map(Vec::len) != Some(wanted) {
                    return Err((
                        format!("/{name}"),
                        format!("{name} takes a list of {wanted}"),
                    ));
                }
            }
            members.iter().try_for_each(|(name, inner)| {
                check(inner).map_err(|(at, text)| (format!("/{name}{at}"), text))
            })
        }
        Value::Array(values) => values.iter().enumerate().try_for_each(|(index, inner)| {
            check(inner).map_err(|(at, text)| (format!("/{index}{at}"), text))
        }),
        _ => Ok(()),
    }
}

/// The value of an expression: names replaced, functions applied from the inside out.
///
/// # Errors
/// A name that nothing has bound, or an argument that the function cannot work with.
pub fn value(bindings: &Bindings, expression: &Value) -> Result<Value, BindError> {
    match expression {
        Value::Array(values) => Ok(Value::Array(
            values
                .iter()
                .map(|inner| value(bindings, inner))
                .collect::<Result<_, _>>()?,
        )),
        Value::Object(members) => match function(members) {
            Some((name, arguments)) => apply(name, &value(bindings, arguments)?),
            None => {
                let inner = members
                    .iter()
                    .map(|(name, inner)| Ok((bindings.string(name)?, value(bindings, inner)?)));
                Ok(Value::Object(inner.collect::<Result<_, BindError>>()?))
            }
        },
        other => bindings.value(other),
    }
}

fn function(members: &Map<String, Value>) -> Option<(&str, &Value)> {
    let (name, arguments) = members.iter().next().filter(|_| members.len() == 1)?;
    name.starts_with('$').then_some((name.as_str(), arguments))
}

fn apply(name: &str, arguments: &Value) -> Result<Value, BindError> {
    let list = arguments.as_array().map(Vec::as_slice).unwrap_or_default();
    match (name, list) {
        ("$add", [one, other]) => add(one, other),
        ("$apply", [Value::Array(items), Value::Array(changes)]) => {
            Ok(records::apply(items, changes))
        }
        ("$compose", [Value::Array(first), Value::Array(second)]) => {
            Ok(records::compose(first, second))
        }
        ("$replace", [subject, pattern, replacement]) => {
            let (subject, pattern) = (text(name, subject)?, text(name, pattern)?);
            Ok(Value::String(
                subject.replace(pattern, text(name, replacement)?),
            ))
        }
        ("$last", [subject, mark]) => {
            let (subject, mark) = (text(name, subject)?, text(name, mark)?);
            subject
                .rsplit_once(mark)
                .map(|(_, after)| Value::from(after))
                .ok_or_else(|| without(name, subject, mark))
        }
        ("$first", [subject, mark]) => {
            let (subject, mark) = (text(name, subject)?, text(name, mark)?);
            subject
                .split_once(mark)
                .map(|(before, _)| Value::from(before))
                .ok_or_else(|| without(name, subject, mark))
        }
        _ => Err(BindError::Compute(format!(
            "{name} cannot work with {arguments}"
        ))),
    }
}

/// Adds integers exactly and everything else to the microsecond: times have milliseconds, and binary
/// fractions must not show in what is sent.
fn add(one: &Value, other: &Value) -> Result<Value, BindError> {
    if let Some(sum) = one
        .as_i64()
        .zip(other.as_i64())
        .and_then(|(one, other)| one.checked_add(other))
    {
        return Ok(Value::from(sum));
    }
    let sum = one
        .as_f64()
        .zip(other.as_f64())
        .map(|(one, other)| ((one + other) * 1e6).round() / 1e6);
    sum.and_then(Number::from_f64)
        .map(Value::Number)
        .ok_or_else(|| BindError::Compute(format!("$add adds numbers, not {one} and {other}")))
}

fn text<'a>(name: &str, value: &'a Value) -> Result<&'a str, BindError> {
    value
        .as_str()
        .ok_or_else(|| BindError::Compute(format!("{name} works on text, not on {value}")))
}

fn without(name: &str, subject: &str, mark: &str) -> BindError {
    BindError::Compute(format!("{name}: there is no {mark:?} in {subject:?}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{check, value};
    use crate::bind::Bindings;

    fn bindings() -> Bindings {
        let mut bindings = Bindings::new();
        bindings.set("created", 1_700_000_000.123);
        bindings.set("arn", "arn:aws:dynamodb:us-east-1:1:table/t/backup/0170-ab");
        bindings
    }

    #[test]
    fn numbers_are_added_without_binary_dust() {
        assert_eq!(
            value(&bindings(), &json!({ "$add": ["${created}", -0.1] })).unwrap(),
            json!(1_700_000_000.023)
        );
        assert_eq!(
            value(&bindings(), &json!({ "$add": [1, -2] })).unwrap(),
            json!(-1)
        );
    }

    #[test]
    fn text_is_replaced() {
        let expression = json!({ "$replace": ["${arn}", "us-east-1", "us-west-2"] });
        assert_eq!(
            value(&bindings(), &expression).unwrap(),
            json!("arn:aws:dynamodb:us-west-2:1:table/t/backup/0170-ab")
        );
    }

    #[test]
    fn last_and_first_take_a_text_apart() {
        assert_eq!(
            value(&bindings(), &json!({ "$last": ["${arn}", "/"] })).unwrap(),
            json!("0170-ab")
        );
        let nested = json!({ "$last": [{ "$first": ["${arn}", "/backup/"] }, "/"] });
        assert_eq!(value(&bindings(), &nested).unwrap(), json!("t"));
    }

    #[test]
    fn a_mark_that_is_not_there_is_an_error() {
        assert!(
            value(&bindings(), &json!({ "$last": ["${arn}", "#"] }))
                .unwrap_err()
                .to_string()
                .contains("no \"#\"")
        );
    }

    #[test]
    fn a_wrong_function_is_told_with_its_place() {
        assert_eq!(
            check(&json!({ "a": { "$sub": [1, 2] } })).unwrap_err().0,
            "/a/$sub"
        );
        assert_eq!(
            check(&json!({ "$add": [1] })).unwrap_err().1,
            "$add takes a list of 2"
        );
    }
}
