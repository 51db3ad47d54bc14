//! Of the items that have no order: which promise is broken, and what shows it.

use std::collections::BTreeMap;

use super::items::{ItemCase, band_of};
use super::{Court, Findings};
use crate::contract::{Grade, Joint};
use crate::register::{Op, Order, Solver};
use crate::trace::{ItemChanges, ItemOf, SourceOf};
use crate::verdict::{Rule, Violation};
use crate::witness::{Suspect, irreducible, is_read, tell};

/// Who is to blame: the ordinary calls, one artefact, or all of them together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Culprit {
    Calls,
    Artefact(u32),
    Together,
}

/// Finds the culprits of each item that has no order. The first few witnesses of each are told, the others counted.
pub(super) fn blame(court: &Court<'_>, impossible: &[u32], findings: &mut Findings) {
    let mut solver = court.solver();
    let mut case = ItemCase::default();
    let mut told: BTreeMap<Culprit, Vec<usize>> = BTreeMap::new();
    for number in impossible {
        let Some(item) = court.trace.items.get(*number as usize) else {
            continue;
        };
        case.load(court, item);
        for (culprit, suspects) in culprits(court, &mut solver, &case, item) {
            let known = told.entry(culprit).or_default();
            if known.len() >= court.options.witnesses_max {
                let last = known
                    .last()
                    .and_then(|last| findings.violations.get_mut(*last));
                if let Some(last) = last {
                    last.also += 1;
                }
                continue;
            }
            known.push(findings.violations.len());
            let violation = violation(court, &mut solver, item, culprit, &suspects);
            findings.violations.push(violation);
        }
    }
}

/// Who is to blame for one item, with the operations that contradict each other.
fn culprits(
    court: &Court<'_>,
    solver: &mut Solver,
    case: &ItemCase,
    item: &ItemOf,
) -> Vec<(Culprit, Vec<Suspect>)> {
    let mut changes = ItemChanges::new(court.trace, item);
    let may_expire = changes.may_expire();
    let ops = court.trace.ops_of(item);
    let mut impossible = |suspects: &[Suspect]| {
        let ops: Vec<Op> = suspects.iter().map(|suspect| suspect.op).collect();
        solver.order(item.initial, &ops, &mut changes, may_expire) == Order::Impossible
    };
    let joint: Vec<(Suspect, Option<u32>)> = case
        .joint
        .iter()
        .zip(&case.places)
        .map(|(op, place)| {
            let artefact = match ops.get(*place).map(|placed| placed.source) {
                Some(SourceOf::Artefact(artefact)) => Some(artefact),
                _ => None,
            };
            (
                Suspect {
                    op: *op,
                    place: *place,
                },
                artefact,
            )
        })
        .collect();
    let of_calls = joint.iter().filter(|(_, artefact)| artefact.is_none());
    let calls: Vec<Suspect> = of_calls.map(|(suspect, _)| *suspect).collect();
    if impossible(&calls) {
        return vec![(Culprit::Calls, calls)];
    }
    let looks = ItemChanges::new(court.trace, item);
    let mut writes = calls;
    writes.retain(|suspect| !is_read(&looks, &suspect.op));
    let mut culprits = Vec::new();
    let together = joint.iter().filter_map(|(suspect, artefact)| {
        let artefact = (*artefact)?;
        Some((artefact, *suspect))
    });
    let alone = case.alone.iter().filter_map(|(artefact, op)| {
        let source = SourceOf::Artefact(*artefact);
        let place = ops.iter().position(|placed| placed.source == source)?;
        Some((*artefact, Suspect { op: *op, place }))
    });
    for (artefact, read) in together.chain(alone) {
        let mut with = writes.clone();
        with.push(read);
        if impossible(&with) {
            culprits.push((Culprit::Artefact(artefact), with));
        }
    }
    if culprits.is_empty() {
        let all = joint.iter().map(|(suspect, _)| *suspect);
        culprits.push((Culprit::Together, all.collect()));
    }
    culprits
}

fn violation(
    court: &Court<'_>,
    solver: &mut Solver,
    item: &ItemOf,
    culprit: Culprit,
    suspects: &[Suspect],
) -> Violation {
    let mut changes = ItemChanges::new(court.trace, item);
    let core = irreducible(solver, &mut changes, item.initial, suspects);
    let ops = court.trace.ops_of(item);
    let artefacts = core.suspects.iter().filter_map(|suspect| {
        match ops.get(suspect.place).map(|placed| placed.source) {
            Some(SourceOf::Artefact(artefact)) => band_of(court, artefact),
            _ => None,
        }
    });
    let mut clauses = Vec::new();
    let mut documented = true;
    for band in artefacts {
        clauses.extend(band.promise.clauses.iter().cloned());
        documented &= band.promise.joint == Joint::Documented;
    }
    clauses.sort();
    clauses.dedup();
    let grade = match culprit {
        Culprit::Calls | Culprit::Artefact(_) => Grade::Documented,
        Culprit::Together if documented => Grade::Documented,
        Culprit::Together => Grade::Inference,
    };
    Violation {
        rule: Rule::ItemOrder,
        grade,
        clauses,
        also: 0,
        witness: tell(court.trace, court.bands, item, &core),
    }
}
