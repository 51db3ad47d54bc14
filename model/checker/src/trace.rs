//! A history made ready to be judged: for each item its operations, with numbers for values.
//!
//! [`Builder`] takes the entries of a history one by one, so that a history larger than memory can be judged, and
//! [`Builder::finish`] sorts what was gathered by item. Nothing is judged here, but what nobody can judge is put down
//! under [`Trace::unread`].

mod artefacts;
mod batches;
mod builder;
mod changes;
mod clock;
mod expressions;
mod finish;
mod index;
mod legacy;
mod pages;
mod reads;
mod tables;
mod texts;
mod transactions;
mod values;
mod writes;

use std::collections::BTreeMap;

pub use artefacts::Taken;
pub use builder::Builder;
pub use changes::ItemChanges;
pub(crate) use changes::{Act, Change, Observed};
pub use clock::Clock;
pub(crate) use expressions::{Expressions, Pool};
pub use index::IndexTaken;
pub(crate) use legacy::Legacy;
use lookback_protocol::key::Key;
use lookback_protocol::wire::Operation;
pub use tables::TableSpan;
pub use values::Values;
pub(crate) use values::read_text;

use crate::contract::Contract;
use crate::history::{Fault, Header, History};
use crate::register::{Op, ValueId};
use crate::verdict::Rule;

/// A history, sorted by item.
#[derive(Debug, Default)]
pub struct Trace {
    /// What was recorded, of whom.
    pub header: Header,
    /// The tables, one for each time that a name was created.
    pub tables: Vec<TableSpan>,
    /// The items that anybody wrote, read or asked for.
    pub items: Vec<ItemOf>,
    /// The values that items had.
    pub values: Values,
    /// The operations, sorted by item, for each item in the order of their beginnings.
    pub ops: Vec<Placed>,
    /// The calls that operations come from.
    pub calls: Vec<CallOf>,
    /// What is asked for at one instant: ties between operations. The first is none.
    pub ties: Vec<Tie>,
    /// The artefacts.
    pub artefacts: Vec<Taken>,
    /// How the target's clock relates to the recorder's.
    pub clock: Clock,
    /// Faults and moves of the clock, as context.
    pub faults: Vec<Fault>,
    /// When the history ends: [`crate::register::OPEN`] when it ended regularly, since then nobody writes any more.
    pub end_us: i64,
    /// What could not be taken in, by reason, with how often.
    pub unread: BTreeMap<String, u64>,
    /// What operations do that are neither plain reads nor plain writes, each once.
    pub(crate) changes: Vec<Change>,
    pub(crate) expressions: Pool,
}

/// An item: a key of a table.
#[derive(Clone, Debug)]
pub struct ItemOf {
    /// Its table, in [`Trace::tables`].
    pub table: u32,
    /// Its key, encoded.
    pub key: Key,
    /// What it was before all operations.
    pub initial: ValueId,
    /// Where its operations begin in [`Trace::ops`].
    pub ops_from: u32,
    /// Where they end.
    pub ops_to: u32,
}

/// An operation on an item, and where it comes from.
#[derive(Clone, Copy, Debug)]
pub struct Placed {
    /// What it does and when.
    pub op: Op,
    /// Where it comes from.
    pub source: SourceOf,
    /// The operations with which it shares an instant, in [`Trace::ties`]; 0 for none.
    pub tie: u32,
}

/// Where an operation comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SourceOf {
    /// A call, in [`Trace::calls`].
    Call(u32),
    /// An artefact, in [`Trace::artefacts`].
    Artefact(u32),
}

/// A call that operations come from.
#[derive(Clone, Copy, Debug)]
pub struct CallOf {
    /// Its id in the history.
    pub id: u64,
    /// When it went out, in microseconds.
    pub at_us: i64,
    /// When it was answered; [`crate::register::OPEN`] if nobody knows whether it took effect.
    pub answered_us: i64,
    /// Who called.
    pub client: u32,
    /// The operation; `None`: nobody knows it by its name.
    pub operation: Option<Operation>,
    /// The position of the write in the target's log, where the target told it.
    pub position: Option<u64>,
}

/// Operations that share an instant.
#[derive(Clone, Copy, Debug)]
pub struct Tie {
    /// The rule that ties them.
    pub rule: Rule,
    /// The call that they come from, in [`Trace::calls`].
    pub call: u32,
}

impl CallOf {
    /// The operation's name.
    pub fn operation_name(&self) -> &'static str {
        self.operation.map_or("?", Operation::name)
    }
}

impl Trace {
    /// Makes a history ready. The contract tells which artefacts replace their table.
    pub fn new(history: &History, contract: &Contract) -> Self {
        let mut builder = Builder::new(history.header.clone(), contract.in_place_kinds());
        for entry in &history.entries {
            builder.push(entry);
        }
        builder.finish()
    }

    /// The operations of an item.
    pub fn ops_of(&self, item: &ItemOf) -> &[Placed] {
        let range = item.ops_from as usize..item.ops_to as usize;
        self.ops.get(range).unwrap_or_default()
    }

    /// The table of an item.
    pub fn table_of(&self, item: &ItemOf) -> Option<&TableSpan> {
        self.tables.get(item.table as usize)
    }
}
