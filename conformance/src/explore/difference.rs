//! What two services answer differently, and the cause under which it is counted.

use std::collections::BTreeSet;

use lookback_traffic::program::{Program, ProgramStep, Reading};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::message::{Permitted, template};
use super::normalise;
use super::side::{Outcome, raw};

/// In what way two answers differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The target accepts what the other side refuses.
    Accepted,
    /// The target refuses what the other side accepts.
    Refused,
    /// Both refuse, with different errors.
    Error,
    /// Both refuse with the same error and different texts.
    Message,
    /// Both accept, or refuse alike, and answer different bodies.
    Body,
    /// One of them does not answer at all.
    Unanswered,
}

/// What is counted as one: the same operation, differing in the same way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cause {
    /// The operation.
    pub operation: String,
    /// In what way.
    pub kind: Kind,
    /// Where in the body.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub at: String,
    /// What the side that is held against the target answers, without what it quotes.
    pub expected: String,
    /// What the target answers, without what it quotes.
    pub found: String,
}

/// How two answers to one step differ: in a refusal, or at every place of their bodies.
pub fn between(
    program: &Program,
    step: &ProgramStep,
    permitted: &Permitted,
    expected: &Outcome,
    found: &Outcome,
) -> Vec<Cause> {
    if let (Some(one), Some(other)) = (raw(expected), raw(found))
        && one.status == other.status
        && one.body == other.body
    {
        return Vec::new();
    }
    let cause = |kind: Kind, at: String, expected: String, found: String| Cause {
        operation: step.operation.clone(),
        kind,
        at,
        expected,
        found,
    };
    let in_bodies = |one: Value, other: Value| {
        bodies(program, step, one, other)
            .into_iter()
            .map(|(at, one, other)| cause(Kind::Body, at, one, other))
            .collect()
    };
    let kind = match (expected, found) {
        (Outcome::Nothing(_), _) | (_, Outcome::Nothing(_)) => Kind::Unanswered,
        _ => match (expected.is_ok(), found.is_ok()) {
            (true, true) => {
                if step.reading == Reading::Outcome {
                    return Vec::new();
                }
                return in_bodies(body(expected), body(found));
            }
            (true, false) => Kind::Refused,
            (false, true) => Kind::Accepted,
            (false, false) => {
                let (one, other) = (head(expected), head(found));
                if one != other {
                    Kind::Error
                } else if !permitted.equal(&text(expected), &text(found)) {
                    Kind::Message
                } else {
                    let rest = |outcome: &Outcome| {
                        let mut json = body(outcome);
                        if let Some(members) = json.as_object_mut() {
                            members.retain(|name, _| {
                                !matches!(name.as_str(), "__type" | "message" | "Message")
                            });
                        }
                        json
                    };
                    return in_bodies(rest(expected), rest(found));
                }
            }
        },
    };
    vec![cause(kind, String::new(), told(expected), told(found))]
}

/// A place of a body, and what is there on either side.
type Place = (String, String, String);

/// Where two bodies differ by value; if nowhere, whether numbers are written in another way. Each place once.
fn bodies(program: &Program, step: &ProgramStep, one: Value, other: Value) -> BTreeSet<Place> {
    let normal =
        |value: &Value, by_value| normalise::answer(program, step, value.clone(), by_value);
    let mut found = places(&normal(&one, true), &normal(&other, true));
    if found.is_empty() && !places(&normal(&one, false), &normal(&other, false)).is_empty() {
        found.insert((
            "(how a number is written)".to_owned(),
            "normalised".to_owned(),
            "otherwise".to_owned(),
        ));
    }
    found
}

fn body(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Answer(answer) => answer.json.clone().unwrap_or_default(),
        Outcome::Pages(value) => value.clone(),
        Outcome::Nothing(_) => Value::Null,
    }
}

/// Status and error.
fn head(outcome: &Outcome) -> (u16, Option<&str>) {
    match outcome {
        Outcome::Answer(answer) => (answer.raw.status, answer.error()),
        _ => (200, None),
    }
}

fn text(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Answer(answer) => template(answer.message().unwrap_or_default()),
        _ => String::new(),
    }
}

/// An answer as a cause names it.
fn told(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Nothing(why) => template(&why.to_string()),
        Outcome::Answer(answer) if !answer.is_ok() => {
            let status = answer.raw.status;
            let status = if status == 400 {
                String::new()
            } else {
                format!("HTTP {status} ")
            };
            format!(
                "{status}{}: {}",
                answer.error().unwrap_or("(no type)"),
                text(outcome)
            )
        }
        _ => "accepted".to_owned(),
    }
}

/// The places at which two bodies differ, and what is there.
fn places(one: &Value, other: &Value) -> BTreeSet<Place> {
    let mut found = BTreeSet::new();
    walk(one, other, &mut Vec::new(), &mut |at, one, other| {
        found.insert((place(at), shape(one), shape(other)));
    });
    found
}

/// Told of a place, and of what either side has there.
type Tell<'t> = dyn FnMut(&[String], Option<&Value>, Option<&Value>) + 't;

/// Tells every place at which two values differ, and what either side has there.
fn walk(one: &Value, other: &Value, at: &mut Vec<String>, tell: &mut Tell<'_>) {
    if one == other {
        return;
    }
    match (one, other) {
        // 1 and 1.0 are one JSON number.
        (Value::Number(one), Value::Number(other)) if one.as_f64() == other.as_f64() => {}
        (Value::Object(ones), Value::Object(others)) => {
            let names: BTreeSet<&String> = ones.keys().chain(others.keys()).collect();
            for name in names {
                at.push(name.clone());
                match (ones.get(name), others.get(name)) {
                    (Some(one), Some(other)) => walk(one, other, at, tell),
                    (one, other) => tell(at, one, other),
                }
                at.pop();
            }
        }
        (Value::Array(ones), Value::Array(others)) if ones.len() == others.len() => {
            at.push("*".to_owned());
            for (one, other) in ones.iter().zip(others) {
                walk(one, other, at, tell);
            }
            at.pop();
        }
        _ => tell(at, Some(one), Some(other)),
    }
}

/// A place without the names of attributes: what is inside an item is any attribute.
fn place(at: &[String]) -> String {
    let mut place = String::new();
    for name in at {
        place.push('/');
        place.push_str(if name.contains("${") || name.starts_with("lb-") {
            "*"
        } else {
            name
        });
        if matches!(
            name.as_str(),
            "Item"
                | "Attributes"
                | "Items"
                | "Responses"
                | "CancellationReasons"
                | "LastEvaluatedKey"
                | "(order of the index)"
        ) {
            if let Some(last) = at.last().filter(|last| is_type(last)) {
                place.push_str("/../");
                place.push_str(last);
            }
            break;
        }
    }
    place
}

fn is_type(name: &str) -> bool {
    [
        "S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M", "Code", "Message",
    ]
    .contains(&name)
}

/// What is at a place, without its content.
fn shape(value: Option<&Value>) -> String {
    match value {
        None => "nothing".to_owned(),
        Some(Value::Object(members)) if members.is_empty() => "{}".to_owned(),
        Some(Value::Object(_)) => "an object".to_owned(),
        Some(Value::Array(elements)) => match elements.len() {
            0 => "[]".to_owned(),
            _ => "a list".to_owned(),
        },
        Some(Value::String(_)) => "a text".to_owned(),
        Some(Value::Number(_)) => "a number".to_owned(),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_place_at_which_bodies_differ_is_told_once() {
        let one = json!({ "Count": 1, "Items": [{ "a": { "S": "x" } }, { "b": { "S": "x" } }], "Table": { "Id": "1" } });
        let other = json!({ "Count": 2, "Items": [{ "a": { "S": "y" } }, { "b": { "S": "y" } }], "Table": {} });
        let found: Vec<String> = places(&one, &other)
            .into_iter()
            .map(|(at, one, other)| format!("{at}: {one}, {other}"))
            .collect();
        assert_eq!(
            found,
            [
                "/Count: a number, a number",
                "/Items/../S: a text, a text",
                "/Table/Id: a text, nothing",
            ]
        );
    }

    #[test]
    fn what_is_equal_by_value_differs_nowhere() {
        assert!(places(&json!({ "n": [1, 2.0] }), &json!({ "n": [1.0, 2] })).is_empty());
    }
}
