//! The seam to the runtime: the only file that names madsim.
//!
//! Madsim brings the executor (which of the tasks that could run does run is drawn from the seed), the virtual clock and
//! the interception of whatever would ask the machine for time or entropy. Everything else in this crate knows no more
//! than the functions here: when it is, waiting, tasks.
//!
//! A fresh OS thread for each run: on a used one the seeds of the standard library's hash maps would be others. Madsim's
//! sleeps are never shorter than a millisecond, and its wake-ups have a jitter of nanoseconds; how its time is read is the
//! [`Pace`] of a run.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use madsim::runtime::Runtime;
use madsim::task::JoinHandle;
use madsim::time::TimeHandle;

#[cfg(not(madsim))]
compile_error!(
    "the simulation needs `--cfg madsim`, which .cargo/config.toml of this repository sets: build from its folder, \
     without a RUSTFLAGS variable (`cargo install --path`, not `--git`)"
);

/// When every run begins, in microseconds since the Unix epoch: 2026-01-01T00:00:00Z.
pub const EPOCH_US: i64 = 1_767_225_600_000_000;

/// How virtual time is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// As madsim tells it: what waits by madsim's own functions waits as long as it says, a millisecond at least.
    #[default]
    Real,
    /// One microsecond is one of madsim's milliseconds: every instant is exact.
    Exact,
}

thread_local! {
    /// The pace of the run on this thread.
    static PACE: Cell<Pace> = const { Cell::new(Pace::Real) };
}

/// Runs a simulation to its end on a thread of its own.
///
/// # Errors
/// The simulation panicked: its message.
pub fn run<T, F>(seed: u64, pace: Pace, simulation: impl FnOnce() -> F + Send) -> Result<T, String>
where
    T: Send,
    F: Future<Output = T>,
{
    let ended = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name(format!("seed {seed}"));
        let thread = thread.spawn_scoped(scope, move || {
            PACE.set(pace);
            let runtime = Runtime::with_seed_and_config(seed, madsim::Config::default());
            runtime.block_on(simulation())
        });
        thread.map(std::thread::ScopedJoinHandle::join)
    });
    ended.map_err(|error| error.to_string())?.map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        text.unwrap_or("a panic without a message").to_owned()
    })
}

/// The true time: what no node of the specimen knows. Microseconds since the Unix epoch.
pub fn now_us() -> i64 {
    EPOCH_US.saturating_add(elapsed_us())
}

/// The virtual time since the run began, in microseconds.
pub fn elapsed_us() -> i64 {
    let elapsed = TimeHandle::current().elapsed();
    let us = match PACE.get() {
        Pace::Real => elapsed.as_micros(),
        Pace::Exact => elapsed.as_millis(),
    };
    i64::try_from(us).unwrap_or(i64::MAX)
}

/// Waits for so many microseconds of true time.
pub fn sleep_us(us: i64) -> Sleep {
    Sleep::until(now_us().saturating_add(us.max(0)))
}

/// A wait for an instant of true time.
#[derive(Debug)]
pub struct Sleep {
    until_us: i64,
    /// Madsim enters a timer at each poll: it is polled once.
    armed: bool,
}

impl Sleep {
    /// Until this instant, in microseconds since the Unix epoch.
    pub fn until(until_us: i64) -> Self {
        Self {
            until_us,
            armed: false,
        }
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let left_us = self.until_us.saturating_sub(now_us());
        if left_us <= 0 {
            return Poll::Ready(());
        }
        if !self.armed {
            self.armed = true;
            let left_us = u64::try_from(left_us).unwrap_or(u64::MAX);
            let wait = match PACE.get() {
                Pace::Real => Duration::from_micros(left_us),
                Pace::Exact => Duration::from_millis(left_us),
            };
            let mut timer = madsim::time::sleep(wait);
            let _pending = Pin::new(&mut timer).poll(context);
        }
        Poll::Pending
    }
}

/// What the future gives, or nothing when it takes longer than so many microseconds.
pub async fn within_us<T>(us: i64, future: impl Future<Output = T>) -> Option<T> {
    let mut future = std::pin::pin!(future);
    let mut sleep = sleep_us(us);
    std::future::poll_fn(move |context| {
        if let Poll::Ready(done) = future.as_mut().poll(context) {
            return Poll::Ready(Some(done));
        }
        Pin::new(&mut sleep).poll(context).map(|()| None)
    })
    .await
}

/// A task that runs beside the others.
#[derive(Debug)]
pub struct Task(JoinHandle<()>);

impl Task {
    /// Ends the task where it stands.
    pub fn abort(&self) {
        self.0.abort();
    }
}

/// Starts a task.
pub fn spawn(future: impl Future<Output = ()> + 'static) -> Task {
    Task(madsim::task::spawn_local(future))
}
