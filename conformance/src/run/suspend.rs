//! A case that takes longer than its run: put aside, and continued where it stood.

use std::collections::VecDeque;
use std::time::Instant;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::answer::Answer;
use super::service_clock::service_now_s;
use super::session::{Session, Stop};
use super::teardown::Made;
use super::verdict::{CaseRun, Verdict};
use crate::resume::state::Stands;
use crate::resume::{Keeper, Waiting};
use crate::target::{Request, Target};

/// The least by which a case may be continued late, in seconds.
const LATE_S_MIN: f64 = 30.0;
/// By which share of its wait a case may be continued late: less than the margins that cases keep before a deadline of
/// the service (34 of 35 days, 9 of 10 minutes).
const LATE_SHARE: f64 = 0.01;

/// Why a case is put aside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Pause {
    /// A wait of so many seconds.
    Wait { left_s: f64 },
    /// A poll that has lasted for `polled_s`, and may for `within_s`.
    Poll { polled_s: f64, within_s: f64 },
}

/// The way to the step at which a case was put aside.
#[derive(Clone, Debug)]
pub(super) struct Reentry {
    path: VecDeque<usize>,
    /// What is left of a wait, in seconds.
    pub left_s: f64,
    /// How long a poll has lasted, in seconds.
    pub polled_s: f64,
}

impl Session<'_> {
    /// Where a list of steps or of rounds is entered, on the way to the step at which the case was put aside.
    pub(super) fn reentered(&mut self) -> Option<usize> {
        self.reentry.as_mut()?.path.pop_front()
    }

    /// Before a request goes out: what the case may make is known to the later runs of its file.
    pub(super) fn record(&self, request: &Request) -> Result<(), Stop> {
        let Some(keeper) = &self.options.keeper else {
            return Ok(());
        };
        keeper
            .before(&self.case.id, &self.prefix, request)
            .map_err(Stop::Indeterminate)
    }

    /// Goes on at the step at which the case was put aside, from the state of then.
    ///
    /// `Ok(None)`: its time has not come.
    pub(super) async fn go_on(
        &mut self,
        keeper: &Keeper,
        (prefix, made, waiting): (String, Made, Waiting),
    ) -> Result<Option<()>, Stop> {
        let now_s = service_now_s(self.target)
            .await
            .map_err(|error| Stop::Indeterminate(error.to_string()))?;
        if waiting.due_s - now_s > self.options.wait_s_max {
            return Ok(None);
        }
        keeper.note_continued(&self.case.id);
        self.late_s = waiting.late_s.max(now_s - waiting.until_s).max(0.0);
        self.prefix = prefix;
        self.made = made;
        self.bindings = waiting.bindings;
        self.observed = waiting.observed;
        self.reentry = Some(Reentry {
            path: waiting.path.into(),
            left_s: (waiting.due_s - now_s).max(0.0),
            polled_s: waiting.polled_s + (now_s - waiting.since_s).max(0.0),
        });
        Ok(Some(()))
    }

    /// Puts the case aside.
    pub(super) async fn put_aside(
        &mut self,
        keeper: &Keeper,
        pause: Pause,
        started: Instant,
    ) -> Result<CaseRun, Stop> {
        let unreachable =
            |error: crate::target::Unreachable| Stop::Indeterminate(error.to_string());
        let stands = stands(self.target, &self.made).await?;
        // The service's second may have just begun, or be almost over.
        let now_s = service_now_s(self.target).await.map_err(unreachable)? + 1.0;
        let (due_s, until_s, polled_s) = match pause {
            Pause::Wait { left_s } => {
                let late_s = (left_s * LATE_SHARE).max(LATE_S_MIN);
                (now_s + left_s, now_s + left_s + late_s, 0.0)
            }
            Pause::Poll { polled_s, within_s } => (now_s, now_s + (within_s - polled_s), polled_s),
        };
        let waiting = Waiting {
            path: self.path.clone(),
            step: self.step(),
            since_s: now_s,
            due_s,
            until_s,
            late_s: self.late_s,
            polled_s,
            bindings: self.bindings.clone(),
            observed: self.observed.clone(),
            stands,
        };
        let run = pending(&self.case.id, &waiting, started);
        keeper
            .put_aside(&self.case.id, &self.prefix, &self.made, waiting)
            .map_err(Stop::Indeterminate)?;
        Ok(run)
    }
}

/// What is said about a case that waits.
pub(super) fn pending(id: &str, waiting: &Waiting, started: Instant) -> CaseRun {
    let reason = format!(
        "{}: falls due at {}, to be continued before {}",
        waiting.step,
        instant(waiting.due_s),
        instant(waiting.until_s)
    );
    CaseRun {
        id: id.to_owned(),
        verdict: Verdict::Pending,
        reason: Some(reason),
        failure: None,
        observed: Vec::new(),
        leftovers: Vec::new(),
        took_s: (started.elapsed().as_secs_f64() * 1000.0).round() / 1000.0,
    }
}

/// A time in whole seconds, rounded up, as `2026-01-01T00:00:00Z`.
pub(crate) fn instant(seconds: f64) -> String {
    Timestamp::from_second(seconds.ceil() as i64)
        .map_or_else(|_| format!("{seconds} s"), |time| time.to_string())
}

/// Which of the tables that a case has made are there.
async fn stands(target: &dyn Target, made: &Made) -> Result<Vec<Stands>, Stop> {
    let mut stands = Vec::new();
    for (caller, table) in made.tables() {
        let request = Request {
            caller,
            ..Request::of("DescribeTable", &json!({ "TableName": table }))
        };
        let raw = target.call(&request).await;
        let answer = Answer::new(raw.map_err(|error| Stop::Indeterminate(error.to_string()))?);
        if let Some(arn) = answer.at("/Table/TableArn").and_then(Value::as_str) {
            stands.push(Stands {
                caller,
                table: table.to_owned(),
                arn: arn.to_owned(),
            });
        }
    }
    Ok(stands)
}

/// Whether a table that stood when its case was put aside is gone, or is another one now.
pub(crate) async fn is_gone(target: &dyn Target, stood: &Stands) -> bool {
    let request = Request {
        caller: stood.caller,
        ..Request::of("DescribeTable", &json!({ "TableName": stood.table }))
    };
    // No answer, and an answer that is no behaviour, say nothing about the table.
    let Ok(raw) = target.call(&request).await else {
        return false;
    };
    let answer = Answer::new(raw);
    match answer.at("/Table/TableArn").and_then(Value::as_str) {
        Some(arn) => arn != stood.arn,
        None => answer.error() == Some("ResourceNotFoundException"),
    }
}
