//! Runs cases against a target and gives verdicts.
//!
//! ```text
//! many ── case ──┬── prepare    the tables that stand ready
//!                ├── suspend    where it is put aside for days, and continued (crate::resume)
//!                ├── step ──┬── call, pages ── send ── judge
//!                │          ├── table, items, export ── poll
//!                │          ├── put, objects, object ── files   the target's S3
//!                │          └── wait, let, each
//!                └── teardown   whatever the case has made
//! ```
//!
//! A step that ends a case does so with a [`Stop`]. What is no behaviour (a throttle, a time-out, a broken
//! connection) never becomes a *fail*.

pub mod answer;
mod call;
mod case;
mod each;
mod export;
mod files;
mod identity;
mod items;
pub mod judge;
mod many;
mod pages;
mod poll;
mod prepare;
mod send;
mod service_clock;
mod session;
mod step;
mod suspend;
mod table;
mod teardown;
mod values;
pub mod verdict;
mod wait;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub use answer::Answer;
pub use case::run_case;
pub use many::{Lost, run_many};
pub use verdict::{CaseRun, Failure, Observed, Verdict};

pub(crate) use suspend::{instant, is_gone};
pub(crate) use teardown::Made;

use crate::resume::Keeper;
use identity::Identity;

/// How cases are run.
#[derive(Clone, Debug)]
pub struct Options {
    /// What names of this run start with: letters, digits and `-`.
    pub prefix: String,
    /// The longest real wait of a case; waits on a movable clock take no time and have no bound.
    pub wait_s_max: f64,
    /// The first of five pauses, each twice the one before it, after which an unreachable target is given up: 15.5 s in all.
    pub reconnect_pause: Duration,
    /// What the cases of one run find out for each other.
    pub shared: Arc<Shared>,
    /// Keeps cases whose waits are longer than that for a later run.
    pub keeper: Option<Arc<Keeper>>,
}

/// What the cases of one run find out for each other.
#[derive(Debug, Default)]
pub struct Shared {
    /// Set to end the run early: cases stop at their next step and clean up.
    pub interrupted: AtomicBool,
    /// Waiting until backups can be taken leads nowhere here.
    settle_is_hopeless: AtomicBool,
    identity: tokio::sync::OnceCell<Identity>,
}

const RECONNECT_PAUSE: Duration = Duration::from_millis(500);

impl Options {
    /// A run with a prefix of its own and the default bound of 90 s.
    pub fn new() -> Self {
        Self {
            prefix: format!("lb-{}", run_id()),
            wait_s_max: 90.0,
            reconnect_pause: RECONNECT_PAUSE,
            shared: Arc::default(),
            keeper: None,
        }
    }

    /// A run whose cases may be continued by later ones: its names say so, and no sweep takes them unasked.
    pub fn resumable(keeper: Arc<Keeper>, wait_s_max: f64) -> Self {
        Self {
            prefix: format!("lb-r{}", run_id()),
            wait_s_max,
            keeper: Some(keeper),
            ..Self::new()
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

/// Milliseconds of this machine's clock in base 36: short, and in the order of the runs.
fn run_id() -> String {
    let mut rest = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or(Duration::ZERO)
        .as_millis();
    let mut digits = Vec::new();
    while rest > 0 {
        digits.push(char::from_digit((rest % 36) as u32, 36).unwrap_or('0'));
        rest /= 36;
    }
    digits.iter().rev().collect()
}

#[cfg(test)]
mod tests;
