//! Runs cases in somebody's account, and takes away what they have made, however the run ends.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::clean::{Cleaned, clean};
use super::names::Wanted;
use super::target::Careful;
use crate::case::Case;
use crate::run::{CaseRun, Options, Verdict, run_many};
use crate::signals::Signals;
use crate::target::Target;

/// How long calls that are under way may take to end, before the clean-up looks around.
const CALLS_END_WITHIN: Duration = Duration::from_secs(40);

/// How the cases ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ended {
    /// All of them were run.
    Whole,
    /// By a signal.
    Interrupted,
    /// The target is gone; why.
    Lost(String),
}

/// Runs the cases until the last one, the first signal, or the loss of the target. Cases that were not run
/// to their end are *indeterminate*.
pub async fn run(
    target: &Arc<Careful>,
    cases: &[&Case],
    jobs: usize,
    options: &Options,
    signals: &mut Signals,
    mut done: impl FnMut(&CaseRun),
) -> (Vec<CaseRun>, Ended) {
    let finished = Mutex::new(Vec::new());
    let shared: Arc<dyn Target> = target.clone();
    let running = run_many(
        || shared.clone(),
        cases,
        jobs,
        options,
        |run| {
            done(run);
            let mut finished = finished.lock().unwrap_or_else(PoisonError::into_inner);
            finished.push(run.clone());
        },
    );
    let ended = tokio::select! {
        runs = running => match runs {
            Ok(runs) => return (runs, Ended::Whole),
            Err(lost) => Ended::Lost(lost.to_string()),
        },
        () = signals.next() => Ended::Interrupted,
    };
    let mut runs = finished
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    let known: BTreeSet<String> = runs.iter().map(|run: &CaseRun| run.id.clone()).collect();
    let missing = cases.iter().filter(|case| !known.contains(&case.id));
    runs.extend(missing.map(|case| not_run(case)));
    runs.sort_by(|one, other| one.id.cmp(&other.id));
    (runs, ended)
}

fn not_run(case: &Case) -> CaseRun {
    CaseRun {
        id: case.id.clone(),
        verdict: Verdict::Indeterminate,
        reason: Some("the run ended before this case did".to_owned()),
        failure: None,
        observed: Vec::new(),
        leftovers: Vec::new(),
        took_s: 0.0,
    }
}

/// Deletes whatever the run has made. `None`: a signal came first, and all that was left is left.
pub async fn clean_up(
    target: &Careful,
    options: &Options,
    limit: Duration,
    signals: &mut Signals,
    say: impl FnMut(&str),
) -> Option<Result<Cleaned, String>> {
    let held = options.keeper.as_ref().map(|keeper| keeper.held());
    let wanted = Wanted {
        held: held.unwrap_or_default(),
        ..Wanted::of_run(&options.prefix)
    };
    let cleaning = async {
        target.quiet(CALLS_END_WITHIN).await;
        clean(target, &wanted, limit, say).await
    };
    tokio::select! {
        cleaned = cleaning => Some(cleaned),
        () = signals.next() => None,
    }
}
