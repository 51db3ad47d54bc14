//! Many cases, side by side where they share nothing.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures::StreamExt;
use futures::stream;

use super::{CaseRun, Options, Verdict, run_case};
use crate::case::Case;
use crate::target::Target;

/// The target is gone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the target cannot be reached any more, at {0}")]
pub struct Lost(pub String);

/// Runs the cases, `jobs` at a time; `target` gives the target of each. Results come sorted by id.
///
/// A failure of the target itself (HTTP 5xx) while cases ran side by side is no verdict on the case that happened
/// to ask: such a case is run again, alone, and that counts. So is one whose connection broke, since a target may
/// close a connection after what another case sent on it.
///
/// # Errors
/// The target is gone: the cases that were under way have been given up.
pub async fn run_many(
    target: impl Fn() -> Arc<dyn Target>,
    cases: &[&Case],
    jobs: usize,
    options: &Options,
    mut done: impl FnMut(&CaseRun),
) -> Result<Vec<CaseRun>, Lost> {
    let target = &target;
    let mut runs = stream::iter(cases.iter().enumerate())
        .map(|(number, case)| async move {
            let target = target();
            run_case(target.as_ref(), case, number, options).await
        })
        .buffer_unordered(jobs.max(1));
    let mut results = Vec::with_capacity(cases.len());
    while let Some(run) = runs.next().await {
        let run = run?;
        done(&run);
        results.push(run);
    }
    results.sort_by(|one, other| one.id.cmp(&other.id));
    for (number, run) in results.iter_mut().enumerate() {
        let disturbed = (jobs > 1 && run.is_server_error()) || run.lost_its_connection();
        // What took days is not begun again for that.
        let was_continued = options
            .keeper
            .as_ref()
            .is_some_and(|keeper| keeper.was_continued(&run.id));
        let disturbed = disturbed && !was_continued;
        let case = cases.iter().find(|case| case.id == run.id && disturbed);
        if let Some(case) = case.filter(|_| !options.shared.interrupted.load(Ordering::Relaxed)) {
            *run = again(target().as_ref(), case, cases.len() + number, options, run).await?;
        }
    }
    Ok(results)
}

async fn again(
    target: &dyn Target,
    case: &Case,
    number: usize,
    options: &Options,
    first: &CaseRun,
) -> Result<CaseRun, Lost> {
    let mut second = run_case(target, case, number, options).await?;
    second.leftovers.extend(first.leftovers.iter().cloned());
    if second.verdict == Verdict::Pass {
        let why = "passed alone; beside other cases the target answered HTTP 5xx or closed the connection";
        second.reason = Some(why.to_owned());
    }
    Ok(second)
}
