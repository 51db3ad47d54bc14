//! Exports and imports beside the requests: they are worked off while other requests are answered.

use std::sync::{Arc, Weak};
use std::time::Duration;

use lookback_reference::Service;
use tokio::runtime::Handle;
use tokio::sync::Mutex;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::http::{Served, State};
use crate::s3::{Office, Store, is_due, work_off};

/// How often a clock that runs by itself is looked at.
const TICK: Duration = Duration::from_millis(100);
/// How long whoever waits for files waits, less than the minute after which clients give a call up; the work goes on behind.
const PATIENCE: Duration = Duration::from_secs(50);

/// The exports and imports of one server.
pub struct Files {
    room: Room,
    store: Arc<Store>,
    /// Held by whoever works.
    working: Arc<Mutex<()>>,
}

/// The way to the model.
#[derive(Clone)]
struct Room(Arc<Mutex<Served>>);

impl Office for Room {
    fn enter<R>(&self, work: impl FnOnce(&mut Service, i64) -> R) -> Option<R> {
        let mut served = self.0.blocking_lock();
        let now_us = served.clock.now_us();
        served.backend.files().map(|service| work(service, now_us))
    }
}

impl Files {
    /// What comes due in this model is written to and read from these buckets.
    pub(super) fn new(served: Arc<Mutex<Served>>, store: Arc<Store>) -> Self {
        Self {
            room: Room(served),
            store,
            working: Arc::default(),
        }
    }

    async fn is_due(&self) -> bool {
        let mut served = self.room.0.lock().await;
        let now_us = served.clock.now_us();
        served
            .backend
            .files()
            .is_some_and(|service| service.files_due(now_us))
    }

    /// Waits until everything that has come due is done, for a while at least.
    pub async fn settle(&self) {
        if !self.is_due().await && self.working.try_lock().is_ok() {
            return;
        }
        let (room, store) = (self.room.clone(), Arc::clone(&self.store));
        let working = Arc::clone(&self.working);
        let work = tokio::spawn(async move {
            let turn = working.lock_owned().await;
            let runtime = Handle::current();
            let worked = tokio::task::spawn_blocking(move || {
                if is_due(&room) {
                    work_off(&room, &store, &runtime);
                }
            });
            if let Err(error) = worked.await {
                tracing::error!(%error, "an export or an import broke off; this is a defect of Lookback");
            }
            drop(turn);
        });
        let _ = timeout(PATIENCE, work).await;
    }
}

/// Works off what comes due on a clock that runs by itself, for as long as the server lives.
pub(super) fn watch(state: Weak<State>) {
    tokio::spawn(async move {
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            match state.upgrade() {
                Some(state) => state.files.settle().await,
                None => return,
            }
        }
    });
}
