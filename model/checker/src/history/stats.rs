//! How much of what happened, and how fast.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Entry, Header, History, Return, Truncation};

/// How much of what a history holds. The same history gives the same figures in the same order.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Stats {
    /// The header.
    pub header: Header,
    /// Where the file was cut.
    pub truncated: Option<Truncation>,
    /// Whether the regular end is there.
    pub ended: bool,
    /// How many lines there are.
    pub entries: u64,
    /// How many calls there are.
    pub calls: u64,
    /// How many clients made them.
    pub clients: u64,
    /// From the first time to the last, in microseconds, without the moves of the clock.
    pub duration_us: u64,
    /// By how much the recorder moved the clock, in microseconds.
    pub moved_us: u64,
    /// Calls that returned, for each second of the duration.
    pub returns_per_s: f64,
    /// By operation.
    pub operations: BTreeMap<String, OperationStats>,
    /// The calls that name each table; 0 for one that is there and never named.
    pub tables: BTreeMap<String, u64>,
    /// The artefacts by kind.
    pub artefacts: BTreeMap<String, u64>,
    /// The items that the artefacts hold.
    pub artefact_items: u64,
    /// The faults by kind.
    pub faults: BTreeMap<String, u64>,
}

/// How the calls of one operation ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OperationStats {
    /// How many there were.
    pub calls: u64,
    /// Succeeded.
    pub answered: u64,
    /// Refused, by the error's name.
    pub refused: BTreeMap<String, u64>,
    /// Nobody knows whether they took effect: time-outs, broken connections.
    pub uncertain: u64,
    /// Have no return in the history.
    pub unanswered: u64,
    /// How long those took that were answered or refused.
    pub latency_us: Latency,
}

/// Percentiles (nearest rank) of latencies, in microseconds; 0 where there are none. Moves of the clock do not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Latency {
    /// Half of the calls took no longer.
    pub p50: u64,
    /// Nine of ten took no longer.
    pub p90: u64,
    /// All but one in a hundred took no longer.
    pub p99: u64,
    /// The longest.
    pub max: u64,
}

impl Stats {
    /// Of a whole history.
    pub fn of(history: &History) -> Self {
        let mut tally = Tally::default();
        tally.add(&Entry::History(history.header.clone()));
        history.entries.iter().for_each(|entry| tally.add(entry));
        tally.finish(history.truncated)
    }
}

/// Counts entry by entry: for histories larger than memory.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    stats: Stats,
    clients: BTreeSet<u32>,
    open: BTreeMap<u64, Open>,
    /// How often each latency occurred, by operation.
    latencies: BTreeMap<String, BTreeMap<u64, u64>>,
    returned: u64,
    first_us: Option<i64>,
    last_us: Option<i64>,
}

/// A call that has not returned yet.
#[derive(Clone, Debug)]
struct Open {
    op: String,
    at_us: i64,
    /// How far the clock had been moved when it was made.
    moved_us: u64,
}

impl Tally {
    /// Counts one entry.
    pub fn add(&mut self, entry: &Entry) {
        self.stats.entries += 1;
        match entry {
            Entry::History(header) => self.stats.header = header.clone(),
            Entry::Table(table) => {
                self.time(table.at_us);
                self.stats.tables.entry(table.name.clone()).or_default();
            }
            Entry::Call(call) => {
                self.time(call.at_us);
                self.clients.insert(call.client);
                self.stats.calls += 1;
                for table in call.tables() {
                    count(&mut self.stats.tables, &table);
                }
                self.operation(&call.op).calls += 1;
                let open = Open {
                    op: call.op.clone(),
                    at_us: call.at_us,
                    moved_us: self.stats.moved_us,
                };
                self.open.insert(call.id, open);
            }
            Entry::Return(returned) => self.returned(returned),
            Entry::Artefact(artefact) => {
                count(&mut self.stats.artefacts, &artefact.kind);
                self.stats.artefact_items += artefact.items.len() as u64;
            }
            Entry::Fault(fault) => {
                self.time(fault.at_us);
                count(&mut self.stats.faults, &fault.kind);
            }
            Entry::Clock(clock) => {
                self.time(clock.at_us);
                self.stats.moved_us += u64::try_from(clock.moved_us).unwrap_or_default();
            }
            Entry::Estimate(estimate) => self.time(estimate.at_us),
            Entry::End(end) => {
                self.time(end.at_us);
                self.stats.ended = true;
            }
        }
    }

    /// What was counted; `truncated` as [`Reader::finish`](super::Reader::finish) gave it.
    pub fn finish(mut self, truncated: Option<Truncation>) -> Stats {
        for open in std::mem::take(&mut self.open).into_values() {
            self.operation(&open.op).unanswered += 1;
        }
        for (op, latencies) in std::mem::take(&mut self.latencies) {
            self.operation(&op).latency_us = percentiles(&latencies);
        }
        let span_us = match (self.first_us, self.last_us) {
            (Some(first), Some(last)) => last.abs_diff(first),
            _ => 0,
        };
        let mut stats = self.stats;
        stats.truncated = truncated;
        stats.clients = self.clients.len() as u64;
        stats.duration_us = span_us.saturating_sub(stats.moved_us);
        if stats.duration_us > 0 {
            stats.returns_per_s = self.returned as f64 * 1e6 / stats.duration_us as f64;
        }
        stats
    }

    fn returned(&mut self, returned: &Return) {
        self.time(returned.at_us);
        let Some(open) = self.open.remove(&returned.id) else {
            return;
        };
        self.returned += 1;
        let operation = self.operation(&open.op);
        if returned.uncertain.is_some() {
            operation.uncertain += 1;
            return;
        }
        match &returned.error {
            Some(error) => count(&mut operation.refused, error),
            None => operation.answered += 1,
        }
        let moved_us = self.stats.moved_us - open.moved_us;
        let latency_us = returned.at_us.abs_diff(open.at_us).saturating_sub(moved_us);
        let latencies = self.latencies.entry(open.op).or_default();
        *latencies.entry(latency_us).or_default() += 1;
    }

    fn operation(&mut self, op: &str) -> &mut OperationStats {
        self.stats.operations.entry(op.to_owned()).or_default()
    }

    fn time(&mut self, at_us: i64) {
        self.first_us = Some(self.first_us.map_or(at_us, |first| first.min(at_us)));
        self.last_us = Some(self.last_us.map_or(at_us, |last| last.max(at_us)));
    }
}

fn count(counts: &mut BTreeMap<String, u64>, name: &str) {
    match counts.get_mut(name) {
        Some(count) => *count += 1,
        None => {
            counts.insert(name.to_owned(), 1);
        }
    }
}

/// The latency that so many of a hundred do not exceed, for each percentile.
fn percentiles(latencies: &BTreeMap<u64, u64>) -> Latency {
    let all: u64 = latencies.values().sum();
    let at = |percent: u64| {
        let rank = (all * percent).div_ceil(100).max(1);
        let mut passed = 0;
        let reached = latencies.iter().find(|(_, times)| {
            passed += **times;
            passed >= rank
        });
        reached.map_or(0, |(latency_us, _)| *latency_us)
    };
    Latency {
        p50: at(50),
        p90: at(90),
        p99: at(99),
        max: at(100),
    }
}
