//! The corpus: clauses, records, cases and expectations, from a folder or as it was when this was built.
//!
//! - [`source`]: where the files come from; [`clause`] and [`record`]: what they hold.

pub mod clause;
pub mod record;
pub mod source;

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::case::error::CaseError;
use crate::case::{Case, load};
pub use clause::{Clause, Strength};
pub use record::{Conflict, Record};
pub use source::Source;

/// Everything that cases rest on, and the cases.
#[derive(Clone, Debug, Default)]
pub struct Corpus {
    /// Sorted by id.
    pub cases: Vec<Case>,
    /// By id.
    pub clauses: BTreeMap<String, Clause>,
    /// By id.
    pub records: BTreeMap<String, Record>,
    /// Contradictions between records, by id.
    pub conflicts: BTreeMap<String, Conflict>,
    /// Groups in which every observable clause has a case or a reason why not.
    pub complete: BTreeSet<String>,
}

/// Why the corpus cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CorpusError {
    /// A file or a folder cannot be read.
    #[error(
        "cannot read {path}: {reason}; give the folder with `cases/` and `clauses/` by --corpus"
    )]
    Unreadable {
        /// Which one.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// A data file is not what it should be.
    #[error("{path}: {reason}; mend the file")]
    Malformed {
        /// Which one.
        path: String,
        /// What serde said, with line and column.
        reason: String,
    },
    /// Case files that cannot be used; each says where and what to do.
    #[error("{} case files cannot be used", .0.len())]
    Cases(Vec<CaseError>),
}

#[derive(Deserialize)]
struct ClauseFile {
    group: String,
    clauses: Vec<Clause>,
}

#[derive(Deserialize)]
struct RecordFile {
    #[serde(default)]
    records: Vec<Record>,
    #[serde(default)]
    conflicts: Vec<Conflict>,
}

#[derive(Deserialize)]
struct Index {
    complete: BTreeSet<String>,
}

impl Corpus {
    /// Reads everything.
    ///
    /// # Errors
    /// What cannot be read, or every case file that cannot be used.
    pub fn load(source: &Source) -> Result<Self, CorpusError> {
        let mut corpus = Self::default();
        for (path, text) in source.files("clauses")? {
            match path.as_str() {
                "clauses/index.json" => corpus.complete = data::<Index>(&path, &text)?.complete,
                "clauses/ambiguities.json" | "clauses/common-mistakes.json" => {}
                _ => {
                    let file: ClauseFile = data(&path, &text)?;
                    for mut clause in file.clauses {
                        clause.group.clone_from(&file.group);
                        corpus.clauses.insert(clause.id.clone(), clause);
                    }
                }
            }
        }
        for (path, text) in source.files("records")? {
            let file: RecordFile = data(&path, &text)?;
            let conflicts = file.conflicts.into_iter();
            corpus
                .conflicts
                .extend(conflicts.map(|conflict| (conflict.id.clone(), conflict)));
            corpus.records.extend(
                file.records
                    .into_iter()
                    .map(|record| (record.id.clone(), record)),
            );
        }
        corpus.cases = cases(source)?;
        Ok(corpus)
    }

    /// The strength of a case's evidence: that of its first clause.
    pub fn strength(&self, case: &Case) -> Strength {
        self.clauses
            .get(case.clause())
            .map_or(Strength::Ambiguous, |clause| clause.strength)
    }
}

fn cases(source: &Source) -> Result<Vec<Case>, CorpusError> {
    let mut cases = Vec::new();
    let mut errors = Vec::new();
    for (path, text) in source.files("cases")? {
        let id = path
            .trim_start_matches("cases/")
            .trim_end_matches(".json")
            .to_owned();
        match load::parse(&id, &source.display(&path), &text) {
            Ok(case) => cases.push(case),
            Err(error) => errors.push(*error),
        }
    }
    cases.sort_by(|one: &Case, other| one.id.cmp(&other.id));
    if errors.is_empty() {
        Ok(cases)
    } else {
        Err(CorpusError::Cases(errors))
    }
}

fn data<T: DeserializeOwned>(path: &str, text: &str) -> Result<T, CorpusError> {
    serde_json::from_str(text).map_err(|error| CorpusError::Malformed {
        path: format!("corpus/{path}"),
        reason: error.to_string(),
    })
}
