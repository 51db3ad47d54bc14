//! Witnesses: the few operations that contradict each other, in words.

mod core;
mod words;

use lookback_protocol::value::Item;

pub(crate) use self::core::{Core, Suspect, irreducible};
pub(crate) use self::words::tell;
use crate::judge::Band;
use crate::picture::wording::{Clock, duration};
use crate::register::{Changes, Effect, OPEN, Op, ValueId};
use crate::trace::{Act, CallOf, ItemChanges, ItemOf, Placed, SourceOf, Taken, Trace};
use crate::verdict::{Fact, Role, Source};

/// The longest value that is told whole, in characters.
const VALUE_CHARS_MAX: usize = 72;

/// How far from a contradiction faults and moves of the clock are told as its context, in microseconds.
const CONTEXT_US: i64 = 5_000_000;

/// Whether an operation leaves the item as it is.
pub(crate) fn is_read(changes: &dyn Changes, op: &Op) -> bool {
    match op.effect {
        Effect::Sees(_) => true,
        Effect::Writes(_) => false,
        Effect::Changes(change) => changes.is_read(change),
    }
}

/// A length of time in words: `61.2 s`, `3.4 ms`.
pub(crate) fn seconds(us: i64) -> String {
    duration(us.unsigned_abs())
}

/// A time of the recorder's clock in words: by the clock where it is one of the calendar, else since its zero.
pub(crate) fn time(us: i64) -> String {
    Clock::at(us).time(us)
}

/// What a person calls an artefact.
pub(crate) fn artefact_name(taken: &Taken) -> String {
    let kind = taken.kind.replace('-', " ");
    match &taken.name {
        Some(name) => format!("{kind} {name}"),
        None => format!("{kind} {}", taken.id),
    }
}

/// What a person calls a call.
pub(crate) fn call_name(trace: &Trace, source: SourceOf) -> String {
    match source {
        SourceOf::Call(call) => match trace.calls.get(call as usize) {
            Some(call) => format!(
                "{} of client {} at {}",
                call.operation_name(),
                call.client,
                time(call.at_us)
            ),
            None => "a call".to_owned(),
        },
        SourceOf::Artefact(artefact) => match trace.artefacts.get(artefact as usize) {
            Some(taken) => artefact_name(taken),
            None => "an artefact".to_owned(),
        },
    }
}

/// What a person calls an item: its table and its key.
pub(crate) fn item_name(trace: &Trace, item: &ItemOf) -> String {
    let Some(table) = trace.table_of(item) else {
        return format!("{:?}", item.key);
    };
    let of_value = |value: ValueId| -> Option<Item> {
        let item = crate::trace::read_text(trace.values.text(value)?)?;
        Some(table.rules.as_ref()?.key.key_attributes(&item))
    };
    let values = trace
        .ops_of(item)
        .iter()
        .map(|placed| match placed.op.effect {
            Effect::Sees(value) | Effect::Writes(value) => value,
            Effect::Changes(change) => match trace.changes.get(change as usize).map(|it| it.act) {
                Some(Act::Put(value) | Act::Update(value)) => value,
                _ => crate::register::ABSENT,
            },
        });
    let key = std::iter::once(item.initial)
        .chain(values)
        .find_map(of_value);
    match key.map(|key| text(&key)) {
        Some(key) => format!("{} {key}", table.name),
        None => format!("{} {}", table.name, item.key.as_bytes().escape_ascii()),
    }
}

/// A value of an item without its key, shortened.
pub(crate) fn value_name(trace: &Trace, item: &ItemOf, value: ValueId) -> String {
    let Some(whole) = trace.values.text(value) else {
        return "no item".to_owned();
    };
    let rules = trace.table_of(item).and_then(|table| table.rules.as_ref());
    let told = match (crate::trace::read_text(whole), rules) {
        (Some(value), Some(rules)) => {
            let rest: Item = value
                .into_iter()
                .filter(|(name, _)| !rules.key.contains(name))
                .collect();
            text(&rest)
        }
        _ => whole.to_owned(),
    };
    shortened(&told)
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(VALUE_CHARS_MAX) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn text(item: &Item) -> String {
    let mut bytes = Vec::new();
    lookback_protocol::wire::write_item(item, &mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// An operation on an item as a fact.
pub(crate) fn fact(
    trace: &Trace,
    bands: &[Option<Band<'_>>],
    item: &ItemOf,
    placed: &Placed,
) -> Fact {
    let changes = ItemChanges::new(trace, item);
    let read = is_read(&changes, &placed.op);
    let mut fact = match placed.source {
        SourceOf::Artefact(artefact) => {
            let band = bands.get(artefact as usize).and_then(Option::as_ref);
            match trace.artefacts.get(artefact as usize) {
                Some(taken) => {
                    let band_us = band.map_or((0, 0), |band| (band.lo_us, band.hi_us));
                    artefact_fact(taken, band_us, band.and_then(|band| band.anchor_us))
                }
                None => Fact::of(Role::ArtefactRead, Source::Other),
            }
        }
        SourceOf::Call(call) => match trace.calls.get(call as usize) {
            Some(call) => Fact {
                lane: format!("client {}", call.client),
                shown_us: (call.at_us, call.answered_us),
                allowed_us: vec![(placed.op.lo_us, placed.op.hi_us)],
                ..Fact::of(
                    match (read, placed.op.must) {
                        (true, _) => Role::Read,
                        (false, true) => Role::Write,
                        (false, false) => Role::UncertainWrite,
                    },
                    Source::Call(call.id),
                )
            },
            None => Fact::of(Role::Read, Source::Other),
        },
    };
    fact.item = Some(item_name(trace, item));
    let operation = match placed.source {
        SourceOf::Call(call) => trace.calls.get(call as usize).map(CallOf::operation_name),
        SourceOf::Artefact(_) => None,
    };
    let operation = operation.unwrap_or("it");
    fact.what = match placed.op.effect {
        Effect::Sees(value) => {
            let shows = format!("shows {}", value_name(trace, item, value));
            match placed.source {
                SourceOf::Call(_) => format!("{operation} {shows}"),
                SourceOf::Artefact(_) => shows,
            }
        }
        Effect::Writes(value) if value == crate::register::ABSENT => format!("{operation} deletes"),
        Effect::Writes(value) => format!("{operation} {}", value_name(trace, item, value)),
        Effect::Changes(change) => {
            let name_of = |value| value_name(trace, item, value);
            format!("{operation} {}", changes.words(change, &name_of))
        }
    };
    fact.words = words::sentence(&fact);
    fact
}

/// An artefact as a fact: its call, and where its items were read.
pub(crate) fn artefact_fact(taken: &Taken, allowed_us: (i64, i64), anchor_us: Option<i64>) -> Fact {
    Fact {
        lane: artefact_name(taken),
        shown_us: taken.call_us.unwrap_or(allowed_us),
        allowed_us: vec![allowed_us],
        anchor_us,
        ..Fact::of(Role::ArtefactRead, Source::Artefact(taken.id))
    }
}

/// Faults and moves of the clock around some facts.
pub(crate) fn context(trace: &Trace, facts: &[Fact]) -> Vec<Fact> {
    let calls = facts.iter().map(|fact| fact.shown_us);
    let from_us = calls.clone().map(|(from_us, _)| from_us).min();
    let to_us = calls
        .map(|(from_us, to_us)| if to_us == OPEN { from_us } else { to_us })
        .max();
    let (Some(from_us), Some(to_us)) = (from_us, to_us) else {
        return Vec::new();
    };
    let near = trace.faults.iter().filter(|fault| {
        fault.at_us >= from_us.saturating_sub(CONTEXT_US)
            && fault.at_us <= to_us.saturating_add(CONTEXT_US)
    });
    near.map(|fault| {
        let note = fault.note.as_deref().unwrap_or_default();
        Fact {
            lane: "faults".to_owned(),
            what: fault.kind.clone(),
            shown_us: (fault.at_us, fault.at_us),
            words: format!("{}: {} {note}", time(fault.at_us), fault.kind)
                .trim_end()
                .to_owned(),
            ..Fact::of(
                if fault.kind == "clock-moved" {
                    Role::ClockMove
                } else {
                    Role::Fault
                },
                fault.call.map_or(Source::Other, Source::Call),
            )
        }
    })
    .collect()
}

impl Fact {
    /// A fact of which nothing else is known.
    fn of(role: Role, source: Source) -> Self {
        Self {
            role,
            source,
            lane: String::new(),
            item: None,
            what: String::new(),
            shown_us: (0, 0),
            allowed_us: Vec::new(),
            anchor_us: None,
            words: String::new(),
        }
    }
}
