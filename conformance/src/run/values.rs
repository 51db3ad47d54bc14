//! `let`, and binding what an answer holds.

use std::collections::BTreeMap;

use serde_json::Value;

use super::answer::Answer;
use super::session::{Session, Stop};
use crate::bind::{BindError, compute};
use crate::case::LetStep;
use crate::pattern::Difference;

impl Session<'_> {
    pub(super) async fn run_let(&mut self, step: &LetStep) -> Result<(), Stop> {
        let all: Vec<&Value> = step.values.values().collect();
        self.read_clock(&all).await?;
        let mut pending: Vec<(&String, &Value)> = step.values.iter().collect();
        // Values may build on each other: those that still lack a name wait for the next round.
        while !pending.is_empty() {
            let before = pending.len();
            let mut waiting = Vec::new();
            let mut problem = None;
            for (name, expression) in pending {
                match compute::value(&self.bindings, expression) {
                    Ok(value) => self.bindings.set(name, value),
                    Err(BindError::Unknown(missing)) if step.values.contains_key(&missing) => {
                        waiting.push((name, expression));
                        problem = Some(format!("{name} and {missing} wait for each other"));
                    }
                    Err(error) => return Err(self.fail_words("a value", &error.to_string())),
                }
            }
            if waiting.len() == before {
                return Err(self.fail_words("a value", &problem.unwrap_or_default()));
            }
            pending = waiting;
        }
        Ok(())
    }

    /// Binds what stands at the pointers. A missing one fails the case, or becomes null where the answer is
    /// not judged.
    pub(super) fn bind(
        &mut self,
        pointers: &BTreeMap<String, String>,
        answer: &Answer,
        lenient: bool,
    ) -> Result<(), Stop> {
        for (name, pointer) in pointers {
            match answer.at(pointer) {
                Some(value) => self.bindings.set(name, value.clone()),
                None if lenient => self.bindings.set(name, Value::Null),
                None => {
                    return Err(self.fail(vec![Difference::new(
                        pointer,
                        format!("a value to bind as {name}"),
                        None,
                    )]));
                }
            }
        }
        Ok(())
    }
}
