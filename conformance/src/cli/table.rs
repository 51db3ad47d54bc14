//! `lookback table`: several targets side by side.

use std::fs;
use std::path::Path;

use super::args::TableArgs;
use super::{NotMade, load, print};
use crate::corpus::{Corpus, Source};
use crate::expectations::Expectations;
use crate::report::Report;
use crate::report::compare::{Column, MARKS, markdown, placed};

/// Prints the Markdown table of the reports, or of all targets that the corpus knows; or writes it into a file.
///
/// # Errors
/// A file that cannot be read, is no report, or has no place for a table.
pub fn run(args: &TableArgs) -> Result<(), NotMade> {
    let columns = if args.reports.is_empty() {
        let (source, corpus) = load(args.corpus.as_deref())?;
        known(&source, &corpus)?
    } else {
        let reports: Result<Vec<_>, _> = args.reports.iter().map(|path| report(path)).collect();
        reports?
    };
    let table = markdown(&columns);
    let Some(path) = &args.into else {
        print(&table);
        return Ok(());
    };
    let wrong = |reason: String| NotMade(format!("{}: {reason}", path.display()));
    let text = fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    let text = placed(&text, MARKS, &table).ok_or_else(|| {
        wrong("has no place for a table; put <!-- table:begin --> and <!-- table:end --> on lines of their own".to_owned())
    })?;
    fs::write(path, text).map_err(|error| wrong(error.to_string()))
}

/// A column for each file of corpus/targets.
///
/// # Errors
/// A file that cannot be read.
pub fn known(source: &Source, corpus: &Corpus) -> Result<Vec<Column>, NotMade> {
    let wrong = |error: crate::corpus::CorpusError| NotMade(error.to_string());
    let mut columns = Vec::new();
    for name in Expectations::names(source).map_err(wrong)? {
        if let Some(expectations) = Expectations::load(source, &name).map_err(wrong)? {
            columns.push(Column::of_expectations(corpus, &expectations));
        }
    }
    Ok(columns)
}

fn report(path: &Path) -> Result<Column, NotMade> {
    let wrong = |reason: String| {
        NotMade(format!(
            "{}: {reason}; give what --json wrote",
            path.display()
        ))
    };
    let text = fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    let report: Report = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    if report.version != 1 {
        return Err(wrong(format!(
            "this is version {} of the report",
            report.version
        )));
    }
    Ok(Column::from(&report))
}
