//! A run: a cluster, its load, its faults; then the judge.

use std::rc::Rc;

use lookback_checker::{History, Options, Verdict, judge};

use crate::contract::contract;
use crate::event_log::Logged;
use crate::fault::happen;
use crate::plan::Plan;
use crate::runtime::{self, Sleep};
use crate::workload::{Tally, Workload};
use crate::world::World;

/// From one look to the next whether all is done, in microseconds.
const LOOK_US: i64 = 200_000;
/// Within which time the first tables must be there, in microseconds.
const START_US: i64 = 30_000_000;

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
    /// What it did.
    pub logged: Logged,
    /// How much it was.
    pub stats: Stats,
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
    /// Whether nothing was found: no violation, and everything came to its end. What the judge could not decide
    /// (too many writes of one item whose answers were lost) is told and is no finding.
    pub fn is_good(&self) -> bool {
        self.verdict.violations.is_empty() && self.unfinished.is_empty()
    }
}

/// What is seen of a run before the judge has seen it.
struct Seen {
    history: History,
    unfinished: Vec<String>,
    logged: Logged,
    stats: Stats,
}

/// Runs a plan, and judges what its clients saw.
///
/// # Errors
/// The simulation panicked: its message.
pub fn run(plan: &Plan) -> Result<Report, String> {
    let planned = plan.clone();
    let seen = runtime::run(plan.seed, move || simulate(planned))?;
    let verdict = judge(&seen.history, &contract(&plan.profile), &Options::default());
    Ok(Report {
        plan: plan.clone(),
        history: seen.history,
        verdict,
        unfinished: seen.unfinished,
        logged: seen.logged,
        stats: seen.stats,
    })
}

async fn simulate(plan: Plan) -> Seen {
    let world = World::new(plan);
    let pumping = Rc::clone(&world);
    let pump = runtime::spawn(async move {
        let world = Rc::clone(&pumping);
        pumping
            .bus
            .pump(move |envelope| world.deliver(envelope))
            .await;
    });
    world.start_all();
    let workload = Workload::new(&world);
    let mut unfinished = Vec::new();
    let made = runtime::within_us(START_US, workload.make_tables()).await;
    if made.is_none() {
        unfinished.push("the first tables were never made".to_owned());
    }
    safety(&world, &workload).await;
    unfinished.extend(liveness(&world, &workload).await);
    let (calls, artefacts) = world.recorder.counts();
    let seen = Seen {
        stats: Stats {
            virtual_us: runtime::elapsed_us(),
            calls,
            artefacts,
            messages: world.bus.sent(),
            groups: world.groups().len(),
            deeds: workload.tally(),
        },
        history: world.recorder.end(),
        unfinished,
        logged: world.log.take(),
    };
    world.end();
    pump.abort();
    // What was ended is dropped when its turn comes.
    runtime::sleep_us(1).await;
    seen
}

/// Load and faults.
async fn safety(world: &Rc<World>, workload: &Rc<Workload>) {
    let profile = &world.plan.profile;
    for planned in &world.plan.faults {
        let (world, planned) = (Rc::clone(world), planned.clone());
        runtime::spawn(happen(world, planned));
    }
    for number in 0..profile.clients {
        let workload = Rc::clone(workload);
        runtime::spawn(workload.client(number));
    }
    runtime::spawn(Rc::clone(workload).deeds());
    if profile.expiry {
        runtime::spawn(workload.tracked("the expiring table", |it| it.expiry()));
    }
    Sleep::until(runtime::EPOCH_US + profile.load_us).await;
}

/// The faults end; everything that was begun must come to its end.
async fn liveness(world: &Rc<World>, workload: &Rc<Workload>) -> Vec<String> {
    let faults = world.plan.faults.iter();
    let last_us = faults.map(|it| it.at_us + it.lasts_us).max().unwrap_or(0);
    Sleep::until(runtime::EPOCH_US + last_us + 1).await;
    world.bus.change(|links| links.loss_per_mille = 0);
    world.log.event("run", "settle", format_args!(""));
    let until_us = runtime::now_us() + world.plan.profile.settle_us;
    while !workload.tally().open.is_empty() && runtime::now_us() < until_us {
        runtime::sleep_us(LOOK_US).await;
    }
    // Calls that are under way are answered or given up.
    runtime::sleep_us(10_000_000).await;
    workload.read_all().await;
    workload.tally().open.into_values().collect()
}
