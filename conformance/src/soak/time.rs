//! The recorder's clock, and whoever waits for it.
//!
//! It is this machine's monotone clock plus whatever the target's clock was moved by. Calls pass a gate that is shut
//! while the clock is moved: no call is under way then, so that a move is a clean cut in every call's time.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard, watch};

/// The recorder's clock, in microseconds since the run began.
#[derive(Debug)]
pub struct Time {
    started: Instant,
    moved_us: AtomicI64,
    gate: RwLock<()>,
    /// Told of every move and of the stop.
    changes: watch::Sender<()>,
    stopped: AtomicBool,
    sleepers: Mutex<Sleepers>,
    /// Tasks that are doing something: not asleep.
    awake: AtomicUsize,
    movable: bool,
}

#[derive(Debug, Default)]
struct Sleepers {
    next: u64,
    /// When each wakes, and whether a move must not pass that time.
    wakes: BTreeMap<u64, (i64, bool)>,
}

/// A task that takes part in the run: while it is awake the clock is not moved at once.
#[derive(Debug)]
pub struct Awake<'a>(&'a Time);

impl Drop for Awake<'_> {
    fn drop(&mut self) {
        self.0.awake.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A task that sleeps until a time.
struct Asleep<'a> {
    time: &'a Time,
    id: u64,
}

impl Drop for Asleep<'_> {
    fn drop(&mut self) {
        self.time.sleepers().wakes.remove(&self.id);
        self.time.awake.fetch_add(1, Ordering::Relaxed);
    }
}

impl Time {
    /// Begins now. `movable`: whether somebody moves it.
    pub fn new(movable: bool) -> Self {
        Self {
            started: Instant::now(),
            moved_us: AtomicI64::new(0),
            gate: RwLock::new(()),
            changes: watch::Sender::new(()),
            stopped: AtomicBool::new(false),
            sleepers: Mutex::default(),
            awake: AtomicUsize::new(0),
            movable,
        }
    }

    /// Microseconds since the run began, moves included.
    pub fn now_us(&self) -> i64 {
        self.real_us()
            .saturating_add(self.moved_us.load(Ordering::SeqCst))
    }

    /// Microseconds of this machine since the run began, without moves.
    pub fn real_us(&self) -> i64 {
        i64::try_from(self.started.elapsed().as_micros()).unwrap_or(i64::MAX)
    }

    /// Whether somebody moves it.
    pub fn is_movable(&self) -> bool {
        self.movable
    }

    /// Moves the clock on and wakes whoever waited for that. Only the recorder calls this, with its entry.
    pub(super) fn jump(&self, by_us: i64) {
        self.moved_us.fetch_add(by_us, Ordering::SeqCst);
        self.changes.send_replace(());
    }

    /// Takes part in the run from now on.
    pub fn take_part(&self) -> Awake<'_> {
        self.awake.fetch_add(1, Ordering::Relaxed);
        Awake(self)
    }

    /// Whether everybody who takes part is asleep.
    pub fn all_asleep(&self) -> bool {
        self.awake.load(Ordering::Relaxed) == 0
    }

    /// Ends all waiting: the run is over.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
        self.changes.send_replace(());
    }

    /// Whether the run is over.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Holds the gate open for a call.
    pub async fn pass(&self) -> RwLockReadGuard<'_, ()> {
        self.gate.read().await
    }

    /// Shuts the gate for a move, once no call is under way.
    pub async fn shut(&self) -> RwLockWriteGuard<'_, ()> {
        self.gate.write().await
    }

    /// Waits until the clock shows this time, or the run is over; a move may pass it.
    pub async fn sleep_until(&self, at_us: i64) {
        self.wait(at_us, false).await;
    }

    /// The same, and no move passes it.
    pub async fn sleep_exactly_until(&self, at_us: i64) {
        self.wait(at_us, true).await;
    }

    /// Lets so much time pass.
    pub async fn sleep(&self, time: Duration) {
        let us = i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
        self.sleep_until(self.now_us().saturating_add(us)).await;
    }

    async fn wait(&self, at_us: i64, exactly: bool) {
        let mut changes = self.changes.subscribe();
        let _asleep = self.fall_asleep(at_us, exactly);
        loop {
            let left_us = at_us.saturating_sub(self.now_us());
            if left_us <= 0 || self.is_stopped() {
                return;
            }
            let left = Duration::from_micros(u64::try_from(left_us).unwrap_or(0));
            tokio::select! {
                () = tokio::time::sleep(left) => {}
                _ = changes.changed() => {}
            }
        }
    }

    fn fall_asleep(&self, at_us: i64, exactly: bool) -> Asleep<'_> {
        let mut sleepers = self.sleepers();
        sleepers.next += 1;
        let id = sleepers.next;
        sleepers.wakes.insert(id, (at_us, exactly));
        self.awake.fetch_sub(1, Ordering::Relaxed);
        Asleep { time: self, id }
    }

    /// When the next sleeper wakes, and the next one whose time no move may pass.
    pub fn next_wakes(&self) -> (Option<i64>, Option<i64>) {
        let sleepers = self.sleepers();
        let any = sleepers.wakes.values().map(|(at_us, _)| *at_us).min();
        let exact = sleepers.wakes.values().filter(|(_, exactly)| *exactly);
        (any, exact.map(|(at_us, _)| *at_us).min())
    }

    fn sleepers(&self) -> MutexGuard<'_, Sleepers> {
        self.sleepers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn a_move_wakes_whoever_waited_for_it() {
        let time = Arc::new(Time::new(true));
        let sleeper = tokio::spawn({
            let time = time.clone();
            async move {
                let _part = time.take_part();
                time.sleep(Duration::from_secs(3_600)).await;
                time.now_us()
            }
        });
        while time.next_wakes().0.is_none() {
            tokio::task::yield_now().await;
        }
        assert!(time.all_asleep());
        time.jump(3_600_000_000);
        assert!(sleeper.await.unwrap() >= 3_600_000_000);
        assert_eq!(time.next_wakes(), (None, None));
    }

    #[tokio::test]
    async fn a_stop_ends_all_waiting() {
        let time = Time::new(false);
        let _part = time.take_part();
        let wait = time.sleep(Duration::from_secs(3_600));
        let stop = async { time.stop() };
        tokio::join!(wait, stop);
        assert!(time.is_stopped());
    }

    #[tokio::test]
    async fn the_gate_waits_for_calls_under_way() {
        let time = Time::new(true);
        let call = time.pass().await;
        let shut = tokio::time::timeout(Duration::from_millis(20), time.shut()).await;
        assert!(shut.is_err());
        drop(call);
        drop(time.shut().await);
    }
}
