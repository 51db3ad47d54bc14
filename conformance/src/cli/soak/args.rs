//! The options of `lookback soak`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::at::At;
use crate::serve::ChoiceMode;

/// What follows the help.
pub const EXAMPLES: &str = "\
Examples:
  lookback soak                                                   the embedded reference server, two minutes in seconds
  lookback soak --choices adversarial --seed 7 --seconds 600      the worst that is legal, the same load again
  lookback soak --endpoint http://127.0.0.1:8000 --seconds 300 --history run.jsonl --html run.html
  lookback soak --endpoint http://127.0.0.1:8000 --faults --regressions soak/
  lookback soak --endpoint http://127.0.0.1:8000 --restart-cmd 'docker restart db'

A violation is told with the fewest facts that contradict each other; docs/soak.md tells how to read it.
Exit status: 0 no violation was found, 1 a violation, 2 the run could not be made,
3 no violation was found, but something could not be judged.";

/// The options of `lookback soak`.
#[derive(Clone, Debug, Args)]
#[group(skip)]
pub struct SoakArgs {
    /// Where the target listens
    #[command(flatten)]
    pub at: At,
    /// Clients side by side, each one call at a time
    #[arg(long, value_name = "N", default_value = "16", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub clients: u32,
    /// How long they work, in seconds of the target's clock: a movable clock takes a fraction of that
    #[arg(long, value_name = "S", default_value = "120", value_parser = positive)]
    pub seconds: f64,
    /// What load, deeds and faults are drawn from [default: the time]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// What is done how often: drawn (from the seed: whole kinds of operations off, others heavy), steady (some of
    /// everything), or a JSON file
    #[arg(long, value_name = "NAME|FILE", default_value = "drawn")]
    pub profile: String,
    /// What is promised: dynamodb, dynamodb-observed, snapshot, log-prefix, statement, or a file
    #[arg(long, value_name = "NAME|FILE", default_value = "dynamodb")]
    pub contract: String,
    /// Write the history while it is made (docs/histories.md)
    #[arg(long, value_name = "FILE")]
    pub history: Option<PathBuf>,
    /// First run again what found a violation before, one JSON file each; a new violation is added
    #[arg(long, value_name = "DIR")]
    pub regressions: Option<PathBuf>,
    /// Lose answers, hold requests back, send them twice, break connections: between the clients and the target
    #[arg(long)]
    pub faults: bool,
    /// Run this in the shell in the middle: it is to kill the target and start it again
    #[arg(long, value_name = "CMD", requires = "endpoint")]
    pub restart_cmd: Option<String>,
    /// How long artefacts that are under way may take after the load, in seconds; on a movable clock they have hours
    #[arg(long, value_name = "S", default_value = "120", value_parser = positive)]
    pub max_wait: f64,
    /// Write the picture of the first violation as a page
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Write figures, notes and the verdict as JSON
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// How the embedded model decides what the documentation leaves open
    #[arg(long, value_enum, default_value = "exact", conflicts_with = "endpoint")]
    pub choices: ChoiceMode,
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() && (0.1..=1e7).contains(&number) => Ok(number),
        _ => Err("give seconds, 0.1 or more".to_owned()),
    }
}
