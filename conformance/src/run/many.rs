//! Many cases, side by side where they share nothing.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures::StreamExt;
use futures::stream;

use super::{CaseRun, Options, run_case};
use crate::case::Case;
use crate::target::Target;

/// The target is gone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the target cannot be reached any more, at {0}")]
pub struct Lost(pub String);

/// Runs the cases, `jobs` at a time; `target` gives the target of each. Results come sorted by id.
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
        if options.shared.interrupted.load(Ordering::Relaxed) && results.len() == cases.len() {
            break;
        }
    }
    results.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(results)
}
