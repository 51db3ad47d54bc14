//! An irreducible core: operations that contradict each other, of which none can be left out.

use crate::register::{Effect, OPEN, Op, Order, Solver, ValueId};
use crate::trace::ItemChanges;

/// The most steps of the search to tell whether several operations can be left out at once.
const PART_STEPS_MAX: u64 = 20_000;

/// The most steps to tell whether one can.
const ONE_STEPS_MAX: u64 = 200_000;

/// The most steps for one core: what is left then is kept.
const STEPS_MAX: u64 = 4_000_000;

/// An operation under suspicion.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Suspect {
    /// The operation, at the interval that it was judged with.
    pub op: Op,
    /// Its place among the operations of its item.
    pub place: usize,
}

/// Operations that contradict each other.
#[derive(Debug)]
pub(crate) struct Core {
    pub suspects: Vec<Suspect>,
    /// Whether none of them can be left out, for sure.
    pub irreducible: bool,
}

/// Looks for a core.
struct Shrink<'a, 'c, 't> {
    solver: Solver,
    changes: &'a mut ItemChanges<'t>,
    initial: ValueId,
    suspects: &'c [Suspect],
    kept: Vec<bool>,
}

/// Leaves out what can be left out, larger parts first. To leave a read out is to forget it; to leave a write out is to
/// forget when it happened, and whether it did.
pub(crate) fn irreducible(
    solver: &Solver,
    changes: &mut ItemChanges<'_>,
    initial: ValueId,
    suspects: &[Suspect],
) -> Core {
    let mut shrink = Shrink {
        solver: Solver::new(solver.steps_max),
        changes,
        initial,
        suspects,
        kept: vec![true; suspects.len()],
    };
    shrink.leave_out_what_came_later();
    let mut part = suspects.len().next_power_of_two();
    while part > 1 {
        for from in (0..suspects.len()).step_by(part) {
            shrink.leave_out(from, from + part, PART_STEPS_MAX);
        }
        part /= 2;
    }
    let mut unsure = Vec::new();
    for index in 0..suspects.len() {
        if shrink.leave_out(index, index + 1, ONE_STEPS_MAX) == Order::Unknown {
            unsure.push(index);
        }
    }
    // With fewer operations left it may be easier to tell.
    unsure.retain(|index| shrink.leave_out(*index, index + 1, ONE_STEPS_MAX) == Order::Unknown);
    let core = suspects.iter().zip(&shrink.kept);
    Core {
        suspects: core
            .filter(|(_, kept)| **kept)
            .map(|(suspect, _)| *suspect)
            .collect(),
        irreducible: unsure.is_empty(),
    }
}

impl Shrink<'_, '_, '_> {
    /// Reads that began after the farthest instant of all orders did not matter.
    fn leave_out_what_came_later(&mut self) {
        let ops = self.ops();
        let farthest_us = self.solver.farthest_us(self.initial, &ops, self.changes);
        let before = self.kept.clone();
        for (kept, suspect) in self.kept.iter_mut().zip(self.suspects) {
            let read = super::is_read(self.changes, &suspect.op);
            *kept &= !(read && suspect.op.lo_us > farthest_us);
        }
        if self.kept != before && self.order(PART_STEPS_MAX) != Order::Impossible {
            self.kept = before;
        }
    }

    /// Tries to leave out the operations from one place to another; [`Order::Impossible`]: they are left out.
    fn leave_out(&mut self, from: usize, to: usize, steps_max: u64) -> Order {
        let to = to.min(self.kept.len());
        let Some(part) = self.kept.get_mut(from..to) else {
            return Order::Impossible;
        };
        let before = part.to_vec();
        if !before.contains(&true) {
            return Order::Impossible;
        }
        part.fill(false);
        let order = self.order(steps_max);
        if order != Order::Impossible
            && let Some(part) = self.kept.get_mut(from..to)
        {
            part.copy_from_slice(&before);
        }
        order
    }

    /// Whether what is kept has an order.
    fn order(&mut self, steps_max: u64) -> Order {
        let left = STEPS_MAX.saturating_sub(self.solver.steps);
        self.solver.steps_max = steps_max.min(left);
        let ops = self.ops();
        let may_expire = self.changes.may_expire();
        self.solver
            .order(self.initial, &ops, self.changes, may_expire)
    }

    /// What is kept, and writes that were left out.
    fn ops(&self) -> Vec<Op> {
        let mut ops = Vec::new();
        let mut left_out = Vec::new();
        for (suspect, kept) in self.suspects.iter().zip(&self.kept) {
            if *kept {
                ops.push(suspect.op);
            } else if !super::is_read(self.changes, &suspect.op) {
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
        if plain && !self.changes.may_expire() {
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
        ops
    }
}
