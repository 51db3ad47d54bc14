//! Looks at the log of what happened.

use super::Run;
use crate::store::{Items, Key, State, Story};

impl Run {
    /// A cut at an instant of the log: of what is there at that very instant, any part.
    pub fn cut_by_log(&mut self, at_us: i64) -> usize {
        let least = self.units.partition_point(|(_, log_us)| *log_us < at_us);
        let most = self.units.partition_point(|(_, log_us)| *log_us <= at_us);
        self.dice.between(least as i64, most as i64) as usize
    }

    /// The same at an instant as readers see it.
    pub fn cut_at(&mut self, at_us: i64) -> usize {
        let least = self.units.partition_point(|(it, _)| *it < at_us);
        let most = self.units.partition_point(|(it, _)| *it <= at_us);
        self.dice.between(least as i64, most as i64) as usize
    }

    /// What an item was at a cut.
    pub fn state_at(&self, span: usize, key: Key, cut: usize) -> State {
        let commits = self.log.iter().rev();
        let mut commits = commits.filter(|it| it.span == span && it.key == key && it.unit < cut);
        match commits.next() {
            Some(commit) => commit.after,
            None => self.spans[span].initial.get(&key).copied(),
        }
    }

    /// The keys of a table that anybody ever used.
    pub fn keys_of(&self, table: u8) -> Vec<Key> {
        let keys = self.nature.keys.iter().chain(&self.nature.counters);
        let mut keys: Vec<Key> = keys.copied().filter(|key| key.table == table).collect();
        keys.sort_unstable();
        keys
    }

    pub fn items_at(&self, span: usize, cut: usize) -> Items {
        let keys = self.keys_of(self.spans[span].table).into_iter();
        keys.filter_map(|key| Some((key, self.state_at(span, key, cut)?)))
            .collect()
    }

    pub fn into_story(self) -> Story {
        let mut kept = self.calls;
        let left_out = self.left_out;
        let mut index = 0;
        kept.retain(|_| {
            index += 1;
            !left_out.contains(&(index - 1))
        });
        let ends = kept.iter().map(|call| call.to_us);
        let end_us = ends.max().unwrap_or(0).max(self.nature.last_us) + 1;
        let mut estimates = Vec::new();
        let mut dice = self.dice.clone();
        let mut at_us = 0;
        while self.clocks.every_us > 0 && at_us < end_us + self.clocks.every_us {
            let offset_us = self.clocks.on_target(at_us) - at_us;
            let mut around = || dice.between(0, self.clocks.uncertain_us);
            estimates.push((at_us, offset_us - around(), offset_us + around()));
            at_us += self.clocks.every_us;
        }
        let initial = self.spans.iter().take(2).map(|span| span.initial.clone());
        Story {
            world: self.world,
            clocks: self.clocks,
            calls: kept,
            artefacts: self.artefacts,
            initial: initial.collect(),
            end_us: end_us + 2 * self.clocks.every_us,
            estimates,
            ambiguous: self.ambiguous,
            writers: std::cell::OnceCell::new(),
        }
    }
}
