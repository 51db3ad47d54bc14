//! The report for people.

use comfy_table::{CellAlignment, Table, presets};

use super::{CaseReport, Figures, Report};
use crate::expectations::Standing;
use crate::pattern::difference::shortened;
use crate::run::Verdict;

/// How much of a request or an answer is shown; the JSON report has all of it.
const SHOWN_CHARS_MAX: usize = 1_500;

/// What a person sees at the end of a run. `verbose` tells expected failures in full, too.
pub fn text(report: &Report, verbose: bool) -> String {
    let mut parts = Vec::new();
    let told = report.cases.iter().filter(|case| {
        matches!(
            case.standing,
            Standing::Unexpected | Standing::Unsettled | Standing::Weak
        ) || (verbose && case.verdict != Verdict::Pass)
    });
    for case in told {
        parts.push(format!("{}\n{}", headline(case), details(case)));
    }
    parts.push(format!("{}\n", table(report)));
    parts.push(summary(report));
    parts.join("\n")
}

/// Capability x verdicts.
pub fn table(report: &Report) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    let waits = report.figures.pending > 0;
    let counts = [
        "pass",
        "fail",
        "weak fail",
        "unsupported",
        "indeterminate",
        "unspecified",
    ];
    let columns = ["capability"].into_iter().chain(counts);
    // Only a run with --resume has any.
    table.set_header(columns.chain(waits.then_some("pending")).chain(["cases"]));
    for capability in &report.capabilities {
        table.add_row(row(&capability.name, &capability.figures, waits));
    }
    table.add_row(row("all", &report.figures, waits));
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn row(name: &str, figures: &Figures, waits: bool) -> Vec<String> {
    let counts = [
        figures.pass,
        figures.fail,
        figures.fail_weak,
        figures.unsupported,
        figures.indeterminate,
        figures.unspecified,
    ];
    // A nought is the absence of something: leaving it out lets the rest be seen.
    let counts = counts.into_iter().chain(waits.then_some(figures.pending));
    let shown = counts.map(|count| {
        if count == 0 {
            String::new()
        } else {
            count.to_string()
        }
    });
    std::iter::once(name.to_owned())
        .chain(shown)
        .chain([figures.cases.to_string()])
        .collect()
}

fn summary(report: &Report) -> String {
    let figures = &report.figures;
    let target = match &report.target.url {
        Some(url) => format!("{} at {url}", report.target.name),
        None => report.target.name.clone(),
    };
    let mut lines = vec![
        format!(
            "target      {target}, {} cases in {:.1} s ({})",
            figures.cases, report.took_s, report.profile
        ),
        format!(
            "divergence  {:.1} %  {} fail of {} specified",
            figures.divergence * 100.0,
            figures.fail,
            figures.specified
        ),
        format!(
            "coverage    {:.1} %  {} attempted of {} specified",
            figures.coverage * 100.0,
            figures.attempted,
            figures.specified
        ),
    ];
    if figures.fail_weak > 0 {
        lines.push(format!(
            "weak        {} more fail on inferred, ambiguous or single-source evidence (they count under --strict)",
            figures.fail_weak
        ));
    }
    if figures.pending > 0 {
        lines.push(format!(
            "pending     {} wait for their time: neither pass nor fail",
            figures.pending
        ));
    }
    let left: usize = report.cases.iter().map(|case| case.leftovers.len()).sum();
    if left > 0 {
        lines.push(format!(
            "left over   {left} tables or backups could not be deleted:"
        ));
        lines.extend(
            report
                .cases
                .iter()
                .flat_map(|case| &case.leftovers)
                .map(|what| format!("            {what}")),
        );
    }
    lines.push(verdict(report));
    lines.push(String::new());
    lines.join("\n")
}

/// The last line: what the exit status says.
fn verdict(report: &Report) -> String {
    let count = |standing| {
        report
            .cases
            .iter()
            .filter(|case| case.standing == standing)
            .count()
    };
    let (unexpected, unsettled) = (count(Standing::Unexpected), count(Standing::Unsettled));
    let known = report
        .cases
        .iter()
        .filter(|case| case.standing == Standing::Expected && case.expected.is_some())
        .count();
    match (unexpected, unsettled) {
        (0, 0) if known > 0 => format!(
            "result      nothing unexpected ({known} verdicts other than pass were expected)"
        ),
        (0, 0) => "result      nothing unexpected".to_owned(),
        (0, unsettled) => {
            format!("result      {unsettled} cases stayed without the verdict expected of them")
        }
        (unexpected, 0) => format!("result      {unexpected} unexpected verdicts"),
        (unexpected, unsettled) => {
            format!("result      {unexpected} unexpected verdicts, {unsettled} cases without one")
        }
    }
}

/// One line: what happened to which case.
pub fn headline(case: &CaseReport) -> String {
    let word = match (case.standing, case.verdict) {
        (Standing::Weak, _) => "WEAK FAIL",
        (Standing::Unexpected, Verdict::Pass) => "UNEXPECTED PASS",
        (Standing::Unexpected, Verdict::Fail) => "FAIL",
        (Standing::Unexpected, Verdict::Unsupported) => "UNEXPECTEDLY UNSUPPORTED",
        (Standing::Expected, Verdict::Fail) => "expected fail",
        (_, verdict) => verdict.word(),
    };
    format!("{word}  {}: {}", case.id, case.title)
}

/// The clause, what was expected and why, what came back, and how to repeat it.
pub fn details(case: &CaseReport) -> String {
    let mut lines = Vec::new();
    let mut line = |name: &str, text: &str| {
        for (index, part) in text.lines().enumerate() {
            lines.push(format!(
                "  {:<9} {part}",
                if index == 0 { name } else { "" }
            ));
        }
    };
    line("clause", &format!("{}: {}", case.clause, case.statement));
    line(
        "evidence",
        &format!("{}; {}", case.strength.words(), case.evidence.join("; ")),
    );
    if let Some(reason) = &case.expected {
        line("known as", reason);
    }
    if let Some(reason) = &case.reason {
        line("because", reason);
    }
    if let Some(failure) = &case.failure {
        line("step", &failure.step);
        for difference in &failure.differences {
            let place = if difference.at.is_empty() {
                String::new()
            } else {
                format!("{}: ", difference.at)
            };
            line("expected", &format!("{place}{}", difference.expected));
            line("got", &difference.got);
        }
        for (name, text) in [("request", &failure.request), ("answer", &failure.answer)] {
            line(
                name,
                &shortened(text.as_deref().unwrap_or_default(), SHOWN_CHARS_MAX),
            );
        }
    }
    for observed in &case.observed {
        line(
            "recorded",
            &format!("{}: {}", observed.step, observed.answer),
        );
    }
    line("repeat", &case.repeat);
    lines.push(String::new());
    lines.join("\n")
}
