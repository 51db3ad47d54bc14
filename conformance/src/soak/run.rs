//! All of it together: tables, clients, deeds, the clock, and the end.

use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lookback_checker::History;
use lookback_checker::history::Header;
use lookback_traffic::{Profile, Traffic};
use oorandom::Rand64;
use serde_json::json;
use tokio::task::JoinSet;

use super::artefact::{Bands, Driver, Notes, create};
use super::caller::{Caller, set};
use super::client;
use super::estimate::Estimator;
use super::faults::proxy::Proxy;
use super::faults::restart::{Restart, restart_within};
use super::pacer::{Pacer, stands_still};
use super::recorder::Recorder;
use super::time::Time;
use crate::target::Target;

/// By how much a clock that stands still may lag behind the recorder's between two moves, in microseconds.
const SLACK_US: i64 = 200_000;
/// How long artefacts may take on a movable clock after the load has ended, in microseconds: longer than any legal
/// restore.
const DRAIN_US: i64 = 4 * 3_600 * 1_000_000;
/// The most pages of the last reading of a table.
const LAST_PAGES_MAX: u32 = 10_000;

/// What a soak does.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What everything is drawn from.
    pub seed: u64,
    /// What is done how often.
    pub profile: Profile,
    /// How many clients, each one call at a time.
    pub clients: u32,
    /// How long the clients work, in seconds of the target's clock.
    pub seconds: f64,
    /// How long artefacts that are under way may take after that on a clock that cannot be moved, in seconds.
    pub wait_s_max: f64,
    /// What names of this run start with.
    pub prefix: String,
    /// What is run in the middle to restart the target.
    pub restart: Option<String>,
    /// What the history says of itself.
    pub header: Header,
    /// Where the history is written while it is made.
    pub file: Option<PathBuf>,
}

/// Where a soak stands, for whoever watches.
#[derive(Debug, Default)]
pub struct Progress {
    /// Calls so far.
    pub calls: AtomicU64,
    /// Artefacts so far.
    pub artefacts: AtomicU64,
    /// Seconds on the target's clock so far.
    pub passed_s: AtomicU64,
}

/// What a soak has recorded.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// What happened.
    pub history: History,
    /// What was left out, and why.
    pub notes: Notes,
    /// Tables that nobody has deleted and that are gone.
    pub lost: Vec<String>,
    /// Whether it was ended early.
    pub interrupted: bool,
}

/// Why a soak could not be made: one line.
#[derive(Debug, thiserror::Error)]
pub enum SoakError {
    /// The history cannot be written.
    #[error("cannot write the history: {0}; give another file")]
    History(#[from] std::io::Error),
    /// A table cannot be made.
    #[error("{0}; see whether the target is as it should be")]
    Table(String),
    /// Its clock does not answer.
    #[error("the target's clock does not answer: {0}")]
    Clock(String),
}

/// Runs a plan against a target until its end, or until `stop` is ready. What goes through `faulty` goes wrong now
/// and then: clients use it where it is there, artefacts never.
///
/// # Errors
/// The run could not be made at all.
pub async fn soak(
    plan: &Plan,
    target: Arc<dyn Target>,
    faulty: Option<(Arc<dyn Target>, &Proxy)>,
    progress: &Progress,
    stop: impl Future<Output = ()>,
) -> Result<Recorded, SoakError> {
    let time = Arc::new(Time::new(target.describe().movable_clock));
    let recorder = Arc::new(Recorder::begin(
        time.clone(),
        plan.header.clone(),
        plan.file.as_deref(),
    )?);
    let mut caller = Caller {
        target,
        recorder: recorder.clone(),
        time: time.clone(),
        estimator: Arc::new(Mutex::new(Estimator::new(0))),
        away: Arc::default(),
    };
    let mut still = false;
    if time.is_movable() {
        still = stands_still(&caller).await.map_err(SoakError::Clock)?;
        if still {
            caller.estimator = Arc::new(Mutex::new(Estimator::new(SLACK_US)));
        }
    }
    let work = Work {
        plan,
        traffic: Traffic::new(plan.seed, &plan.profile, &plan.prefix),
        by_faults: faulty
            .as_ref()
            .map(|(target, _)| caller.by_way_of(target.clone())),
        caller: &caller,
        loading: AtomicBool::new(true),
    };
    if let Some((_, proxy)) = &faulty {
        proxy.tell(recorder.clone());
    }
    let pacer = Pacer {
        caller: &caller,
        loading: &work.loading,
        stands_still: still,
        draws: Rand64::new(u128::from(plan.seed)),
        followed_us: time.real_us(),
    };
    let done = tokio::select! {
        done = work.whole() => done,
        never = pacer.run() => match never {},
        never = watch(&recorder, &time, progress) => match never {},
        never = stop_at(stop, &time) => match never {},
    };
    let (notes, lost) = done?;
    if let Some((_, proxy)) = &faulty {
        proxy.settled().await;
    }
    let interrupted = time.is_stopped();
    if !interrupted {
        recorder.end();
    }
    time.stop();
    Ok(Recorded {
        history: recorder.take()?,
        notes,
        lost,
        interrupted,
    })
}

/// Tells whoever watches where the run stands.
async fn watch(recorder: &Recorder, time: &Time, progress: &Progress) -> Infallible {
    loop {
        let (calls, artefacts) = recorder.counts();
        progress.calls.store(calls, Ordering::Relaxed);
        progress.artefacts.store(artefacts, Ordering::Relaxed);
        let passed_s = u64::try_from(time.now_us() / 1_000_000).unwrap_or(0);
        progress.passed_s.store(passed_s, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Ends the run once `stop` is ready: whoever sleeps wakes, what is under way ends by itself.
async fn stop_at(stop: impl Future<Output = ()>, time: &Time) -> Infallible {
    stop.await;
    time.stop();
    std::future::pending().await
}

struct Work<'a> {
    plan: &'a Plan,
    traffic: Traffic,
    caller: &'a Caller,
    by_faults: Option<Caller>,
    loading: AtomicBool,
}

impl Work<'_> {
    /// Tables, load, artefacts, a last look.
    async fn whole(&self) -> Result<(Notes, Vec<String>), SoakError> {
        let time = &self.caller.time;
        for (request, name) in self.traffic.tables().iter().zip(self.traffic.names()) {
            let made = create(self.caller, 0, request, name).await;
            if time.is_stopped() {
                return Ok((Notes::default(), Vec::new()));
            }
            made.map_err(SoakError::Table)?;
        }
        let load_us = (self.plan.seconds * 1e6) as i64;
        let begun_us = time.now_us();
        let end_us = begun_us.saturating_add(load_us);
        let drain_us = if time.is_movable() {
            DRAIN_US
        } else {
            (self.plan.wait_s_max * 1e6) as i64
        };
        let bands = Arc::new(Bands::default());
        let driver = Arc::new(Driver::new(
            self.caller.by_way_of(self.caller.target.clone()),
            self.traffic.clone(),
            self.plan.clients,
            &self.plan.prefix,
            bands.clone(),
        ));
        let clients = async {
            self.clients(&bands, end_us).await;
            self.loading.store(false, Ordering::Relaxed);
        };
        let restarting = async {
            if let Some(command) = &self.plan.restart {
                let _part = time.take_part();
                time.sleep_until(begun_us + load_us / 2).await;
                if !time.is_stopped() {
                    let restart = Restart::new(command);
                    restart_within(self.caller, &restart).await;
                }
            }
        };
        tokio::join!(clients, driver.run(end_us, end_us + drain_us), restarting);
        let lost = if time.is_stopped() {
            Vec::new()
        } else {
            self.last_look().await
        };
        Ok((driver.notes(), lost))
    }

    async fn clients(&self, bands: &Arc<Bands>, end_us: i64) {
        let mut tasks = JoinSet::new();
        let by = self.by_faults.as_ref().unwrap_or(self.caller);
        for number in 0..self.plan.clients {
            let caller = by.by_way_of(by.target.clone());
            let (stream, bands) = (self.traffic.client(number), bands.clone());
            tasks.spawn(async move { client::run(&caller, number, stream, &bands, end_us).await });
        }
        while tasks.join_next().await.is_some() {}
    }

    /// Reads every table once more, strongly: what was acknowledged must be there, or have been overwritten. Gives those
    /// that are gone; a table that a deed deletes is made again before the deed is done.
    async fn last_look(&self) -> Vec<String> {
        let mut lost = Vec::new();
        let _part = self.caller.time.take_part();
        for name in self.traffic.names() {
            let mut body = json!({ "TableName": name, "ConsistentRead": true });
            for _ in 0..LAST_PAGES_MAX {
                let (_, answer) = self.caller.call_with(0, "Scan", &body).await;
                let error = answer.as_ref().and_then(|answer| answer.error());
                if error == Some("ResourceNotFoundException") {
                    lost.push(name.clone());
                }
                let last = answer.and_then(|answer| answer.at("/LastEvaluatedKey").cloned());
                match last.filter(|key| !key.is_null()) {
                    Some(key) => set(&mut body, "ExclusiveStartKey", key),
                    None => break,
                }
            }
        }
        lost
    }
}
