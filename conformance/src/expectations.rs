//! What a known target is known to do: the verdicts that are not a pass, in `corpus/targets/<name>.json`.
//!
//! An unexpected pass fails a run too: an expectation that is no longer true hides the next regression.

pub mod standing;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::case::{Case, Need};
use crate::corpus::{CorpusError, Source};
use crate::run::{CaseRun, Verdict};
pub use standing::Standing;

/// The expectations of one target.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectations {
    /// The target's name, also the file's.
    pub target: String,
    /// What was measured, with exact versions.
    #[serde(default)]
    pub versions: Vec<String>,
    /// The day on which the verdicts were last found to differ, `YYYY-MM-DD`.
    #[serde(default)]
    pub measured_on: String,
    /// For the reader.
    #[serde(default)]
    pub notes: Vec<String>,
    /// What the target does not have.
    #[serde(default)]
    pub lacks: BTreeSet<Need>,
    /// Case id -> the verdict that is expected instead of a pass.
    #[serde(default)]
    pub expectations: BTreeMap<String, Expected>,
}

/// An expected verdict that is not a pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Fail, unsupported or indeterminate; unspecified where the target never shows what a case is about.
    pub verdict: Verdict,
    /// What the target does instead.
    #[serde(default)]
    pub reason: String,
}

impl Expectations {
    /// The file of a target, below the corpus.
    pub fn path(name: &str) -> String {
        format!("targets/{name}.json")
    }

    /// Reads the file of a target; nothing if there is none.
    ///
    /// # Errors
    /// The file cannot be read or is not what it should be.
    pub fn load(source: &Source, name: &str) -> Result<Option<Self>, CorpusError> {
        let path = Self::path(name);
        let Some(text) = source.file(&path)? else {
            return Ok(None);
        };
        serde_json::from_str(&text)
            .map(Some)
            .map_err(|error| CorpusError::Malformed {
                path: source.display(&path),
                reason: error.to_string(),
            })
    }

    /// The names of the targets that the corpus knows.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn names(source: &Source) -> Result<Vec<String>, CorpusError> {
        let files = source.files("targets")?;
        Ok(files
            .iter()
            .map(|(path, _)| {
                path.trim_start_matches("targets/")
                    .trim_end_matches(".json")
                    .to_owned()
            })
            .collect())
    }

    /// The text of the file: sorted, one shape, so that a change is a readable diff.
    pub fn text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Takes over what a run found. Cases that were not run keep their expectation unless they are gone; a
    /// reason that a person wrote stays as long as the verdict does.
    pub fn update(&mut self, runs: &[CaseRun], cases: &[Case], prefix: &str, today: &str) {
        let before = self.expectations.clone();
        self.expectations
            .retain(|id, _| cases.iter().any(|case| case.id == *id));
        for run in runs {
            let known = self.expectations.get(&run.id);
            if run.is_cut_short() && known.is_some_and(|known| known.verdict == Verdict::Fail) {
                continue;
            }
            match run.verdict {
                Verdict::Unspecified if run.is_not_shown() => self.expect(run, prefix),
                Verdict::Pending => {}
                Verdict::Pass | Verdict::Unspecified => drop(self.expectations.remove(&run.id)),
                _ => self.expect(run, prefix),
            }
        }
        if self.expectations != before || self.measured_on.is_empty() {
            self.measured_on = today.to_owned();
        }
    }

    /// Expects what a run found.
    fn expect(&mut self, run: &CaseRun, prefix: &str) {
        let known = self.expectations.get(&run.id);
        let told =
            known.is_some_and(|known| known.verdict == run.verdict && !known.reason.is_empty());
        if !told {
            let expected = Expected {
                verdict: run.verdict,
                reason: reason(run, prefix),
            };
            self.expectations.insert(run.id.clone(), expected);
        }
    }
}

/// What happened, in one line that is the same in every run.
fn reason(run: &CaseRun, prefix: &str) -> String {
    let told = match (&run.failure, &run.reason) {
        (Some(failure), _) => {
            let first = failure
                .differences
                .first()
                .map(ToString::to_string)
                .unwrap_or_default();
            format!("{}: {first}", failure.step)
        }
        (None, Some(reason)) => reason.clone(),
        (None, None) => String::new(),
    };
    crate::pattern::difference::shortened(&without_run(&told, prefix), 300)
}

/// A text with the names of this run replaced: `lb-x1y2-17-music` becomes `${case}-music`.
fn without_run(text: &str, prefix: &str) -> String {
    let mut parts = text.split(prefix);
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.strip_prefix('-').map_or(part, |rest| {
            rest.trim_start_matches(|digit: char| digit.is_ascii_digit())
        });
        whole.push_str("${case}");
        whole.push_str(rest);
    }
    whole
}

#[cfg(test)]
#[path = "expectations/tests.rs"]
mod tests;
