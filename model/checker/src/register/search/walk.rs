//! The walk: the situation that has come farthest is followed first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Searched;
use super::known::Known;
use super::layout::{Kind, Layout, Options, Place};
use super::shorten::Shortened;
use crate::register::{ABSENT, Changes, Effect, Op, Order, ValueId};

/// What may be the case at a step.
#[derive(Clone, Debug)]
struct Situation {
    step: usize,
    value: ValueId,
    marks: Vec<u64>,
}

/// The operations that are open at a step, but for plain reads: by their ends.
#[derive(Debug, Default)]
struct OpenAt {
    step: usize,
    writes: Vec<usize>,
    looks: Vec<usize>,
}

/// The state of a walk.
pub(super) struct Walk<'a> {
    layout: &'a Layout,
    problem: &'a Shortened,
    changes: &'a mut dyn Changes,
    open: OpenAt,
    known: Known,
    /// What is left to follow.
    left: BinaryHeap<Left>,
    /// By number, and the marks of all of them.
    stored: Vec<Stored>,
    stored_marks: Vec<u64>,
    farthest: usize,
    steps: u64,
    steps_max: u64,
}

/// A situation that is left to follow: its step, how like its value is to the one that must be seen there, how many
/// unnecessary writes took effect, and its number.
type Left = (usize, u32, Reverse<u32>, usize);

/// A situation without its marks.
#[derive(Clone, Copy, Debug)]
struct Stored {
    step: usize,
    value: ValueId,
    /// Whether it was followed but for the writes that need not have happened.
    but_for_options: bool,
}

/// How following a situation ended.
enum Followed {
    /// At the end: there is an order.
    ToTheEnd,
    /// It leads nowhere, or to several others, which are left to follow.
    Left,
    GivenUp,
}

impl<'a> Walk<'a> {
    pub fn new(
        layout: &'a Layout,
        problem: &'a Shortened,
        changes: &'a mut dyn Changes,
        steps_max: u64,
    ) -> Self {
        Self {
            layout,
            problem,
            changes,
            open: OpenAt::default(),
            known: Known::new(layout.write_words, layout.read_words, layout.words()),
            left: BinaryHeap::new(),
            stored: Vec::new(),
            stored_marks: Vec::new(),
            farthest: 0,
            steps: 0,
            steps_max,
        }
    }

    pub fn go(mut self, initial: ValueId) -> Searched {
        let mut now = Situation {
            step: 0,
            value: initial,
            marks: vec![0; self.layout.words()],
        };
        let order = loop {
            match self.follow(&mut now) {
                Followed::ToTheEnd => break Order::Possible,
                Followed::GivenUp => break Order::Unknown,
                Followed::Left => {}
            }
            loop {
                let Some((.., number)) = self.left.pop() else {
                    return self.searched(Order::Impossible);
                };
                if !self.load(number, &mut now) {
                    break;
                }
                self.options(&now);
                if self.steps > self.steps_max {
                    return self.searched(Order::Unknown);
                }
            }
        };
        self.searched(order)
    }

    fn searched(&self, order: Order) -> Searched {
        let farthest = self.layout.steps.get(self.farthest);
        Searched {
            order,
            farthest_us: farthest.map_or(i64::MAX, |step| step.at_us),
            steps: self.steps,
        }
    }

    /// Takes a situation out of the store; whether only the writes that need not have happened are left to try.
    fn load(&self, number: usize, now: &mut Situation) -> bool {
        let words = now.marks.len();
        let marks = self.stored_marks.get(number * words..(number + 1) * words);
        if let Some(marks) = marks {
            now.marks.copy_from_slice(marks);
        }
        let Some(stored) = self.stored.get(number) else {
            return false;
        };
        (now.step, now.value) = (stored.step, stored.value);
        stored.but_for_options
    }

    /// Follows a situation until there is more than one way to go on.
    fn follow(&mut self, now: &mut Situation) -> Followed {
        while let Some(step) = self.layout.steps.get(now.step).copied() {
            self.farthest = self.farthest.max(now.step);
            let Some(place) = self.layout.places.get(step.op).copied() else {
                return Followed::GivenUp;
            };
            if !step.ends {
                if self.meets(&place, step.op, now.value) {
                    set(&mut now.marks, place.mark);
                }
                now.step += 1;
                continue;
            }
            if is_set(&now.marks, place.mark) {
                clear(&mut now.marks, place.mark);
                now.step += 1;
                continue;
            }
            if !self.known.insert(now.step, now.value, &now.marks) {
                return Followed::Left;
            }
            self.put_off_options(now, step.at_us);
            let first = self.stored.len();
            self.nexts(now, step.at_us);
            if self.steps > self.steps_max {
                return Followed::GivenUp;
            }
            match self.stored.len() - first {
                0 => return Followed::Left,
                1 => {
                    self.load(first, now);
                    self.stored.truncate(first);
                    self.stored_marks.truncate(first * now.marks.len());
                }
                _ => {
                    self.keep(first);
                    return Followed::Left;
                }
            }
        }
        Followed::ToTheEnd
    }

    /// Whether a read that begins has seen what it must see.
    fn meets(&mut self, place: &Place, op: usize, value: ValueId) -> bool {
        match place.kind {
            Kind::Sees(seen) => seen == value,
            Kind::Look => self.after(op, value).is_some(),
            Kind::Write | Kind::Option => false,
        }
    }

    fn after(&mut self, op: usize, value: ValueId) -> Option<ValueId> {
        let Op { effect, .. } = *self.problem.ops.get(op)?;
        self.after_effect(effect, value)
    }

    /// The value after an operation that meets `value`.
    fn after_effect(&mut self, effect: Effect, value: ValueId) -> Option<ValueId> {
        let after = match effect {
            Effect::Sees(seen) => return (seen == value).then_some(value),
            Effect::Writes(written) => return Some(written),
            Effect::Changes(change) => self.changes.apply(change, value)?,
        };
        let alias = self.problem.aliases.get(&after);
        Some(alias.copied().unwrap_or(after))
    }

    /// Leaves the situations from this number on to be followed.
    fn keep(&mut self, first: usize) {
        let words = self.layout.words();
        for number in first..self.stored.len() {
            let Some(stored) = self.stored.get(number).copied() else {
                continue;
            };
            let marks = self.stored_marks.get(number * words..(number + 1) * words);
            let marks = marks.unwrap_or_default();
            let op = self.layout.steps.get(stored.step).map(|step| step.op);
            let done = op.is_some_and(|op| self.is_done(op, marks));
            let used = self.used(marks) + u32::from(stored.but_for_options);
            let wanted = op.and_then(|op| self.layout.places.get(op));
            let like = match wanted.map(|place| place.kind) {
                Some(Kind::Sees(seen)) if !done => self.changes.likeness(stored.value, seen),
                _ => 0,
            };
            self.left
                .push((stored.step + usize::from(done), like, Reverse(used), number));
        }
    }

    fn is_done(&self, op: usize, marks: &[u64]) -> bool {
        let place = self.layout.places.get(op);
        place.is_some_and(|place| is_set(marks, place.mark))
    }

    /// How many writes took effect that need not have happened.
    fn used(&self, marks: &[u64]) -> u32 {
        let unnecessary = self.layout.write_words + self.layout.read_words;
        let words = marks.iter().skip(unnecessary);
        words.map(|word| word.count_ones()).sum()
    }

    /// Writes that need not have happened are tried when nothing else helps.
    fn put_off_options(&mut self, now: &Situation, at_us: i64) {
        let begun = |options: &Options| options.from_us.first().is_some_and(|it| *it <= at_us);
        if !self.layout.options.iter().any(begun) {
            return;
        }
        let number = self.stored.len();
        self.stored.push(Stored {
            step: now.step,
            value: now.value,
            but_for_options: true,
        });
        self.stored_marks.extend_from_slice(&now.marks);
        self.keep(number);
    }

    /// Leaves the situations to be followed that a write leads to which need not have happened.
    fn options(&mut self, from: &Situation) {
        let layout = self.layout;
        let Some(step) = layout.steps.get(from.step) else {
            return;
        };
        self.open.go_to(from.step, layout);
        let first = self.stored.len();
        for options in &layout.options {
            let begun = options
                .from_us
                .partition_point(|from_us| *from_us <= step.at_us);
            let mut marks = options.mark..options.mark + begun;
            let Some(mark) = marks.find(|mark| !is_set(&from.marks, *mark)) else {
                continue;
            };
            self.steps += 1;
            if let Some(value) = self.after_effect(options.effect, from.value) {
                self.store(from, value, Some(mark), false);
            }
        }
        self.keep(first);
    }

    /// Stores the situations that one more write leads to that did happen, or an expiry; the likeliest last.
    fn nexts(&mut self, from: &Situation, at_us: i64) {
        let layout = self.layout;
        self.open.go_to(from.step, layout);
        self.steps += 1 + layout.words() as u64 / 16;
        if from.value != ABSENT
            && let Some(expires_us) = self.changes.expires_us(from.value)
            && expires_us <= at_us
        {
            self.store(from, ABSENT, None, false);
        }
        for index in (0..self.open.writes.len()).rev() {
            let Some(op) = self.open.writes.get(index).copied() else {
                continue;
            };
            if self.is_done(op, &from.marks) || self.another_stands_for_it(from, index) {
                continue;
            }
            self.steps += 1;
            let mark = layout.places.get(op).map(|place| place.mark);
            if let Some(value) = self.after(op, from.value) {
                self.store(from, value, mark, true);
            }
        }
    }

    /// Whether an equal write is open that ends sooner: it can as well be the first.
    fn another_stands_for_it(&self, from: &Situation, index: usize) -> bool {
        let effect_of = |op: usize| self.problem.ops.get(op).map(|op| op.effect);
        let effect = self.open.writes.get(index).and_then(|op| effect_of(*op));
        let sooner = self.open.writes.iter().take(index);
        sooner
            .copied()
            .any(|op| effect_of(op) == effect && !self.is_done(op, &from.marks))
    }

    /// Stores a situation, with all open reads that can take effect now. What changes nothing leads nowhere.
    fn store(&mut self, from: &Situation, value: ValueId, mark: Option<usize>, necessary: bool) {
        let begin = self.stored_marks.len();
        self.stored_marks.extend_from_slice(&from.marks);
        let mut more = necessary || value != from.value;
        if value != from.value {
            let layout = self.layout;
            let reads = layout.reads_of.get(&value).map_or(&[][..], Vec::as_slice);
            let place = |op: &usize| layout.places.get(*op);
            let ended = |op: &usize| place(op).is_none_or(|place| place.ends < from.step);
            let begun = |op: &usize| place(op).is_some_and(|place| place.begins < from.step);
            let first = reads.partition_point(ended);
            let open = reads.iter().skip(first).take_while(|op| begun(op));
            let marks = self.stored_marks.get_mut(begin..).unwrap_or_default();
            for place in open.filter_map(place) {
                set(marks, place.mark);
            }
            for index in 0..self.open.looks.len() {
                let Some(op) = self.open.looks.get(index).copied() else {
                    continue;
                };
                let Some(mark) = layout.places.get(op).map(|place| place.mark) else {
                    continue;
                };
                if !is_set(&from.marks, mark) && self.after(op, value).is_some() {
                    set(self.stored_marks.get_mut(begin..).unwrap_or_default(), mark);
                    more = true;
                }
            }
        }
        if !more {
            self.stored_marks.truncate(begin);
            return;
        }
        if let (Some(mark), Some(marks)) = (mark, self.stored_marks.get_mut(begin..)) {
            set(marks, mark);
        }
        self.stored.push(Stored {
            step: from.step,
            value,
            but_for_options: false,
        });
    }
}

impl OpenAt {
    /// Moves to a step, forth or back.
    fn go_to(&mut self, step: usize, layout: &Layout) {
        while self.step < step {
            if let Some(passed) = layout.steps.get(self.step) {
                self.change(passed.op, !passed.ends, layout);
            }
            self.step += 1;
        }
        while self.step > step {
            self.step -= 1;
            if let Some(passed) = layout.steps.get(self.step) {
                self.change(passed.op, passed.ends, layout);
            }
        }
    }

    fn change(&mut self, op: usize, opens: bool, layout: &Layout) {
        let ends = |op: &usize| layout.places.get(*op).map(|place| place.ends);
        let list = match layout.places.get(op).map(|place| place.kind) {
            Some(Kind::Write) => &mut self.writes,
            Some(Kind::Look) => &mut self.looks,
            _ => return,
        };
        let at = list.partition_point(|other| ends(other) < ends(&op));
        if opens {
            list.insert(at, op);
        } else if at < list.len() {
            list.remove(at);
        }
    }
}

fn word_of(mark: usize) -> (usize, u64) {
    (mark / u64::BITS as usize, 1 << (mark % u64::BITS as usize))
}

fn is_set(marks: &[u64], mark: usize) -> bool {
    let (word, bit) = word_of(mark);
    marks.get(word).is_some_and(|word| word & bit != 0)
}

fn set(marks: &mut [u64], mark: usize) {
    let (word, bit) = word_of(mark);
    if let Some(word) = marks.get_mut(word) {
        *word |= bit;
    }
}

fn clear(marks: &mut [u64], mark: usize) {
    let (word, bit) = word_of(mark);
    if let Some(word) = marks.get_mut(word) {
        *word &= !bit;
    }
}
