//! From JSON to steps, remembering where in the file each one stands.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::step::{EachStep, Step, VERBS};

/// Something wrong at a JSON pointer of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Problem {
    /// A problem at `pointer`.
    pub fn new(
        pointer: impl Into<String>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            pointer: pointer.into(),
            message: message.into(),
            help: help.into(),
        }
    }
}

/// Reads the step that stands at `pointer`.
pub fn step_at(pointer: &str, value: Value) -> Result<Step, Problem> {
    let Value::Object(members) = &value else {
        return Err(Problem::new(pointer, "a step is an object", one_verb()));
    };
    let verbs: Vec<&str> = VERBS
        .into_iter()
        .filter(|verb| members.contains_key(*verb))
        .collect();
    match verbs.as_slice() {
        ["call"] => Ok(Step::Call(Box::new(typed(pointer, value)?))),
        ["wait_s"] => Ok(Step::Wait(typed(pointer, value)?)),
        ["table"] => Ok(Step::Table(typed(pointer, value)?)),
        ["items"] => Ok(Step::Items(typed(pointer, value)?)),
        ["pages"] => Ok(Step::Pages(Box::new(typed(pointer, value)?))),
        ["put"] => Ok(Step::Put(typed(pointer, value)?)),
        ["objects"] => Ok(Step::Objects(typed(pointer, value)?)),
        ["object"] => Ok(Step::Object(typed(pointer, value)?)),
        ["export"] => Ok(Step::Export(Box::new(typed(pointer, value)?))),
        ["let"] => Ok(Step::Let(typed(pointer, value)?)),
        ["each"] => each_at(pointer, value).map(Step::Each),
        [] => Err(Problem::new(pointer, "this step has no verb", one_verb())),
        several => {
            let verb = several.last().copied().unwrap_or_default();
            Err(Problem::new(
                format!("{pointer}/{verb}"),
                format!(
                    "this step has {} verbs: {}",
                    several.len(),
                    several.join(", ")
                ),
                "make a step of each",
            ))
        }
    }
}

fn each_at(pointer: &str, mut value: Value) -> Result<EachStep, Problem> {
    let inner = match value.get_mut("do").map(Value::take) {
        Some(Value::Array(inner)) => inner,
        _ => {
            return Err(Problem::new(
                pointer,
                "`each` has no list of steps",
                "add \"do\": [steps]",
            ));
        }
    };
    if let Value::Object(members) = &mut value {
        members.insert("do".to_owned(), Value::Array(Vec::new()));
    }
    let mut each: EachStep = typed(pointer, value)?;
    each.steps = steps_at(&format!("{pointer}/do"), inner)?;
    Ok(each)
}

/// Reads the list of steps that stands at `pointer`.
pub fn steps_at(pointer: &str, values: Vec<Value>) -> Result<Vec<Step>, Problem> {
    values
        .into_iter()
        .enumerate()
        .map(|(index, value)| step_at(&format!("{pointer}/{index}"), value))
        .collect()
}

/// Reads one type; serde's words become a problem at this pointer, or at the member they name.
pub fn typed<T: DeserializeOwned>(pointer: &str, value: Value) -> Result<T, Problem> {
    serde_json::from_value(value).map_err(|error| {
        let text = error.to_string();
        let member = text
            .strip_prefix("unknown field `")
            .and_then(|rest| rest.split('`').next())
            .map(|name| format!("{pointer}//{name}"));
        Problem::new(
            member.unwrap_or_else(|| pointer.to_owned()),
            text,
            "see docs/cases.md for the members and their types",
        )
    })
}

fn one_verb() -> String {
    format!("give it exactly one of: {}", VERBS.join(", "))
}
