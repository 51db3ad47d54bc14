//! One case from its preparation to its clean-up.

use std::sync::atomic::Ordering;
use std::time::Instant;

use super::session::{Session, Stop};
use super::teardown::Made;
use super::verdict::{CONTINUED_LATE, CaseRun, Failure, Verdict};
use super::{Lost, Options, suspend};
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
    let keeper = options.keeper.as_deref();
    if let Some(why) = lacking(target, case, options) {
        let run = run_of(case, Verdict::Unsupported, Some(why), None, started);
        // Should this not be written, the keeper knows, and the run ends with that.
        drop(keeper.map(|keeper| keeper.judged(&run, &Made::default())));
        return Ok(run);
    }
    let mut session = session(target, case, number, options);
    let outcome = match keeper.and_then(|keeper| Some((keeper, keeper.waiting(&case.id)?))) {
        None => steps(&mut session).await,
        Some((keeper, held)) => {
            let waiting = held.2.clone();
            match session.go_on(keeper, held).await {
                Ok(Some(())) => run_on(&mut session).await,
                Ok(None) => return Ok(suspend::pending(&case.id, &waiting, started)),
                Err(stop) => Err(stop),
            }
        }
    };
    let outcome = match (outcome, keeper) {
        (Err(Stop::Lost(why)), _) => return Err(Lost(why)),
        (Err(Stop::Pause(pause)), Some(keeper)) => {
            match session.put_aside(keeper, pause, started).await {
                Ok(run) => return Ok(run),
                Err(stop) => Err(stop),
            }
        }
        (outcome, _) => outcome,
    };
    let (verdict, reason, failure) = verdict(case, outcome, session.late_s);
    let run = CaseRun {
        observed: std::mem::take(&mut session.observed),
        ..run_of(case, verdict, reason, failure, started)
    };
    Ok(end(session, run).await)
}

/// Remembers the verdict and takes away what the case has made, in this order: a verdict may have taken days.
async fn end(session: Session<'_>, run: CaseRun) -> CaseRun {
    let (target, options, id) = (session.target, session.options, &session.case.id);
    let Some(keeper) = options.keeper.as_deref() else {
        let leftovers = session.made.delete(target, options).await;
        return CaseRun { leftovers, ..run };
    };
    let has_verdict = run.verdict != Verdict::Indeterminate;
    let is_interrupted = options.shared.interrupted.load(Ordering::Relaxed);
    if !has_verdict && !run.is_late() && keeper.waiting(id).is_some() {
        // Nothing was changed since it was put aside: it can be continued once more.
        return run;
    }
    // Once the file cannot be written any more, the keeper says so whoever asks: the run ends with that.
    if has_verdict || !(is_interrupted || keeper.was_continued(id)) {
        drop(keeper.judged(&run, &session.made));
    }
    let leftovers = session.made.delete(target, options).await;
    let run = CaseRun { leftovers, ..run };
    if !has_verdict && (is_interrupted || keeper.was_continued(id)) {
        drop(keeper.reopen(id));
    } else if run.leftovers.is_empty() {
        drop(keeper.cleaned(id));
    }
    run
}

fn session<'a>(
    target: &'a dyn Target,
    case: &'a Case,
    number: usize,
    options: &'a Options,
) -> Session<'a> {
    let description = target.describe();
    let prefix = format!("{}-{number}", options.prefix);
    let mut bindings = Bindings::new();
    bindings.set("case", prefix.as_str());
    bindings.set(
        "other_account",
        description.identities.other_account.as_str(),
    );
    bindings.set("other_region", description.identities.other_region.as_str());
    Session {
        target,
        case,
        options,
        prefix,
        bindings,
        made: Made::default(),
        observed: Vec::new(),
        place: Vec::new(),
        path: Vec::new(),
        reentry: None,
        late_s: 0.0,
        label: String::new(),
        last: None,
    }
}

async fn steps(session: &mut Session<'_>) -> Result<(), Stop> {
    session.prepare().await?;
    run_on(session).await
}

/// The steps, from where the case stands.
async fn run_on(session: &mut Session<'_>) -> Result<(), Stop> {
    session.place.push("steps".to_owned());
    let case = session.case;
    session.run_steps(&case.steps).await
}

fn verdict(
    case: &Case,
    outcome: Result<(), Stop>,
    late_s: f64,
) -> (Verdict, Option<String>, Option<Failure>) {
    match (outcome, &case.unspecified) {
        (Ok(()), None) => (Verdict::Pass, None, None),
        (Ok(()), Some(reason)) => (Verdict::Unspecified, Some(reason.clone()), None),
        // What was promised until a certain time may be over by now.
        (Err(Stop::Fail(failure)), _) if late_s > 0.0 => {
            let why = format!("{CONTINUED_LATE} by {late_s:.0} s: {}", failure.told());
            (Verdict::Indeterminate, Some(why), None)
        }
        (Err(Stop::Fail(failure)), None) => (Verdict::Fail, None, Some(*failure)),
        (Err(Stop::Fail(failure)), Some(reason)) => {
            let why = format!("{reason}; recorded at {}", failure.told());
            (Verdict::Unspecified, Some(why), None)
        }
        (Err(Stop::Unsupported(why)), _) => (Verdict::Unsupported, Some(why), None),
        (Err(Stop::Unspecified(why)), _) => (Verdict::Unspecified, Some(why), None),
        (Err(Stop::Indeterminate(why) | Stop::Lost(why)), _) => {
            (Verdict::Indeterminate, Some(why), None)
        }
        // Only where nobody keeps what is put aside, and there nothing is.
        (Err(Stop::Pause(_)), _) => (Verdict::Indeterminate, None, None),
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
    if !case.buckets.is_empty() && target.buckets().is_none() {
        return Some(super::files::NO_S3.to_owned());
    }
    let can_wait = description.movable_clock || options.keeper.is_some();
    if !can_wait && case.waits_s() > options.wait_s_max {
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
