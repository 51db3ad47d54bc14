//! The search: for counters, conditions, repeated values and expiry.
//!
//! Time is walked through from one beginning or end of an operation to the next. Between them a set of *situations*
//! is kept: what the item's value may be, and which of the open operations have taken effect. An operation takes effect
//! no sooner than needed: when one ends, each situation in which it has not taken effect yet is followed through all
//! orders of open writes that let it (just-in-time linearization, after Lowe). Reads change nothing, so a read takes
//! effect as soon as it can. Situations that another one covers are dropped.

use std::collections::BTreeSet;

use super::{Changes, Effect, OPEN, Op, Order, ValueId};

/// The most operations that may be open at one time: one bit each.
const OPEN_MAX: usize = 128;

/// What may be the case at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Situation {
    value: ValueId,
    /// The open operations that have taken effect, one bit for each slot.
    done: u128,
}

/// The state of a walk.
struct Walk<'a> {
    ops: &'a [Op],
    changes: &'a mut dyn Changes,
    /// By slot: the operation that is open there.
    slots: Vec<Option<usize>>,
    /// Slots of reads, and of writes that need not have happened.
    reads: u128,
    optional: u128,
    steps: u64,
    steps_max: u64,
}

/// The search was given up.
struct GivenUp;

/// Whether there is an order, or the search was given up.
pub fn order(initial: ValueId, ops: &[Op], changes: &mut dyn Changes, steps_max: u64) -> Order {
    let folded = fold(initial, ops, changes);
    let ops = folded.as_deref().unwrap_or(ops);
    let mut events = Vec::with_capacity(ops.len() * 2);
    for (index, op) in ops.iter().enumerate() {
        if op.lo_us > op.hi_us {
            return Order::Impossible;
        }
        // Intervals hold both of their ends: at one instant beginnings come first.
        events.push((op.lo_us, false, index));
        if op.must {
            events.push((op.hi_us, true, index));
        }
    }
    events.sort_unstable();
    let mut walk = Walk {
        ops,
        changes,
        slots: Vec::new(),
        reads: 0,
        optional: 0,
        steps: 0,
        steps_max,
    };
    let mut situations = vec![Situation {
        value: initial,
        done: 0,
    }];
    let mut slot_of = vec![usize::MAX; ops.len()];
    for (at_us, ends, index) in events {
        let step = if ends {
            walk.close(&mut situations, slot_of.get(index).copied(), at_us)
        } else {
            walk.open(&mut situations, index).map(|slot| {
                if let Some(known) = slot_of.get_mut(index) {
                    *known = slot;
                }
            })
        };
        if step.is_err() {
            return Order::Unknown;
        }
        if situations.is_empty() {
            return Order::Impossible;
        }
    }
    Order::Possible
}

impl Walk<'_> {
    fn is_read(&self, op: &Op) -> bool {
        match op.effect {
            Effect::Sees(_) => true,
            Effect::Writes(_) => false,
            Effect::Changes(change) => self.changes.is_read(change),
        }
    }

    /// The value after an operation that meets `value`.
    fn after(&mut self, op: &Op, value: ValueId) -> Option<ValueId> {
        match op.effect {
            Effect::Sees(seen) => (seen == value).then_some(value),
            Effect::Writes(written) => Some(written),
            Effect::Changes(change) => self.changes.apply(change, value),
        }
    }

    fn open(&mut self, situations: &mut [Situation], index: usize) -> Result<usize, GivenUp> {
        let free = self.slots.iter().position(Option::is_none);
        let slot = free.unwrap_or(self.slots.len());
        if slot >= OPEN_MAX {
            return Err(GivenUp);
        }
        match self.slots.get_mut(slot) {
            Some(place) => *place = Some(index),
            None => self.slots.push(Some(index)),
        }
        let bit = 1_u128 << slot;
        let Some(&op) = self.ops.get(index) else {
            return Err(GivenUp);
        };
        if self.is_read(&op) {
            self.reads |= bit;
            for situation in situations {
                if self.after(&op, situation.value).is_some() {
                    situation.done |= bit;
                }
            }
        } else if !op.must {
            self.optional |= bit;
        }
        Ok(slot)
    }

    /// An operation ends: it has taken effect by now.
    fn close(
        &mut self,
        situations: &mut Vec<Situation>,
        slot: Option<usize>,
        at_us: i64,
    ) -> Result<(), GivenUp> {
        let slot = slot.filter(|slot| *slot < OPEN_MAX).ok_or(GivenUp)?;
        let bit = 1_u128 << slot;
        let mut ended = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut pending = Vec::new();
        for situation in situations.drain(..) {
            if situation.done & bit != 0 {
                ended.insert(situation);
            } else if seen.insert(situation) {
                pending.push(situation);
            }
        }
        while let Some(situation) = pending.pop() {
            for next in self.nexts(situation, at_us)? {
                if next.done & bit != 0 {
                    ended.insert(next);
                } else if seen.insert(next) {
                    pending.push(next);
                }
            }
        }
        self.reads &= !bit;
        self.optional &= !bit;
        if let Some(place) = self.slots.get_mut(slot) {
            *place = None;
        }
        situations.extend(ended.into_iter().map(|situation| Situation {
            done: situation.done & !bit,
            ..situation
        }));
        situations.sort_unstable();
        situations.dedup();
        self.drop_covered(situations);
        Ok(())
    }

    /// The situations that one more write leads to, or an expiry.
    fn nexts(&mut self, from: Situation, at_us: i64) -> Result<Vec<Situation>, GivenUp> {
        let mut nexts = Vec::new();
        for slot in 0..self.slots.len() {
            let bit = 1_u128 << slot;
            if (from.done | self.reads) & bit != 0 {
                continue;
            }
            let op = self.slots.get(slot).copied().flatten();
            let Some(&op) = op.and_then(|index| self.ops.get(index)) else {
                continue;
            };
            self.steps += 1;
            if self.steps > self.steps_max {
                return Err(GivenUp);
            }
            if let Some(value) = self.after(&op, from.value) {
                nexts.push(self.settled(value, from.done | bit));
            }
        }
        let expires_us = self.changes.expires_us(from.value);
        if expires_us.is_some_and(|expires_us| expires_us <= at_us) {
            nexts.push(self.settled(super::ABSENT, from.done));
        }
        Ok(nexts)
    }

    /// Lets all open reads take effect that can.
    fn settled(&mut self, value: ValueId, mut done: u128) -> Situation {
        let mut left = self.reads & !done;
        while left != 0 {
            let slot = left.trailing_zeros() as usize;
            left &= left - 1;
            let op = self.slots.get(slot).copied().flatten();
            if let Some(&op) = op.and_then(|index| self.ops.get(index))
                && self.after(&op, value).is_some()
            {
                done |= 1_u128 << slot;
            }
        }
        Situation { value, done }
    }

    /// Drops each situation that another one covers: the same value and the same necessary writes, no read less, no
    /// optional write more.
    fn drop_covered(&self, situations: &mut Vec<Situation>) {
        if situations.len() < 2 || (self.reads | self.optional) == 0 {
            return;
        }
        let necessary = !(self.reads | self.optional);
        let covers = |a: &Situation, b: &Situation| {
            a.value == b.value
                && a.done & necessary == b.done & necessary
                && b.done & self.reads & !a.done == 0
                && a.done & self.optional & !b.done == 0
        };
        let mut kept: Vec<Situation> = Vec::with_capacity(situations.len());
        for situation in situations.drain(..) {
            if kept.iter().any(|other| covers(other, &situation)) {
                continue;
            }
            kept.retain(|other| !covers(&situation, other));
            kept.push(situation);
        }
        *situations = kept;
    }
}

/// Shortens the problem where that changes no answer: a read that began no later than the only write of its value
/// says just that the write had taken effect by the read's end; a write that need not have happened and that nobody
/// needs did not happen. `None`: there is nothing to shorten.
fn fold(initial: ValueId, ops: &[Op], changes: &dyn Changes) -> Option<Vec<Op>> {
    let mut written: Vec<(ValueId, usize)> = Vec::new();
    let mut any_change = false;
    for (index, op) in ops.iter().enumerate() {
        match op.effect {
            Effect::Writes(value) => written.push((value, index)),
            Effect::Sees(_) => {}
            Effect::Changes(_) => any_change = true,
        }
    }
    if any_change {
        return None;
    }
    written.sort_unstable();
    let range = |value: ValueId| {
        let from = written.partition_point(|(known, _)| *known < value);
        let to = written.partition_point(|(known, _)| *known <= value);
        written.get(from..to).unwrap_or_default()
    };
    let mut folded = ops.to_vec();
    let mut keep = vec![true; ops.len()];
    let mut read = vec![false; ops.len()];
    for (index, op) in ops.iter().enumerate() {
        let Effect::Sees(value) = op.effect else {
            continue;
        };
        let sources = range(value);
        // Absence may come from an expiry as well, which is no write.
        let only = match sources {
            [(_, only)] if value != initial && value != super::ABSENT => Some(*only),
            _ => None,
        };
        for (_, source) in sources {
            if let Some(read) = read.get_mut(*source) {
                *read = true;
            }
        }
        if let Some(write) = only.and_then(|only| folded.get_mut(only))
            && op.lo_us <= write.lo_us
        {
            write.hi_us = write.hi_us.min(op.hi_us);
            write.must = true;
            if let Some(keep) = keep.get_mut(index) {
                *keep = false;
            }
        }
    }
    for (index, op) in folded.iter().enumerate() {
        let unread = !read.get(index).copied().unwrap_or(true);
        let expires =
            matches!(op.effect, Effect::Writes(value) if changes.expires_us(value).is_some());
        if matches!(op.effect, Effect::Writes(_))
            && !op.must
            && unread
            && !expires
            && let Some(keep) = keep.get_mut(index)
        {
            *keep = false;
        }
    }
    let mut kept = keep.iter();
    folded.retain(|_| kept.next().copied().unwrap_or(true));
    for op in &mut folded {
        if !op.must {
            op.hi_us = OPEN;
        }
    }
    Some(folded)
}
