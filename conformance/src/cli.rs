//! The command `lookback`.
//!
//! Exit statuses: 0 nothing unexpected, 1 unexpected verdicts, 2 the run could not be made, 3 cases that were
//! expected to have a verdict have none, 130 Ctrl-C ended it. `history check`, `soak`, `explore`, `simulate` and `verify-export` have their
//! own: [`history::run`], [`soak::run`], [`explore::run`], [`simulate::run`], [`verify_export::run`].

pub mod args;
mod at;
mod aws;
mod cases;
mod check;
mod clauses;
mod explore;
mod finish;
mod history;
mod progress;
mod resume;
mod select;
mod setup;
mod simulate;
mod soak;
mod sweep;
mod table;
mod verify_export;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use crate::corpus::{Corpus, CorpusError, Source};
use crate::signals::Signals;
use crate::{case, report, serve};
use args::{Cli, Command, SchemaOf};

/// The run could not be made.
pub const NOT_MADE: u8 = 2;
/// The exit status of what was interrupted: that of a process which Ctrl-C has ended.
pub const INTERRUPTED: u8 = 130;

/// Why a run could not be made: one line that says what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotMade(pub String);

impl From<CorpusError> for NotMade {
    fn from(error: CorpusError) -> Self {
        if let CorpusError::Cases(errors) = &error {
            for error in errors.iter().take(20) {
                eprint!("{}", drawn(error));
            }
        }
        Self(match &error {
            CorpusError::Cases(errors) => {
                let first = errors.first().map(ToString::to_string).unwrap_or_default();
                format!("{error}, the first at {first}; mend what is marked above")
            }
            _ => error.to_string(),
        })
    }
}

/// Listens for Ctrl-C and SIGTERM from now on. A command does so before its first request: what it makes, it can take away.
///
/// # Errors
/// The system does not let this process listen: a run that could not clean up is not begun.
fn listen() -> Result<Signals, NotMade> {
    Signals::new().map_err(|error| NotMade(format!("cannot listen for Ctrl-C: {error}")))
}

/// An error with the lines of the file that it is about.
fn drawn(error: &case::error::CaseError) -> String {
    let mut text = String::new();
    match miette::GraphicalReportHandler::new().render_report(&mut text, error) {
        Ok(()) => text,
        Err(_) => format!("{error}\n"),
    }
}

/// Runs the command.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return misused(&error),
    };
    match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime.block_on(dispatch(cli)),
        Err(error) => refuse(&NotMade(format!("cannot start: {error}"))),
    }
}

async fn dispatch(cli: Cli) -> ExitCode {
    let done = match cli.command {
        None => check::run(&cli.check).await,
        Some(Command::Check(args)) => check::run(&args).await,
        Some(Command::Cases(args)) => cases::run(&args).map(|()| 0),
        Some(Command::Clauses(args)) => clauses::run(&args).map(|()| 0),
        Some(Command::Table(args)) => table::run(&args).map(|()| 0),
        Some(Command::Schema(args)) => {
            print(&match args.of {
                SchemaOf::Case => case::schema::text(),
                SchemaOf::Report => report::json::schema(),
                SchemaOf::History => history::schema::of_an_entry(),
                SchemaOf::Contract => history::schema::of_a_contract(),
            });
            Ok(0)
        }
        Some(Command::History(args)) => history::run(&args),
        Some(Command::Explore(args)) => explore::run(&args).await,
        Some(Command::Soak(args)) => soak::run(&args).await,
        Some(Command::Simulate(args)) => simulate::run(&args),
        Some(Command::Report(args)) => simulate::report(&args),
        Some(Command::Sweep(args)) => sweep::run(&args).await,
        Some(Command::VerifyExport(args)) => verify_export::run(&args).await,
        Some(Command::Serve(args)) => return serve::run(&args).await,
    };
    match done {
        Ok(status) => ExitCode::from(status),
        Err(error) => refuse(&error),
    }
}

fn refuse(error: &NotMade) -> ExitCode {
    eprintln!("error: {error}");
    ExitCode::from(NOT_MADE)
}

/// A wrong option gets one line; help and version are no errors.
fn misused(error: &clap::Error) -> ExitCode {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        print(&error.to_string());
        return ExitCode::SUCCESS;
    }
    let text = error.to_string();
    let told: Vec<&str> = text
        .lines()
        .map(str::trim)
        .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"))
        .filter(|line| !line.is_empty())
        .collect();
    eprintln!("{} (see `lookback help`)", told.join(" "));
    ExitCode::from(NOT_MADE)
}

fn load(folder: Option<&std::path::Path>) -> Result<(Source, Corpus), NotMade> {
    let source = Source::find(folder)?;
    let corpus = Corpus::load(&source)?;
    Ok((source, corpus))
}

/// Prints a text; a reader that has closed the pipe is no error.
fn print(text: &str) {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
