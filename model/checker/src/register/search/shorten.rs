//! Makes a problem smaller where that changes no answer.

use rustc_hash::FxBuildHasher;

use super::is_read;
use crate::register::{ABSENT, Changes, Effect, OPEN, Op, ValueId};

type Map<K, V> = indexmap::IndexMap<K, V, FxBuildHasher>;

/// The most questions that telling values apart may ask.
const QUESTIONS_MAX: usize = 50_000;

/// A problem that has the same answer as the one that it was made of.
#[derive(Debug, Default)]
pub(super) struct Shortened {
    pub ops: Vec<Op>,
    /// Values that nobody can tell from another one, with that one.
    pub aliases: Map<ValueId, ValueId>,
}

/// Makes a problem smaller.
pub(super) fn shorten(initial: ValueId, ops: &[Op], changes: &mut dyn Changes) -> Shortened {
    let mut ops = ops.to_vec();
    let plain = !ops.iter().any(|op| matches!(op.effect, Effect::Changes(_)));
    let mut aliases = Map::default();
    let told = targets(&ops, changes);
    if let Some(targets) = told {
        pin(initial, &mut ops, &targets);
        if plain {
            drop_unread(&mut ops, changes);
        } else {
            aliases = alias(initial, &mut ops, &targets, changes);
        }
    }
    drop_repeated_reads(&mut ops, changes);
    for op in &mut ops {
        if !op.must {
            op.hi_us = OPEN;
        }
    }
    Shortened { ops, aliases }
}

/// What each writing operation leaves behind, by value; `None` where one depends on what it meets.
fn targets(ops: &[Op], changes: &dyn Changes) -> Option<Vec<(ValueId, usize)>> {
    let mut targets = Vec::new();
    for (index, op) in ops.iter().enumerate() {
        if is_read(changes, op) {
            continue;
        }
        match op.effect {
            Effect::Writes(value) => targets.push((value, index)),
            Effect::Changes(change) => targets.push((changes.writes(change)?, index)),
            Effect::Sees(_) => {}
        }
    }
    targets.sort_unstable();
    Some(targets)
}

/// A read of a value that only one write can have made says that the write happened, and by when. One that began no later
/// than that write says nothing else.
fn pin(initial: ValueId, ops: &mut Vec<Op>, targets: &[(ValueId, usize)]) {
    let mut keep = vec![true; ops.len()];
    for index in 0..ops.len() {
        let Some(Op {
            effect: Effect::Sees(value),
            lo_us,
            hi_us,
            ..
        }) = ops.get(index).copied()
        else {
            continue;
        };
        // Absence may come from an expiry as well, which is no write.
        if value == initial || value == ABSENT {
            continue;
        }
        let from = targets.partition_point(|(known, _)| *known < value);
        let to = targets.partition_point(|(known, _)| *known <= value);
        if let Some([(_, only)]) = targets.get(from..to)
            && let Some(write) = ops.get_mut(*only)
        {
            write.hi_us = write.hi_us.min(hi_us);
            write.must = true;
            if lo_us <= write.lo_us
                && let Some(keep) = keep.get_mut(index)
            {
                *keep = false;
            }
        }
    }
    retain(ops, &keep);
}

/// A write that need not have happened and that nobody has seen did not happen, where nothing else asks for values.
fn drop_unread(ops: &mut Vec<Op>, changes: &mut dyn Changes) {
    let mut seen: Vec<ValueId> = ops
        .iter()
        .filter_map(|op| match op.effect {
            Effect::Sees(value) => Some(value),
            _ => None,
        })
        .collect();
    seen.sort_unstable();
    ops.retain(|op| match op.effect {
        Effect::Writes(value) => {
            op.must || seen.binary_search(&value).is_ok() || changes.expires_us(value).is_some()
        }
        _ => true,
    });
}

/// Values that nobody saw differ only in what conditions and other looks say of them.
fn alias(
    initial: ValueId,
    ops: &mut [Op],
    targets: &[(ValueId, usize)],
    changes: &mut dyn Changes,
) -> Map<ValueId, ValueId> {
    let mut aliases = Map::default();
    let mut seen = vec![initial, ABSENT];
    let mut asked = Vec::new();
    for op in ops.iter() {
        match op.effect {
            Effect::Sees(value) => seen.push(value),
            Effect::Changes(change) => asked.push(change),
            Effect::Writes(_) => {}
        }
    }
    seen.sort_unstable();
    asked.sort_unstable();
    asked.dedup();
    let mut unseen: Vec<ValueId> = targets.iter().map(|(value, _)| *value).collect();
    unseen.dedup();
    unseen.retain(|value| seen.binary_search(value).is_err());
    if unseen.len() < 2 || unseen.len().saturating_mul(asked.len()) > QUESTIONS_MAX {
        return aliases;
    }
    let mut first_of: Map<Vec<Option<ValueId>>, ValueId> = Map::default();
    for value in unseen {
        if changes.expires_us(value).is_some() {
            continue;
        }
        let answers = asked.iter().map(|change| {
            let after = changes.apply(*change, value)?;
            Some(if changes.is_read(*change) {
                ABSENT
            } else {
                after
            })
        });
        let first = *first_of.entry(answers.collect()).or_insert(value);
        if first != value {
            aliases.insert(value, first);
        }
    }
    for op in ops {
        if let Effect::Writes(value) = &mut op.effect
            && let Some(first) = aliases.get(value)
        {
            *value = *first;
        }
    }
    aliases
}

/// A read whose interval holds that of an equal one says nothing more.
fn drop_repeated_reads(ops: &mut Vec<Op>, changes: &dyn Changes) {
    let mut reads: Vec<(bool, u32, i64, i64, usize)> = Vec::new();
    for (index, op) in ops.iter().enumerate() {
        match op.effect {
            Effect::Sees(value) => reads.push((false, value, op.lo_us, op.hi_us, index)),
            Effect::Changes(change) if changes.is_read(change) => {
                reads.push((true, change, op.lo_us, op.hi_us, index));
            }
            _ => {}
        }
    }
    reads.sort_unstable();
    let mut keep = vec![true; ops.len()];
    for same in reads.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        // By their beginnings, from the last one on: one that ends no sooner than a later one holds it.
        let mut first_end_us = None;
        for (_, _, _, hi_us, index) in same.iter().rev() {
            if first_end_us.is_some_and(|first| first <= *hi_us) {
                if let Some(keep) = keep.get_mut(*index) {
                    *keep = false;
                }
            } else {
                first_end_us = Some(*hi_us);
            }
        }
    }
    retain(ops, &keep);
}

fn retain(ops: &mut Vec<Op>, keep: &[bool]) {
    let mut keep = keep.iter();
    ops.retain(|_| keep.next().copied().unwrap_or(true));
}
