//! A case file: one behaviour, told as calls and expectations. The format is specified in `docs/cases.md`.
//!
//! - the types here are the format: serde reads them, schemars prints `corpus/case.schema.json` from them;
//! - [`load`]: from text to a checked [`Case`]; every error names the file, the line and what to do;
//! - [`check`]: what the types cannot say (patterns, pointers, names that nothing binds);
//! - [`lint`]: what only the whole corpus can say (unknown clauses, names without the prefix).

pub mod check;
pub mod error;
pub mod expectation;
pub mod files;
pub mod lint;
pub mod load;
pub mod locate;
pub mod names;
pub mod operations;
pub mod schema;
pub mod step;
pub mod table;
mod walk;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use expectation::{Crc, Expectation, OneOrMany, Quantity};
pub use files::{ExportStep, ObjectStep, ObjectsStep, PutStep};
pub use step::{CallStep, EachStep, ItemsStep, LetStep, PagesStep, Raw, Step, TableStep, WaitStep};
pub use table::TableSpec;

/// One behaviour: a title, the clauses it rests on, and what is done and expected.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "A Lookback case")]
pub struct Case {
    /// Path of the file without its ending, `<group>/<name>`.
    #[serde(skip)]
    #[schemars(skip)]
    pub id: String,
    /// The whole file as JSON.
    #[serde(skip)]
    #[schemars(skip)]
    pub source: serde_json::Value,
    /// The schema, for editors.
    #[serde(rename = "$schema", default)]
    pub schema: Option<String>,
    /// One sentence: the behaviour, not the test.
    pub title: String,
    /// Ids of the clauses this case checks. The first is the one that a failure is reported under.
    #[schemars(length(min = 1))]
    pub clauses: Vec<String>,
    /// Ids of the records this expectation rests on.
    #[serde(default)]
    pub records: Vec<String>,
    /// What the target must have.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// Tables that stand ready before the first step.
    #[serde(default)]
    pub tables: BTreeMap<String, TableSpec>,
    /// Buckets that stand ready, empty, before the first step.
    #[serde(default)]
    pub buckets: Vec<String>,
    /// What is done and expected, in order. The first expectation that does not hold ends the case.
    #[schemars(length(min = 1))]
    pub steps: Vec<Step>,
    /// A reason: nobody knows the right answer. The answers are recorded, nobody is failed.
    #[serde(default)]
    pub unspecified: Option<String>,
    /// Background for the reader.
    #[serde(default)]
    pub why: Option<String>,
}

impl Case {
    /// The clause that a failure is reported under; empty only for a case that was never checked.
    pub fn clause(&self) -> &str {
        self.clauses.first().map_or("", String::as_str)
    }

    /// The capability that the case belongs to: the first part of its id.
    pub fn capability(&self) -> &str {
        self.id.split('/').next().unwrap_or_default()
    }

    /// The seconds that the case waits on purpose, polls not counted.
    pub fn waits_s(&self) -> f64 {
        waits_s(&self.steps)
    }
}

fn waits_s(steps: &[Step]) -> f64 {
    steps
        .iter()
        .map(|step| match step {
            Step::Wait(wait) => wait.wait_s.number().unwrap_or(0.0),
            Step::Each(each) => each.rounds() as f64 * waits_s(&each.steps),
            _ => 0.0,
        })
        .sum()
}

/// What a case may ask of a target beyond answering calls.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// A clock that can be moved.
    MovableClock,
    /// Access keys that separate accounts.
    TwoAccounts,
    /// Regions that are separate.
    TwoRegions,
}

impl Need {
    /// The name in a case file.
    pub fn name(self) -> &'static str {
        match self {
            Self::MovableClock => "movable-clock",
            Self::TwoAccounts => "two-accounts",
            Self::TwoRegions => "two-regions",
        }
    }
}
