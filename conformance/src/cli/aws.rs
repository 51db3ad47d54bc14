//! `lookback check --aws`: asks for consent, runs, and cleans up.

use std::sync::Arc;
use std::time::Duration;

use super::args::{AwsArgs, CheckArgs};
use super::check::JOBS;
use super::progress::Progress;
use super::{INTERRUPTED, NotMade};
use crate::aws::clean::Cleaned;
use crate::aws::consent::Bill;
use crate::aws::guard::{self, Ended};
use crate::aws::target::Careful;
use crate::case::{Case, Need};
use crate::explain::quote;
use crate::run::{CaseRun, Options};
use crate::signals::Signals;

/// How long a clean-up waits for what cannot be deleted yet.
const CLEAN_WITHIN: Duration = Duration::from_secs(1_800);

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    interrupted: bool,
    unclean: bool,
}

impl Left {
    /// Each case took away what it had made.
    pub fn clean(interrupted: bool) -> Self {
        Self {
            interrupted,
            unclean: false,
        }
    }

    /// Whether every case was run to its end.
    pub fn is_whole(self) -> bool {
        !self.interrupted
    }

    /// The exit status: what is left behind makes a good run a bad one.
    pub fn status(self, of_the_report: u8) -> u8 {
        match self {
            Self {
                interrupted: true, ..
            } => INTERRUPTED,
            Self { unclean: true, .. } => of_the_report.max(1),
            _ => of_the_report,
        }
    }
}

/// Refuses a run on real DynamoDB that nobody has agreed to pay for.
///
/// # Errors
/// `--i-accept-costs` was not said.
pub fn agreed(args: &CheckArgs, cases: &[&Case]) -> Result<(), NotMade> {
    if !args.aws.aws || args.aws.i_accept_costs {
        return Ok(());
    }
    let runs = |case: &&&Case| {
        let lacks = [Need::MovableClock, Need::TwoAccounts];
        let can = !case.needs.iter().any(|need| lacks.contains(need));
        can && (args.resume.is_some() || case.waits_s() <= args.wait_s_max())
    };
    let bill = Bill::of(cases.iter().filter(runs).copied());
    Err(NotMade(bill.refusal(&args.at.region)))
}

/// The command that deletes whatever a run has left.
pub fn sweep_command(args: &AwsArgs, region: &str, endpoint: Option<&str>, prefix: &str) -> String {
    let mut words = format!(
        "lookback sweep --aws --region {} --i-accept-costs",
        quote(region)
    );
    for (name, value) in [
        ("endpoint", endpoint),
        ("profile-name", args.profile_name.as_deref()),
    ] {
        if let Some(value) = value {
            words.push_str(&format!(" --{name} {}", quote(value)));
        }
    }
    format!("{words} --prefix {prefix}- --older-than 0s")
}

/// Runs the cases and cleans up, also after a signal; a second one stops at once.
///
/// # Errors
/// The target is gone.
pub async fn run_all(
    args: &CheckArgs,
    target: &Arc<Careful>,
    cases: &[&Case],
    options: &Options,
    signals: &mut Signals,
) -> Result<(Vec<CaseRun>, Left), NotMade> {
    let endpoint = args.at.endpoint.as_deref();
    let mut sweep = sweep_command(&args.aws, &args.at.region, endpoint, &options.prefix);
    if let Some(path) = &args.resume {
        // What waiting cases need stays.
        sweep.push_str(&format!(" --resume {}", quote(&path.display().to_string())));
    }
    eprintln!(
        "every name of this run starts with {}; should it be killed: {sweep}",
        options.prefix
    );
    let mut progress = Progress::new(cases.len());
    let jobs = args.jobs.map_or(JOBS, usize::from);
    let done = |run: &CaseRun| progress.done(run);
    let (mut runs, ended) = guard::run(target, cases, jobs, options, signals, done).await;
    progress.finish();
    let interrupted = ended == Ended::Interrupted;
    if interrupted {
        eprintln!("interrupted: cleaning up; once more stops at once");
    }
    let say = |line: &str| tracing::info!("{line}");
    let cleaned = guard::clean_up(target, options, CLEAN_WITHIN, signals, say).await;
    let abandoned = cleaned.is_none();
    let unclean = !told(cleaned);
    if unclean {
        eprintln!("to delete what is left: {sweep}");
    } else {
        // What a case could not delete has been deleted since.
        runs.iter_mut().for_each(|run| run.leftovers.clear());
    }
    match ended {
        Ended::Lost(why) => Err(NotMade(format!(
            "{why}; see whether the service can be reached"
        ))),
        _ => {
            let interrupted = interrupted || abandoned;
            Ok((
                runs,
                Left {
                    interrupted,
                    unclean,
                },
            ))
        }
    }
}

/// Tells what a clean-up left; whether that is nothing.
fn told(cleaned: Option<Result<Cleaned, String>>) -> bool {
    match cleaned {
        None => {
            eprintln!("stopped before everything was cleaned up");
            false
        }
        Some(Err(why)) => {
            eprintln!("clean-up failed: {why}");
            false
        }
        Some(Ok(cleaned)) => {
            cleaned
                .left
                .iter()
                .for_each(|line| eprintln!("left: {line}"));
            cleaned.unseen.iter().for_each(|line| eprintln!("{line}"));
            cleaned
                .about_system()
                .iter()
                .for_each(|line| eprintln!("{line}"));
            cleaned.left.is_empty()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sweep_of_one_run_names_it_and_where_it_was() {
        let args = AwsArgs {
            profile_name: Some("my profile".to_owned()),
            ..AwsArgs::default()
        };
        let command = sweep_command(
            &args,
            "eu-west-1",
            Some("http://127.0.0.1:1"),
            "lb-mlz5s0ao",
        );
        insta::assert_snapshot!(command);
    }

    #[test]
    fn a_signal_and_what_is_left_show_in_the_exit_status() {
        let left = |interrupted, unclean| Left {
            interrupted,
            unclean,
        };
        assert_eq!(Left::clean(false).status(0), 0);
        assert_eq!(left(false, true).status(0), 1);
        assert_eq!(left(false, true).status(3), 3);
        assert_eq!(left(true, false).status(0), 130);
    }
}
