//! Histories that somebody has judged: each must get its verdict again, or the checker has changed its mind.
//!
//! `corpus/traces/NAME.jsonl` is a history, `corpus/traces/NAME.verdict.json` what it was judged as ([`Expected`]).

use lookback_checker::judge::{Options, judge};
use lookback_checker::{Contract, History, Outcome, history};
use serde::{Deserialize, Serialize};

use crate::corpus::{CorpusError, Source};

/// What a history was judged as.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// What the history shows, in a sentence.
    pub about: String,
    /// The contract that it was judged by.
    pub contract: Promise,
    /// The verdict.
    pub outcome: Judged,
    /// The rules that are broken, or could not be applied, each once.
    #[serde(default)]
    pub rules: Vec<String>,
}

/// A contract: by name, or as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Promise {
    /// One that is built in.
    Named(String),
    /// One of its own.
    Whole(Box<Contract>),
}

impl Promise {
    /// The contract; its name where none of that name is built in.
    fn contract(&self) -> Result<Contract, String> {
        match self {
            Self::Named(name) => Contract::builtin(name).ok_or_else(|| name.clone()),
            Self::Whole(contract) => Ok((**contract).clone()),
        }
    }
}

/// A verdict in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Judged {
    /// No violation, and everything was judged.
    Pass,
    /// The contract is broken.
    Violation,
    /// No violation, and not everything was judged.
    Unknown,
}

impl From<Outcome> for Judged {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Pass => Self::Pass,
            Outcome::Violation => Self::Violation,
            Outcome::Unknown => Self::Unknown,
        }
    }
}

/// A history that was judged again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replayed {
    /// The name of its file, without the ending.
    pub name: String,
    /// How the verdict differs from the one it had; none where it is the same.
    pub difference: Option<String>,
}

/// Judges every trace of the corpus again, in the order of their names.
///
/// # Errors
/// A file that cannot be read, or that has no history beside it.
pub fn replay(source: &Source) -> Result<Vec<Replayed>, CorpusError> {
    let mut replayed = Vec::new();
    for (path, text) in source.files("traces")? {
        let Some(name) = path.strip_suffix(".verdict.json") else {
            continue;
        };
        let malformed = |path: &str, reason: String| CorpusError::Malformed {
            path: source.display(path),
            reason,
        };
        let expected: Expected =
            serde_json::from_str(&text).map_err(|error| malformed(&path, error.to_string()))?;
        let contract = expected.contract.contract();
        let contract =
            contract.map_err(|name| malformed(&path, format!("no contract {name} is built in")))?;
        let lines = format!("{name}.jsonl");
        let text = source.file(&lines)?.ok_or_else(|| {
            malformed(
                &lines,
                "the verdict is there, the history is not".to_owned(),
            )
        })?;
        let read = history::read(text.as_bytes());
        let history = read.map_err(|error| malformed(&lines, error.to_string()))?;
        replayed.push(Replayed {
            name: name.trim_start_matches("traces/").to_owned(),
            difference: difference(&history, &contract, &expected),
        });
    }
    Ok(replayed)
}

fn difference(history: &History, contract: &Contract, expected: &Expected) -> Option<String> {
    let verdict = judge(history, contract, &Options::default());
    let broken = verdict.violations.iter().map(|violation| violation.rule);
    let open = verdict.unknowns.iter().map(|unknown| unknown.rule);
    let mut rules: Vec<String> = broken
        .chain(open)
        .map(|rule| rule.name().to_owned())
        .collect();
    rules.sort();
    rules.dedup();
    let outcome = Judged::from(verdict.outcome());
    if outcome == expected.outcome && rules == expected.rules {
        return None;
    }
    let told = |outcome: Judged, rules: &[String]| {
        let word = format!("{outcome:?}").to_lowercase();
        if rules.is_empty() {
            word
        } else {
            format!("{word} ({})", rules.join(", "))
        }
    };
    Some(format!(
        "{}, and was {}",
        told(outcome, &rules),
        told(expected.outcome, &expected.rules)
    ))
}

/// The section of a report: one line where all is as it was, one more for each trace that is not.
pub fn text(replayed: &[Replayed]) -> String {
    let same = replayed.iter().filter(|trace| trace.difference.is_none());
    let mut text = format!(
        "traces: {} of {} judged as before\n",
        same.count(),
        replayed.len()
    );
    for trace in replayed {
        if let Some(difference) = &trace.difference {
            text.push_str(&format!("  {}: is {difference}\n", trace.name));
        }
    }
    text
}

/// Whether every trace got its verdict again.
pub fn all_as_before(replayed: &[Replayed]) -> bool {
    replayed.iter().all(|trace| trace.difference.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(name: &str, verdict: &str) -> (std::path::PathBuf, Source) {
        let root =
            std::env::temp_dir().join(format!("lookback-traces-{name}-{}", std::process::id()));
        for folder in ["cases", "traces"] {
            std::fs::create_dir_all(root.join(folder)).unwrap();
        }
        let history = "{\"history\":{\"version\":1}}\n{\"end\":{\"at_us\":7}}\n";
        std::fs::write(root.join("traces/a.jsonl"), history).unwrap();
        std::fs::write(root.join("traces/a.verdict.json"), verdict).unwrap();
        let source = Source::find(Some(&root)).unwrap();
        (root, source)
    }

    #[test]
    fn a_verdict_that_has_changed_is_told() {
        let expected =
            r#"{"about":"","contract":"dynamodb","outcome":"violation","rules":["item-order"]}"#;
        let (root, source) = source("changed", expected);
        let replayed = replay(&source).unwrap();
        assert!(!all_as_before(&replayed));
        insta::assert_snapshot!(text(&replayed), @r"
        traces: 0 of 1 judged as before
          a: is pass, and was violation (item-order)
        ");
        std::fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn a_verdict_without_its_history_is_told() {
        let (root, source) = source(
            "alone",
            r#"{"about":"","contract":"dynamodb","outcome":"pass"}"#,
        );
        assert!(all_as_before(&replay(&source).unwrap()));
        std::fs::remove_file(root.join("traces/a.jsonl")).unwrap();
        let error = replay(&source).unwrap_err().to_string();
        assert!(
            error.contains("a.jsonl") && error.contains("the history is not"),
            "{error}"
        );
        std::fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn the_traces_of_the_corpus_get_their_verdicts_again() {
        for source in [Source::find(None).unwrap(), Source::BuiltIn] {
            let replayed = replay(&source).unwrap();
            assert!(replayed.len() >= 5, "{replayed:?}");
            assert!(all_as_before(&replayed), "{}", text(&replayed));
        }
    }
}
