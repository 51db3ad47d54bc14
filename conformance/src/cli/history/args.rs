//! The options of `lookback history`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Map, Value};

const EXAMPLES: &str = "\
Examples:
  lookback history check run.jsonl                              by the contract that the history names
  lookback history check run.jsonl --contract snapshot --html run.html
  lookback history show run.jsonl --table music --key '{\"pk\":{\"S\":\"a\"}}'
  lookback history stats run.jsonl --json
  xz -dc run.jsonl.xz | lookback history check -

The format of histories and of contracts: docs/histories.md.";

/// The options of `lookback history`.
#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct HistoryArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: HistoryCommand,
}

/// What to do with a history.
#[derive(Clone, Debug, Subcommand)]
pub enum HistoryCommand {
    /// Judge it by a contract
    #[command(after_help = CHECK_STATUS)]
    Check(CheckHistoryArgs),
    /// Print it, a line for each call
    Show(ShowHistoryArgs),
    /// Count calls by operation and outcome, with percentiles of their latency
    Stats(StatsHistoryArgs),
}

const CHECK_STATUS: &str = "\
Examples:
  lookback history check run.jsonl --contract dynamodb-observed
  lookback history check run.jsonl --contract ours.contract.json --json

Exit status: 0 no violation was found, 1 a violation, 2 the file cannot be read,
3 no violation was found, but something could not be judged.";

/// The options of `lookback history check`.
#[derive(Clone, Debug, Args)]
pub struct CheckHistoryArgs {
    /// The history; - reads standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// What is promised: dynamodb, dynamodb-observed, snapshot, log-prefix, statement, or a file
    /// [default: the one that the history names, else dynamodb]
    #[arg(long, value_name = "NAME|FILE")]
    pub contract: Option<String>,
    /// Print the verdict as JSON
    #[arg(long)]
    pub json: bool,
    /// Write the picture of the first violation as a page
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// How many violations are told in full
    #[arg(long, value_name = "N", default_value = "3")]
    pub violations: usize,
    /// Draw with ASCII alone
    #[arg(long)]
    pub ascii: bool,
    /// How many threads judge [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: Option<u16>,
}

/// The options of `lookback history show`.
#[derive(Clone, Debug, Args)]
pub struct ShowHistoryArgs {
    /// The history; - reads standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Only what names this table
    #[arg(long, value_name = "NAME")]
    pub table: Option<String>,
    /// Only what holds these attributes: a key or any other part of an item, in DynamoDB JSON
    #[arg(long, value_name = "JSON", value_parser = attributes)]
    pub key: Option<Map<String, Value>>,
    /// Do not shorten requests and answers
    #[arg(long)]
    pub wide: bool,
}

/// The options of `lookback history stats`.
#[derive(Clone, Debug, Args)]
pub struct StatsHistoryArgs {
    /// The history; - reads standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Print the figures as JSON
    #[arg(long)]
    pub json: bool,
}

fn attributes(text: &str) -> Result<Map<String, Value>, String> {
    match serde_json::from_str(text) {
        Ok(Value::Object(attributes)) if !attributes.is_empty() => Ok(attributes),
        _ => Err(r#"give an object of attributes, such as '{"pk":{"S":"a"}}'"#.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::attributes;

    #[test]
    fn a_key_is_an_object() {
        assert!(attributes(r#"{"pk":{"S":"a"}}"#).is_ok());
        for wrong in ["a", "\"a\"", "{}", "{pk:1}"] {
            assert!(
                attributes(wrong).unwrap_err().contains("such as"),
                "{wrong}"
            );
        }
    }
}
