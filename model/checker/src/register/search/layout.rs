//! The steps of a walk through time, and where it is put down what has taken effect.

use std::collections::BTreeMap;

use rustc_hash::FxBuildHasher;

use super::is_read;
use crate::register::{Changes, Effect, Op, ValueId};

/// How many marks fit into a word.
const WORD: usize = u64::BITS as usize;

/// The beginning or the end of an operation that must take effect.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub at_us: i64,
    pub ends: bool,
    pub op: usize,
}

/// What sort of operation it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It must have met this value.
    Sees(ValueId),
    /// A read that depends on the value in another way.
    Look,
    Write,
    /// A write that need not have happened: it has no steps.
    Option,
}

/// An operation's place in a walk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub kind: Kind,
    /// The steps at which it begins and ends.
    pub begins: usize,
    pub ends: usize,
    /// Where it is put down that it has taken effect: while it is open nothing else is put down there.
    pub mark: usize,
}

/// Writes that do the same and need not have happened, by their beginnings: the earliest that is left can stand for any
/// other one.
#[derive(Clone, Debug)]
pub(super) struct Options {
    pub effect: Effect,
    pub from_us: Vec<i64>,
    /// The mark of the first one; those of the others follow.
    pub mark: usize,
}

/// A problem laid out for a walk.
#[derive(Debug)]
pub(super) struct Layout {
    pub steps: Vec<Step>,
    /// By operation.
    pub places: Vec<Place>,
    pub options: Vec<Options>,
    /// The reads of each value, by their beginnings, and so by their ends: none holds another one.
    pub reads_of: indexmap::IndexMap<ValueId, Vec<usize>, FxBuildHasher>,
    /// Words of marks: of necessary writes, then of reads, then of other writes.
    pub write_words: usize,
    pub read_words: usize,
    pub option_words: usize,
}

impl Layout {
    pub fn new(ops: &[Op], changes: &dyn Changes) -> Self {
        let kinds = ops.iter().map(|op| match op.effect {
            Effect::Sees(value) => Kind::Sees(value),
            _ if is_read(changes, op) => Kind::Look,
            _ if op.must => Kind::Write,
            _ => Kind::Option,
        });
        let mut places: Vec<Place> = kinds
            .map(|kind| Place {
                kind,
                begins: 0,
                ends: 0,
                mark: 0,
            })
            .collect();
        let steps = steps(ops, &mut places);
        let writes = marks(&steps, &mut places, 0, |kind| kind == Kind::Write);
        let write_words = writes.div_ceil(WORD);
        let first = write_words * WORD;
        let reads = marks(&steps, &mut places, first, |kind| {
            matches!(kind, Kind::Sees(_) | Kind::Look)
        });
        let read_words = reads.div_ceil(WORD);
        let mut reads_of = indexmap::IndexMap::<_, Vec<usize>, FxBuildHasher>::default();
        for step in steps.iter().filter(|step| !step.ends) {
            if let Some(Place {
                kind: Kind::Sees(value),
                ..
            }) = places.get(step.op)
            {
                reads_of.entry(*value).or_default().push(step.op);
            }
        }
        let first = (write_words + read_words) * WORD;
        let (options, count) = options(ops, &places, first);
        Self {
            steps,
            places,
            options,
            reads_of,
            write_words,
            read_words,
            option_words: count.div_ceil(WORD),
        }
    }

    /// How many words of marks a situation has.
    pub fn words(&self) -> usize {
        self.write_words + self.read_words + self.option_words
    }
}

/// Beginnings and ends in the order of time. Intervals hold both of their ends: at one instant beginnings come first.
fn steps(ops: &[Op], places: &mut [Place]) -> Vec<Step> {
    let mut steps = Vec::with_capacity(ops.len() * 2);
    for (index, (op, place)) in ops.iter().zip(places.iter()).enumerate() {
        if place.kind == Kind::Option {
            continue;
        }
        for (at_us, ends) in [(op.lo_us, false), (op.hi_us, true)] {
            steps.push(Step {
                at_us,
                ends,
                op: index,
            });
        }
    }
    steps.sort_unstable_by_key(|step| (step.at_us, step.ends, step.op));
    for (index, step) in steps.iter().enumerate() {
        if let Some(place) = places.get_mut(step.op) {
            if step.ends {
                place.ends = index;
            } else {
                place.begins = index;
            }
        }
    }
    steps
}

/// Gives marks to the operations of some kinds, each free again when its operation ends; how many there are.
fn marks(steps: &[Step], places: &mut [Place], first: usize, of: impl Fn(Kind) -> bool) -> usize {
    let mut free = Vec::new();
    let mut count = 0;
    for step in steps {
        let Some(place) = places.get_mut(step.op).filter(|place| of(place.kind)) else {
            continue;
        };
        if step.ends {
            free.push(place.mark);
        } else {
            place.mark = free.pop().unwrap_or_else(|| {
                count += 1;
                first + count - 1
            });
        }
    }
    count
}

fn options(ops: &[Op], places: &[Place], first: usize) -> (Vec<Options>, usize) {
    let mut by_effect: BTreeMap<(bool, u32), Options> = BTreeMap::new();
    for (op, place) in ops.iter().zip(places) {
        let key = match op.effect {
            _ if place.kind != Kind::Option => continue,
            Effect::Writes(value) => (false, value),
            Effect::Changes(change) => (true, change),
            Effect::Sees(_) => continue,
        };
        let options = by_effect.entry(key).or_insert_with(|| Options {
            effect: op.effect,
            from_us: Vec::new(),
            mark: 0,
        });
        options.from_us.push(op.lo_us);
    }
    let mut count = 0;
    let mut all: Vec<Options> = by_effect.into_values().collect();
    for options in &mut all {
        options.from_us.sort_unstable();
        options.mark = first + count;
        count += options.from_us.len();
    }
    (all, count)
}
