//! The options of `lookback explore`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::at::{ACCESS_KEY, REGION};

/// What follows the help.
pub const EXAMPLES: &str = "\
Examples:
  lookback explore --seed 7 --steps 20000                                  the reference server over HTTP, against the model
  lookback explore --endpoint http://127.0.0.1:8000 --against model --seed 7 --steps 100000
  lookback explore --endpoint http://127.0.0.1:5004 --target dynamodb-local --keep-going --json found.json
  lookback explore --endpoint http://127.0.0.1:5001 --against http://127.0.0.1:5004 --steps 5000
  lookback explore --endpoint model --against model --steps 200000         how fast it is
  lookback explore --report found.json --target dynamodb-local --update    the same run, judged again
  lookback explore --agree moto.json --agree ministack.json --agree dynalite.json     what --json wrote of three targets
  lookback explore --known --into README.md                                what is known of all targets, as Markdown

Programs run on tables of their own and can be run side by side. The first difference that nobody has judged is shrunk and
written as a case (docs/exploration.md).
Exit status: 0 no difference that nobody has judged, 1 such a difference, 2 the run could not be made,
3 no such difference, but the run did not reach what it should, 130 interrupted: what was found is told.";

/// The options of `lookback explore`.
#[derive(Clone, Debug, Args)]
#[group(skip)]
pub struct ExploreArgs {
    /// What is explored: a URL, or model [default: a reference server on a free loopback port]
    #[arg(long, value_name = "URL", value_parser = side)]
    pub endpoint: Option<String>,
    /// What it is held against: a URL, or model
    #[arg(long, value_name = "URL", default_value = "model", value_parser = side)]
    pub against: String,
    /// What programs are drawn from [default: the time]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// How many calls are compared, at least
    #[arg(long, value_name = "N", default_value = "10000")]
    pub steps: u64,
    /// Go on after a difference that nobody has judged, and group by cause
    #[arg(long)]
    pub keep_going: bool,
    /// Programs side by side [default: 8; 1 where they share a clock that is moved]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub jobs: Option<u16>,
    /// Compare with what is known of this target: corpus/exploration/NAME.json
    #[arg(long, value_name = "NAME")]
    pub target: Option<String>,
    /// With --keep-going: shrink the first of so many causes [default: 0; without --keep-going the first difference is
    /// always shrunk]
    #[arg(long, value_name = "N", requires = "keep_going")]
    pub shrink: Option<usize>,
    /// The most programs that are tried while shrinking one
    #[arg(long, value_name = "N", default_value = "1500")]
    pub shrink_tries: u32,
    /// Where shrunk programs are written as cases [default: traces/ of the corpus]
    #[arg(long, value_name = "DIR")]
    pub traces: Option<PathBuf>,
    /// Write the report as JSON
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Write the figures of this run into corpus/exploration/NAME.json
    #[arg(long, requires = "target")]
    pub update: bool,
    /// With --update: what was measured, such as "moto 5.1.0"; may be repeated
    #[arg(long, value_name = "TEXT", requires = "update")]
    pub target_version: Vec<String>,
    /// Judge what --json wrote of an earlier run by what is known now, and run nothing
    #[arg(long, value_name = "FILE", requires = "target")]
    pub report: Option<PathBuf>,
    /// Print what at least three targets (both of two) answer alike and the model does not, from what --json wrote of each, and
    /// run nothing; to be repeated
    #[arg(long, value_name = "FILE", conflicts_with_all = ["endpoint", "target", "keep_going", "json", "report", "known", "update"])]
    pub agree: Vec<PathBuf>,
    /// Print what is known of all targets as Markdown, and run nothing
    #[arg(long)]
    pub known: bool,
    /// With --known: write it into this file, between <!-- exploration:begin --> and <!-- exploration:end -->
    #[arg(long, value_name = "FILE", requires = "known")]
    pub into: Option<PathBuf>,
    /// The folder with cases/ and exploration/ [default: corpus/ here or above, else as built in]
    #[arg(long, value_name = "DIR")]
    pub corpus: Option<PathBuf>,
    /// Access key
    #[arg(long, value_name = "KEY", default_value = ACCESS_KEY)]
    pub access_key: String,
    /// Secret key
    #[arg(long, value_name = "KEY", default_value = "lookback")]
    pub secret_key: String,
    /// Region
    #[arg(long, value_name = "NAME", default_value = REGION)]
    pub region: String,
}

fn side(text: &str) -> Result<String, String> {
    if text == "model" {
        return Ok(text.to_owned());
    }
    crate::cli::args::url(text).map_err(|error| format!("{error}, or model"))
}
