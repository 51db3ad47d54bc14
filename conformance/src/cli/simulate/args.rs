//! The options of `lookback simulate` and of `lookback report`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use lookback_sim::{Bug, Profile};

/// What follows the help.
pub const EXAMPLES: &str = "\
Examples:
  lookback simulate                                        200 seeds of quick on all cores
  lookback simulate --profile swarm --seeds 1000           every family of faults, off, usual or heavy
  lookback simulate --profile swarm --seed 17 --html 17.html --trace > 17.log
  lookback simulate --meta --seeds 20                      each seed in two processes: the same log, byte for byte?
  lookback simulate --mutants                              every planted bug until it is caught, shrunk
  lookback simulate --mutant segment-cut-short             one of them
  lookback simulate --plan target/simulate/swarm-17-item-order.plan.json
  lookback simulate --seeds 100000 --shard 3/16 --json part-3.json

The first finding of each kind is made small and saved (--save). docs/simulation.md tells how to read it.
Exit status: 0 nothing was found, 1 something was found (a violation, something that does not come to its end, logs
that differ, a planted bug that escapes, a situation that should have been reached and was not),
2 the run could not be made, 130 Ctrl-C ended it: the runs that were under way came to their end, what was done is told,
and written where --json says; a second Ctrl-C ends it at once.";

/// The options of `lookback simulate`.
#[derive(Clone, Debug, Args)]
#[group(skip)]
pub struct SimulateArgs {
    /// How many seeds; with --mutants, at most for each bug [default: 200; 100 with --mutants or --mutant]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub seeds: Option<u64>,
    /// This seed alone, told in full
    #[arg(long, value_name = "S", conflicts_with_all = ["seeds", "from", "shard", "mutants"])]
    pub seed: Option<u64>,
    /// The first seed
    #[arg(long, value_name = "S", default_value = "1")]
    pub from: u64,
    /// Part K of N of the seeds, K from 0
    #[arg(long, value_name = "K/N", value_parser = shard)]
    pub shard: Option<Shard>,
    #[arg(long, value_name = "NAME", value_parser = profile, help = profile_help())]
    pub profile: Option<String>,
    /// With this planted bug
    #[arg(long, value_name = "NAME", value_parser = mutant)]
    pub mutant: Option<Bug>,
    /// Every planted bug, until it is caught
    #[arg(long, conflicts_with_all = ["mutant", "profile", "shard", "plan"])]
    pub mutants: bool,
    /// Each seed, or the plan, in two processes: their event logs must be equal byte for byte
    #[arg(long, conflicts_with_all = ["mutants", "trace", "html"])]
    pub meta: bool,
    /// Run the plan of this file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["seeds", "seed", "from", "shard", "profile", "mutant"])]
    pub plan: Option<PathBuf>,
    /// Print the event log of the seed or plan, every message: virtual seconds, who, what, and the rest
    #[arg(long)]
    pub trace: bool,
    /// Draw the run of the seed or plan as a page: nodes, faults, operations, cuts
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Seeds at once, each on a thread of its own [default: the cores of this machine]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Go on until every declared situation was reached and the last quarter of the seeds (100 at least) brought nothing
    /// new; --seeds is the most
    #[arg(long, conflicts_with_all = ["mutants", "meta", "plan", "seed", "shard"])]
    pub until_flat: bool,
    /// Write the results as JSON; `lookback report merge` joins those of shards
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Where what was made small is saved: plan, history, verdict
    #[arg(long, value_name = "DIR", default_value = "target/simulate")]
    pub save: PathBuf,
    /// The most runs for making one finding small; 0: nothing is made small
    #[arg(long, value_name = "N", default_value = "400")]
    pub shrink_runs: u32,
}

/// A part of a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which part, from 0.
    pub part: u64,
    /// Of how many.
    pub parts: u64,
}

impl Shard {
    /// Whether the seed of this place in the campaign belongs to the part.
    pub fn has(self, place: u64) -> bool {
        place % self.parts == self.part
    }
}

fn shard(text: &str) -> Result<Shard, String> {
    let numbers = text.split_once('/');
    let numbers = numbers.and_then(|(part, parts)| Some((part.parse().ok()?, parts.parse().ok()?)));
    match numbers {
        Some((part, parts)) if part < parts => Ok(Shard { part, parts }),
        _ => Err("give K/N with K from 0 to N-1, as in 0/4".to_owned()),
    }
}

fn profile_help() -> String {
    format!(
        "What is simulated: {}; with +hybrid behind it cuts are made by hybrid time [default: quick; with --mutant, what \
         shows the bug]",
        Profile::names().join(", ")
    )
}

fn profile(text: &str) -> Result<String, String> {
    match Profile::named(text, 1) {
        Some(_) => Ok(text.to_owned()),
        None => Err(format!(
            "give one of {}, with +hybrid or without",
            Profile::names().join(", ")
        )),
    }
}

fn mutant(text: &str) -> Result<Bug, String> {
    Bug::from_name(text).ok_or_else(|| {
        let names: Vec<&str> = Bug::ALL.iter().map(|bug| bug.name()).collect();
        format!("give one of {}", names.join(", "))
    })
}

/// The options of `lookback report`.
#[derive(Clone, Debug, Args)]
#[command(after_help = REPORT_EXAMPLES)]
pub struct ReportArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: ReportCommand,
}

/// What to do with results.
#[derive(Clone, Debug, Subcommand)]
pub enum ReportCommand {
    /// Join the results of the shards of a campaign, and tell what came of it as one run would
    #[command(after_help = REPORT_EXAMPLES)]
    Merge(MergeArgs),
}

const REPORT_EXAMPLES: &str = "\
Examples:
  lookback report merge part-0.json part-1.json part-2.json part-3.json
  lookback report merge part-*.json --json whole.json

Exit status: as that of the campaign: 0 nothing was found, 1 something was found, 2 the files cannot be joined.";

/// The options of `lookback report merge`.
#[derive(Clone, Debug, Args)]
pub struct MergeArgs {
    /// The results, as `lookback simulate --json` wrote them
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Write the whole as JSON
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_campaign_share_nothing_and_lack_nothing() {
        let parts: Vec<Shard> = (0..3).map(|k| shard(&format!("{k}/3")).unwrap()).collect();
        for place in 0..30 {
            assert_eq!(parts.iter().filter(|part| part.has(place)).count(), 1);
        }
    }

    #[test]
    fn a_part_that_does_not_exist_is_refused() {
        for text in ["3/3", "1", "a/b", "0/0", "-1/2"] {
            assert!(shard(text).is_err(), "{text}");
        }
    }
}
