//! `lookback history check`: judges a history by a contract.

use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;
use std::thread::available_parallelism;

use lookback_checker::history::{Entry, Header, Truncation};
use lookback_checker::judge::{Options, judge_trace};
use lookback_checker::picture::{self, Meta};
use lookback_checker::trace::Builder;
use lookback_checker::{Contract, Outcome, Verdict};

use super::args::CheckHistoryArgs;
use super::{file, verdict};
use crate::cli::{NotMade, finish, print};

/// A violation.
const VIOLATION: u8 = 1;

/// No violation, but not everything could be judged.
const UNKNOWN: u8 = 3;

/// Judges; gives the exit status: 0 no violation, 1 a violation, 3 none, but something could not be judged.
///
/// # Errors
/// The history or the contract cannot be read, or the picture not be written.
pub fn run(args: &CheckHistoryArgs) -> Result<u8, NotMade> {
    let judged = judge(args)?;
    if let (Some(path), Some(violation)) = (&args.html, judged.verdict.violations.first()) {
        let meta = Meta {
            title: "Lookback: a violation".to_owned(),
            target: judged.header.target.clone(),
            contract: Some(judged.contract.name.clone()),
            command: judged.header.command.clone(),
            history: Some(file::name(&args.file)),
        };
        finish::write(path, &picture::html(violation, &meta))?;
    }
    print(&if args.json {
        verdict::json(&judged)
    } else {
        verdict::text(&judged, args.violations, args.ascii)
    });
    Ok(match judged.verdict.outcome() {
        Outcome::Pass => 0,
        Outcome::Violation => VIOLATION,
        Outcome::Unknown => UNKNOWN,
    })
}

/// What was judged, by what, with which outcome.
#[derive(Debug)]
pub struct Judged {
    /// What the history says of itself.
    pub header: Header,
    /// What was promised.
    pub contract: Contract,
    /// What is to be said of it.
    pub verdict: Verdict,
    /// Where the file was cut.
    pub truncated: Option<Truncation>,
}

fn judge(args: &CheckHistoryArgs) -> Result<Judged, NotMade> {
    let mut begun: Option<Result<(Contract, Builder), NotMade>> = None;
    let truncated = file::each(&args.file, |entry| match (&mut begun, entry) {
        // The header is the first that is given, and tells the contract.
        (begun @ None, Entry::History(header)) => {
            let contract = contract(args.contract.as_deref(), &header);
            *begun = Some(contract.map(|contract| {
                let builder = Builder::new(header, contract.in_place_kinds());
                (contract, builder)
            }));
        }
        (Some(Ok((_, builder))), entry) => builder.push(&entry),
        _ => {}
    })?;
    let Some(begun) = begun else {
        return Err(NotMade(format!("{} has no header", file::name(&args.file))));
    };
    let (contract, builder) = begun?;
    let trace = builder.finish();
    let cores = || available_parallelism().map_or(1, NonZeroUsize::get);
    let options = Options {
        threads: args.threads.map_or_else(cores, usize::from),
        ..Options::default()
    };
    let verdict = judge_trace(&trace, &contract, &options);
    Ok(Judged {
        header: trace.header,
        contract,
        verdict,
        truncated,
    })
}

/// The contract that is named by the option or by the history, or DynamoDB's.
///
/// # Errors
/// It is neither built in nor a file that can be read.
pub fn contract(named: Option<&str>, header: &Header) -> Result<Contract, NotMade> {
    let builtin = Contract::BUILTIN.join(", ");
    let Some(named) = named else {
        let name = header.contract.as_deref().unwrap_or("dynamodb");
        return Contract::builtin(name).ok_or_else(|| {
            NotMade(format!(
                "the history names the contract {name:?}, which is not built in; give its file by --contract, or one of {builtin}"
            ))
        });
    };
    if let Some(contract) = Contract::builtin(named) {
        return Ok(contract);
    }
    let text = fs::read_to_string(Path::new(named)).map_err(|error| {
        NotMade(format!(
            "--contract {named}: {error}; give a file, or one of {builtin}"
        ))
    })?;
    Contract::from_json(&text).map_err(|error| NotMade(format!("--contract {named}: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naming(contract: &str) -> Header {
        Header {
            contract: Some(contract.to_owned()),
            ..Header::default()
        }
    }

    #[test]
    fn the_option_goes_before_the_history_and_that_before_dynamodb() {
        let name = |named, header: Header| contract(named, &header).unwrap().name;
        assert_eq!(name(None, Header::default()), "dynamodb");
        assert_eq!(name(None, naming("snapshot")), "snapshot");
        assert_eq!(name(Some("statement"), naming("snapshot")), "statement");
    }

    #[test]
    fn a_contract_that_is_not_known_is_told_with_those_that_are() {
        let from_history = contract(None, &naming("ours")).unwrap_err().to_string();
        let from_option = contract(Some("no/such/file"), &Header::default());
        for told in [from_history, from_option.unwrap_err().to_string()] {
            assert!(
                told.contains("log-prefix") && told.contains("--contract"),
                "{told}"
            );
        }
    }
}
