//! What was made small, as files: the plan, the history, the verdict in the form of `corpus/traces/`.
//!
//! Nothing here gates anything: a person looks first, and copies what is right into the corpus.

use std::path::{Path, PathBuf};

use lookback_checker::history::to_lines;
use lookback_sim::{Plan, Report, Specimen, System};

use super::case;
use crate::cli::{NotMade, finish};
use crate::traces::{Expected, Promise};

/// Where it was saved.
#[derive(Debug)]
pub struct Files {
    /// The plan.
    pub plan: PathBuf,
    /// History, verdict and case, where there are any.
    pub others: Vec<PathBuf>,
}

/// Saves a plan and what came of it.
///
/// # Errors
/// A file cannot be written.
pub fn save(
    folder: &Path,
    name: &str,
    plan: &Plan,
    ended: &Result<Report, String>,
) -> Result<Files, NotMade> {
    let path = |ending: &str| folder.join(format!("{name}.{ending}"));
    let mut files = Files {
        plan: path("plan.json"),
        others: Vec::new(),
    };
    finish::write(&files.plan, &plan.to_json())?;
    let Ok(report) = ended else {
        return Ok(files);
    };
    let history = path("jsonl");
    finish::write(
        &history,
        &String::from_utf8_lossy(&to_lines(&report.history)),
    )?;
    let verdict = path("verdict.json");
    let mut rules: Vec<String> = report
        .verdict
        .violations
        .iter()
        .map(|it| it.rule.name().to_owned())
        .collect();
    rules.extend(
        report
            .verdict
            .unknowns
            .iter()
            .map(|it| it.rule.name().to_owned()),
    );
    rules.sort();
    rules.dedup();
    let expected = Expected {
        about: lookback_sim::Finding::told(ended).unwrap_or_default(),
        contract: Promise::Whole(Box::new(Specimen.contract(&plan.profile))),
        outcome: report.verdict.outcome().into(),
        rules,
    };
    let text = serde_json::to_string_pretty(&expected).unwrap_or_default();
    finish::write(&verdict, &format!("{text}\n"))?;
    files.others.extend([history, verdict]);
    let first = report.verdict.violations.first();
    if let Some(Ok(case)) = first.map(|it| case::of(&report.history, it, plan.seed)) {
        let file = path("case.json");
        finish::write(&file, &format!("{case:#}\n"))?;
        files.others.push(file);
    }
    Ok(files)
}
