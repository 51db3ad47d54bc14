//! Takes the entries of a history one by one.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use indexmap::{IndexMap, IndexSet};
use lookback_protocol::error::ServiceError;
use lookback_protocol::item_op::ItemRules;
use lookback_protocol::key::{Key, KeyRange};
use lookback_protocol::value::Item;
use lookback_protocol::wire::{Operation, WireItem, item_from_wire};
use rustc_hash::FxBuildHasher;
use serde::Deserialize;

use super::artefacts::{Asked, Unplaced};
use super::pages::Chain;
use super::tables::{Tables, rules};
use super::{
    Act, CallOf, Change, Clock, Expressions, Observed, Pool, SourceOf, Tie, Trace, Values,
};
use crate::history::{Call, Entry, Fault, Header, Return, Table};
use crate::register::{Effect, OPEN, ValueId};
use crate::verdict::Rule;

/// Takes the entries of a history one by one, and makes a [`Trace`] of them.
#[derive(Debug, Default)]
pub struct Builder {
    pub(super) header: Header,
    pub(super) tables: Tables,
    /// Name of the table and key.
    pub(super) keys: IndexSet<(u32, Key), FxBuildHasher>,
    pub(super) values: Values,
    pub(super) raws: Vec<Raw>,
    pub(super) seen_sets: Vec<SeenSet>,
    pub(super) calls: Vec<CallOf>,
    pub(super) ties: Vec<Tie>,
    pub(super) changes: IndexSet<Change, FxBuildHasher>,
    pub(super) expressions: Pool,
    pub(super) artefacts: Vec<Unplaced>,
    /// The artefacts that replaced their table, and the kinds that do.
    pub(super) in_place: Vec<usize>,
    pub(super) in_place_kinds: BTreeSet<String>,
    pub(super) clock: Clock,
    pub(super) faults: Vec<Fault>,
    /// Items of tables that were there: name, number of the span, key, value.
    pub(super) initial: Vec<(u32, i64, u32, ValueId)>,
    /// Calls that may have taken effect once more.
    pub(super) duplicated: BTreeSet<u64>,
    /// The calls that artefacts may name.
    pub(super) asked: BTreeMap<u64, Asked>,
    /// Scans and queries that go on with another page, by client.
    pub(super) chains: BTreeMap<u32, Chain>,
    /// Transactions by their client token, and how often their tables had been made.
    pub(super) tokens: BTreeMap<String, (u32, usize)>,
    pub(super) unread: BTreeMap<String, u64>,
    pub(super) end_us: i64,
    last_us: i64,
    open: IndexMap<u64, Call, FxBuildHasher>,
    /// Calls that were refused of late: one of them may turn out to have gone through twice.
    refused: VecDeque<(i64, Call)>,
    /// Calls that went through twice and were refused once: what became of the other is not known.
    refused_once: Vec<Call>,
}

/// How long after its return a call may be said to have gone through twice, in microseconds: entries may be written
/// late.
const LATE_US_MAX: i64 = 20_000_000;

/// An operation on a key, before it is known which table of that name it met.
#[derive(Clone, Copy, Debug)]
pub(super) struct Raw {
    pub key: u32,
    pub lo_us: i64,
    pub hi_us: i64,
    pub effect: Effect,
    pub must: bool,
    /// Whether it may look back to the table's creation.
    pub eventual: bool,
    pub tie: u32,
    pub source: SourceOf,
}

/// A read of a whole stretch of keys: what was not among the items was not there.
#[derive(Debug)]
pub(super) struct SeenSet {
    pub name: u32,
    pub lo_us: i64,
    pub hi_us: i64,
    pub eventual: bool,
    pub source: SourceOf,
    /// The keys that were there, ascending.
    pub present: Vec<u32>,
    /// The stretch; `None`: the whole table.
    pub range: Option<KeyRange>,
}

/// How a call ended.
#[derive(Clone, Copy, Debug)]
pub(super) enum Outcome<'a> {
    /// It was answered.
    Answered(&'a str),
    /// It was refused: the error's name, and the body where there is one.
    Refused(&'a str, Option<&'a str>),
    /// Nobody knows.
    Uncertain,
}

/// A call that has ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ended<'a> {
    pub call: &'a Call,
    pub at_us: i64,
    pub outcome: Outcome<'a>,
    /// The position of the write in the target's log.
    pub position: Option<u64>,
}

impl<'a> Ended<'a> {
    /// The body of the request.
    pub fn input<T: Deserialize<'a>>(&self) -> Option<T> {
        serde_json::from_str(self.call.input.get()).ok()
    }

    /// The body of an answer.
    pub fn output<T: Deserialize<'a>>(&self, body: &'a str) -> Option<T> {
        serde_json::from_str(if body.is_empty() { "{}" } else { body }).ok()
    }
}

impl Builder {
    /// A builder for a history with this header. Artefacts of `in_place_kinds` replace the table that they were taken of.
    pub fn new(header: Header, in_place_kinds: BTreeSet<String>) -> Self {
        let none = Tie {
            rule: Rule::ItemOrder,
            call: u32::MAX,
        };
        Self {
            header,
            in_place_kinds,
            ties: vec![none],
            ..Self::default()
        }
    }

    /// Takes the next entry.
    pub fn push(&mut self, entry: &Entry) {
        match entry {
            Entry::History(header) => self.header = header.clone(),
            Entry::Table(table) => self.table(table),
            Entry::Call(call) => {
                self.last_us = self.last_us.max(call.at_us);
                self.open.insert(call.id, call.clone());
            }
            Entry::Return(returned) => self.returned(returned),
            Entry::Artefact(artefact) => self.artefact(artefact),
            Entry::Fault(fault) => {
                self.last_us = self.last_us.max(fault.at_us);
                if fault.kind == "duplicated"
                    && let Some(call) = fault.call
                {
                    self.duplicated.insert(call);
                    if let Some(index) = self.refused.iter().position(|(_, it)| it.id == call) {
                        self.refused_once
                            .extend(self.refused.remove(index).map(|(_, call)| call));
                    }
                }
                self.faults.push(fault.clone());
            }
            Entry::Clock(moved) => {
                self.last_us = self.last_us.max(moved.at_us.saturating_add(moved.moved_us));
                self.faults.push(Fault {
                    at_us: moved.at_us,
                    kind: "clock-moved".to_owned(),
                    call: None,
                    note: Some(format!("by {} s", moved.moved_us as f64 / 1e6)),
                });
            }
            Entry::Estimate(estimate) => self.clock.add(*estimate),
            Entry::End(_) => self.end_us = OPEN,
        }
    }

    /// All entries were taken.
    pub fn finish(mut self) -> Trace {
        let mut open = std::mem::take(&mut self.open);
        open.sort_unstable_keys();
        for (_, call) in open {
            self.ended(&Ended {
                call: &call,
                at_us: OPEN,
                outcome: Outcome::Uncertain,
                position: None,
            });
        }
        for call in std::mem::take(&mut self.refused_once) {
            self.duplicated.remove(&call.id);
            self.ended(&Ended {
                call: &call,
                at_us: OPEN,
                outcome: Outcome::Uncertain,
                position: None,
            });
        }
        if self.end_us != OPEN {
            self.end_us = self.last_us;
        }
        super::finish::finish(self)
    }

    fn table(&mut self, table: &Table) {
        let name = self.tables.name(&table.name);
        let key_schema = serde_json::from_str::<Vec<_>>(table.key_schema.get());
        let definitions = serde_json::from_str::<Vec<_>>(table.attribute_definitions.get());
        let rules = match (key_schema, definitions) {
            (Ok(key_schema), Ok(definitions)) => rules(&key_schema, &definitions),
            _ => None,
        };
        if rules.is_none() {
            self.unread("a table whose key cannot be read");
        }
        self.tables.create(name, table.at_us, table.at_us, rules);
        for item in &table.items {
            let item = serde_json::from_str::<WireItem>(item.get()).ok();
            let item = item.and_then(|item| item_from_wire(item).ok());
            let key = item.as_ref().and_then(|item| self.key_of(name, item));
            match (item, key) {
                (Some(item), Some(key)) => {
                    let value = self.values.intern(&item);
                    self.initial.push((name, table.at_us, key, value));
                }
                _ => self.unread("an item of a table that cannot be read"),
            }
        }
    }

    fn returned(&mut self, returned: &Return) {
        self.last_us = self.last_us.max(returned.at_us);
        let Some(call) = self.open.swap_remove(&returned.id) else {
            return self.unread("a return without a call");
        };
        let output = returned.output.as_deref().map(|body| body.get());
        let outcome = match (&returned.error, &returned.uncertain) {
            (_, Some(_)) => Outcome::Uncertain,
            (Some(error), None) if leaves_doubt(error) => Outcome::Uncertain,
            (Some(error), None) => Outcome::Refused(error, output),
            (None, None) => Outcome::Answered(output.unwrap_or("{}")),
        };
        self.ended(&Ended {
            call: &call,
            at_us: returned.at_us,
            outcome,
            position: returned.position,
        });
        if matches!(outcome, Outcome::Refused(..)) {
            self.remember_refused(call, returned.at_us);
        }
    }

    /// A call that was refused had no effect, unless it went through once more.
    fn remember_refused(&mut self, call: Call, at_us: i64) {
        if self.duplicated.contains(&call.id) {
            return self.refused_once.push(call);
        }
        let long_ago_us = self.last_us.saturating_sub(LATE_US_MAX);
        while self
            .refused
            .front()
            .is_some_and(|(at_us, _)| *at_us < long_ago_us)
        {
            self.refused.pop_front();
        }
        self.refused.push_back((at_us, call));
    }

    fn ended(&mut self, ended: &Ended<'_>) {
        match ended.call.op.as_str() {
            "PutItem" => self.put_item(ended),
            "UpdateItem" => self.update_item(ended),
            "DeleteItem" => self.delete_item(ended),
            "GetItem" => self.get_item(ended),
            "BatchWriteItem" => self.batch_write_item(ended),
            "BatchGetItem" => self.batch_get_item(ended),
            "TransactWriteItems" => self.transact_write_items(ended),
            "TransactGetItems" => self.transact_get_items(ended),
            "Scan" => self.scan(ended),
            "Query" => self.query(ended),
            _ => self.table_call(ended),
        }
    }

    /// Puts down that something could not be taken in.
    pub(super) fn unread(&mut self, reason: &str) {
        match self.unread.get_mut(reason) {
            Some(count) => *count += 1,
            None => {
                self.unread.insert(reason.to_owned(), 1);
            }
        }
    }

    /// The rules of the newest table of this name whose rules are known.
    pub(super) fn rules_of(&self, name: u32) -> Option<&ItemRules> {
        self.tables.all_rules(name).next()
    }

    /// The number of the key of a whole item.
    pub(super) fn key_of(&mut self, name: u32, item: &Item) -> Option<u32> {
        let key = {
            let mut rules = self.tables.all_rules(name);
            rules.find_map(|rules| rules.key.key_of_item(item).ok())?
        };
        Some(self.key(name, key))
    }

    /// The number of the key that a Key argument names.
    pub(super) fn key_of_argument(&mut self, name: u32, key: WireItem) -> Option<u32> {
        let key: Result<Item, ServiceError> = item_from_wire(key);
        let key = key.ok()?;
        let key = {
            let mut rules = self.tables.all_rules(name);
            rules.find_map(|rules| rules.key.key_of_argument(&key).ok())?
        };
        Some(self.key(name, key))
    }

    fn key(&mut self, name: u32, key: Key) -> u32 {
        number(self.keys.insert_full((name, key)).0)
    }

    /// Puts down a call that operations come from.
    pub(super) fn source(&mut self, ended: &Ended<'_>) -> SourceOf {
        self.calls.push(CallOf {
            id: ended.call.id,
            at_us: ended.call.at_us,
            answered_us: match ended.outcome {
                Outcome::Uncertain => OPEN,
                _ => ended.at_us,
            },
            client: ended.call.client,
            operation: Operation::from_name(&ended.call.op),
            position: ended.position,
        });
        SourceOf::Call(number(self.calls.len() - 1))
    }

    /// A tie between the operations of a call.
    pub(super) fn tie(&mut self, rule: Rule, source: SourceOf) -> u32 {
        let SourceOf::Call(call) = source else {
            return 0;
        };
        self.ties.push(Tie { rule, call });
        number(self.ties.len() - 1)
    }

    /// Puts down what an operation other than a plain read or write does.
    pub(super) fn change(
        &mut self,
        act: Act,
        expressions: Expressions,
        observed: Observed,
    ) -> Effect {
        let expressions = self.expressions.number(expressions);
        let change = Change {
            act,
            expressions,
            observed,
        };
        Effect::Changes(number(self.changes.insert_full(change).0))
    }
}

/// Errors after which a write may have taken effect all the same.
fn leaves_doubt(error: &str) -> bool {
    matches!(
        error,
        "InternalServerError"
            | "InternalServerErrorException"
            | "InternalFailure"
            | "ServiceUnavailable"
            | "ServiceUnavailableException"
            | "RequestTimeout"
            | "RequestTimeoutException"
    )
}

/// A number for a place in a list. A history of four thousand million operations does not fit into memory.
pub(super) fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
