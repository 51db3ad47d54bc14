//! `lookback table`: several targets side by side.

use std::fs;

use super::args::TableArgs;
use super::{NotMade, print};
use crate::report::{Report, compare};

/// Prints the Markdown table of the reports.
///
/// # Errors
/// A file that cannot be read or is no report.
pub fn run(args: &TableArgs) -> Result<(), NotMade> {
    let mut reports = Vec::new();
    for path in &args.reports {
        let wrong = |reason: String| {
            NotMade(format!(
                "{}: {reason}; give what --json wrote",
                path.display()
            ))
        };
        let text = fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
        let report: Report =
            serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        if report.version != 1 {
            return Err(wrong(format!(
                "this is version {} of the report",
                report.version
            )));
        }
        reports.push(report);
    }
    print(&compare::markdown(&reports));
    Ok(())
}
