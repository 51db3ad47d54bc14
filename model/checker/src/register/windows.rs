//! When could a value have been there?
//!
//! For one item whose operations have an order, [`Windows`] gives the instants at which a value can have been there, as
//! a union of intervals. Outside them it cannot have been, whatever the order; what lies inside is possible where
//! each value that was read has one source, and may promise too much elsewhere. So an empty intersection over several
//! items proves that they share no instant.

use super::{Changes, Effect, OPEN, Op, ValueId};

/// A set of instants, as intervals with both ends, in ascending order.
pub type Instants = Vec<(i64, i64)>;

/// A source of a value with the reads that can only be of it.
#[derive(Clone, Copy, Debug)]
struct Source {
    /// The operation that wrote it; `None`: what was there before, or an expiry.
    op: Option<usize>,
    /// What it writes; `None`: nobody knows.
    value: Option<ValueId>,
    begin_us: i64,
    first_end_us: i64,
    last_begin_us: i64,
    happened: bool,
}

/// An item's sources, ready to be asked.
#[derive(Debug)]
pub struct Windows {
    /// What was there before, the writes, and then expiries.
    sources: Vec<Source>,
    writes_to: usize,
    /// By `first_end_us`, with the largest and second largest `last_begin_us` so far, each with its source.
    by_end: Vec<(i64, Best, Best)>,
    /// By `last_begin_us` descending, with the smallest and second smallest `first_end_us` so far.
    by_begin: Vec<(i64, Best, Best)>,
    /// Open stretches in which a value must be there: `(after, before, source)`, disjoint, ascending.
    stretches: Vec<(i64, i64, usize)>,
}

/// An extreme and whose it is.
type Best = Option<(i64, usize)>;

impl Windows {
    /// Prepares an item: the value before its operations, and these.
    pub fn new(initial: ValueId, ops: &[Op], changes: &mut dyn Changes) -> Self {
        let mut sources = sources(initial, ops, changes);
        let writes = sources.iter().filter(|source| source.op.is_some());
        let writes_to = 1 + writes.count();
        assign_reads(&mut sources, ops);
        let mut by_end: Vec<(i64, i64, usize)> = Vec::new();
        for (index, source) in sources.iter().enumerate() {
            if source.happened {
                by_end.push((source.first_end_us, source.last_begin_us, index));
            }
        }
        let mut by_begin: Vec<(i64, i64, usize)> = by_end
            .iter()
            .map(|(end, begin, index)| (*begin, *end, *index))
            .collect();
        by_end.sort_unstable();
        by_begin.sort_unstable_by_key(|(begin, ..)| std::cmp::Reverse(*begin));
        let stretches = by_end
            .iter()
            .filter(|(end, begin, _)| end < begin)
            .copied()
            .collect();
        Self {
            by_end: running(&by_end, |new, best| new > best),
            by_begin: running(&by_begin, |new, best| new < best),
            stretches,
            writes_to,
            sources,
        }
    }

    /// The instants at which the item can have had one of the values that `is_it` names.
    pub fn of_value(&self, is_it: impl Fn(ValueId) -> bool) -> Instants {
        let mut instants = Vec::new();
        for (index, source) in self.sources.iter().enumerate() {
            if source.value.is_none_or(&is_it) {
                instants.extend(self.of_source(index));
            }
        }
        merged(instants)
    }

    /// The instants at which the write `op`, which did happen, can have taken effect.
    pub fn of_write(&self, op: usize) -> Instants {
        // Writes stand in the order of the operations, after what was there before them.
        let writes = self.sources.get(..self.writes_to).unwrap_or_default();
        let index = writes.partition_point(|source| source.op < Some(op));
        let Some(source) = writes.get(index).filter(|source| source.op == Some(op)) else {
            return vec![(i64::MIN, OPEN)];
        };
        intersection(
            &self.of_source(index),
            &[(source.begin_us, source.first_end_us)],
        )
    }

    fn of_source(&self, index: usize) -> Instants {
        let Some(source) = self.sources.get(index) else {
            return Vec::new();
        };
        let mut from = source.begin_us;
        // What must come before it was still there at its own last beginning.
        let before = self
            .by_end
            .partition_point(|(end, ..)| *end < source.last_begin_us);
        if source.happened
            && let Some((begin, _)) = best_of_others(&self.by_end, before, index)
        {
            from = from.max(begin);
        }
        // What must come after it has taken effect by its own first end.
        let mut to = OPEN;
        let after = self
            .by_begin
            .partition_point(|(begin, ..)| *begin > source.first_end_us);
        if source.happened
            && let Some((end, _)) = best_of_others(&self.by_begin, after, index)
        {
            to = to.min(end);
        }
        self.outside_stretches(from, to, index)
    }

    /// `from..=to` without the stretches in which another value must be there.
    fn outside_stretches(&self, from: i64, to: i64, own: usize) -> Instants {
        let mut instants = Vec::new();
        let mut from = from;
        let first = self
            .stretches
            .partition_point(|(_, before, _)| *before <= from);
        for (after, before, whose) in self.stretches.iter().skip(first) {
            if *after >= to {
                break;
            }
            if *whose == own {
                continue;
            }
            if from <= *after {
                instants.push((from, *after));
            }
            from = from.max(*before);
        }
        if from <= to {
            instants.push((from, to));
        }
        instants
    }
}

fn sources(initial: ValueId, ops: &[Op], changes: &mut dyn Changes) -> Vec<Source> {
    let mut sources = vec![Source {
        op: None,
        value: Some(initial),
        begin_us: i64::MIN,
        first_end_us: i64::MIN,
        last_begin_us: i64::MIN,
        happened: true,
    }];
    for (index, op) in ops.iter().enumerate() {
        let value = match op.effect {
            Effect::Writes(value) => Some(value),
            Effect::Changes(change) if !changes.is_read(change) => changes.writes(change),
            _ => continue,
        };
        sources.push(Source {
            op: Some(index),
            value,
            begin_us: op.lo_us,
            first_end_us: if op.must { op.hi_us } else { OPEN },
            last_begin_us: op.lo_us,
            happened: op.must,
        });
    }
    let expiries: Vec<Source> = sources
        .iter()
        .filter_map(|source| {
            let expires_us = changes.expires_us(source.value?)?;
            Some(Source {
                op: None,
                value: Some(super::ABSENT),
                begin_us: source.begin_us.max(expires_us),
                first_end_us: OPEN,
                last_begin_us: source.begin_us.max(expires_us),
                happened: false,
            })
        })
        .collect();
    sources.extend(expiries);
    sources
}

/// Gives each read to its source where there is only one that can be it.
fn assign_reads(sources: &mut [Source], ops: &[Op]) {
    if sources.iter().any(|source| source.value.is_none()) {
        return;
    }
    let mut by_value: Vec<(ValueId, usize)> = sources
        .iter()
        .enumerate()
        .filter_map(|(index, source)| Some((source.value?, index)))
        .collect();
    by_value.sort_unstable();
    for op in ops {
        let Effect::Sees(value) = op.effect else {
            continue;
        };
        let from = by_value.partition_point(|(known, _)| *known < value);
        let to = by_value.partition_point(|(known, _)| *known <= value);
        if let Some([(_, only)]) = by_value.get(from..to)
            && let Some(source) = sources.get_mut(*only)
        {
            source.first_end_us = source.first_end_us.min(op.hi_us);
            source.last_begin_us = source.last_begin_us.max(op.lo_us);
            source.happened = true;
        }
    }
}

/// For each prefix of `sorted`, its two best second members.
fn running(
    sorted: &[(i64, i64, usize)],
    better: impl Fn(i64, i64) -> bool,
) -> Vec<(i64, Best, Best)> {
    let (mut first, mut second): (Best, Best) = (None, None);
    let mut prefixes = Vec::with_capacity(sorted.len());
    for (by, value, index) in sorted {
        if first.is_none_or(|(best, _)| better(*value, best)) {
            second = first;
            first = Some((*value, *index));
        } else if second.is_none_or(|(best, _)| better(*value, best)) {
            second = Some((*value, *index));
        }
        prefixes.push((*by, first, second));
    }
    prefixes
}

/// The best of the first `count` that is not `own`'s.
fn best_of_others(prefixes: &[(i64, Best, Best)], count: usize, own: usize) -> Best {
    let (_, first, second) = prefixes.get(count.checked_sub(1)?)?;
    match first {
        Some((_, whose)) if *whose == own => *second,
        _ => *first,
    }
}

/// The same instants with overlapping intervals joined.
pub fn merged(mut instants: Instants) -> Instants {
    instants.sort_unstable();
    let mut joined: Instants = Vec::with_capacity(instants.len());
    for (from, to) in instants {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined
}

/// The instants in both.
pub fn intersection(a: &[(i64, i64)], b: &[(i64, i64)]) -> Instants {
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    let mut common = Vec::new();
    while let (Some(left), Some(right)) = (a.peek(), b.peek()) {
        let (from, to) = (left.0.max(right.0), left.1.min(right.1));
        if from <= to {
            common.push((from, to));
        }
        if left.1 <= right.1 {
            a.next();
        } else {
            b.next();
        }
    }
    common
}
