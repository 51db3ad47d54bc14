//! `lookback cases`: lists them.

use super::args::CasesArgs;
use super::select::matches;
use super::{NotMade, load, print};

/// Prints id, clause and title of each case.
///
/// # Errors
/// The corpus cannot be read.
pub fn run(args: &CasesArgs) -> Result<(), NotMade> {
    let (_, corpus) = load(args.corpus.as_deref())?;
    let wanted =
        |id: &str| args.filters.is_empty() || args.filters.iter().any(|filter| matches(filter, id));
    let chosen: Vec<_> = corpus
        .cases
        .iter()
        .filter(|case| wanted(&case.id))
        .collect();
    let width = chosen
        .iter()
        .map(|case| case.id.len())
        .max()
        .unwrap_or_default();
    let lines: String = chosen
        .iter()
        .map(|case| format!("{:width$}  {:18}  {}\n", case.id, case.clause(), case.title))
        .collect();
    print(&lines);
    Ok(())
}
