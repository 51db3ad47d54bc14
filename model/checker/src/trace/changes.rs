//! What operations do that are neither plain reads nor plain writes: updates, conditions, answers that tell the item,
//! reads of a part.

use std::sync::Arc;

use indexmap::IndexMap;
use lookback_protocol::expression::update::{Change as Action, SetOperand, SetValue};
use lookback_protocol::item_op::ReturnValues;
use lookback_protocol::value::{AttributeValue, Item};
use rustc_hash::FxBuildHasher;

use super::expressions::{Parsed, by_presence};
use super::texts::Texts;
use super::values::{read_text, write_text};
use super::{ItemOf, Trace};
use crate::register::{ABSENT, Changes, ValueId};

/// An operation with what was observed of it. Equal ones are one: on one item it does not matter which of them it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Change {
    pub act: Act,
    /// Its expressions, in the trace's.
    pub expressions: u32,
    pub observed: Observed,
}

impl Change {
    /// Whether it leaves the item as it is.
    pub fn is_read(&self) -> bool {
        let told = matches!(
            self.observed,
            Observed::Refused { .. } | Observed::Shown(_) | Observed::Holds(_)
        );
        told || matches!(self.act, Act::Look)
    }

    /// Whether the item may have this value, which is not absence, by it.
    pub fn may_write(&self, value: ValueId) -> bool {
        match self.act {
            Act::Put(written) => written == value && !self.is_read(),
            Act::Update(_) => !self.is_read(),
            Act::Delete | Act::Look => false,
        }
    }

    /// The value that it leaves behind whatever it meets, if it takes effect at all.
    pub fn writes(&self) -> Option<ValueId> {
        match self.act {
            Act::Put(value) => Some(value),
            Act::Delete => Some(ABSENT),
            Act::Update(_) | Act::Look => None,
        }
    }
}

/// What is done to the item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Act {
    /// It is replaced.
    Put(ValueId),
    /// It goes.
    Delete,
    /// It is updated; what an absent item starts from.
    Update(ValueId),
    /// Nothing.
    Look,
}

/// What was observed of an operation. Parts of items have numbers among the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Observed {
    /// It was done: what was asked back, and what came.
    Done {
        returned: ReturnValues,
        attributes: Option<ValueId>,
    },
    /// Its condition did not hold: the item that came with the refusal, where it was asked for.
    Refused { item: Option<ValueId> },
    /// Nobody knows.
    Unknown,
    /// A projection of the item.
    Shown(Option<ValueId>),
    /// The item has at least these attributes: an entry of an index.
    Holds(ValueId),
}

/// What the changes of one item do, with the values that they make.
#[derive(Debug)]
pub struct ItemChanges<'t> {
    trace: &'t Trace,
    table: u32,
    ttl_attributes: &'t [String],
    /// Values that the history does not show, numbered from the trace's on.
    made: Texts,
    applied: IndexMap<(u32, ValueId), Option<ValueId>, FxBuildHasher>,
    read: IndexMap<ValueId, Option<Arc<Item>>, FxBuildHasher>,
    expiries: IndexMap<ValueId, Option<i64>, FxBuildHasher>,
    /// By number of the expressions: they are the same for all items.
    parsed: IndexMap<u32, Arc<Parsed<'t>>, FxBuildHasher>,
    buffer: Vec<u8>,
}

impl<'t> ItemChanges<'t> {
    /// For an item of a trace.
    pub fn new(trace: &'t Trace, item: &ItemOf) -> Self {
        let mut changes = Self {
            trace,
            table: 0,
            ttl_attributes: &[],
            made: Texts::default(),
            applied: IndexMap::default(),
            read: IndexMap::default(),
            expiries: IndexMap::default(),
            parsed: IndexMap::default(),
            buffer: Vec::new(),
        };
        changes.turn_to(item);
        changes
    }

    /// For another item of the same trace from now on.
    pub fn turn_to(&mut self, item: &ItemOf) {
        let table = self.trace.table_of(item);
        self.table = item.table;
        self.ttl_attributes = table.map_or(&[], |table| &table.ttl_attributes);
        self.applied.clear();
        self.read.clear();
        self.expiries.clear();
        if self.made.len() > 0 {
            self.made = Texts::default();
        }
    }

    /// Whether values of this item can vanish by themselves.
    pub fn may_expire(&self) -> bool {
        !self.ttl_attributes.is_empty()
    }

    /// What a change is, in words, with the values by their names.
    pub(crate) fn words(&self, change: u32, name_of: &dyn Fn(ValueId) -> String) -> String {
        let Some(change) = self.trace.changes.get(change as usize) else {
            return String::new();
        };
        let expressions = self.trace.expressions.get(change.expressions);
        let condition = expressions.and_then(|it| it.condition.as_deref());
        let mut words = Vec::new();
        match change.act {
            Act::Put(value) => words.push(name_of(value)),
            Act::Delete => words.push("deletes".to_owned()),
            Act::Update(_) => words.extend(expressions.and_then(|it| it.other.clone())),
            Act::Look => {}
        }
        words.extend(condition.map(|it| format!("if {it}")));
        let named = |told: Option<ValueId>| told.map_or("nothing".to_owned(), name_of);
        match change.observed {
            Observed::Refused { item: None } => {
                words.push("(its condition did not hold)".to_owned());
            }
            Observed::Refused { item: Some(item) } => {
                let told = named(Some(item));
                words.push(format!("(its condition did not hold: there was {told})"));
            }
            Observed::Shown(part) => words.push(format!("shows {}", named(part))),
            Observed::Holds(part) => {
                words.push(format!("shows {} in an index", name_of(part)));
            }
            Observed::Done {
                returned,
                attributes,
            } => match returned {
                ReturnValues::None => {}
                ReturnValues::AllOld | ReturnValues::UpdatedOld => {
                    words.push(format!("(told {} before it)", named(attributes)));
                }
                ReturnValues::AllNew | ReturnValues::UpdatedNew => {
                    words.push(format!("(told {} after it)", named(attributes)));
                }
            },
            Observed::Unknown => {}
        }
        words.join(" ")
    }

    fn text(&self, value: ValueId) -> Option<&str> {
        let known = self.trace.values.len();
        match (value as usize).checked_sub(known) {
            None => self.trace.values.text(value),
            Some(made) => self.made.get(super::builder::number(made)),
        }
    }

    fn item(&mut self, value: ValueId) -> Option<Arc<Item>> {
        if let Some(item) = self.read.get(&value) {
            return item.clone();
        }
        let item = self.text(value).and_then(read_text).map(Arc::new);
        self.read.insert(value, item.clone());
        item
    }

    /// Whether an update can leave this value behind, for all that the value itself and the update's answer show. It may
    /// be wrong only by saying yes.
    pub(crate) fn may_make(&mut self, change: u32, value: ValueId) -> bool {
        let trace = self.trace;
        let Some(change) = trace.changes.get(change as usize) else {
            return true;
        };
        // An update takes no item away.
        let (Some(item), Act::Update(_)) = (self.item(value), change.act) else {
            return false;
        };
        if let Observed::Done {
            returned: ReturnValues::AllNew,
            attributes: Some(told),
        } = change.observed
        {
            return told == value;
        }
        let Some(parsed) = self.parsed(change.expressions) else {
            return true;
        };
        let Ok(update) = &parsed.update else {
            return false;
        };
        update.actions.iter().all(|action| {
            let now = item.get(action.path.root);
            match &action.change {
                _ if !action.path.steps.is_empty() => true,
                Action::Set(SetValue::Operand(SetOperand::Value(value))) => now == Some(*value),
                Action::Remove => now.is_none(),
                Action::Set(_) | Action::Add(_) => now.is_some(),
                Action::Delete(_) => true,
            }
        })
    }

    fn parsed(&mut self, expressions: u32) -> Option<Arc<Parsed<'t>>> {
        if let Some(parsed) = self.parsed.get(&expressions) {
            return Some(Arc::clone(parsed));
        }
        let trace = self.trace;
        let parsed = Arc::new(Parsed::new(trace.expressions.get(expressions)?));
        self.parsed.insert(expressions, Arc::clone(&parsed));
        Some(parsed)
    }

    fn number(&mut self, item: Item) -> ValueId {
        write_text(&item, &mut self.buffer);
        let text = std::str::from_utf8(&self.buffer).unwrap_or_default();
        let number = self.trace.values.find(text).unwrap_or_else(|| {
            let made = self.made.insert(text);
            super::builder::number(self.trace.values.len()).saturating_add(made)
        });
        // What comes next meets it.
        self.read
            .entry(number)
            .or_insert_with(|| Some(Arc::new(item)));
        number
    }

    /// Whether an answer told this item, or no item.
    fn is_told(&mut self, told: Option<ValueId>, item: Option<&Item>) -> bool {
        match (told, item) {
            (None, None) => true,
            (Some(told), Some(item)) => {
                write_text(item, &mut self.buffer);
                let told = self.trace.values.text(told);
                told.is_some_and(|told| told.as_bytes() == self.buffer)
            }
            _ => false,
        }
    }

    fn evaluate(&mut self, change: &Change, value: ValueId) -> Option<ValueId> {
        if let Observed::Holds(part) = change.observed {
            let existing = self.item(value)?;
            let part = self.item(part)?;
            let mut part = part.iter();
            return part
                .all(|(name, value)| existing.get(name) == Some(value))
                .then_some(value);
        }
        let parsed = self.parsed(change.expressions)?;
        if let Observed::Shown(shown) = change.observed {
            let projection = parsed.projection.as_ref().ok()?;
            let existing = self.item(value);
            let part = existing.map(|item| projection.project(&item));
            return self.is_told(shown, part.as_ref()).then_some(value);
        }
        let holds = match parsed.condition.as_ref().ok()? {
            Some(condition) => self.holds(condition, value),
            None => true,
        };
        if let Observed::Refused { item } = change.observed {
            let told = item.is_none_or(|item| item == value);
            return (!holds && told).then_some(value);
        }
        if !holds {
            return None;
        }
        let after = match change.act {
            Act::Put(written) => written,
            Act::Delete => ABSENT,
            Act::Look => value,
            Act::Update(key) => {
                let update = parsed.update.as_ref().ok()?;
                match self.item(value) {
                    None if update.only_takes_away() => ABSENT,
                    existing => {
                        let before = existing.or_else(|| self.item(key))?;
                        let after = update.apply(before.as_ref().clone()).ok()?.item;
                        self.number(after)
                    }
                }
            }
        };
        match change.observed {
            Observed::Done {
                returned,
                attributes,
            } if returned != ReturnValues::None => self
                .agrees(change, &parsed, (returned, attributes), (value, after))
                .then_some(after),
            _ => Some(after),
        }
    }

    fn holds(
        &mut self,
        condition: &lookback_protocol::expression::Condition<'_>,
        value: ValueId,
    ) -> bool {
        let table = self.trace.tables.get(self.table as usize);
        let rules = table.and_then(|table| table.rules.as_ref());
        match rules.and_then(|rules| by_presence(condition, &rules.key, value != ABSENT)) {
            Some(holds) => holds,
            None => condition.holds(self.item(value).as_deref()),
        }
    }

    /// Whether what a write gave back can be of the item before and after it.
    fn agrees(
        &mut self,
        change: &Change,
        parsed: &Parsed<'_>,
        (returned, attributes): (ReturnValues, Option<ValueId>),
        (before, after): (ValueId, ValueId),
    ) -> bool {
        let (existing, item) = (self.item(before), self.item(after));
        let none = lookback_protocol::expression::Update::default();
        let update = match change.act {
            Act::Update(_) => parsed.update.as_ref().unwrap_or(&none),
            _ => &none,
        };
        let part = match &item {
            Some(item) => returned.of_updated(existing.as_deref(), Some(item), update),
            None => returned.of_replaced(existing.as_deref()),
        };
        let whole = match returned {
            ReturnValues::AllNew | ReturnValues::UpdatedNew => item.as_deref(),
            _ => existing.as_deref(),
        };
        let whole_is_told = matches!(returned, ReturnValues::AllOld | ReturnValues::AllNew);
        let told = attributes.and_then(|told| self.item(told));
        is_of(told.as_deref(), part.as_ref(), whole, whole_is_told)
    }
}

/// Whether what a write gave back can be of this item: each attribute that is told is the item's, and where the whole item
/// was asked for none is missing. How much else an answer tells (its key besides, only what has changed, an empty map for
/// nothing) is a matter of the answer's form, not of order.
fn is_of(
    told: Option<&Item>,
    part: Option<&Item>,
    whole: Option<&Item>,
    whole_is_told: bool,
) -> bool {
    let of = |item: Option<&Item>, name: &str, value: &AttributeValue| {
        item.and_then(|item| item.get(name)) == Some(value)
    };
    let mut wanted = part.into_iter().flat_map(Item::iter);
    let asked_for = !whole_is_told || wanted.all(|(name, value)| of(told, name, value));
    let mut told = told.into_iter().flat_map(Item::iter);
    asked_for && told.all(|(name, value)| of(part, name, value) || of(whole, name, value))
}

impl Changes for ItemChanges<'_> {
    fn apply(&mut self, change: u32, value: ValueId) -> Option<ValueId> {
        if let Some(known) = self.applied.get(&(change, value)) {
            return *known;
        }
        let it = self.trace.changes.get(change as usize).copied();
        let after = it.and_then(|it| self.evaluate(&it, value));
        self.applied.insert((change, value), after);
        after
    }

    fn is_read(&self, change: u32) -> bool {
        let change = self.trace.changes.get(change as usize);
        change.is_none_or(Change::is_read)
    }

    fn writes(&self, change: u32) -> Option<ValueId> {
        self.trace.changes.get(change as usize)?.writes()
    }

    fn likeness(&mut self, value: ValueId, other: ValueId) -> u32 {
        let (Some(value), Some(other)) = (self.item(value), self.item(other)) else {
            return u32::from(value == other);
        };
        let same = other
            .iter()
            .filter(|(name, part)| value.get(name.as_str()) == Some(part));
        u32::try_from(same.count()).unwrap_or(u32::MAX)
    }

    fn expires_us(&mut self, value: ValueId) -> Option<i64> {
        if self.ttl_attributes.is_empty() {
            return None;
        }
        if let Some(known) = self.expiries.get(&value) {
            return *known;
        }
        let item = self.item(value);
        let earliest = item.map_or(f64::INFINITY, |item| {
            let seconds = self.ttl_attributes.iter();
            let seconds = seconds.filter_map(|name| match item.get(name) {
                Some(AttributeValue::N(number)) => number.to_string().parse::<f64>().ok(),
                _ => None,
            });
            seconds.fold(f64::INFINITY, f64::min)
        });
        // What does not fit into the calendar never expires.
        let expires_us = (earliest.is_finite() && earliest.abs() < 9e12)
            .then(|| self.trace.clock.on_recorder_us((earliest * 1e6) as i64).0);
        self.expiries.insert(value, expires_us);
        expires_us
    }
}
