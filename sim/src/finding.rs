//! What a run found, as far as two runs can have found the same.

use std::fmt;

use lookback_checker::contract::Grade;
use serde::{Deserialize, Serialize};

use crate::run::Report;

/// What a run found. Two runs found the same when these are equal: items, times and values may differ.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    /// The judge says that the contract is broken.
    Violation {
        /// The name of the rule that is broken.
        rule: String,
        /// Whether a documented bound is broken, or an inference.
        grade: Grade,
    },
    /// Clients were told what cannot be, beyond what a history tells: which promise that breaks.
    Broken(String),
    /// Something did not come to its end in time: of which kind it was.
    Unfinished(String),
    /// The simulation panicked.
    Panic,
}

/// A promise that was broken, beyond what a history tells.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Broken {
    /// What is broken, with its clause: the same in every run.
    pub promise: &'static str,
    /// Which table it is about.
    pub subject: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.subject, self.promise)
    }
}

impl Finding {
    /// What a run found, worst first, each once. The error is that of a run that panicked.
    pub fn all(ended: &Result<Report, String>) -> Vec<Self> {
        let Ok(report) = ended else {
            return vec![Self::Panic];
        };
        let mut all: Vec<Self> = Vec::new();
        let violations = report.verdict.violations.iter().map(|it| Self::Violation {
            rule: it.rule.name().to_owned(),
            grade: it.grade,
        });
        let unfinished = report.unfinished.iter().map(|what| {
            let kind = what.split(" of table ").next().unwrap_or(what);
            Self::Unfinished(kind.to_owned())
        });
        let broken = report
            .broken
            .iter()
            .map(|what| Self::Broken(what.promise.to_owned()));
        for finding in violations.chain(broken).chain(unfinished) {
            if !all.contains(&finding) {
                all.push(finding);
            }
        }
        all
    }

    /// A word for names of files.
    pub fn slug(&self) -> String {
        let text = match self {
            Self::Violation { rule, .. } => rule.clone(),
            Self::Broken(_) => "broken".to_owned(),
            Self::Unfinished(what) => format!("unfinished {what}"),
            Self::Panic => "panic".to_owned(),
        };
        text.to_lowercase().replace(' ', "-")
    }

    /// What the worst finding of a run is, in a sentence; none when nothing was found.
    pub fn told(ended: &Result<Report, String>) -> Option<String> {
        let report = match ended {
            Err(panic) => return Some(format!("the simulation panicked: {panic}")),
            Ok(report) => report,
        };
        let violation = report.verdict.violations.first();
        let told = violation.map(|it| it.witness.summary.clone());
        told.or_else(|| report.broken.first().map(ToString::to_string))
            .or_else(|| {
                let what = report.unfinished.first()?;
                Some(format!("did not come to its end: {what}"))
            })
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Violation { rule, grade } => {
                let grade = format!("{grade:?}").to_lowercase();
                write!(f, "{rule} ({grade})")
            }
            Self::Broken(what) => write!(f, "broken ({what})"),
            Self::Unfinished(what) => write!(f, "unfinished ({what})"),
            Self::Panic => f.write_str("panic"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_read_as_it_was_written() {
        let findings = [
            Finding::Violation {
                rule: "item-order".to_owned(),
                grade: Grade::Documented,
            },
            Finding::Unfinished("Backup".to_owned()),
            Finding::Panic,
        ];
        let text = serde_json::to_string(&findings).unwrap();
        insta::assert_snapshot!(text, @r#"[{"violation":{"rule":"item-order","grade":"documented"}},{"unfinished":"Backup"},"panic"]"#);
        assert_eq!(
            serde_json::from_str::<Vec<Finding>>(&text).unwrap(),
            findings
        );
        let told: Vec<String> = findings.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            ["item-order (documented)", "unfinished (Backup)", "panic"]
        );
    }

    #[test]
    fn a_broken_promise_names_its_clause_and_no_table() {
        let plan = crate::Plan::new(1, crate::Profile::quick(1));
        let run = |subject: &str| Report {
            broken: vec![Broken {
                promise: "the window reaches back too far (PITR-CFG-008)",
                subject: subject.to_owned(),
            }],
            ..Report::empty(&plan)
        };
        let (one, other) = (Ok(run("sim-0-hash")), Ok(run("sim-1-ranged")));
        assert_eq!(Finding::all(&one), Finding::all(&other));
        let told = Finding::all(&one).pop().unwrap().to_string();
        assert_eq!(
            told,
            "broken (the window reaches back too far (PITR-CFG-008))"
        );
        assert!(Finding::told(&one).unwrap().starts_with("sim-0-hash: "));
    }

    #[test]
    fn a_panic_is_a_finding() {
        let ended = Err("at line 7".to_owned());
        assert_eq!(Finding::all(&ended), [Finding::Panic]);
        assert_eq!(
            Finding::told(&ended).unwrap(),
            "the simulation panicked: at line 7"
        );
    }
}
