//! The clock of its own: it stands still while anybody has something to do.
//!
//! Nobody tells a clock that the program is idle. But whoever sleeps is polled, and can find out: the sleeper that is due
//! first gives way, again and again, to whatever else could run. When nothing has happened for [`QUIET_TURNS`] turns,
//! the clock jumps to its instant. Work on other threads, sockets and other timers cannot be seen that way.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use lookback_reference::END_US;

/// How often the sleeper that is due first lets the others go ahead. A task that was woken needs one turn; what is woken by
/// it, another.
const QUIET_TURNS: u32 = 64;

/// When a sleeper is due, in microseconds since the Unix epoch, and which of several.
type Due = (i64, u64);

/// The time and those who wait for it.
#[derive(Debug)]
pub(crate) struct Timers(Mutex<State>);

#[derive(Debug)]
struct State {
    now_us: i64,
    sleepers: BTreeMap<Due, Waker>,
    /// Sleeps begun and calls made: while this grows, somebody is at work.
    deeds: u64,
}

impl Timers {
    pub fn new(start_us: i64) -> Self {
        Self(Mutex::new(State {
            now_us: start_us,
            sleepers: BTreeMap::new(),
            deeds: 0,
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn now_us(&self) -> i64 {
        self.state().now_us
    }

    /// Lets time pass, and wakes whoever slept until then.
    pub fn advance(&self, us: i64) {
        let mut state = self.state();
        state.deeds += 1;
        let to_us = state.now_us.saturating_add(us);
        let woken = state.jump(to_us);
        drop(state);
        wake(woken);
    }

    pub fn sleep(self: &Arc<Self>, duration: Duration) -> Sleeping {
        let mut state = self.state();
        state.deeds += 1;
        let us = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        Sleeping {
            due: (state.now_us.saturating_add(us).min(END_US), state.deeds),
            timers: Arc::clone(self),
            deeds: 0,
            quiet_turns: 0,
        }
    }
}

impl State {
    /// Moves the clock, never backwards. Who is to be woken: all who are due, and the next one, who has to find out
    /// whether it is time.
    fn jump(&mut self, to_us: i64) -> Vec<Waker> {
        self.now_us = self.now_us.max(to_us.min(END_US));
        let later = self.sleepers.split_off(&(self.now_us, u64::MAX));
        let due = std::mem::replace(&mut self.sleepers, later);
        due.into_values().chain(self.first()).collect()
    }

    fn first(&self) -> Option<Waker> {
        self.sleepers
            .first_key_value()
            .map(|(_, waker)| waker.clone())
    }
}

/// Not while the state is held: a waker is code of the executor's.
fn wake(wakers: impl IntoIterator<Item = Waker>) {
    wakers.into_iter().for_each(Waker::wake);
}

/// A sleep in virtual time.
#[derive(Debug)]
#[must_use = "a sleep that nobody awaits does not happen"]
pub(crate) struct Sleeping {
    timers: Arc<Timers>,
    due: Due,
    /// What had been done at the last turn.
    deeds: u64,
    quiet_turns: u32,
}

impl Future for Sleeping {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let timers = Arc::clone(&self.timers);
        let mut state = timers.state();
        if state.now_us >= self.due.0 {
            return Poll::Ready(());
        }
        state.sleepers.insert(self.due, context.waker().clone());
        if state.sleepers.first_key_value().map(|(due, _)| *due) != Some(self.due) {
            // Whoever is before wakes this one when it is gone.
            return Poll::Pending;
        }
        if self.deeds != state.deeds {
            self.deeds = state.deeds;
            self.quiet_turns = 0;
        }
        self.quiet_turns += 1;
        if self.quiet_turns < QUIET_TURNS {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        state.sleepers.remove(&self.due);
        let woken = state.jump(self.due.0);
        drop(state);
        wake(woken);
        Poll::Ready(())
    }
}

impl Drop for Sleeping {
    fn drop(&mut self) {
        let mut state = self.timers.state();
        let removed = state.sleepers.remove(&self.due);
        let next = removed.is_some().then(|| state.first()).flatten();
        drop(state);
        wake(next);
    }
}
