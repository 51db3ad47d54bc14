//! What is done to a store: the load of `lookback-traffic`, by clients that see what any client sees.

mod artefact;
mod client;
mod deeds;
mod expiry;
mod export;
mod looks;
mod script;
mod table;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use lookback_protocol::error::ServiceError;
use lookback_protocol::wire::{Request, Response};
use lookback_traffic::Traffic;

use crate::plan::{Doing, Lane, Listed, Step, Steps};
use crate::runtime;
use crate::specimen::PATIENCE_US;
use crate::system::{Stage, Store};

pub use deeds::Tally;

/// Everything that is done to one store.
pub struct Workload {
    stage: Stage,
    store: Rc<dyn Store>,
    traffic: Traffic,
    /// When the clients stop, true time in microseconds.
    stop_us: i64,
    /// Where the numbers of clients go on from, after those of the load.
    clients: Cell<u32>,
    /// Where the names of restored tables go on from.
    restored: Cell<u32>,
    /// The deeds that are under way, by table; a deletion wants its table for itself.
    busy: RefCell<BTreeMap<String, u32>>,
    deleting: RefCell<BTreeSet<String>>,
    tally: RefCell<Tally>,
    /// The steps so far, where they are to be listed.
    done: Option<RefCell<Vec<Step>>>,
    /// Since when at the earliest a table can be restored to a time, by its name: recovery was off then.
    windows_since_us: RefCell<BTreeMap<String, i64>>,
}

/// A client of the store: one call at a time.
pub struct Caller {
    stage: Stage,
    store: Rc<dyn Store>,
    number: u32,
}

/// How a call ended; none: nobody knows.
pub type Ended = Option<Rc<Result<Response, ServiceError>>>;

impl Workload {
    /// The load of a plan.
    pub fn new(stage: &Stage, store: &Rc<dyn Store>, list_steps: bool) -> Rc<Self> {
        let plan = &stage.plan;
        Rc::new(Self {
            stage: stage.clone(),
            store: Rc::clone(store),
            traffic: Traffic::new(plan.seed, &plan.profile.load, "sim"),
            stop_us: runtime::EPOCH_US + plan.profile.load_us,
            clients: Cell::new(plan.profile.clients),
            restored: Cell::new(0),
            busy: RefCell::default(),
            deleting: RefCell::default(),
            tally: RefCell::default(),
            done: list_steps.then(RefCell::default),
            windows_since_us: RefCell::default(),
        })
    }

    /// Starts everything that is done beside the others.
    pub fn start(self: &Rc<Self>) {
        for number in 0..self.stage.plan.profile.clients {
            let lane = Lane::Client(number);
            runtime::spawn(Rc::clone(self).go_on(lane, self.caller_of(number)));
        }
        runtime::spawn(Rc::clone(self).deeds());
        if self.has_expiring() {
            runtime::spawn(self.tracked("the expiring table", |it| it.expiry()));
        }
    }

    /// What was done.
    pub fn tally(&self) -> Tally {
        self.tally.borrow().clone()
    }

    /// The steps that were done, in the order of time, where they were to be listed.
    pub fn listed(&self) -> Option<Listed> {
        let mut steps = self.done.as_ref()?.borrow().clone();
        steps.sort_by_key(|step| (step.at_us, step.by));
        let mut tables = self.tables();
        // It is made even where nothing is done to it in time.
        if self.has_expiring() {
            tables.push(expiry::TABLE.to_owned());
        }
        Some(Listed {
            tables,
            steps,
            read_at_end: self.reads_at_end(),
        })
    }

    /// The tables of the load that are made, without the one whose items expire.
    fn tables(&self) -> Vec<String> {
        match &self.stage.plan.steps {
            Steps::Drawn => self.traffic.names().to_vec(),
            Steps::Listed(listed) => {
                let names = listed.tables.iter();
                names
                    .filter(|name| *name != expiry::TABLE)
                    .cloned()
                    .collect()
            }
        }
    }

    fn reads_at_end(&self) -> bool {
        match &self.stage.plan.steps {
            Steps::Drawn => true,
            Steps::Listed(listed) => listed.read_at_end,
        }
    }

    /// Puts down a step that begins now.
    fn begin(&self, by: Lane, doing: &Doing) {
        if let Some(done) = &self.done {
            done.borrow_mut().push(Step {
                at_us: runtime::elapsed_us(),
                by,
                doing: doing.clone(),
            });
        }
    }

    /// Whether the clients are to stop.
    fn is_over(&self) -> bool {
        runtime::now_us() >= self.stop_us
    }

    /// A new client.
    fn caller(&self) -> Caller {
        let number = self.clients.get();
        self.clients.set(number + 1);
        self.caller_of(number)
    }

    fn caller_of(&self, number: u32) -> Caller {
        Caller {
            stage: self.stage.clone(),
            store: Rc::clone(&self.store),
            number,
        }
    }
}

impl Caller {
    /// A call that is written down: its number, and how it ended.
    async fn call(&self, request: Request) -> (u64, Ended) {
        let recorder = &self.stage.recorder;
        let id = recorder.call(self.number, &request);
        let operation = request.operation().name();
        let ended = self.ask(request).await;
        recorder.returned(id, ended.as_deref());
        let word = match ended.as_deref() {
            Some(Ok(_)) => "ok",
            Some(Err(error)) => error.code.name(),
            None => "no answer",
        };
        self.log("call", format_args!("{id} {operation} {word}"));
        (id, ended)
    }

    /// A call that is not written down.
    async fn ask(&self, request: Request) -> Ended {
        let answer = Rc::clone(&self.store).call(self.number, request);
        let answer = runtime::within_us(PATIENCE_US, answer).await;
        answer.flatten().map(Rc::new)
    }

    /// Puts something that this client did into the log.
    fn log(&self, what: &str, rest: std::fmt::Arguments<'_>) {
        self.stage
            .log
            .event(format_args!("c{}", self.number), what, rest);
    }
}

impl Drop for Caller {
    fn drop(&mut self) {
        self.store.leave(self.number);
    }
}
