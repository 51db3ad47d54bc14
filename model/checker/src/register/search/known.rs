//! The situations that were followed before.

use std::hash::{BuildHasher, Hash, Hasher};

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

use crate::register::ValueId;

/// A situation at a step, without its marks.
#[derive(Clone, Copy, Debug)]
struct Entry {
    step: usize,
    value: ValueId,
    /// The last one before it with the same step, value and necessary writes.
    before: Option<u32>,
}

/// All situations that were followed.
#[derive(Debug)]
pub(super) struct Known {
    entries: Vec<Entry>,
    marks: Vec<u64>,
    /// The last entry for each step, value and necessary writes.
    last: HashTable<u32>,
    /// Words of marks: of necessary writes, up to the end of reads, in all.
    write_words: usize,
    read_to: usize,
    words: usize,
}

impl Known {
    pub fn new(write_words: usize, read_words: usize, words: usize) -> Self {
        Self {
            entries: Vec::new(),
            marks: Vec::new(),
            last: HashTable::new(),
            write_words,
            read_to: write_words + read_words,
            words,
        }
    }

    /// Takes a situation in, unless it is covered by one that is known.
    pub fn insert(&mut self, step: usize, value: ValueId, marks: &[u64]) -> bool {
        let (writes, rest) = marks.split_at_checked(self.write_words).unwrap_or_default();
        let hash = hash(step, value, writes);
        let Self { entries, last, .. } = self;
        let all_marks = &self.marks;
        let (words, write_words) = (self.words, self.write_words);
        let is_it = |index: &u32| {
            let entry = entries.get(*index as usize);
            entry.is_some_and(|it| it.step == step && it.value == value)
                && of(all_marks, words, *index).get(..write_words) == Some(writes)
        };
        let found = last.find_mut(hash, is_it);
        let mut next = found.as_deref().copied();
        let reads = self.read_to - write_words;
        while let Some(index) = next {
            let known = of(all_marks, words, index).get(write_words..);
            if covers(known.unwrap_or_default(), rest, reads) {
                return false;
            }
            next = entries.get(index as usize).and_then(|entry| entry.before);
        }
        let new = u32::try_from(entries.len()).unwrap_or(u32::MAX);
        let before = match found {
            Some(last) => Some(std::mem::replace(last, new)),
            None => {
                last.insert_unique(hash, new, |index| {
                    let marks = of(all_marks, words, *index);
                    let writes = marks.get(..write_words).unwrap_or_default();
                    match entries.get(*index as usize) {
                        Some(entry) => self::hash(entry.step, entry.value, writes),
                        None => 0,
                    }
                });
                None
            }
        };
        entries.push(Entry {
            step,
            value,
            before,
        });
        self.marks.extend_from_slice(marks);
        true
    }
}

fn of(marks: &[u64], words: usize, index: u32) -> &[u64] {
    let from = index as usize * words;
    marks.get(from..from + words).unwrap_or_default()
}

fn hash(step: usize, value: ValueId, writes: &[u64]) -> u64 {
    let mut hasher = FxBuildHasher.build_hasher();
    step.hash(&mut hasher);
    value.hash(&mut hasher);
    writes.hash(&mut hasher);
    hasher.finish()
}

/// Whether a situation has no read less and no unnecessary write more than another one.
fn covers(known: &[u64], other: &[u64], reads: usize) -> bool {
    known
        .iter()
        .zip(other)
        .enumerate()
        .all(|(word, (known, other))| {
            if word < reads {
                other & !known == 0
            } else {
                known & !other == 0
            }
        })
}
