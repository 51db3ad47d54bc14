//! One case from its preparation to its clean-up.

use std::time::Instant;

use super::session::{Session, Stop};
use super::verdict::{CaseRun, Failure, Verdict};
use super::{Lost, Options};
use crate::bind::Bindings;
use crate::case::{Case, Need, Step};
use crate::target::Target;

/// Runs a case. `number` tells its names from those of the run's other cases.
///
/// # Errors
/// The target is gone: there is no sense in going on.
pub async fn run_case(
    target: &dyn Target,
    case: &Case,
    number: usize,
    options: &Options,
) -> Result<CaseRun, Lost> {
    let started = Instant::now();
    if let Some(why) = lacking(target, case, options) {
        return Ok(run_of(case, Verdict::Unsupported, Some(why), None, started));
    }
    let description = target.describe();
    let prefix = format!("{}-{number}", options.prefix);
    let mut bindings = Bindings::new();
    bindings.set("case", prefix.as_str());
    bindings.set(
        "other_account",
        description.identities.other_account.as_str(),
    );
    bindings.set("other_region", description.identities.other_region.as_str());
    let mut session = Session {
        target,
        case,
        options,
        prefix,
        bindings,
        made: super::teardown::Made::default(),
        observed: Vec::new(),
        place: Vec::new(),
        label: String::new(),
        last: None,
    };
    let outcome = steps(&mut session).await;
    if let Err(Stop::Lost(why)) = outcome {
        return Err(Lost(why));
    }
    let observed = std::mem::take(&mut session.observed);
    let made = std::mem::take(&mut session.made);
    let leftovers = made.delete(target, options).await;
    let (verdict, reason, failure) = verdict(case, outcome);
    Ok(CaseRun {
        observed,
        leftovers,
        ..run_of(case, verdict, reason, failure, started)
    })
}

async fn steps(session: &mut Session<'_>) -> Result<(), Stop> {
    session.prepare().await?;
    session.place.push("steps".to_owned());
    let case = session.case;
    session.run_steps(&case.steps).await
}

fn verdict(case: &Case, outcome: Result<(), Stop>) -> (Verdict, Option<String>, Option<Failure>) {
    match (outcome, &case.unspecified) {
        (Ok(()), None) => (Verdict::Pass, None, None),
        (Ok(()), Some(reason)) => (Verdict::Unspecified, Some(reason.clone()), None),
        (Err(Stop::Fail(failure)), None) => (Verdict::Fail, None, Some(*failure)),
        (Err(Stop::Fail(failure)), Some(reason)) => {
            let told: Vec<String> = failure
                .differences
                .iter()
                .map(ToString::to_string)
                .collect();
            (
                Verdict::Unspecified,
                Some(format!(
                    "{reason}; recorded at {}: {}",
                    failure.step,
                    told.join("; ")
                )),
                None,
            )
        }
        (Err(Stop::Unsupported(why)), _) => (Verdict::Unsupported, Some(why), None),
        (Err(Stop::Unspecified(why)), _) => (Verdict::Unspecified, Some(why), None),
        (Err(Stop::Indeterminate(why) | Stop::Lost(why)), _) => {
            (Verdict::Indeterminate, Some(why), None)
        }
    }
}

fn run_of(
    case: &Case,
    verdict: Verdict,
    reason: Option<String>,
    failure: Option<Failure>,
    started: Instant,
) -> CaseRun {
    let took_s = (started.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
    CaseRun {
        id: case.id.clone(),
        verdict,
        reason,
        failure,
        observed: Vec::new(),
        leftovers: Vec::new(),
        took_s,
    }
}

/// What the case needs and the target has not got, known before anything is sent.
fn lacking(target: &dyn Target, case: &Case, options: &Options) -> Option<String> {
    let description = target.describe();
    if let Some(need) = case
        .needs
        .iter()
        .find(|need| description.lacks.contains(need))
    {
        return Some(match need {
            Need::MovableClock => "needs a movable clock".to_owned(),
            Need::TwoAccounts => "needs two accounts".to_owned(),
            Need::TwoRegions => "needs two regions".to_owned(),
        });
    }
    if !description.movable_clock && case.waits_s() > options.wait_s_max {
        return Some("needs a movable clock".to_owned());
    }
    (!description.http && case.steps.iter().any(needs_http)).then(|| "needs HTTP".to_owned())
}

/// Whether a step words or judges what only HTTP carries.
fn needs_http(step: &Step) -> bool {
    match step {
        Step::Call(call) => {
            let raw = call.raw.as_ref().is_some_and(|raw| {
                raw.method.is_some()
                    || raw.path.is_some()
                    || raw
                        .headers
                        .keys()
                        .any(|name| !name.eq_ignore_ascii_case("x-amz-target"))
            });
            let judged = [&call.expect, &call.until, &call.always];
            raw || judged
                .into_iter()
                .flatten()
                .any(crate::case::Expectation::looks_at_http)
        }
        Step::Pages(pages) => pages
            .expect
            .as_ref()
            .is_some_and(crate::case::Expectation::looks_at_http),
        Step::Each(each) => each.steps.iter().any(needs_http),
        _ => false,
    }
}
