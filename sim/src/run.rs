//! A run: a store, its load, its faults; then the judge.

use std::collections::BTreeMap;
use std::rc::Rc;

use lookback_checker::{History, Options, Verdict, judge};

use crate::Broken;
use crate::event_log::{EventLog, Level, Logged};
use crate::plan::{Listed, Plan};
use crate::recorder::Recorder;
use crate::runtime::{self, Sleep};
use crate::specimen::Specimen;
use crate::system::{Stage, Store, System};
use crate::workload::{Tally, Workload};

/// From one look to the next whether all is done, in microseconds.
const LOOK_US: i64 = 200_000;
/// Within which time the first tables must be there, in microseconds.
const START_US: i64 = 30_000_000;

/// What is kept of a run. It changes nothing of what the run does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Watch {
    /// How much is logged.
    pub level: Level,
    /// Whether the log's text is kept.
    pub keep_log: bool,
    /// Whether the steps that were drawn are listed.
    pub list_steps: bool,
}

impl Watch {
    /// Every small thing is logged, and the text kept.
    pub fn traced() -> Self {
        Self {
            level: Level::Trace,
            keep_log: true,
            ..Self::default()
        }
    }
}

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Report {
    /// What it was to do.
    pub plan: Plan,
    /// What its clients saw.
    pub history: History,
    /// What the judge says of it.
    pub verdict: Verdict,
    /// What did not come to its end in time: each is a violation of liveness.
    pub unfinished: Vec<String>,
    /// What clients were told that cannot be, beyond what a history tells: each breaks a promise.
    pub broken: Vec<Broken>,
    /// How often each rare situation happened, by name: those that did not have 0.
    pub sometimes: BTreeMap<&'static str, u64>,
    /// What it did.
    pub logged: Logged,
    /// How much it was.
    pub stats: Stats,
    /// What was done, step by step, where that was asked for: a plan with these steps is the same run.
    pub steps: Option<Listed>,
}

/// How much a run was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Virtual time, in microseconds.
    pub virtual_us: i64,
    /// Calls that were written down.
    pub calls: u64,
    /// Artefacts that were read.
    pub artefacts: u64,
    /// Messages that were sent.
    pub messages: u64,
    /// Groups that had a leader.
    pub groups: usize,
    /// What was done to the tables.
    pub deeds: Tally,
}

impl Report {
    /// Whether nothing was found: no violation, no broken promise, and everything came to its end. What the judge could not decide
    /// (too many writes of one item whose answers were lost) is told and is no finding.
    pub fn is_good(&self) -> bool {
        self.verdict.violations.is_empty() && self.unfinished.is_empty() && self.broken.is_empty()
    }
}

#[cfg(test)]
impl Report {
    /// A run in which nothing happened.
    pub(crate) fn empty(plan: &Plan) -> Self {
        Self {
            plan: plan.clone(),
            history: History::default(),
            verdict: Verdict::default(),
            unfinished: Vec::new(),
            broken: Vec::new(),
            sometimes: BTreeMap::new(),
            logged: Logged::default(),
            stats: Stats::default(),
            steps: None,
        }
    }
}

/// What is seen of a run before the judge has seen it.
struct Seen {
    history: History,
    unfinished: Vec<String>,
    broken: Vec<Broken>,
    sometimes: BTreeMap<&'static str, u64>,
    logged: Logged,
    stats: Stats,
    steps: Option<Listed>,
}

/// Runs a plan on the store of this crate, and judges what its clients saw.
///
/// # Errors
/// The simulation panicked: its message.
pub fn run(plan: &Plan) -> Result<Report, String> {
    run_on(&Specimen, plan, Watch::default())
}

/// Runs a plan on any store, and judges what its clients saw.
///
/// # Errors
/// The simulation panicked: its message.
pub fn run_on(system: &dyn System, plan: &Plan, watch: Watch) -> Result<Report, String> {
    let contract = system.contract(&plan.profile);
    let seen = runtime::run(plan.seed, system.pace(), || {
        simulate(system, plan, &contract.name, watch)
    })?;
    let verdict = judge(&seen.history, &contract, &Options::default());
    Ok(Report {
        plan: plan.clone(),
        history: seen.history,
        verdict,
        unfinished: seen.unfinished,
        broken: seen.broken,
        sometimes: seen.sometimes,
        logged: seen.logged,
        stats: seen.stats,
        steps: seen.steps,
    })
}

async fn simulate(system: &dyn System, plan: &Plan, contract: &str, watch: Watch) -> Seen {
    let target = format!("{} {}", system.name(), plan.profile.name);
    let stage = Stage {
        plan: Rc::new(plan.clone()),
        log: Rc::new(EventLog::new(plan.seed, watch.level, watch.keep_log)),
        recorder: Rc::new(Recorder::new(plan.seed, target, contract)),
    };
    let store = system.start(&stage);
    let workload = Workload::new(&stage, &store, watch.list_steps);
    let mut unfinished = Vec::new();
    let made = runtime::within_us(START_US, workload.make_tables()).await;
    if made.is_none() {
        unfinished.push("the first tables were never made".to_owned());
    }
    safety(&stage, &store, &workload).await;
    unfinished.extend(liveness(&stage, &store, &workload).await);
    let (calls, artefacts) = stage.recorder.counts();
    let figures = store.figures();
    let seen = Seen {
        stats: Stats {
            virtual_us: runtime::elapsed_us(),
            calls,
            artefacts,
            messages: figures.messages,
            groups: figures.groups,
            deeds: workload.tally(),
        },
        history: stage.recorder.end(),
        unfinished,
        broken: workload.tally().broken.into_keys().collect(),
        sometimes: figures.sometimes,
        logged: stage.log.take(),
        steps: workload.listed(),
    };
    store.stop();
    // What was ended is dropped when its turn comes.
    runtime::sleep_us(1).await;
    seen
}

/// Load and faults.
async fn safety(stage: &Stage, store: &Rc<dyn Store>, workload: &Rc<Workload>) {
    for planned in stage.plan.faults.iter().cloned() {
        let store = Rc::clone(store);
        runtime::spawn(async move {
            Sleep::until(runtime::EPOCH_US + planned.at_us).await;
            store.fault(planned).await;
        });
    }
    workload.start();
    Sleep::until(runtime::EPOCH_US + stage.plan.profile.load_us).await;
}

/// The faults end; everything that was begun must come to its end.
async fn liveness(stage: &Stage, store: &Rc<dyn Store>, workload: &Rc<Workload>) -> Vec<String> {
    let faults = stage.plan.faults.iter();
    let last_us = faults.map(|it| it.at_us + it.lasts_us).max().unwrap_or(0);
    Sleep::until(runtime::EPOCH_US + last_us + 1).await;
    store.settle();
    stage.log.event("run", "settle", format_args!(""));
    // A deletion waits for whatever else is done to its table: each end gives those that are left their time anew.
    let left = || workload.tally().open.len();
    let mut open = left();
    let mut until_us = runtime::now_us() + stage.plan.profile.settle_us;
    while open > 0 && runtime::now_us() < until_us {
        runtime::sleep_us(LOOK_US).await;
        if left() < open {
            open = left();
            until_us = runtime::now_us() + stage.plan.profile.settle_us;
        }
    }
    // Calls that are under way are answered or given up.
    runtime::sleep_us(10_000_000).await;
    workload.read_all().await;
    workload.tally().open.into_values().collect()
}
