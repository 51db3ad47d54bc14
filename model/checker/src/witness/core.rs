//! An irreducible core: operations that contradict each other, of which none can be left out.

use crate::register::{Effect, OPEN, Op, Order, Solver, ValueId};
use crate::trace::ItemChanges;

/// The most steps that the search may take to tell whether one operation can be left out. What is left out may have
/// happened at any time, so a search among many conditions has much to try; what it cannot tell is kept.
const STEPS_MAX: u64 = 5_000;

/// An operation under suspicion.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Suspect {
    /// The operation, at the interval that it was judged with.
    pub op: Op,
    /// Its place among the operations of its item.
    pub place: usize,
}

/// Leaves out what can be left out, larger parts first. To leave a read out is to forget it; to leave a write out is to
/// forget when it happened, and whether it did.
pub(crate) fn irreducible(
    solver: &Solver,
    changes: &mut ItemChanges<'_>,
    initial: ValueId,
    suspects: &[Suspect],
) -> Vec<Suspect> {
    let solver = &mut Solver::new(solver.steps_max.min(STEPS_MAX));
    let mut kept = vec![true; suspects.len()];
    let mut part = suspects.len().next_power_of_two();
    while part > 0 {
        let mut from = 0;
        while from < suspects.len() {
            let to = (from + part).min(suspects.len());
            let before: Vec<bool> = kept.get(from..to).unwrap_or_default().to_vec();
            if before.contains(&true) {
                set(&mut kept, from, &vec![false; to - from]);
                if !contradicts(solver, changes, initial, suspects, &kept) {
                    set(&mut kept, from, &before);
                }
            }
            from = to;
        }
        part /= 2;
    }
    let core = suspects.iter().zip(&kept).filter(|(_, kept)| **kept);
    core.map(|(suspect, _)| *suspect).collect()
}

fn set(kept: &mut [bool], from: usize, to: &[bool]) {
    if let Some(places) = kept.get_mut(from..from + to.len()) {
        places.copy_from_slice(to);
    }
}

/// Whether what is kept still contradicts itself.
fn contradicts(
    solver: &mut Solver,
    changes: &mut ItemChanges<'_>,
    initial: ValueId,
    suspects: &[Suspect],
    kept: &[bool],
) -> bool {
    let mut ops = Vec::new();
    let mut left_out = Vec::new();
    for (suspect, kept) in suspects.iter().zip(kept) {
        if *kept {
            ops.push(suspect.op);
        } else if !super::is_read(changes, &suspect.op) {
            left_out.push(Op {
                lo_us: i64::MIN,
                hi_us: OPEN,
                must: false,
                ..suspect.op
            });
        }
    }
    // A plain write that nobody read can be forgotten altogether, unless something meets values in other ways.
    let plain = ops
        .iter()
        .chain(&left_out)
        .all(|op| !matches!(op.effect, Effect::Changes(_)));
    if plain && !changes.may_expire() {
        let mut read: Vec<ValueId> = ops
            .iter()
            .filter_map(|op| match op.effect {
                Effect::Sees(value) => Some(value),
                _ => None,
            })
            .collect();
        read.sort_unstable();
        left_out.retain(|op| match op.effect {
            Effect::Writes(value) => read.binary_search(&value).is_ok(),
            _ => true,
        });
    }
    ops.extend(left_out);
    let may_expire = changes.may_expire();
    solver.order(initial, &ops, changes, may_expire) == Order::Impossible
}
