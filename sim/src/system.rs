//! What can be simulated: a store of whoever has one, and what surrounds it.
//!
//! ```text
//! Plan ──> workload ── call ──> Store <── fault ── schedule
//!             └── history ──> judge, by the System's contract
//! ```
//!
//! A [`System`] starts a [`Store`] in the simulated world and says what it promises. The workload calls the store as any
//! client would: tables are made, items written and read, backups taken, restored under another name and read by Scan. A
//! call that the store does not have is answered `UnknownOperationException`; the plan's profile says which are made.
//!
//! Duties: the store takes time and randomness from the simulation alone (madsim's, or [`crate::time`]), has no hashed
//! collection in an ordered path and no thread of its own. Then a plan gives the same run each time.

use std::collections::BTreeMap;
use std::rc::Rc;

use futures::future::LocalBoxFuture;
use lookback_checker::Contract;
use lookback_protocol::error::ServiceError;
use lookback_protocol::wire::{Request, Response};

use crate::event_log::EventLog;
use crate::fault::Planned;
use crate::plan::{Plan, Profile};
use crate::recorder::Recorder;
pub use crate::runtime::Pace;

/// How a call ended; none: nobody knows.
pub type Answered = Option<Result<Response, ServiceError>>;

/// A kind of store that can be simulated. One value serves many runs, side by side.
pub trait System: Sync {
    /// What it is called in histories.
    fn name(&self) -> &str;

    /// What it promises in a run of this profile.
    fn contract(&self, profile: &Profile) -> Contract;

    /// How virtual time passes: a store that waits by madsim's own functions keeps the default.
    fn pace(&self) -> Pace {
        Pace::Real
    }

    /// Starts a store in the simulated world. What it does by itself are tasks ([`crate::time::spawn`]).
    fn start(&self, stage: &Stage) -> Rc<dyn Store>;
}

/// A store in the simulated world.
pub trait Store {
    /// A client calls. Nobody waits longer than eight seconds for the answer: the future is dropped then, and whether the
    /// call takes effect is open, as it is when it ends in `None`.
    fn call(self: Rc<Self>, client: u32, request: Request) -> LocalBoxFuture<'static, Answered>;

    /// A client that will not call again.
    fn leave(&self, _client: u32) {}

    /// A fault happens and ends; what the store has no hook for does nothing. The store notes it by [`Stage::fault`].
    fn fault(self: Rc<Self>, _planned: Planned) -> LocalBoxFuture<'static, ()> {
        Box::pin(async {})
    }

    /// The faults are over: from now on everything must come to its end.
    fn settle(&self) {}

    /// The run is over: lets go of everything that refers to itself.
    fn stop(&self) {}

    /// What an object holds in the bucket that exports go to; none when it cannot be read now.
    fn object(self: Rc<Self>, _name: String) -> LocalBoxFuture<'static, Option<Rc<[u8]>>> {
        Box::pin(async { None })
    }

    /// How much it was.
    fn figures(&self) -> Figures {
        Figures::default()
    }
}

/// How much a store did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Messages that were sent.
    pub messages: u64,
    /// Groups of replicas that had a leader.
    pub groups: usize,
    /// How often each rare situation happened, by name: those that did not have 0.
    pub sometimes: BTreeMap<&'static str, u64>,
}

/// What surrounds a store in a run.
#[derive(Clone, Debug)]
pub struct Stage {
    /// What the run is to do.
    pub plan: Rc<Plan>,
    /// What it does.
    pub log: Rc<EventLog>,
    /// What its clients see.
    pub(crate) recorder: Rc<Recorder>,
}

impl Stage {
    /// Puts a fault into the log and the history.
    pub fn fault(&self, kind: &str, note: &str) {
        self.log.event("fault", kind, format_args!("{note}"));
        self.recorder.fault(kind, note.to_owned());
    }
}
