//! One case being run: what is bound, what was made, and where it stands.

use std::sync::atomic::Ordering;

use serde_json::Value;

use super::Options;
use super::answer::Answer;
use super::judge;
use super::suspend::{Pause, Reentry};
use super::teardown::Made;
use super::verdict::{Failure, Observed};
use crate::bind::{Bindings, mentions};
use crate::case::{Case, Expectation, Quantity};
use crate::pattern::Difference;
use crate::pattern::difference::shortened;
use crate::target::{Request, Target};

/// The longest request that a report shows, in characters.
const SHOWN_CHARS: usize = 1500;

/// What ends a case before its last step.
#[derive(Clone, Debug)]
pub(super) enum Stop {
    /// An expectation did not hold.
    Fail(Box<Failure>),
    /// The target has not got this.
    Unsupported(String),
    /// Not behaviour.
    Indeterminate(String),
    /// The target never shows what the case is about.
    Unspecified(String),
    /// Its next step takes so long that a later run has to go on.
    Pause(Pause),
    /// The target is gone: the whole run ends.
    Lost(String),
}

/// One case being run.
pub(super) struct Session<'a> {
    pub target: &'a dyn Target,
    pub case: &'a Case,
    pub options: &'a Options,
    /// What `${case}` stands for.
    pub prefix: String,
    pub bindings: Bindings,
    pub made: Made,
    pub observed: Vec<Observed>,
    /// The place in the file, and the values of `each` that are being tried.
    pub place: Vec<String>,
    /// The place as indices into `steps`; of `each` the round, and then the index into `do`.
    pub path: Vec<usize>,
    /// The way to the step at which an earlier run has put the case aside, until it is reached.
    pub reentry: Option<Reentry>,
    /// By how much the case was continued too late, in seconds.
    pub late_s: f64,
    /// What the current step does.
    pub label: String,
    /// The last request and its answer.
    pub last: Option<(Request, Option<Answer>)>,
}

impl Session<'_> {
    /// Whether time can be let pass in no time.
    pub fn is_virtual(&self) -> bool {
        self.target.describe().movable_clock
    }

    /// The step in words: `steps/2 CreateBackup`.
    pub fn step(&self) -> String {
        format!("{} {}", self.place.join("/"), self.label)
    }

    /// A failed case, at the step where it stands.
    pub fn fail(&self, differences: Vec<Difference>) -> Stop {
        let request = self.last.as_ref().map(|(request, _)| {
            let body = String::from_utf8_lossy(&request.body);
            format!("{} {}", request.operation, shortened(&body, SHOWN_CHARS))
        });
        let answer = self
            .last
            .as_ref()
            .and_then(|(_, answer)| answer.as_ref())
            .map(Answer::shown);
        Stop::Fail(Box::new(Failure {
            step: self.step(),
            differences,
            request,
            answer,
        }))
    }

    /// A failed case, in words.
    pub fn fail_words(&self, expected: &str, got: &str) -> Stop {
        self.fail(vec![Difference::words("", expected, got)])
    }

    /// Looks at the clock if one of the values mentions it.
    pub async fn read_clock(&mut self, values: &[&Value]) -> Result<(), Stop> {
        // A poll that goes on asks what it asked before.
        if self.reentry.is_some() && self.bindings.get("now").is_some() {
            return Ok(());
        }
        if values.iter().any(|value| mentions(value, "now")) {
            let now = self
                .target
                .now()
                .await
                .map_err(|error| Stop::Indeterminate(error.to_string()))?;
            self.bindings.set("now", (now * 1000.0).round() / 1000.0);
        }
        Ok(())
    }

    /// A value with its names replaced.
    pub async fn value(&mut self, value: &Value) -> Result<Value, Stop> {
        self.read_clock(&[value]).await?;
        self.bindings
            .value(value)
            .map_err(|error| self.fail_words("a bound name", &error.to_string()))
    }

    /// A text with its names replaced.
    pub async fn text(&mut self, text: &str) -> Result<String, Stop> {
        match self.value(&Value::from(text)).await? {
            Value::String(text) => Ok(text),
            other => Ok(other.to_string()),
        }
    }

    /// A number, looked up if need be.
    pub async fn quantity(
        &mut self,
        quantity: Option<&Quantity>,
        default: f64,
    ) -> Result<f64, Stop> {
        match quantity {
            None => Ok(default),
            Some(Quantity::Number(number)) => Ok(*number),
            Some(Quantity::Binding(text)) => {
                let value = self.value(&Value::from(text.as_str())).await?;
                value
                    .as_f64()
                    .ok_or_else(|| self.fail_words("a number", &value.to_string()))
            }
        }
    }

    /// An expectation with its names replaced.
    pub async fn expectation(&mut self, expectation: &Expectation) -> Result<Expectation, Stop> {
        let whole = serde_json::to_value(expectation).unwrap_or_default();
        self.read_clock(&[&whole]).await?;
        judge::bound(expectation, &self.bindings)
            .map_err(|error| self.fail_words("a bound name", &error.to_string()))
    }

    /// Remembers an answer that is not judged.
    pub fn observe(&mut self, answer: &Answer) {
        self.observed.push(Observed {
            step: self.step(),
            answer: answer.shown(),
        });
    }

    /// Ends the case where the run was interrupted.
    pub fn check_interrupted(&self) -> Result<(), Stop> {
        if self.options.shared.interrupted.load(Ordering::Relaxed) {
            return Err(Stop::Indeterminate("interrupted".to_owned()));
        }
        Ok(())
    }
}
