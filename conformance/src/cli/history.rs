//! `lookback history`: judges, shows and counts what was recorded.

mod answer;
pub mod args;
pub mod check;
mod file;
mod filter;
pub mod schema;
mod show;
mod stats;
pub mod verdict;

use super::NotMade;
use args::{HistoryArgs, HistoryCommand};

/// Runs the command; gives the exit status, which says something of `check` alone: 0 no violation, 1 a violation, 3 none,
/// but something could not be judged.
///
/// # Errors
/// The history or the contract cannot be read.
pub fn run(args: &HistoryArgs) -> Result<u8, NotMade> {
    match &args.command {
        HistoryCommand::Check(args) => check::run(args),
        HistoryCommand::Show(args) => show::run(args).map(|()| 0),
        HistoryCommand::Stats(args) => stats::run(args).map(|()| 0),
    }
}
