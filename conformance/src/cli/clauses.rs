//! `lookback clauses`: which clauses have cases.

use std::collections::BTreeMap;

use comfy_table::{CellAlignment, Table, presets};

use super::args::ClausesArgs;
use super::{NotMade, load, print};
use crate::case::lint;
use crate::corpus::Corpus;

/// Prints a table of the groups, or the open clauses.
///
/// # Errors
/// The corpus cannot be read.
pub fn run(args: &ClausesArgs) -> Result<(), NotMade> {
    let (_, corpus) = load(args.corpus.as_deref())?;
    print(&if args.open {
        open(&corpus)
    } else {
        coverage(&corpus)
    });
    Ok(())
}

/// A line for each open clause of a complete group.
pub fn open(corpus: &Corpus) -> String {
    let findings = lint::open_clauses(corpus);
    let mut text: String = findings
        .iter()
        .map(|finding| format!("{} {}\n", finding.about, finding.text))
        .collect();
    if findings.is_empty() {
        text.push_str(
            "every observable clause of the complete groups has a case, or a reason why not\n",
        );
    }
    text
}

#[derive(Default)]
struct Row {
    clauses: usize,
    with_case: usize,
    with_reason: usize,
    never: usize,
}

/// A row for each group.
pub fn coverage(corpus: &Corpus) -> String {
    let mut rows: BTreeMap<&str, Row> = BTreeMap::new();
    for clause in corpus.clauses.values() {
        let row = rows.entry(&clause.group).or_default();
        row.clauses += 1;
        if corpus
            .cases
            .iter()
            .any(|case| case.clauses.contains(&clause.id))
        {
            row.with_case += 1;
        } else if !clause.observable() {
            row.never += 1;
        } else if clause.no_case.is_some() {
            row.with_reason += 1;
        }
    }
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_header([
        "group",
        "clauses",
        "with a case",
        "reason why not",
        "not observable",
        "open",
        "",
    ]);
    for (group, row) in &rows {
        let open = row.clauses - row.with_case - row.with_reason - row.never;
        let state = if corpus.complete.contains(*group) {
            ""
        } else {
            "not begun"
        };
        let counts = [row.clauses, row.with_case, row.with_reason, row.never, open]
            .map(|count| count.to_string());
        table.add_row(
            std::iter::once((*group).to_owned())
                .chain(counts)
                .chain([state.to_owned()]),
        );
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let cited = rows.values().map(|row| row.with_case).sum::<usize>();
    format!(
        "{table}\n{} cases cite {cited} of {} clauses\n",
        corpus.cases.len(),
        corpus.clauses.len()
    )
}
