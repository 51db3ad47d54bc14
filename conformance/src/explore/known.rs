//! Causes that somebody has judged: `corpus/exploration/NAME.json`.

use std::collections::BTreeMap;

use regex::Regex;
use serde::{Deserialize, Serialize};

use super::difference::{Cause, Kind};
use crate::corpus::{CorpusError, Source};

/// Who is right where a target and the model differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// A record of the live service says that the model is right.
    RecordSaysModel,
    /// The documentation says so.
    DocumentSaysModel,
    /// The documents leave it open and no record tells: nobody is failed.
    Undecided,
}

impl Class {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::RecordSaysModel => "a record says the model is right",
            Self::DocumentSaysModel => "a document says the model is right",
            Self::Undecided => "undecided",
        }
    }
}

/// What is known of one target.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// The target's name, also the file's.
    pub target: String,
    /// What was measured, with exact versions.
    #[serde(default)]
    pub versions: Vec<String>,
    /// The run that the figures are of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<Measured>,
    /// Causes in the order in which they are tried: the first that matches counts.
    #[serde(default)]
    pub causes: Vec<Judged>,
}

/// The run that figures are of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// The day, `YYYY-MM-DD`.
    pub on: String,
    /// What the programs were drawn from.
    pub seed: u64,
    /// How many calls were compared.
    pub steps: u64,
    /// How many of them the model accepted.
    pub accepted: u64,
    /// How many were answered differently.
    pub differences: u64,
}

/// A cause that was judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judged {
    /// What differs, in a sentence.
    pub about: String,
    /// Who is right.
    pub class: Class,
    /// Clauses, records or documents that say so; none where it is undecided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cite: Vec<String>,
    /// Regular expression for the operation; absent: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// In what way they differ; empty: any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Kind>,
    /// Regular expression for the place in the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Regular expression for what the model answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Regular expression for what the target answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// Regular expression for the request's body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// How often it was seen in the measured run.
    #[serde(default)]
    pub seen: u64,
}

impl Known {
    /// The file of a target, below the corpus.
    pub fn path(name: &str) -> String {
        format!("exploration/{name}.json")
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
        let read: Result<Self, _> = serde_json::from_str(&text);
        read.map(Some).map_err(|error| CorpusError::Malformed {
            path: source.display(&path),
            reason: error.to_string(),
        })
    }

    /// Everything that the corpus knows, by target.
    ///
    /// # Errors
    /// A file that cannot be read or is not what it should be.
    pub fn all(source: &Source) -> Result<Vec<Self>, CorpusError> {
        let mut all = Vec::new();
        for (path, _) in source.files("exploration")? {
            let name = path
                .trim_start_matches("exploration/")
                .trim_end_matches(".json");
            if name != "messages" {
                all.extend(Self::load(source, name)?);
            }
        }
        Ok(all)
    }

    /// The text of the file.
    pub fn text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Takes over the figures of a run.
    pub fn update(&mut self, measured: Measured, seen: &BTreeMap<usize, u64>) {
        self.measured = Some(measured);
        for (place, judged) in self.causes.iter_mut().enumerate() {
            judged.seen = seen.get(&place).copied().unwrap_or(0);
        }
    }
}

/// The causes of one target, ready to be looked up.
#[derive(Debug, Default)]
pub struct Matchers(Vec<Matcher>);

#[derive(Debug)]
struct Matcher {
    kinds: Vec<Kind>,
    operation: Option<Regex>,
    at: Option<Regex>,
    model: Option<Regex>,
    found: Option<Regex>,
    request: Option<Regex>,
}

impl Matchers {
    /// Of these causes.
    ///
    /// # Errors
    /// A regular expression that cannot be read: which cause, and why.
    pub fn new(known: &Known) -> Result<Self, String> {
        let mut matchers = Vec::new();
        for judged in &known.causes {
            let read = |text: &Option<String>| {
                let read = text.as_deref().map(Regex::new).transpose();
                read.map_err(|error| format!("{:?}: {error}", judged.about))
            };
            matchers.push(Matcher {
                kinds: judged.kinds.clone(),
                operation: read(
                    &judged
                        .operation
                        .as_ref()
                        .map(|name| format!("^(?:{name})$")),
                )?,
                at: read(&judged.at)?,
                model: read(&judged.model)?,
                found: read(&judged.found)?,
                request: read(&judged.request)?,
            });
        }
        Ok(Self(matchers))
    }

    /// The place of the first cause that matches.
    pub fn find(&self, cause: &Cause, request: &str) -> Option<usize> {
        let holds = |pattern: &Option<Regex>, text: &str| {
            pattern
                .as_ref()
                .is_none_or(|pattern| pattern.is_match(text))
        };
        self.0.iter().position(|matcher| {
            (matcher.kinds.is_empty() || matcher.kinds.contains(&cause.kind))
                && holds(&matcher.operation, &cause.operation)
                && holds(&matcher.at, &cause.at)
                && holds(&matcher.model, &cause.expected)
                && holds(&matcher.found, &cause.found)
                && holds(&matcher.request, request)
        })
    }
}
