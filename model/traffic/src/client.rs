//! What one client does.

use std::collections::BTreeMap;

use lookback_protocol::wire::Request;

use crate::draws::Draws;
use crate::mix::Family;
use crate::op;
use crate::profile::Profile;
use crate::step::{Call, Pause, Step};
use crate::table::TableShape;

/// How long before an edge a burst begins, in microseconds: at most.
const BEFORE_EDGE_US_MAX: u64 = 30_000;

/// The endless stream of one client: calls and pauses.
#[derive(Clone, Debug)]
pub struct Client {
    pub(crate) draws: Draws,
    pub(crate) profile: Profile,
    names: Vec<String>,
    number: u32,
    /// The calls so far.
    calls: u64,
    /// The calls that follow without a pause.
    burst: u64,
    paused: bool,
    /// What this client wrote last under each key, as far as it named its write.
    written: BTreeMap<(usize, u32), String>,
    /// A transaction to be sent once more.
    again: Option<Request>,
}

/// A table as a call sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At<'a> {
    /// Its place in the profile.
    pub place: usize,
    /// Its name.
    pub name: &'a str,
    /// Its shape.
    pub shape: &'a TableShape,
}

impl Client {
    pub(crate) fn new(seed: u64, profile: &Profile, names: &[String], number: u32) -> Self {
        Self {
            draws: Draws::new(seed, u64::from(number)),
            profile: profile.clone(),
            names: names.to_vec(),
            number,
            calls: 0,
            burst: 0,
            paused: false,
            written: BTreeMap::new(),
            again: None,
        }
    }

    /// The name of the write of the present call: its place tells the parts of a batch apart.
    pub(crate) fn write_name(&self, part: Option<usize>) -> String {
        let (number, call) = (self.number, self.calls);
        part.map_or_else(
            || format!("c{number}-{call}"),
            |part| format!("c{number}-{call}.{part}"),
        )
    }

    /// What this client wrote last under a key.
    pub(crate) fn last_written(&self, table: usize, key: u32) -> Option<&String> {
        self.written.get(&(table, key))
    }

    pub(crate) fn remember(&mut self, table: usize, key: u32, value: &str) {
        self.written.insert((table, key), value.to_owned());
    }

    /// Does something with a table that is drawn.
    pub(crate) fn with_table<T>(&mut self, work: impl FnOnce(&mut Self, At<'_>) -> T) -> Option<T> {
        let place = self.draws.below(self.names.len() as u64) as usize;
        // Taken out for the while: what is done draws, too.
        let names = std::mem::take(&mut self.names);
        let tables = std::mem::take(&mut self.profile.tables);
        let done = names
            .get(place)
            .zip(tables.get(place))
            .map(|(name, shape)| work(self, At { place, name, shape }));
        self.names = names;
        self.profile.tables = tables;
        done
    }

    /// Whether the next write of one item has parameters from before expressions.
    pub(crate) fn speaks_as_before(&mut self) -> bool {
        let per_mille = self.profile.values.legacy_per_mille;
        // Where nobody does, nothing is drawn for it.
        per_mille > 0 && self.draws.chance(per_mille)
    }

    /// A key of a table.
    pub(crate) fn key(&mut self, shape: &TableShape) -> u32 {
        self.profile.popularity.draw(&mut self.draws, shape.keys)
    }

    fn call(&mut self) -> Option<Step> {
        let call = |family, request| Some(Step::Call(Box::new(Call { family, request })));
        if let Some(request) = self.again.take() {
            return call(Family::TransactWrite, request);
        }
        self.calls += 1;
        let family = self.profile.mix.draw(&mut self.draws)?;
        let request = op::request(self, family)?;
        let repeats = self.profile.values.same_token_per_mille;
        if family == Family::TransactWrite && self.draws.chance(repeats) {
            self.again = Some(request.clone());
        }
        call(family, request)
    }

    fn pause(&mut self) -> Pause {
        let pace = self.profile.pace;
        if self.draws.chance(pace.quiet_per_mille) {
            let us = self.draws.between(pace.quiet_us_max / 2, pace.quiet_us_max);
            return Pause::For { us };
        }
        if self.draws.chance(pace.burst_per_mille) {
            self.burst = self.draws.between(2, u64::from(pace.burst_calls_max));
            let before_us = self.draws.below(BEFORE_EDGE_US_MAX);
            return if self.draws.chance(500) {
                Pause::SecondEdge { before_us }
            } else {
                Pause::BandEdge { before_us }
            };
        }
        let us = self.draws.between(pace.pause_us.0, pace.pause_us.1);
        Pause::For { us }
    }
}

impl Iterator for Client {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        self.paused = !self.paused && self.burst == 0;
        if self.paused {
            return Some(Step::Pause(self.pause()));
        }
        self.burst = self.burst.saturating_sub(1);
        self.call()
    }
}
