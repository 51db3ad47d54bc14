//! What operations do that are neither plain reads nor plain writes: updates, conditions, answers that tell the item,
//! reads of a part.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;
use lookback_protocol::expression::{Condition, ExpressionKind, Placeholders, Projection, Update};
use lookback_protocol::item_op::ReturnValues;
use lookback_protocol::value::{AttributeValue, Item};
use rustc_hash::FxBuildHasher;

use super::texts::Texts;
use super::values::{read_text, write_text};
use super::{ItemOf, Trace};
use crate::register::{ABSENT, Changes, ValueId};

/// An operation with what was observed of it.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub act: Act,
    pub expressions: Box<Expressions>,
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
}

/// What is done to the item.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// It is replaced.
    Put(ValueId),
    /// It goes.
    Delete,
    /// It is updated; what an absent item starts from.
    Update(Box<Item>),
    /// Nothing.
    Look,
}

/// The expressions of a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Expressions {
    pub condition: Option<String>,
    /// An update, or a projection.
    pub other: Option<String>,
    pub names: Option<BTreeMap<String, String>>,
    pub values: Option<BTreeMap<String, AttributeValue>>,
}

/// What was observed of an operation.
#[derive(Clone, Debug)]
pub(crate) enum Observed {
    /// It was done: what was asked back, and what came.
    Done {
        returned: ReturnValues,
        attributes: Option<Box<str>>,
    },
    /// Its condition did not hold: the item that came with the refusal, where it was asked for.
    Refused { item: Option<ValueId> },
    /// Nobody knows.
    Unknown,
    /// A projection of the item.
    Shown(Option<Box<str>>),
    /// The item has at least these attributes: an entry of an index.
    Holds(Box<Item>),
}

/// What the changes of one item do, with the values that they make.
#[derive(Debug)]
pub struct ItemChanges<'t> {
    trace: &'t Trace,
    ttl_attributes: &'t [String],
    /// Values that the history does not show, numbered from the trace's on.
    made: Texts,
    applied: IndexMap<(u32, ValueId), Option<ValueId>, FxBuildHasher>,
    read: IndexMap<ValueId, Option<Arc<Item>>, FxBuildHasher>,
    buffer: Vec<u8>,
}

impl<'t> ItemChanges<'t> {
    /// For an item of a trace.
    pub fn new(trace: &'t Trace, item: &ItemOf) -> Self {
        let table = trace.table_of(item);
        Self {
            trace,
            ttl_attributes: table.map_or(&[], |table| &table.ttl_attributes),
            made: Texts::default(),
            applied: IndexMap::default(),
            read: IndexMap::default(),
            buffer: Vec::new(),
        }
    }

    /// Whether values of this item can vanish by themselves.
    pub fn may_expire(&self) -> bool {
        !self.ttl_attributes.is_empty()
    }

    /// What a change is, in words.
    pub(crate) fn words(&self, change: u32) -> String {
        let Some(change) = self.trace.changes.get(change as usize) else {
            return String::new();
        };
        let expressions = &change.expressions;
        let mut words = Vec::new();
        words.extend(expressions.other.clone());
        words.extend(expressions.condition.as_ref().map(|it| format!("if {it}")));
        match &change.observed {
            Observed::Refused { .. } => words.push("(its condition did not hold)".to_owned()),
            Observed::Shown(part) => {
                words.push(format!("shows {}", part.as_deref().unwrap_or("no item")));
            }
            Observed::Holds(_) => words.push("(an entry of an index)".to_owned()),
            Observed::Done { .. } | Observed::Unknown => {}
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

    fn number(&mut self, item: &Item) -> ValueId {
        write_text(item, &mut self.buffer);
        let text = std::str::from_utf8(&self.buffer).unwrap_or_default();
        if let Some(known) = self.trace.values.find(text) {
            return known;
        }
        let made = self.made.insert(text);
        super::builder::number(self.trace.values.len()).saturating_add(made)
    }

    /// Whether an answer's text is that of an item, or of no item.
    fn is_told(&mut self, told: Option<&str>, item: Option<&Item>) -> bool {
        match (told, item) {
            (None, None) => true,
            (Some(told), Some(item)) => {
                write_text(item, &mut self.buffer);
                told.as_bytes() == self.buffer
            }
            _ => false,
        }
    }

    fn evaluate(&mut self, change: &Change, value: ValueId) -> Option<ValueId> {
        let existing = self.item(value);
        let existing = existing.as_deref();
        let expressions = &*change.expressions;
        let (names, values) = (expressions.names.as_ref(), expressions.values.as_ref());
        let mut placeholders = Placeholders::new(names, values).ok()?;
        if let Observed::Shown(shown) = &change.observed {
            let projection = expressions.other.as_deref()?;
            let projection = Projection::parse(projection, &mut placeholders).ok()?;
            let part = existing.map(|item| projection.project(item));
            return self
                .is_told(shown.as_deref(), part.as_ref())
                .then_some(value);
        }
        if let Observed::Holds(part) = &change.observed {
            let holds = existing.is_some_and(|item| {
                part.iter()
                    .all(|(name, value)| item.get(name) == Some(value))
            });
            return holds.then_some(value);
        }
        let update = match (&change.act, expressions.other.as_deref()) {
            (Act::Update(_), Some(text)) => Some(Update::parse(text, &mut placeholders).ok()?),
            _ => None,
        };
        let holds = match expressions.condition.as_deref() {
            Some(text) => {
                let condition =
                    Condition::parse(ExpressionKind::Condition, text, &mut placeholders);
                condition.ok()?.holds(existing)
            }
            None => true,
        };
        if let Observed::Refused { item } = &change.observed {
            let told = item.is_none_or(|item| item == value);
            return (!holds && told).then_some(value);
        }
        if !holds {
            return None;
        }
        let update = update.unwrap_or_default();
        let after = match &change.act {
            Act::Put(written) => *written,
            Act::Delete => ABSENT,
            Act::Look => value,
            Act::Update(_) if existing.is_none() && update.only_takes_away() => ABSENT,
            Act::Update(key) => {
                let before = existing.unwrap_or(key).clone();
                self.number(&update.apply(before).ok()?.item)
            }
        };
        if let Observed::Done {
            returned,
            attributes,
        } = &change.observed
            && *returned != ReturnValues::None
        {
            let item = self.item(after);
            let part = match &item {
                Some(item) => returned.of_updated(existing, Some(item), &update),
                None => returned.of_replaced(existing),
            };
            let whole = match returned {
                ReturnValues::AllNew | ReturnValues::UpdatedNew => item.as_deref(),
                _ => existing,
            };
            let whole_is_told = matches!(returned, ReturnValues::AllOld | ReturnValues::AllNew);
            if !agrees(attributes.as_deref(), part.as_ref(), whole, whole_is_told) {
                return None;
            }
        }
        Some(after)
    }
}

/// Whether what a write gave back can be of this item: each attribute that is told is the item's, and where the whole item
/// was asked for none is missing. How much else an answer tells (its key besides, only what has changed, an empty map for
/// nothing) is a matter of the answer's form, not of order.
fn agrees(
    told: Option<&str>,
    part: Option<&Item>,
    whole: Option<&Item>,
    whole_is_told: bool,
) -> bool {
    let told = told.and_then(read_text).unwrap_or_default();
    let mut wanted = part.into_iter().flat_map(Item::iter);
    let asked_for = !whole_is_told || wanted.all(|(name, value)| told.get(name) == Some(value));
    let besides = told.iter().all(|(name, value)| {
        let of = |item: Option<&Item>| item.and_then(|item| item.get(name)) == Some(value);
        of(part) || of(whole)
    });
    asked_for && besides
}

impl Changes for ItemChanges<'_> {
    fn apply(&mut self, change: u32, value: ValueId) -> Option<ValueId> {
        if let Some(known) = self.applied.get(&(change, value)) {
            return *known;
        }
        let trace = self.trace;
        let after = trace
            .changes
            .get(change as usize)
            .and_then(|it| self.evaluate(it, value));
        self.applied.insert((change, value), after);
        after
    }

    fn is_read(&self, change: u32) -> bool {
        let change = self.trace.changes.get(change as usize);
        change.is_none_or(Change::is_read)
    }

    fn writes(&self, change: u32) -> Option<ValueId> {
        match self.trace.changes.get(change as usize)?.act {
            Act::Put(value) => Some(value),
            Act::Delete => Some(ABSENT),
            Act::Update(_) | Act::Look => None,
        }
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
        let item = read_text(self.text(value)?)?;
        let seconds = self
            .ttl_attributes
            .iter()
            .filter_map(|name| match item.get(name) {
                Some(AttributeValue::N(number)) => number.to_string().parse::<f64>().ok(),
                _ => None,
            });
        let earliest = seconds.fold(f64::INFINITY, f64::min);
        // What does not fit into the calendar never expires.
        (earliest.is_finite() && earliest.abs() < 9e12)
            .then(|| self.trace.clock.on_recorder_us((earliest * 1e6) as i64).0)
    }
}
