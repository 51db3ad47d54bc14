//! Whose time it is.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_smithy_async::rt::sleep::{AsyncSleep, SharedAsyncSleep, Sleep, TokioSleep};
use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use lookback_reference::END_US;

use crate::timers::Timers;

/// How time passes in a rehearsal.
#[derive(Clone, Debug, Default)]
pub struct Clock(Kind);

#[derive(Clone, Debug, Default)]
enum Kind {
    #[default]
    Own,
    Of(SharedTimeSource, SharedAsyncSleep),
}

impl Clock {
    /// Stands still while anybody has something to do, and jumps to the next due instant when all who are left sleep, be it
    /// in the SDK or in [`Rehearsal::sleep`](crate::Rehearsal::sleep).
    ///
    /// It sees the tasks of its own thread. While another thread computes, or something waits for a socket or for another
    /// timer, it may jump nevertheless.
    pub fn own() -> Self {
        Self::default()
    }

    /// Tokio's timer. Under `#[tokio::test(start_paused = true)]` tokio jumps when all tasks are idle, whatever they
    /// wait for; without it, time passes as it does. Make the rehearsal inside the runtime.
    pub fn tokio() -> Self {
        Self::of(TokioTime(tokio::time::Instant::now()), TokioSleep::new())
    }

    /// Any other clock: what it shows from now on, and how to wait for it. The rehearsal's time begins at its own start and
    /// runs with that of `source`.
    pub fn of(source: impl TimeSource + 'static, sleep: impl AsyncSleep + 'static) -> Self {
        Self(Kind::Of(
            SharedTimeSource::new(source),
            SharedAsyncSleep::new(sleep),
        ))
    }
}

#[derive(Debug)]
struct TokioTime(tokio::time::Instant);

impl TimeSource for TokioTime {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + self.0.elapsed()
    }
}

/// A clock at work: what the SDK and the service are bound to.
#[derive(Clone, Debug)]
pub(crate) struct Time(Arc<Running>);

#[derive(Debug)]
enum Running {
    Own(Arc<Timers>),
    Of {
        source: SharedTimeSource,
        sleep: SharedAsyncSleep,
        begun: SystemTime,
        moved: Mutex<Moved>,
    },
}

/// By how much the service's clock is ahead of the one that it runs with.
#[derive(Debug)]
struct Moved {
    ahead_us: i64,
    /// The latest instant that was shown: the floor of what comes.
    shown_us: i64,
}

impl Time {
    /// Begins at this instant, in microseconds since the Unix epoch.
    pub fn new(clock: Clock, start_us: i64) -> Self {
        Self(Arc::new(match clock.0 {
            Kind::Own => Running::Own(Arc::new(Timers::new(start_us))),
            Kind::Of(source, sleep) => Running::Of {
                begun: source.now(),
                source,
                sleep,
                moved: Mutex::new(Moved {
                    ahead_us: start_us,
                    shown_us: start_us,
                }),
            },
        }))
    }

    /// Microseconds since the Unix epoch; never before what it was.
    pub fn now_us(&self) -> i64 {
        self.advance(Duration::ZERO)
    }

    /// Lets time pass, and says what it is then.
    pub fn advance(&self, duration: Duration) -> i64 {
        let us = microseconds(duration);
        match &*self.0 {
            Running::Own(timers) if us == 0 => timers.now_us(),
            Running::Own(timers) => {
                timers.advance(us);
                timers.now_us()
            }
            Running::Of {
                source,
                begun,
                moved,
                ..
            } => {
                let passed_us =
                    microseconds(source.now().duration_since(*begun).unwrap_or_default());
                let mut moved = moved.lock().unwrap_or_else(PoisonError::into_inner);
                moved.ahead_us = moved.ahead_us.saturating_add(us).min(END_US);
                let now_us = moved.ahead_us.saturating_add(passed_us).min(END_US);
                moved.shown_us = moved.shown_us.max(now_us);
                moved.shown_us
            }
        }
    }
}

impl TimeSource for Time {
    fn now(&self) -> SystemTime {
        instant(self.now_us())
    }
}

impl AsyncSleep for Time {
    fn sleep(&self, duration: Duration) -> Sleep {
        match &*self.0 {
            Running::Own(timers) => Sleep::new(timers.sleep(duration)),
            Running::Of { sleep, .. } => sleep.sleep(duration),
        }
    }
}

/// What is longer than the calendar is as long as the calendar.
fn microseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

/// The instant so many microseconds after the Unix epoch.
pub(crate) fn instant(us: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_micros(u64::try_from(us).unwrap_or_default())
}
