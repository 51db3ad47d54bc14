//! Violations and the counted message about them (VALIDATION-001).

use std::cell::RefCell;
use std::fmt::{self, Write as _};

use serde_json::Value;

use super::constraint::Constraint;
use super::model::{Kind, Member, Shape};

/// The most violations that one message names.
const VIOLATIONS_MAX: usize = 10;

/// The most bytes of an offending value that the message repeats.
const VALUE_BYTES_MAX: usize = 1024;

/// A way into a request, from its root. Built on the stack while the request is read, so that it costs
/// nothing until something is wrong.
#[derive(Clone, Copy)]
pub(super) enum Path<'p> {
    Root,
    Member(&'p Path<'p>, &'static Member),
    /// The position counts from 0.
    Element(&'p Path<'p>, usize),
    Entry(&'p Path<'p>, &'p str),
}

/// One step of a way that is kept.
enum Step {
    Member(&'static Member),
    Element(usize),
    Entry(String),
}

impl Path<'_> {
    fn steps(&self) -> Vec<Step> {
        let (mut steps, step) = match self {
            Path::Root => return Vec::new(),
            Path::Member(parent, member) => (parent.steps(), Step::Member(member)),
            Path::Element(parent, position) => (parent.steps(), Step::Element(*position)),
            Path::Entry(parent, name) => (parent.steps(), Step::Entry((*name).to_owned())),
        };
        steps.push(step);
        steps
    }
}

struct Violation {
    steps: Vec<Step>,
    shape: &'static Shape,
    constraint: Constraint,
}

/// The violations found while a request is read.
#[derive(Default)]
pub(super) struct Log(RefCell<Vec<Violation>>);

impl Log {
    /// Notes a violation; past the tenth they are not kept.
    pub(super) fn note(&self, path: &Path<'_>, shape: &'static Shape, constraint: Constraint) {
        let mut violations = self.0.borrow_mut();
        if violations.len() < VIOLATIONS_MAX {
            violations.push(Violation {
                steps: path.steps(),
                shape,
                constraint,
            });
        }
    }
}

/// The message about everything in the log, or `None` if nothing is.
///
/// Values are looked up in `body` again: the first reading does not keep them.
pub(super) fn message(log: &Log, body: &[u8]) -> Option<String> {
    let violations = log.0.borrow();
    let count = violations.len();
    if count == 0 {
        return None;
    }
    let request: Value = serde_json::from_slice(body).unwrap_or_default();
    let mut text = format!(
        "{count} validation error{} detected: ",
        if count == 1 { "" } else { "s" }
    );
    for (position, violation) in violations.iter().enumerate() {
        let separator = if position == 0 { "" } else { "; " };
        // Writing to a String does not fail.
        let _ = write!(
            text,
            "{separator}{}",
            Told {
                violation,
                request: &request
            }
        );
    }
    Some(text)
}

struct Told<'r> {
    violation: &'r Violation,
    request: &'r Value,
}

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut value = Some(self.request);
        let mut path = String::new();
        for step in &self.violation.steps {
            match step {
                Step::Member(member) => {
                    let dot = if path.is_empty() { "" } else { "." };
                    write!(path, "{dot}{}", member.path_name)?;
                    value = value.and_then(|value| value.get(&member.name));
                }
                Step::Element(position) => {
                    write!(path, ".{}.member", position + 1)?;
                    value = value.and_then(|value| value.get(position));
                }
                Step::Entry(name) => {
                    write!(path, ".{name}.member")?;
                    value = value.and_then(|value| value.get(name));
                }
            }
        }
        match value {
            None | Some(Value::Null) => f.write_str("Value null")?,
            Some(value) => {
                let mut text = String::new();
                print(&mut text, self.violation.shape, value)?;
                text.truncate(text.floor_char_boundary(VALUE_BYTES_MAX));
                write!(f, "Value '{text}'")?;
            }
        }
        write!(
            f,
            " at '{path}' failed to satisfy constraint: {}",
            self.violation.constraint
        )
    }
}

/// Prints a value the way the service's Java does: `[a, b]`, `{k=v}`, `Name(member=value, other=null)`.
fn print(text: &mut String, shape: &Shape, value: &Value) -> fmt::Result {
    if text.len() > VALUE_BYTES_MAX {
        return Ok(());
    }
    match (&shape.kind, value) {
        (_, Value::String(value)) => text.push_str(value),
        (Kind::Structure(members), Value::Object(object)) => {
            write!(text, "{}(", shape.name)?;
            for (position, member) in members.iter().enumerate() {
                write!(text, "{}{}=", separator(position), member.path_name)?;
                print(
                    text,
                    &member.shape,
                    object.get(&member.name).unwrap_or(&Value::Null),
                )?;
            }
            text.push(')');
        }
        (Kind::List { element, .. }, Value::Array(list)) => {
            text.push('[');
            for (position, value) in list.iter().enumerate() {
                text.push_str(separator(position));
                print(text, element, value)?;
            }
            text.push(']');
        }
        (Kind::Map { value: shape, .. }, Value::Object(object)) => {
            text.push('{');
            for (position, (name, value)) in object.iter().enumerate() {
                write!(text, "{}{name}=", separator(position))?;
                print(text, shape, value)?;
            }
            text.push('}');
        }
        (Kind::AttributeValue, value) => write!(text, "AttributeValue({value})")?,
        (_, value) => write!(text, "{value}")?,
    }
    Ok(())
}

fn separator(position: usize) -> &'static str {
    if position == 0 { "" } else { ", " }
}
