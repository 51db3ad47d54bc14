//! The lives of keys that are over: a queue table has few items and a long past.
//!
//! A life lasts from the write that made a key until its deletion. Lives of about the same length, counted in commits,
//! stand together in the order of their ends. Who was alive at a cut is then found without looking at all that ever
//! lived: of the lives of one length, only those that ended within that length after the cut can have been.

use std::collections::BTreeMap;
use std::sync::Arc;

use lookback_protocol::key::Key;
use lookback_protocol::value::Item;

use super::Retention;
use super::chain::{Chain, Judged, Position};
use super::cut::Cut;
use super::watch::Watch;

/// The versions of a key that is gone; where it ended is where it stands.
#[derive(Debug)]
struct Life {
    key: Key,
    chain: Chain,
}

/// Lives of about one length.
#[derive(Debug, Default)]
struct Level {
    lives: Watch<Life>,
    /// How many versions of the life that is looked at now were kept.
    kept: usize,
}

/// All lives that are over and can still be reached.
#[derive(Debug, Default)]
pub(super) struct Past {
    /// By length: level n has lives of fewer than 4^(n+1) commits.
    levels: BTreeMap<u32, Level>,
    /// No level has anything to look at that ended before this instant.
    next_us: Option<i64>,
}

/// The level of lives of this many commits.
fn level_of(commits: u64) -> u32 {
    commits.max(1).ilog2() / 2
}

/// Lives of this level have fewer commits than this.
fn commits_below(level: u32) -> u64 {
    4_u64.checked_pow(level + 1).unwrap_or(u64::MAX)
}

impl Past {
    /// A key was deleted.
    pub fn bury(&mut self, key: Key, chain: Chain, end: Position) {
        let commits = end.sequence.saturating_sub(chain.first_at().sequence);
        let level = self.levels.entry(level_of(commits)).or_default();
        level.lives.insert(end, Life { key, chain });
        self.next_us = self.next_us.map(|next_us| next_us.min(end.instant_us));
    }

    /// What a cut holds of those that are gone, in key order.
    pub fn at(&self, cut: &Cut) -> Vec<(&Key, &Arc<Item>)> {
        let (earliest, latest) = cut.edges();
        let mut found: Vec<_> = self
            .alive_between(earliest, latest)
            .filter_map(|(key, end, chain)| {
                let edge = cut.edge(key);
                Some((key, chain.last_before(edge).filter(|_| end >= edge)?))
            })
            .collect();
        found.sort_unstable_by_key(|(key, _)| *key);
        found
    }

    /// The lives that may have been alive anywhere from one position to another, with their keys and their ends: all that
    /// were, and some others.
    pub fn alive_between(
        &self,
        earliest: Position,
        latest: Position,
    ) -> impl Iterator<Item = (&Key, Position, &Chain)> {
        self.levels.iter().flat_map(move |(number, level)| {
            // The first life to end behind the latest position began there or later, or was alive: whoever was alive
            // began before that end, and ended within the level's length of its own beginning.
            let next_end = level.lives.from(latest).next();
            let ended_by = next_end.map_or(u64::MAX, |(end, _)| {
                end.sequence.saturating_add(commits_below(*number))
            });
            let lives = level.lives.from(earliest);
            lives
                .take_while(move |(end, _)| end.sequence < ended_by)
                .map(|(end, life)| (&life.key, *end, &life.chain))
        })
    }

    /// Looks at one version of a life that ended by `floor_us`; `false` when there is nothing to look at.
    pub fn judge_one(&mut self, retention: &Retention, floor_us: i64) -> bool {
        if self.next_us.is_some_and(|next_us| next_us > floor_us) {
            return false;
        }
        for level in self.levels.values_mut() {
            if level.judge_one(retention, floor_us) {
                return true;
            }
        }
        self.levels.retain(|_, level| !level.lives.is_empty());
        let next_us = self.levels.values().map(|level| level.lives.next_us());
        self.next_us = Some(next_us.min().unwrap_or(i64::MAX));
        false
    }

    /// An artefact is gone: what it held is to be looked at again.
    pub fn judge_again(&mut self) {
        self.next_us = None;
        for level in self.levels.values_mut() {
            level.kept = 0;
            level.lives.judge_again();
        }
    }

    /// Frees one version; `false` when nothing is left.
    pub fn free_one(&mut self) -> bool {
        let Some(mut level) = self.levels.first_entry() else {
            return false;
        };
        match level.get_mut().lives.first() {
            Some(mut life) => {
                life.get_mut().chain.drop_oldest();
                if life.get().chain.len() == 0 {
                    life.remove();
                }
            }
            None => {
                level.remove();
            }
        }
        true
    }

    /// The number of versions held, for the tests of reclamation.
    #[cfg(test)]
    pub fn versions(&self) -> usize {
        let lives = self.levels.values().flat_map(|level| level.lives.values());
        lives.map(|life| life.chain.len()).sum()
    }
}

impl Level {
    fn judge_one(&mut self, retention: &Retention, floor_us: i64) -> bool {
        let Some((end, life)) = self.lives.due(floor_us) else {
            return false;
        };
        let judged = life.chain.judge(self.kept, Some(end), retention, floor_us);
        self.kept += usize::from(judged == Judged::Kept);
        if life.chain.len() == 0 {
            self.lives.remove(end);
            self.kept = 0;
        } else if self.kept >= life.chain.len() {
            self.lives.keep(end);
            self.kept = 0;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_holds_lives_of_up_to_four_times_the_length_of_the_one_below() {
        for commits in [1, 2, 3, 4, 5, 15, 16, 17, 1 << 40, u64::MAX] {
            let level = level_of(commits);
            assert!(commits < commits_below(level) || commits == u64::MAX);
            assert!(level == 0 || commits >= commits_below(level - 1));
        }
    }
}
