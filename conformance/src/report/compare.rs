//! Several targets side by side, from their JSON reports: a Markdown table for a README.

use std::collections::BTreeSet;

use super::{Figures, Report};

/// A Markdown table: a row for each capability, a column for each target.
///
/// A cell says `pass/cases`, and in words what else there is.
pub fn markdown(reports: &[Report]) -> String {
    let names: BTreeSet<&str> = reports
        .iter()
        .flat_map(|report| {
            report
                .capabilities
                .iter()
                .map(|capability| capability.name.as_str())
        })
        .collect();
    let mut lines = Vec::new();
    let mut line = |cells: Vec<String>| lines.push(format!("| {} |", cells.join(" | ")));
    let of_all = |first: &str, cell: &dyn Fn(&Report) -> String| {
        std::iter::once(first.to_owned())
            .chain(reports.iter().map(cell))
            .collect::<Vec<_>>()
    };
    line(of_all("capability", &|report| title(report)));
    line(
        std::iter::once("---".to_owned())
            .chain(reports.iter().map(|_| "---".to_owned()))
            .collect(),
    );
    for name in names {
        line(of_all(name, &|report| {
            let found = report
                .capabilities
                .iter()
                .find(|capability| capability.name == name);
            found.map_or_else(String::new, |capability| cell(&capability.figures))
        }));
    }
    line(of_all("**divergence**", &|report| {
        percent(report.figures.divergence)
    }));
    line(of_all("**coverage**", &|report| {
        percent(report.figures.coverage)
    }));
    lines.push(String::new());
    lines.join("\n")
}

fn title(report: &Report) -> String {
    if report.target.versions.is_empty() {
        report.target.name.clone()
    } else {
        report.target.versions.join(", ")
    }
}

fn cell(figures: &Figures) -> String {
    let mut words = vec![format!("{}/{}", figures.pass, figures.specified)];
    let others = [
        (figures.fail + figures.fail_weak, "fail"),
        (figures.unsupported, "unsupported"),
        (figures.indeterminate, "indeterminate"),
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
