//! Asks again until something holds, with pauses that grow.

use std::time::{Duration, Instant};

use super::session::{Session, Stop};
use super::suspend::Pause;
use super::verdict::CUT_SHORT;

/// The first pause, in seconds, where a case does not say.
const FIRST_S: f64 = 0.25;
/// The longest pause on a real clock, in seconds.
const LONGEST_S: f64 = 5.0;
/// The longest pause on a movable clock, in seconds.
const LONGEST_VIRTUAL_S: f64 = 20.0;

/// Polls that may last so long are continued by a later run, where there can be one, in seconds.
const DAYS_LONG_S: f64 = 3600.0;

/// How long an answer may stay the same before a poll that cannot end with a verdict is given up, in seconds.
const UNCHANGED_S: f64 = 20.0;

/// A bounded series of pauses.
pub(super) struct Poll {
    within_s: f64,
    allowed_s: f64,
    every_s: Option<f64>,
    next_s: f64,
    passed_s: f64,
    /// How long it has lasted in earlier runs.
    before_s: f64,
    /// Whether a later run can go on with it.
    can_pause: bool,
    started: Instant,
    longest_s: f64,
    is_virtual: bool,
    seen: Option<(Vec<u8>, Instant)>,
}

impl Poll {
    /// For at most `within_s`; on a real clock never longer than the run's bound.
    pub fn new(session: &mut Session<'_>, within_s: f64, every_s: Option<f64>) -> Self {
        let is_virtual = session.is_virtual();
        let reentry = session.reentry.take();
        let before_s = reentry.map_or(0.0, |reentry| reentry.polled_s);
        let left_s = (within_s - before_s).max(0.0);
        let allowed_s = if is_virtual {
            left_s
        } else {
            left_s.min(session.options.wait_s_max)
        };
        // The preparation is no place that a later run could go on from.
        let can_pause =
            session.options.keeper.is_some() && !session.path.is_empty() && within_s >= DAYS_LONG_S;
        let longest_s = if is_virtual {
            LONGEST_VIRTUAL_S
        } else {
            LONGEST_S
        };
        let next_s = every_s.unwrap_or(FIRST_S);
        let started = Instant::now();
        Self {
            within_s,
            allowed_s,
            every_s,
            next_s,
            passed_s: 0.0,
            before_s,
            can_pause,
            started,
            longest_s,
            is_virtual,
            seen: None,
        }
    }

    /// Whether it leads nowhere to go on: the case allows more time than the run, so there will be no verdict,
    /// and the target has said the same for a while without a sign of anything pending.
    fn is_idle(&mut self, session: &Session<'_>) -> bool {
        if !self.is_cut() {
            return false;
        }
        let answer = session
            .last
            .as_ref()
            .and_then(|(_, answer)| answer.as_ref());
        let body = answer
            .map(|answer| answer.raw.body.clone())
            .unwrap_or_default();
        let text = String::from_utf8_lossy(&body);
        let is_pending = text.contains("ING\"") || text.contains("IN_PROGRESS");
        match &self.seen {
            Some((known, since)) if *known == body && !is_pending => {
                since.elapsed().as_secs_f64() > UNCHANGED_S
            }
            _ => {
                self.seen = Some((body, Instant::now()));
                false
            }
        }
    }

    /// Whether the run ends it before the case would.
    fn is_cut(&self) -> bool {
        self.allowed_s < self.within_s - self.before_s
    }

    /// Pauses; `false` if there is no time left.
    pub async fn pause(&mut self, session: &Session<'_>) -> Result<bool, Stop> {
        session.check_interrupted()?;
        let passed_s = if self.is_virtual {
            self.passed_s
        } else {
            self.started.elapsed().as_secs_f64()
        };
        let left_s = self.allowed_s - passed_s;
        if left_s <= 0.0 || self.is_idle(session) {
            return Ok(false);
        }
        let pause_s = self.next_s.min(left_s).max(0.001);
        session
            .target
            .wait(Duration::from_secs_f64(pause_s))
            .await
            .map_err(|error| Stop::Indeterminate(error.to_string()))?;
        self.passed_s += pause_s;
        if self.every_s.is_none() {
            self.next_s = (self.next_s * 1.5).min(self.longest_s);
        }
        Ok(true)
    }

    /// What it means that the time is up: `fail` if the case's own time is, else not behaviour.
    pub fn over(&self, fail: Stop) -> Stop {
        if self.is_cut() && self.can_pause {
            return Stop::Pause(Pause::Poll {
                polled_s: self.before_s + self.started.elapsed().as_secs_f64(),
                within_s: self.within_s,
            });
        }
        if self.is_cut() {
            let last = match &fail {
                Stop::Fail(failure) => failure.told(),
                _ => String::new(),
            };
            return Stop::Indeterminate(format!(
                "{CUT_SHORT}, the case allows {} s and the run {} s (see --max-wait): {last}",
                self.within_s, self.allowed_s
            ));
        }
        fail
    }
}
