//! The outcome of a run, for people and tools.
//!
//! Two figures that are never added: *divergence* is what fails of everything specified, *coverage* what was
//! attempted of it. A share of passes would rise when a target withdraws what it gets wrong.
//!
//! - [`Report`]: the data; [`figures`]: counts; [`terminal`]: for people; [`json`] and [`junit`]: for tools;
//! - [`compare`]: several targets side by side, from their JSON reports.

pub mod compare;
pub mod figures;
pub mod json;
pub mod junit;
pub mod terminal;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::corpus::{Corpus, Strength};
use crate::expectations::Standing;
use crate::expectations::standing::Rules;
use crate::run::{CaseRun, Verdict};
pub use figures::Figures;

/// A whole run.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// `lookback-report`.
    pub format: String,
    /// Version of this shape: raised when a member changes its meaning or goes away.
    pub version: u32,
    /// Name and version of what wrote this.
    pub tool: String,
    /// What was judged.
    pub target: TargetReport,
    /// `quick` or `full`, or `selection` where cases were picked.
    pub profile: String,
    /// Real time that the run took, in seconds.
    pub took_s: f64,
    /// Over all cases.
    pub figures: Figures,
    /// The same for each capability, the first part of a case's id.
    pub capabilities: Vec<Capability>,
    /// Every case, sorted by id.
    pub cases: Vec<CaseReport>,
}

/// What was judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TargetReport {
    /// As given by --target, else how it was reached.
    pub name: String,
    /// Where it listened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Exact versions, as its expectations state them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<String>,
    /// Whether its clock could be moved.
    pub movable_clock: bool,
}

/// One capability.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Capability {
    /// The first part of the ids of its cases.
    pub name: String,
    /// Its figures.
    pub figures: Figures,
}

/// One case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CaseReport {
    /// `<group>/<name>`.
    pub id: String,
    /// The behaviour.
    pub title: String,
    /// The clause it is reported under.
    pub clause: String,
    /// What that clause states.
    pub statement: String,
    /// How well that is known.
    pub strength: Strength,
    /// Where it is known from: sources of the clause, then records with their classes.
    pub evidence: Vec<String>,
    /// What is said about the case.
    pub verdict: Verdict,
    /// How that stands against what was expected.
    pub standing: Standing,
    /// Why another verdict than a pass was expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// Why there is neither pass nor fail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where and why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<crate::run::Failure>,
    /// Answers that were recorded and not judged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub observed: Vec<crate::run::Observed>,
    /// What clean-up could not take away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leftovers: Vec<String>,
    /// Repeats just this case.
    pub repeat: String,
    /// Real time, in seconds.
    pub took_s: f64,
}

/// What a report says beside the cases.
#[derive(Clone, Debug)]
pub struct About {
    /// What was judged.
    pub target: TargetReport,
    /// `quick`, `full` or `selection`.
    pub profile: String,
    /// Real time, in seconds.
    pub took_s: f64,
    /// The command that repeats a case, without `--case ID`.
    pub repeat: String,
}

impl Report {
    /// Puts a run together with what it rests on.
    pub fn new(corpus: &Corpus, runs: Vec<CaseRun>, rules: &Rules, about: About) -> Self {
        let cases: Vec<CaseReport> = runs
            .into_iter()
            .filter_map(|run| case(corpus, run, rules, &about.repeat))
            .collect();
        let mut names: Vec<&str> = cases.iter().map(CaseReport::capability).collect();
        names.dedup();
        let capabilities = names
            .iter()
            .map(|name| Capability {
                name: (*name).to_owned(),
                figures: Figures::of(cases.iter().filter(|case| case.capability() == *name)),
            })
            .collect();
        Self {
            format: "lookback-report".to_owned(),
            version: 1,
            tool: concat!("lookback ", env!("CARGO_PKG_VERSION")).to_owned(),
            target: about.target,
            profile: about.profile,
            took_s: (about.took_s * 1000.0).round() / 1000.0,
            figures: Figures::of(&cases),
            capabilities,
            cases,
        }
    }

    /// 0: nothing unexpected, 1: unexpected verdicts, 3: cases stayed without the verdict expected of them.
    pub fn exit_status(&self) -> u8 {
        let any = |standing| self.cases.iter().any(|case| case.standing == standing);
        if any(Standing::Unexpected) {
            1
        } else if any(Standing::Unsettled) {
            3
        } else {
            0
        }
    }
}

impl CaseReport {
    /// The first part of the id.
    pub fn capability(&self) -> &str {
        self.id.split('/').next().unwrap_or_default()
    }
}

fn case(corpus: &Corpus, run: CaseRun, rules: &Rules, repeat: &str) -> Option<CaseReport> {
    let case = corpus.cases.iter().find(|case| case.id == run.id)?;
    let clause = corpus.clauses.get(case.clause());
    let strength = corpus.strength(case);
    let cited = case.records.iter().filter_map(|id| cited(corpus, id));
    let sources = clause.iter().flat_map(|clause| clause.sources.clone());
    let evidence = sources.chain(cited).collect();
    Some(CaseReport {
        title: case.title.clone(),
        clause: case.clause().to_owned(),
        statement: clause
            .map(|clause| clause.statement.clone())
            .unwrap_or_default(),
        strength,
        evidence,
        standing: rules.standing(&run, strength.is_weak()),
        expected: rules.reason(&run.id).map(str::to_owned),
        repeat: format!("{repeat} --case {}", run.id),
        id: run.id,
        verdict: run.verdict,
        reason: run.reason,
        failure: run.failure,
        observed: run.observed,
        leftovers: run.leftovers,
        took_s: run.took_s,
    })
}

/// A record or a conflict in one line.
fn cited(corpus: &Corpus, id: &str) -> Option<String> {
    let record = corpus
        .records
        .get(id)
        .map(|record| format!("record {id} ({}): {}", record.class, record.fact));
    record.or_else(|| {
        corpus
            .conflicts
            .get(id)
            .map(|conflict| format!("conflict {id}: {}", conflict.question))
    })
}

#[cfg(test)]
mod tests;
