//! What only the whole corpus can say about its cases.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{CallStep, Case, Step};
use crate::corpus::Corpus;

/// One complaint about one case, or about the corpus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The case's id, or the clause's or record's where no case is to blame.
    pub about: String,
    /// What is wrong and what to do.
    pub text: String,
}

impl Finding {
    fn new(about: &str, text: String) -> Self {
        Self {
            about: about.to_owned(),
            text,
        }
    }
}

/// Cases that cite what does not exist, or make tables that clean-up would not find.
pub fn cases(corpus: &Corpus) -> Vec<Finding> {
    let mut found = Vec::new();
    for case in &corpus.cases {
        for clause in case
            .clauses
            .iter()
            .filter(|id| !corpus.clauses.contains_key(*id))
        {
            found.push(Finding::new(
                &case.id,
                format!("cites {clause}, which is no clause of corpus/clauses"),
            ));
        }
        for record in case
            .records
            .iter()
            .filter(|id| !corpus.records.contains_key(*id) && !corpus.conflicts.contains_key(*id))
        {
            found.push(Finding::new(
                &case.id,
                format!("cites {record}, which is neither record nor conflict of corpus/records"),
            ));
        }
        let mut free = BTreeSet::new();
        names(case, &case.steps, &mut free, &mut found);
    }
    found
}

/// Observable clauses of the complete groups with neither a case nor a reason why not.
pub fn open_clauses(corpus: &Corpus) -> Vec<Finding> {
    let cited: BTreeSet<&str> = corpus
        .cases
        .iter()
        .flat_map(|case| case.clauses.iter().map(String::as_str))
        .collect();
    corpus
        .clauses
        .values()
        .filter(|clause| corpus.complete.contains(&clause.group))
        .filter(|clause| {
            clause.observable() && clause.no_case.is_none() && !cited.contains(clause.id.as_str())
        })
        .map(|clause| {
            Finding::new(
                &clause.id,
                format!("has no case and no reason why: {}", clause.statement),
            )
        })
        .collect()
}

/// Records that no case cites and that carry no `later`.
pub fn idle_records(corpus: &Corpus) -> Vec<Finding> {
    let cited: BTreeSet<&str> = corpus
        .cases
        .iter()
        .flat_map(|case| case.records.iter().map(String::as_str))
        .collect();
    corpus
        .records
        .values()
        .filter(|record| record.later.is_none() && !cited.contains(record.id.as_str()))
        .map(|record| Finding::new(&record.id, format!("is cited by no case: {}", record.fact)))
        .collect()
}

/// Every table that a case makes with success starts with `${case}`.
fn names(case: &Case, steps: &[Step], free: &mut BTreeSet<String>, found: &mut Vec<Finding>) {
    for step in steps {
        match step {
            Step::Call(call) => {
                if let Some(name) = made(call).filter(|name| !prefixed(case, name, free)) {
                    let text = format!(
                        "{} makes the table {name}; its name must start with ${{case}}",
                        call.call
                    );
                    found.push(Finding::new(&case.id, text));
                }
            }
            Step::Let(values) => {
                for (name, value) in &values.values {
                    if value
                        .as_str()
                        .is_some_and(|text| prefixed(case, text, free))
                    {
                        free.insert(name.clone());
                    }
                }
            }
            Step::Each(each) => {
                for (name, values) in &each.each {
                    if values.iter().all(|value| {
                        value
                            .as_str()
                            .is_some_and(|text| prefixed(case, text, free))
                    }) {
                        free.insert(name.clone());
                    }
                }
                names(case, &each.steps, free, found);
            }
            _ => {}
        }
    }
}

fn prefixed(case: &Case, name: &str, free: &BTreeSet<String>) -> bool {
    let whole = name
        .strip_prefix("${")
        .and_then(|rest| rest.split('}').next());
    name.starts_with("${case}")
        || whole.is_some_and(|binding| {
            let table = binding.strip_suffix(".arn").unwrap_or(binding);
            case.tables.contains_key(table) || free.contains(binding)
        })
}

/// The name of the table that a successful call would make.
fn made(call: &CallStep) -> Option<&str> {
    let refused = call
        .expect
        .as_ref()
        .or(call.until.as_ref())
        .is_some_and(super::Expectation::wants_error);
    let pointer = match call.call.as_str() {
        "CreateTable" => "/TableName",
        "RestoreTableFromBackup" | "RestoreTableToPointInTime" => "/TargetTableName",
        "ImportTable" => "/TableCreationParameters/TableName",
        _ => return None,
    };
    if refused || call.raw.as_ref().is_some_and(|raw| raw.body.is_some()) {
        return None;
    }
    call.input.pointer(pointer).and_then(Value::as_str)
}
