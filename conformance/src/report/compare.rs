//! Several targets side by side: a Markdown table for a README, from what is known of them or from JSON reports.

use std::collections::BTreeSet;

use super::{Capability, Figures, Report};
use crate::corpus::Corpus;
use crate::expectations::Expectations;
use crate::run::Verdict;

/// What stands before and after a table in a file that is kept up to date.
pub const MARKS: (&str, &str) = ("<!-- table:begin -->\n", "<!-- table:end -->");

/// One target's figures.
#[derive(Clone, Debug)]
pub struct Column {
    /// The target, with its version where that is known.
    pub title: String,
    /// The same for each capability.
    pub capabilities: Vec<Capability>,
    /// Over all cases.
    pub figures: Figures,
}

impl From<&Report> for Column {
    fn from(report: &Report) -> Self {
        Self {
            title: title(&report.target.name, &report.target.versions),
            capabilities: report.capabilities.clone(),
            figures: report.figures.clone(),
        }
    }
}

impl Column {
    /// The figures of the whole catalogue that the expectations of a target amount to: what they do not list passes.
    pub fn of_expectations(corpus: &Corpus, known: &Expectations) -> Self {
        let judged: Vec<_> = corpus
            .cases
            .iter()
            .map(|case| {
                let listed = known.expectations.get(&case.id);
                let verdict = match listed.map(|expected| expected.verdict) {
                    Some(verdict) => verdict,
                    None if case.unspecified.is_some() => Verdict::Unspecified,
                    None => Verdict::Pass,
                };
                (case.capability(), (verdict, corpus.strength(case)))
            })
            .collect();
        let names: BTreeSet<&str> = judged.iter().map(|(name, _)| *name).collect();
        let of = |name: Option<&str>| {
            let chosen = judged
                .iter()
                .filter(|(known, _)| name.is_none_or(|name| name == *known));
            Figures::count(chosen.map(|(_, verdict)| *verdict))
        };
        Self {
            title: title(&known.target, &known.versions),
            capabilities: names
                .iter()
                .map(|name| Capability {
                    name: (*name).to_owned(),
                    figures: of(Some(name)),
                })
                .collect(),
            figures: of(None),
        }
    }
}

/// A Markdown table: a row for each capability, a column for each target.
///
/// A cell says `pass/cases`, and in words what else there is.
pub fn markdown(columns: &[Column]) -> String {
    let names: BTreeSet<&str> = columns
        .iter()
        .flat_map(|column| &column.capabilities)
        .map(|capability| capability.name.as_str())
        .collect();
    let mut lines = Vec::new();
    let mut line = |first: &str, cell: &dyn Fn(&Column) -> String| {
        let cells: Vec<String> = std::iter::once(first.to_owned())
            .chain(columns.iter().map(cell))
            .collect();
        lines.push(format!("| {} |", cells.join(" | ")));
    };
    line("capability", &|column| column.title.clone());
    line("---", &|_| "---".to_owned());
    for name in names {
        line(name, &|column| {
            let mut capabilities = column.capabilities.iter();
            let found = capabilities.find(|capability| capability.name == name);
            found.map_or_else(String::new, |capability| cell(&capability.figures))
        });
    }
    line("**divergence**", &|column| {
        percent(column.figures.divergence)
    });
    line("**coverage**", &|column| percent(column.figures.coverage));
    lines.push(String::new());
    lines.join("\n")
}

/// `text` with a section between these marks; nothing if it has no such marks.
pub fn placed(text: &str, (begin, end): (&str, &str), section: &str) -> Option<String> {
    let (before, rest) = text.split_once(begin)?;
    let (_, after) = rest.split_once(end)?;
    Some(format!("{before}{begin}{section}{end}{after}"))
}

fn title(name: &str, versions: &[String]) -> String {
    if versions.is_empty() {
        name.to_owned()
    } else {
        versions.join(", ")
    }
}

fn cell(figures: &Figures) -> String {
    let mut words = vec![format!("{}/{}", figures.pass, figures.specified)];
    let others = [
        (figures.fail + figures.fail_weak, "fail"),
        (figures.unsupported, "unsupported"),
        (figures.indeterminate, "indeterminate"),
        (figures.pending, "pending"),
    ];
    words.extend(
        others
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}")),
    );
    words.join(", ")
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}
