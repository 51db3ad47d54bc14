//! The options.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::at::At;
use super::explore::args::{EXAMPLES as EXPLORE_EXAMPLES, ExploreArgs};
use super::history::args::HistoryArgs;
use super::simulate::args::{EXAMPLES as SIMULATE_EXAMPLES, ReportArgs, SimulateArgs};
use super::soak::args::{EXAMPLES as SOAK_EXAMPLES, SoakArgs};
use super::verify_export::{EXAMPLES as VERIFY_EXAMPLES, VerifyExportArgs};
use crate::aws::names;
use crate::serve;

const EXAMPLES: &str = "\
Examples:
  lookback                                                        everything, on the embedded reference server
  lookback check --endpoint http://127.0.0.1:5001 --target moto   an emulator, compared with what is known of it
  lookback check --case restore/answer-says-creating              one case
  lookback check --explain restore/answer-says-creating           the same as an AWS CLI script
  lookback serve --port 8000                                      the reference server alone

Exit status: 0 nothing unexpected, 1 unexpected verdicts, 2 the run could not be made,
3 cases that were expected to have a verdict have none.";

/// Tells whether a DynamoDB-compatible service gives back the right data.
#[derive(Debug, Parser)]
#[command(name = "lookback", version, after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
#[command(max_term_width = 110)]
pub struct Cli {
    /// What to do; `check` if nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The options of `check`.
    #[command(flatten)]
    pub check: CheckArgs,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the catalogue of cases against a target (the default)
    #[command(after_help = CHECK_EXAMPLES)]
    Check(Box<CheckArgs>),
    /// Delete what killed runs have left behind
    #[command(after_help = SWEEP_EXAMPLES)]
    Sweep(Box<SweepArgs>),
    /// Run the reference server until Ctrl-C
    Serve(serve::Args),
    /// List the cases
    Cases(CasesArgs),
    /// Tell which clauses have cases
    Clauses(ClausesArgs),
    /// Put a target under load, take and restore artefacts meanwhile, and judge what came back
    #[command(after_help = SOAK_EXAMPLES)]
    Soak(Box<SoakArgs>),
    /// Run random programs on a target and on the model, and compare every answer
    #[command(after_help = EXPLORE_EXAMPLES)]
    Explore(Box<ExploreArgs>),
    /// Verify exports on disk or in S3: manifests, checksums, records; one against another
    #[command(after_help = VERIFY_EXAMPLES)]
    VerifyExport(Box<VerifyExportArgs>),
    /// Judge, show or count what was recorded
    History(HistoryArgs),
    /// Run a small distributed store under virtual time, faults and planted bugs, and judge it
    #[command(after_help = SIMULATE_EXAMPLES)]
    Simulate(Box<SimulateArgs>),
    /// Join the results of a campaign that was split
    Report(ReportArgs),
    /// Print the JSON Schema of a case file, a report, a line of a history or a contract
    Schema(SchemaArgs),
    /// Several targets side by side as a Markdown table
    Table(TableArgs),
}

const CHECK_EXAMPLES: &str = "\
Examples:
  lookback check --endpoint http://127.0.0.1:8000 --profile quick
  lookback check --endpoint http://127.0.0.1:8000 --filter 'restore*' --json report.json --junit report.xml
  lookback check --endpoint http://127.0.0.1:8000 --case-file target/simulate/swarm-17-item-order.case.json
  lookback check --endpoint http://127.0.0.1:8000 --target yours --update-expectations
  lookback check --in-process --choices adversarial --seed 7
  lookback check --aws --region eu-west-1 --i-accept-costs --resume run.json    again each day until nothing is left";

/// The options of `lookback check`.
#[derive(Clone, Debug, Default, Args)]
pub struct CheckArgs {
    /// Where the target listens
    #[command(flatten)]
    pub at: At,
    /// Compare with what is known of this target: corpus/targets/NAME.json
    #[arg(long, value_name = "NAME")]
    pub target: Option<String>,
    /// Run this case; may be repeated
    #[arg(long = "case", value_name = "ID")]
    pub cases: Vec<String>,
    /// Run the case of this file, wherever it lies; may be repeated
    #[arg(long = "case-file", value_name = "FILE")]
    pub case_files: Vec<PathBuf>,
    /// Run the cases whose id matches: with * and ? as a whole, else any part of it; may be repeated
    #[arg(long = "filter", value_name = "GLOB")]
    pub filters: Vec<String>,
    /// quick: the cases that wait at most 2 s on purpose
    #[arg(long, value_enum, default_value = "full")]
    pub profile: Profile,
    /// The longest real wait of a case, in seconds; a movable clock needs none
    /// [default: 90; 15 with --profile quick, 1800 with --aws]
    #[arg(long, value_name = "S", value_parser = seconds)]
    pub max_wait: Option<Seconds>,
    /// Where the clock cannot be moved: begin the cases that wait longer than --max-wait, keep in FILE where they stand,
    /// and judge what has come due when the same command is run again (docs/aws.md)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["in_process", "clock_url"])]
    pub resume: Option<PathBuf>,
    /// Who is asked where that is real DynamoDB
    #[command(flatten)]
    pub aws: AwsArgs,
    /// Cases side by side [default: 8; 1 on a movable clock, which all cases share]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub jobs: Option<u16>,
    /// Failures on inferred, ambiguous or single-source evidence count, too
    #[arg(long)]
    pub strict: bool,
    /// Tell expected failures and recorded answers in full, too
    #[arg(long, short)]
    pub verbose: bool,
    /// Write the report as JSON (docs/report.schema.json)
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Write the report as JUnit XML
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Run the model in this process: no sockets, the same answers each time; what needs HTTP is unsupported
    #[arg(long, conflicts_with_all = ["endpoint", "aws"])]
    pub in_process: bool,
    /// How the embedded model decides what the documentation leaves open
    #[arg(long, value_enum, conflicts_with_all = ["endpoint", "aws"])]
    pub choices: Option<serve::ChoiceMode>,
    /// What the embedded model's adversarial choices are drawn from
    #[arg(long, value_name = "N", conflicts_with_all = ["endpoint", "aws"])]
    pub seed: Option<u64>,
    /// Print a case as an AWS CLI script and run nothing
    #[arg(long, value_name = "CASE")]
    pub explain: Option<String>,
    /// Rewrite corpus/targets/NAME.json with what was found
    #[arg(long, requires = "target")]
    pub update_expectations: bool,
    /// With --update-expectations: what was measured, such as "moto 5.1.0"; may be repeated
    #[arg(long, value_name = "TEXT", requires = "update_expectations")]
    pub target_version: Vec<String>,
    /// The folder with cases/ and clauses/ [default: corpus/ here or above, else as built in]
    #[arg(long, value_name = "DIR")]
    pub corpus: Option<PathBuf>,
}

impl CheckArgs {
    /// The longest real wait of a case, in seconds: on emulators a status changes within moments or never, and the quick
    /// profile is meant to end within a minute.
    pub fn wait_s_max(&self) -> f64 {
        let default = match self.profile {
            // Restores take minutes there, and half an hour where the service is busy.
            _ if self.aws.aws => 1800.0,
            Profile::Quick => 15.0,
            Profile::Full => 90.0,
        };
        self.max_wait.as_ref().map_or(default, |seconds| seconds.0)
    }
}

/// Whether and how real DynamoDB is asked.
#[derive(Clone, Debug, Default, Args)]
pub struct AwsArgs {
    /// Real DynamoDB, with the credentials that the AWS SDKs find (docs/aws.md); not yet run on AWS. With
    /// --endpoint: what stands in for it
    #[arg(
        long,
        requires = "region",
        conflicts_with_all = ["clock_url", "access_key", "secret_key"]
    )]
    pub aws: bool,
    /// With --aws: yes, real tables may be made and billed
    #[arg(long, requires = "aws")]
    pub i_accept_costs: bool,
    /// With --aws: a profile of ~/.aws/config
    #[arg(long, value_name = "NAME", requires = "aws")]
    pub profile_name: Option<String>,
}

const SWEEP_EXAMPLES: &str = "\
Examples:
  lookback sweep --aws --region eu-west-1 --dry-run
  lookback sweep --aws --region eu-west-1 --i-accept-costs --older-than 12h
  lookback sweep --endpoint http://127.0.0.1:8000 --older-than 0s

Exit status: 0 nothing is left, 1 something could not be deleted, 2 nobody could look.";

/// The options of `lookback sweep`.
#[derive(Clone, Debug, Args)]
#[group(required = true, multiple = true, args = ["endpoint", "aws"])]
pub struct SweepArgs {
    /// Where the target listens
    #[command(flatten)]
    pub at: At,
    /// Real DynamoDB
    #[command(flatten)]
    pub aws: AwsArgs,
    /// Only names that start so; names that no run has given are always let alone
    #[arg(long, value_name = "TEXT", default_value = "lb-", value_parser = run_prefix)]
    pub prefix: String,
    /// Only what runs have left that started so long ago, such as 90s, 30m or 12h: another one may be going on. Runs with
    /// check --resume are let alone however old they are, unless --resume or --prefix names them
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = age)]
    pub older_than: Duration,
    /// What the run with this FILE of check --resume has left, too, but for what its waiting cases still need; may be
    /// repeated
    #[arg(long, value_name = "FILE")]
    pub resume: Vec<PathBuf>,
    /// Only tell what would be deleted
    #[arg(long)]
    pub dry_run: bool,
    /// How long to wait for what cannot be deleted yet, in seconds
    #[arg(long, value_name = "S", default_value = "1800", value_parser = seconds)]
    pub max_wait: Seconds,
}

/// Which cases a run holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Profile {
    /// Those that wait at most 2 s on purpose: within a minute on an emulator.
    Quick,
    /// All.
    #[default]
    Full,
}

/// Seconds on the command line.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Seconds(pub f64);

/// The options of `lookback cases`.
#[derive(Clone, Debug, Args)]
pub struct CasesArgs {
    /// Only the cases whose id matches
    #[arg(long = "filter", value_name = "GLOB")]
    pub filters: Vec<String>,
    /// The folder with cases/ and clauses/
    #[arg(long, value_name = "DIR")]
    pub corpus: Option<PathBuf>,
}

/// The options of `lookback clauses`.
#[derive(Clone, Debug, Args)]
pub struct ClausesArgs {
    /// Only the clauses that have neither a case nor a reason why not
    #[arg(long)]
    pub open: bool,
    /// The folder with cases/ and clauses/
    #[arg(long, value_name = "DIR")]
    pub corpus: Option<PathBuf>,
}

/// The options of `lookback schema`.
#[derive(Clone, Debug, Args)]
pub struct SchemaArgs {
    /// Of what
    #[arg(value_enum, default_value = "case")]
    pub of: SchemaOf,
}

/// What has a schema.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum SchemaOf {
    /// A case file.
    Case,
    /// What check --json writes.
    Report,
    /// A line of a history.
    History,
    /// A contract of one's own.
    Contract,
}

/// The options of `lookback table`.
#[derive(Clone, Debug, Args)]
pub struct TableArgs {
    /// Reports that `lookback check --json FILE` wrote [default: what corpus/targets knows, over the whole catalogue]
    #[arg(value_name = "FILE")]
    pub reports: Vec<PathBuf>,
    /// Write the table into this file, between <!-- table:begin --> and <!-- table:end -->
    #[arg(long, value_name = "FILE")]
    pub into: Option<PathBuf>,
    /// The folder with cases/ and targets/ [default: corpus/ here or above, else as built in]
    #[arg(long, value_name = "DIR")]
    pub corpus: Option<PathBuf>,
}

pub(super) fn url(text: &str) -> Result<String, String> {
    let host = text
        .strip_prefix("http://")
        .or_else(|| text.strip_prefix("https://"));
    match host.filter(|host| !host.is_empty() && !host.contains(char::is_whitespace)) {
        Some(_) => Ok(text.to_owned()),
        None => Err("give a whole URL, such as http://127.0.0.1:8000".to_owned()),
    }
}

fn run_prefix(text: &str) -> Result<String, String> {
    if text.starts_with(names::PREFIX) {
        Ok(text.to_owned())
    } else {
        Err(format!("what runs make starts with {}", names::PREFIX))
    }
}

fn age(text: &str) -> Result<Duration, String> {
    let span = text.parse::<jiff::SignedDuration>().ok();
    span.and_then(|span| Duration::try_from(span).ok())
        .ok_or_else(|| "give a time, such as 90s, 30m or 12h".to_owned())
}

fn seconds(text: &str) -> Result<Seconds, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() && number >= 0.0 => Ok(Seconds(number)),
        _ => Err("give seconds, 0 or more".to_owned()),
    }
}
