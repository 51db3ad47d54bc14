//! Artefacts whose anchor is a position in the target's log: what has a position up to it is in, the rest is out.

use super::{Court, Findings};
use crate::contract::Grade;
use crate::register::{ABSENT, Changes, Effect, Op, ValueId};
use crate::trace::{ItemChanges, ItemOf, SourceOf, Taken};
use crate::verdict::{Rule, Violation, Witness};
use crate::witness::{artefact_name, fact, item_name};

/// The most states of an item at one position before it is given up.
const STATES_MAX: usize = 1_000;

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
            let Some(legal) = legal(court, item, position) else {
                findings.unknown(
                    Rule::LogPosition,
                    item_name(court.trace, item),
                    "too many of its writes have no position".to_owned(),
                );
                continue;
            };
            if legal.contains(&value) {
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

/// What the item can be at a position of the log: the writes up to it in their order, and between them any of those of
/// which nobody knows a position, and expiries. `None`: too many values to tell.
fn legal(court: &Court<'_>, item: &ItemOf, position: u64) -> Option<Vec<ValueId>> {
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
            Some(position) if it.op.must => placed.push((position, it.op)),
            _ => anywhere.push(it.op),
        }
    }
    placed.sort_by_key(|(position, _)| *position);
    let mut states = vec![(item.initial, 0_u64)];
    spread(&mut changes, &anywhere, &mut states)?;
    for (at, op) in placed {
        if at > position {
            break;
        }
        states = states
            .into_iter()
            .filter_map(|(value, used)| Some((after(&mut changes, &op, value)?, used)))
            .collect();
        spread(&mut changes, &anywhere, &mut states)?;
    }
    Some(states.into_iter().map(|(value, _)| value).collect())
}

/// Adds what writes without a position, each once, and expiries may make of the values. A state is a value with the
/// writes that were used for it; one that took more for the same value tells nothing new.
fn spread(
    changes: &mut ItemChanges<'_>,
    anywhere: &[Op],
    states: &mut Vec<(ValueId, u64)>,
) -> Option<()> {
    if anywhere.len() > u64::BITS as usize {
        return None;
    }
    let mut done = 0;
    while let Some((value, used)) = states.get(done).copied() {
        done += 1;
        let mut nexts: Vec<(ValueId, u64)> = Vec::new();
        for (index, op) in anywhere.iter().enumerate() {
            let bit = 1_u64 << index;
            if used & bit == 0
                && let Some(next) = after(changes, op, value)
            {
                nexts.push((next, used | bit));
            }
        }
        nexts.extend(changes.expires_us(value).map(|_| (ABSENT, used)));
        for (next, used) in nexts {
            let known = |it: &(ValueId, u64)| it.0 == next && it.1 & !used == 0;
            if !states.iter().any(known) {
                states.push((next, used));
            }
        }
        if states.len() > STATES_MAX {
            return None;
        }
    }
    Some(())
}

fn after(changes: &mut ItemChanges<'_>, op: &Op, value: ValueId) -> Option<ValueId> {
    match op.effect {
        Effect::Sees(_) => Some(value),
        Effect::Writes(written) => Some(written),
        Effect::Changes(change) => changes.apply(change, value),
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
