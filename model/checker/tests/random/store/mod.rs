//! A naive store with many clients: one log, each call at a random instant between its beginning and its end, each
//! artefact cut anywhere that its contract allows. What it makes is legal by the way it is made.
//!
//! [`plan`] draws calls, [`run`] lets the writes happen one after the other, [`look`] answers reads from the log,
//! [`artefacts`] cuts, [`wire`] writes it all down as a history.

mod artefacts;
mod look;
mod plan;
mod run;
mod wire;

use std::cell::OnceCell;
use std::collections::BTreeMap;

use lookback_checker::Contract;
use lookback_checker::contract::Anchor;

use crate::damage::facts::Writer;
use crate::dice::Dice;
pub use plan::Plan;

pub const SECOND_US: i64 = 1_000_000;

/// What a history is made by: a contract, and how the store behaves under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum World {
    Dynamodb,
    Observed,
    Skewed,
    Snapshot,
    LogPrefix,
    /// Artefacts at positions of the log.
    Position,
    Statement,
}

impl World {
    pub fn contract(self) -> Contract {
        match self {
            Self::Dynamodb => Contract::dynamodb(),
            Self::Observed => Contract::dynamodb_observed(),
            Self::Skewed => Contract {
                skew_us: self.skew_us(),
                ..Contract::dynamodb()
            },
            Self::Snapshot => Contract::snapshot(),
            Self::LogPrefix => Contract::log_prefix(),
            Self::Position => {
                let mut contract = Contract::log_prefix();
                contract.artefacts.get_mut("snapshot").unwrap().anchor = Anchor::Position;
                contract
            }
            Self::Statement => Contract::statement(),
        }
    }

    fn skew_us(self) -> i64 {
        match self {
            Self::Skewed => 700_000,
            _ => 0,
        }
    }

    pub fn is_dynamodb(self) -> bool {
        matches!(self, Self::Dynamodb | Self::Observed | Self::Skewed)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub table: u8,
    pub pk: u8,
    pub sk: u8,
}

/// An item without its key. A put gives `v` and `w` the same number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Body {
    pub v: Option<i64>,
    pub w: Option<i64>,
    /// A counter.
    pub n: Option<i64>,
    /// When it expires, in seconds of the target's clock.
    pub ttl_s: Option<i64>,
}

impl Body {
    pub fn of(value: i64) -> Self {
        Self {
            v: Some(value),
            w: Some(value),
            ..Self::default()
        }
    }
}

pub type State = Option<Body>;
pub type Items = BTreeMap<Key, Body>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Put(Body),
    Delete,
    Add(i64),
    Check,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    Absent,
    Present,
    HasV(i64),
}

impl Condition {
    pub fn holds(self, state: State) -> bool {
        match self {
            Self::Absent => state.is_none(),
            Self::Present => state.is_some(),
            Self::HasV(v) => state.is_some_and(|body| body.v == Some(v)),
        }
    }
}

/// What a writing call does to one item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    pub key: Key,
    pub act: Act,
    pub condition: Option<Condition>,
}

/// What a write asks back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Returns {
    Nothing,
    AllOld,
    AllNew,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    Write {
        part: Part,
        returns: Returns,
        tell: bool,
    },
    Batch {
        parts: Vec<Part>,
    },
    Transact {
        parts: Vec<Part>,
        token: Option<u64>,
        tell: bool,
    },
    Get {
        key: Key,
        strong: bool,
        projected: bool,
    },
    BatchGet {
        keys: Vec<Key>,
        strong: bool,
    },
    TransactGet {
        keys: Vec<Key>,
    },
    /// One page. `pk`: a query of it.
    Page {
        table: u8,
        pk: Option<u8>,
        strong: bool,
        limit: usize,
        start: Option<Key>,
    },
    IndexQuery {
        v: i64,
    },
    DeleteTable,
    CreateTable,
    EnableTtl,
    /// Asks for an artefact of this kind.
    Ask {
        kind: &'static str,
        table: u8,
    },
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    Done,
    /// For each item what it was before, and whether its condition held.
    Cancelled(Vec<(State, bool)>),
    Refused(&'static str),
    Lost,
}

/// A call as it went.
#[derive(Clone, Debug)]
pub struct Made {
    pub id: u64,
    pub client: u64,
    pub from_us: i64,
    pub to_us: i64,
    /// Without a return, the recorder was never told.
    pub returns: bool,
    pub deed: Deed,
    pub outcome: Outcome,
    /// Before and after, of a write that was done.
    pub change: Option<(State, State)>,
    /// What a read saw, by key; of all keys it asked for, or of the page.
    pub seen: Vec<(Key, State)>,
    /// The end of a page, if there are more.
    pub next: Option<Key>,
    pub position: Option<u64>,
    /// Went through twice.
    pub duplicated: bool,
}

impl Made {
    pub fn is_answered(&self) -> bool {
        self.outcome == Outcome::Done
    }
}

/// What an index of the restored table held.
#[derive(Clone, Debug)]
pub struct Index {
    pub global: bool,
    pub settled: bool,
    pub whole: bool,
    pub entries: Items,
}

#[derive(Clone, Debug)]
pub struct Artefact {
    pub id: u64,
    pub kind: &'static str,
    pub table: u8,
    pub call: Option<u64>,
    /// On the target's clock.
    pub anchor_us: Option<i64>,
    pub position: Option<u64>,
    pub group: Option<u64>,
    pub items: Items,
    pub indexes: Vec<Index>,
    /// When its items were surely read, on the recorder's clock, uncertainty included.
    pub band_us: (i64, i64),
}

/// The relation of the clocks: the target's is ahead by this much and drifts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clocks {
    pub ahead_us: i64,
    pub drift_ppm: i64,
    /// How far an estimate may be off, on each side.
    pub uncertain_us: i64,
    /// How often it is estimated; never if 0.
    pub every_us: i64,
}

impl Clocks {
    pub fn on_target(&self, at_us: i64) -> i64 {
        at_us + self.ahead_us + at_us * self.drift_ppm / 1_000_000
    }

    /// The first instant at which the target's clock shows at least so much.
    pub fn first_at(&self, target_us: i64) -> i64 {
        let mut at_us = target_us - self.ahead_us;
        for _ in 0..4 {
            at_us += target_us - self.on_target(at_us);
        }
        while self.on_target(at_us) < target_us {
            at_us += 1;
        }
        at_us
    }
}

/// A history with all that is known of it.
#[derive(Clone, Debug)]
pub struct Story {
    pub world: World,
    pub clocks: Clocks,
    pub calls: Vec<Made>,
    pub artefacts: Vec<Artefact>,
    /// Tables that are there from the beginning, with their items.
    pub initial: Vec<Items>,
    pub estimates: Vec<(i64, i64, i64)>,
    pub end_us: i64,
    /// Whether an artefact was asked for while its table was replaced: nobody can tell of which one it is.
    pub ambiguous: bool,
    /// What can have changed each item, once somebody has asked.
    pub writers: OnceCell<BTreeMap<Key, Vec<Writer>>>,
}

impl Story {
    /// The history that a plan leads to.
    pub fn of(plan: &Plan, world: World) -> Self {
        let mut run = run::Run::of(plan, world);
        run.happen();
        look::answer(&mut run);
        artefacts::cut(&mut run);
        run.into_story()
    }

    /// A history drawn from a seed.
    pub fn draw(seed: u64, world: World) -> Self {
        let mut dice = Dice::new(seed);
        Self::of(&Plan::draw(&mut dice), world)
    }
}
