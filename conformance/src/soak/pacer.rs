//! Moves a movable clock along: minutes pass in seconds.
//!
//! While clients are at work the clock moves in steps of a fraction of a second, between which whoever has woken does
//! its calls side by side; where somebody waits for an exact time, a step ends there. When only artefacts are waited
//! for it jumps from one waiting to the next.

use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use oorandom::Rand64;

use super::caller::{Caller, micros};
use super::estimate::Told;

/// The steps of the clock while clients are at work, in microseconds.
const STEP_US: std::ops::Range<u64> = 30_000..400_000;
/// The longest step while only artefacts are waited for, in microseconds.
const IDLE_STEP_US_MAX: i64 = 60_000_000;
/// The shortest step that is worth a request, in microseconds.
const STEP_US_MIN: i64 = 500;
/// How long those who have woken get before the next step, at most.
const TURN_MS_MAX: u32 = 15;
/// How often a clock is looked for that does not answer.
const LOST: Duration = Duration::from_millis(200);

/// Moves the clock of one run.
pub struct Pacer<'a> {
    /// How the target is reached without detours.
    pub caller: &'a Caller,
    /// Whether clients are at work.
    pub loading: &'a AtomicBool,
    /// Whether the clock stands still by itself: then it is made to run.
    pub stands_still: bool,
    /// What the steps are drawn from.
    pub draws: Rand64,
    /// When a clock that stands still was moved last, in microseconds of this machine's clock.
    pub followed_us: i64,
}

/// Whether a movable clock stands still between moves.
///
/// # Errors
/// It does not answer.
pub async fn stands_still(caller: &Caller) -> Result<bool, String> {
    let now = || async { caller.target.now().await.map_err(|error| error.to_string()) };
    let before = now().await?;
    tokio::time::sleep(Duration::from_millis(60)).await;
    Ok(now().await? - before < 0.02)
}

impl Pacer<'_> {
    /// Moves the clock on and on, if it can be moved; whoever runs it ends it with the run.
    pub async fn run(mut self) -> Infallible {
        while self.caller.time.is_movable() && !self.caller.time.is_stopped() {
            self.turn().await;
            let step_us = self.step_us();
            if step_us < STEP_US_MIN && !self.stands_still {
                continue;
            }
            if self.caller.is_away() || self.move_on(step_us.max(0)).await.is_err() {
                tokio::time::sleep(LOST).await;
                self.find().await;
            }
        }
        std::future::pending().await
    }

    /// Lets those who have woken do what they woke for.
    async fn turn(&self) {
        for _ in 0..TURN_MS_MAX {
            tokio::time::sleep(Duration::from_millis(1)).await;
            if self.caller.time.all_asleep() {
                return;
            }
        }
    }

    fn step_us(&mut self) -> i64 {
        let time = &self.caller.time;
        let (any, exact) = time.next_wakes();
        let now_us = time.now_us();
        let until = |at_us: Option<i64>| at_us.map(|at_us| at_us - now_us);
        if self.loading.load(Ordering::Relaxed) {
            let drawn = self.draws.rand_range(STEP_US);
            let drawn = i64::try_from(drawn).unwrap_or(STEP_US_MIN);
            until(exact).map_or(drawn, |until| until.min(drawn))
        } else {
            until(any).map_or(0, |until| until.min(IDLE_STEP_US_MAX))
        }
    }

    /// Moves both clocks by so much.
    async fn move_on(&mut self, step_us: i64) -> Result<(), ()> {
        let caller = self.caller;
        let _gate = caller.time.shut().await;
        let mut target_us = step_us;
        if self.stands_still {
            let real_us = caller.time.real_us();
            target_us += real_us - self.followed_us;
            self.followed_us = real_us;
        }
        let by = Duration::from_micros(u64::try_from(target_us).unwrap_or(0));
        caller.target.wait(by).await.map_err(drop)?;
        if step_us > 0 {
            caller.recorder.moved(step_us);
        }
        Ok(())
    }

    /// After a move that may or may not have happened: looks where the clock is now.
    async fn find(&mut self) {
        let _gate = self.caller.time.shut().await;
        self.followed_us = self.caller.time.real_us();
        self.look().await;
    }

    async fn look(&self) {
        let called_us = self.caller.time.now_us();
        if let Ok(now_s) = self.caller.target.now().await {
            self.caller.tell(Told {
                called_us,
                returned_us: self.caller.time.now_us(),
                told_us: micros(now_s),
                unit_us: 1_000,
                doubted: false,
            });
        }
    }
}
