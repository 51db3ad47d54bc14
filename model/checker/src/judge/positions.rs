//! Artefacts whose anchor is a position in the target's log: what has a position up to it is in, the rest is out.

use super::{Court, Findings};
use crate::contract::Grade;
use crate::register::{Changes, Effect, Op, ValueId};
use crate::trace::{ItemChanges, ItemOf, SourceOf, Taken};
use crate::verdict::{Rule, Violation, Witness};
use crate::witness::{artefact_name, fact, item_name};

/// Judges all artefacts that have a position.
pub(super) fn judge(court: &Court<'_>, findings: &mut Findings) {
    for (index, taken) in court.trace.artefacts.iter().enumerate() {
        let Some(position) = taken.position else {
            continue;
        };
        findings.apply(Rule::LogPosition, 1);
        let artefact = SourceOf::Artefact(u32::try_from(index).unwrap_or(u32::MAX));
        let mut wrong = 0_u64;
        for item in &court.trace.items {
            let ops = court.trace.ops_of(item);
            let Some(shown) = ops.iter().find(|placed| placed.source == artefact) else {
                continue;
            };
            let Effect::Sees(value) = shown.op.effect else {
                continue;
            };
            if legal(court, item, position).contains(&value) {
                continue;
            }
            wrong += 1;
            if wrong <= court.options.witnesses_max as u64 {
                let facts = vec![fact(court.trace, court.bands, item, shown)];
                findings
                    .violations
                    .push(violation(court, taken, item, position, facts));
            }
        }
        if let Some(more) = wrong.checked_sub(court.options.witnesses_max as u64)
            && let Some(last) = findings.violations.last_mut()
            && more > 0
        {
            last.also += more;
        }
    }
}

/// What the item can be at a position of the log: the writes up to it in their order, and then maybe those of which
/// nobody knows a position.
fn legal(court: &Court<'_>, item: &ItemOf, position: u64) -> Vec<ValueId> {
    let mut changes = ItemChanges::new(court.trace, item);
    let mut placed: Vec<(u64, Op)> = Vec::new();
    let mut anywhere: Vec<Op> = Vec::new();
    for it in court.trace.ops_of(item) {
        let SourceOf::Call(call) = it.source else {
            continue;
        };
        if crate::witness::is_read(&changes, &it.op) {
            continue;
        }
        let call = court.trace.calls.get(call as usize);
        match call.and_then(|call| call.position) {
            Some(position) => placed.push((position, it.op)),
            None => anywhere.push(it.op),
        }
    }
    placed.sort_by_key(|(position, _)| *position);
    let mut value = item.initial;
    for (at, op) in placed {
        if at > position {
            break;
        }
        value = after(&mut changes, &op, value);
    }
    let mut legal = vec![value];
    for op in anywhere {
        legal.push(after(&mut changes, &op, value));
    }
    legal
}

fn after(changes: &mut ItemChanges<'_>, op: &Op, value: ValueId) -> ValueId {
    match op.effect {
        Effect::Sees(_) => value,
        Effect::Writes(written) => written,
        Effect::Changes(change) => changes.apply(change, value).unwrap_or(value),
    }
}

fn violation(
    court: &Court<'_>,
    taken: &Taken,
    item: &ItemOf,
    position: u64,
    facts: Vec<crate::verdict::Fact>,
) -> Violation {
    Violation {
        rule: Rule::LogPosition,
        grade: Grade::Documented,
        clauses: Vec::new(),
        also: 0,
        witness: Witness {
            summary: format!(
                "{}: {} is not what the log holds up to position {position}.",
                artefact_name(taken),
                item_name(court.trace, item)
            ),
            facts,
            context: Vec::new(),
        },
    }
}
