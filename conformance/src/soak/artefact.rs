//! What is done to the tables as a whole, beside the clients: artefacts are taken, restored, read and deleted.
//!
//! Each deed is a task of its own, a few at a time. What a target has not got is noted once and left out; what goes
//! wrong for a reason of the run's own making (a table that is being deleted) is counted and told at the end.

mod backup;
mod deletion;
mod export;
mod point_in_time;
mod read;
mod table;
mod wait;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lookback_traffic::{Deed, DeedKind, Pause, Step, Traffic};
use serde_json::Value;
use tokio::sync::{OnceCell, Semaphore};
use tokio::task::JoinSet;

use super::caller::Caller;
use crate::run::Answer;

pub use table::create;

/// How many artefacts are under way at one time: the service restores 50 tables at once (API model).
const AT_ONCE: u32 = 32;
/// How often and after which pauses a new table is tried until backups are enabled.
const ENABLED_TRIES: u32 = 10;
const ENABLED_PAUSE: Duration = Duration::from_secs(1);
/// The band of an artefact on each side of its anchor, in microseconds: what bursts aim at (CONSISTENCY-001).
const BAND_US: i64 = 60_000_000;
/// One restore in so many is an export, where the target has S3.
const EXPORT_EVERY: u64 = 3;

/// The artefacts of a run.
pub struct Driver {
    caller: Caller,
    traffic: Traffic,
    /// Who the calls are by: the numbers after the last client's, those that are free.
    lanes: Mutex<BTreeSet<u32>>,
    /// Where the names of what is made go on from.
    number: AtomicU64,
    prefix: String,
    /// Whether the bucket of this run was made.
    bucket_made: OnceCell<()>,
    bands: Arc<Bands>,
    at_once: Arc<Semaphore>,
    notes: Mutex<Notes>,
    /// A table that is being deleted and made again is let alone by everything else.
    tables: Vec<tokio::sync::RwLock<()>>,
    /// When the target must be done, in microseconds on the recorder's clock; not there until the load has ended.
    deadline_us: Mutex<Option<i64>>,
}

/// What was left out, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// Operations that the target has not got.
    pub lacks: BTreeSet<String>,
    /// What went otherwise than planned, and how often.
    pub oddities: BTreeMap<String, u32>,
    /// Files of exports that contradict each other, and how often: no load and no fault explains that.
    pub contradictions: BTreeMap<String, u32>,
}

/// The instants at which bands of artefacts end, on the recorder's clock.
#[derive(Debug, Default)]
pub struct Bands(Mutex<BTreeSet<i64>>);

impl Bands {
    fn lock(&self) -> MutexGuard<'_, BTreeSet<i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, anchor_us: i64) {
        self.lock().insert(anchor_us + BAND_US);
    }

    /// The next end of a band after this time.
    pub fn next_edge_us(&self, now_us: i64) -> Option<i64> {
        self.lock().range(now_us + 1..).next().copied()
    }
}

/// Why an artefact comes to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stop {
    /// The target has not got the operation.
    Lacking(String),
    /// Something else, in words that are the same for the same reason.
    Odd(String),
    /// It contradicts itself, in such words.
    Contradiction(String),
}

impl Driver {
    /// For the tables of this traffic.
    pub fn new(
        caller: Caller,
        traffic: Traffic,
        client: u32,
        prefix: &str,
        bands: Arc<Bands>,
    ) -> Self {
        let tables = traffic.names().iter().map(|_| tokio::sync::RwLock::new(()));
        Self {
            tables: tables.collect(),
            number: AtomicU64::new(traffic.names().len() as u64),
            caller,
            traffic,
            lanes: Mutex::new((client..client + AT_ONCE).collect()),
            prefix: prefix.to_owned(),
            bucket_made: OnceCell::new(),
            bands,
            at_once: Arc::new(Semaphore::new(AT_ONCE as usize)),
            notes: Mutex::default(),
            deadline_us: Mutex::new(None),
        }
    }

    /// Does deeds until the clock shows `end_us`, then waits for those that are under way until `deadline_us`.
    pub async fn run(self: &Arc<Self>, end_us: i64, deadline_us: i64) {
        let mut tasks = JoinSet::new();
        for step in self.traffic.deeds() {
            let now_us = self.caller.time.now_us();
            if self.caller.time.is_stopped() || now_us >= end_us {
                break;
            }
            match step {
                Step::Pause(Pause::For { us }) => {
                    let us = i64::try_from(us).unwrap_or(i64::MAX);
                    let until_us = now_us.saturating_add(us).min(end_us);
                    let _part = self.caller.time.take_part();
                    self.caller.time.sleep_until(until_us).await;
                }
                Step::Deed(deed) => {
                    // Where artefacts take longer than the pauses between them, the next one waits its turn.
                    let Ok(permit) = self.at_once.clone().acquire_owned().await else {
                        break;
                    };
                    let driver = self.clone();
                    tasks.spawn(async move {
                        driver.deed(deed).await;
                        drop(permit);
                    });
                }
                _ => {}
            }
            while tasks.try_join_next().is_some() {}
        }
        *self.deadline() = Some(deadline_us);
        while tasks.join_next().await.is_some() {}
        self.remove_bucket().await;
    }

    /// What was left out, and why.
    pub fn notes(&self) -> Notes {
        self.lock_notes().clone()
    }

    async fn deed(&self, deed: Deed) {
        let _part = self.caller.time.take_part();
        let Some(name) = self.traffic.names().get(deed.table) else {
            return;
        };
        let client = self.lanes().pop_first().unwrap_or_default();
        let errand = Errand {
            driver: self,
            client,
        };
        let done = match deed.kind {
            DeedKind::Backup => errand.back_up(deed, name, 1).await,
            DeedKind::BackupTwice => errand.back_up(deed, name, 2).await,
            DeedKind::RecoveryOn => errand.recovery(deed, name, true).await,
            DeedKind::RecoveryOff => errand.recovery(deed, name, false).await,
            DeedKind::RestoreToSecond
            | DeedKind::RestoreToMillisecond
            | DeedKind::RestoreToLatest => match errand.instead(deed) {
                Some(draw) => errand.export(Deed { draw, ..deed }, name).await,
                None => errand.look_back(deed, name).await,
            },
            DeedKind::DeleteTable => errand.delete(deed, name).await,
        };
        self.lanes().insert(client);
        match done {
            Ok(()) => {}
            Err(Stop::Lacking(operation)) => {
                self.lock_notes().lacks.insert(operation);
            }
            Err(Stop::Odd(why)) => *self.lock_notes().oddities.entry(why).or_default() += 1,
            Err(Stop::Contradiction(why)) => {
                *self.lock_notes().contradictions.entry(why).or_default() += 1;
            }
        }
    }

    /// A name that nothing in this run has had.
    fn fresh_name(&self, word: &str) -> String {
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        format!("{}-{number}-{word}", self.prefix)
    }

    /// A call that is not written down.
    async fn asked(&self, operation: &str, body: &Value) -> Result<Answer, Stop> {
        self.has(operation)?;
        let answer = self.caller.ask(operation, body).await;
        let answer = answer.map_err(|_| Stop::Odd(format!("{operation}: no answer")))?;
        judged(operation, answer)
    }

    fn has(&self, operation: &str) -> Result<(), Stop> {
        if self.lock_notes().lacks.contains(operation) {
            return Err(Stop::Lacking(operation.to_owned()));
        }
        Ok(())
    }

    fn lanes(&self) -> MutexGuard<'_, BTreeSet<u32>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn deadline(&self) -> MutexGuard<'_, Option<i64>> {
        self.deadline_us
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// One deed being done: its calls are those of one client.
struct Errand<'a> {
    driver: &'a Driver,
    client: u32,
}

impl Deref for Errand<'_> {
    type Target = Driver;

    fn deref(&self) -> &Driver {
        self.driver
    }
}

impl Errand<'_> {
    /// A call that is written down; its id and its answer.
    async fn recorded(&self, operation: &str, body: &Value) -> Result<(u64, Answer), Stop> {
        self.has(operation)?;
        let (id, answer) = self.caller.call_with(self.client, operation, body).await;
        let answer = answer.ok_or_else(|| Stop::Odd(format!("{operation}: no answer")))?;
        judged(operation, answer).map(|answer| (id, answer))
    }

    /// Whether a restore is to be an export, and what that is drawn from.
    fn instead(&self, deed: Deed) -> Option<u64> {
        let can =
            self.caller.target.buckets().is_some() && self.has("ExportTableToPointInTime").is_ok();
        (can && deed.draw.is_multiple_of(EXPORT_EVERY)).then_some(deed.draw / EXPORT_EVERY)
    }

    /// The same, again while backups are not enabled yet: a new table takes a few seconds (BACKUP-CREATE-011).
    async fn once_enabled(&self, operation: &str, body: &Value) -> Result<(u64, Answer), Stop> {
        for _ in 0..ENABLED_TRIES {
            match self.recorded(operation, body).await {
                Err(Stop::Odd(why)) if why.ends_with("ContinuousBackupsUnavailableException") => {
                    self.caller.time.sleep(ENABLED_PAUSE).await;
                }
                done => return done,
            }
        }
        Err(Stop::Odd(format!(
            "{operation}: backups are not enabled in time"
        )))
    }
}

/// An answer that is a success, or why it is none.
fn judged(operation: &str, answer: Answer) -> Result<Answer, Stop> {
    if answer.is_ok() {
        return Ok(answer);
    }
    let unsupported = answer.error() == Some("UnsupportedOperationException");
    if unsupported || answer.not_implemented().is_some() {
        return Err(Stop::Lacking(operation.to_owned()));
    }
    let status = || format!("HTTP {}", answer.raw.status);
    let error = answer.error().map_or_else(status, str::to_owned);
    Err(Stop::Odd(format!("{operation}: {error}")))
}
