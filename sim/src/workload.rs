//! What is done to the cluster: the load of `lookback-traffic`, by clients that see what any client sees.

mod artefact;
mod client;
mod deeds;
mod expiry;
mod table;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use lookback_protocol::error::ServiceError;
use lookback_protocol::wire::{Request, Response};
use lookback_traffic::Traffic;

use crate::host::Host;
use crate::message::{Answer, Ask};
use crate::runtime::{self, Task};
use crate::world::World;

pub use deeds::Tally;

/// How long a client waits for an answer, in microseconds.
const PATIENCE_US: i64 = 8_000_000;

/// Everything that is done to one cluster.
pub struct Workload {
    world: Rc<World>,
    traffic: Traffic,
    /// When the clients stop, true time in microseconds.
    stop_us: i64,
    /// The clients so far.
    clients: Cell<u32>,
    /// Where the names of restored tables go on from.
    restored: Cell<u32>,
    /// The deeds that are under way, by table; a deletion wants its table for itself.
    busy: RefCell<BTreeMap<usize, u32>>,
    deleting: RefCell<BTreeMap<usize, bool>>,
    tally: RefCell<Tally>,
}

/// A client of the cluster: one call at a time.
pub struct Caller {
    host: Rc<Host>,
    number: u32,
    task: Task,
}

/// How a call ended; none: nobody knows.
pub type Ended = Option<Rc<Result<Response, ServiceError>>>;

impl Workload {
    /// The load of a plan.
    pub fn new(world: &Rc<World>) -> Rc<Self> {
        let plan = &world.plan;
        Rc::new(Self {
            world: Rc::clone(world),
            traffic: Traffic::new(plan.seed, &plan.profile.load, "sim"),
            stop_us: runtime::now_us() + plan.profile.load_us,
            clients: Cell::new(0),
            restored: Cell::new(0),
            busy: RefCell::default(),
            deleting: RefCell::default(),
            tally: RefCell::default(),
        })
    }

    /// What was done.
    pub fn tally(&self) -> Tally {
        self.tally.borrow().clone()
    }

    /// Whether the clients are to stop.
    fn is_over(&self) -> bool {
        runtime::now_us() >= self.stop_us
    }

    /// A new client.
    fn caller(&self) -> Caller {
        let number = self.clients.get();
        self.clients.set(number + 1);
        let host = self.world.client(number);
        let working = Rc::clone(&host);
        Caller {
            task: runtime::spawn(async move { working.work().await }),
            host,
            number,
        }
    }
}

impl Caller {
    /// A call that is written down: its number, and how it ended.
    async fn call(&self, request: Request) -> (u64, Ended) {
        let recorder = &self.host.world.recorder;
        let id = recorder.call(self.number, &request);
        let operation = request.operation().name();
        let ended = self.ask(request).await;
        recorder.returned(id, ended.as_deref());
        let word = match ended.as_deref() {
            Some(Ok(_)) => "ok",
            Some(Err(error)) => error.code.name(),
            None => "no answer",
        };
        let log = &self.host.world.log;
        log.event(
            crate::world::name(self.host.id),
            "call",
            format_args!("{id} {operation} {word}"),
        );
        (id, ended)
    }

    /// A call that is not written down.
    async fn ask(&self, request: Request) -> Ended {
        let world = &self.host.world;
        let routers = world.routers();
        let router = world.client_draws.pick(&routers).copied()?;
        let ask = Ask::Client(Rc::new(request));
        match self.host.ask(router, ask, PATIENCE_US).await {
            Some(Answer::Client(ended)) => Some(ended),
            _ => None,
        }
    }
}

impl Drop for Caller {
    fn drop(&mut self) {
        self.task.abort();
        self.host.world.forget_client(&self.host);
    }
}
