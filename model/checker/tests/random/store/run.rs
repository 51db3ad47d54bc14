//! Lets the calls happen: one event after the other, in the order of their instants.

mod happen;
mod log;
mod schedule;

use std::collections::{BTreeMap, BTreeSet};

use super::plan::{Nature, Plan};
use super::{Artefact, Body, Clocks, Deed, Items, Key, Made, Outcome, SECOND_US, State, World};
use crate::dice::Dice;

/// A change of one item in the log.
#[derive(Clone, Copy, Debug)]
pub struct Commit {
    pub unit: usize,
    pub span: usize,
    pub key: Key,
    pub after: State,
}

/// A table from its creation, or its restore in place, on.
#[derive(Clone, Debug)]
pub struct Span {
    pub table: u8,
    /// When its creation began, happened and was acknowledged.
    pub made_us: (i64, i64, i64),
    pub gone_us: Option<i64>,
    pub initial: Items,
    pub expires: bool,
}

#[derive(Clone, Debug)]
enum Event {
    Write {
        call: usize,
        part: Option<usize>,
        ghost: bool,
    },
    Expire {
        span: usize,
        key: Key,
        version: usize,
        from_us: i64,
    },
    Drop,
    Create {
        call: usize,
    },
    Replace {
        call: usize,
        share: i64,
    },
}

pub struct Run {
    pub world: World,
    pub nature: Nature,
    pub dice: Dice,
    pub clocks: Clocks,
    pub calls: Vec<Made>,
    /// For each step of the log when it happened, and when the log says it did.
    pub units: Vec<(i64, i64)>,
    pub log: Vec<Commit>,
    pub spans: Vec<Span>,
    pub artefacts: Vec<Artefact>,
    pub ambiguous: bool,
    /// Calls that are pages of one look.
    pub chains: Vec<Vec<usize>>,
    pub left_out: BTreeSet<usize>,
    queue: BTreeMap<(i64, u64, usize), Event>,
    live: BTreeMap<Key, (Body, usize)>,
    current: [Option<usize>; 2],
    tokens: BTreeSet<u64>,
    versions: usize,
    /// What each part of a batch met: whether there was a table.
    met: BTreeMap<usize, Vec<bool>>,
}

impl Run {
    pub fn of(plan: &Plan, world: World) -> Self {
        let nature = Nature::draw(plan.nature, world);
        let mut dice = Dice::new(plan.nature ^ 0x51de);
        let last_us = nature.last_us;
        let clocks = match dice.one_in(2) {
            true => Clocks::default(),
            false => Clocks {
                ahead_us: *dice.of(&[0, 5_000 * SECOND_US]),
                drift_ppm: dice.between(-200, 200),
                uncertain_us: dice.between(0, last_us / 50),
                every_us: last_us / 5,
            },
        };
        let mut initial = [Items::new(), Items::new()];
        for (index, key) in nature.keys.iter().enumerate() {
            if dice.one_in(2) {
                initial[usize::from(key.table)].insert(*key, Body::of(900_000 + index as i64));
            }
        }
        let mut run = Self {
            world,
            dice,
            clocks,
            calls: Vec::new(),
            units: Vec::new(),
            log: Vec::new(),
            spans: Vec::new(),
            artefacts: Vec::new(),
            ambiguous: false,
            chains: Vec::new(),
            left_out: BTreeSet::new(),
            queue: BTreeMap::new(),
            live: BTreeMap::new(),
            current: [None, None],
            tokens: BTreeSet::new(),
            versions: 0,
            met: BTreeMap::new(),
            nature,
        };
        for (table, items) in initial.into_iter().enumerate() {
            run.begin_span(table as u8, (0, 0, 0), items, run.nature.expires);
        }
        if run.nature.expires {
            for client in [5_001, 5_002] {
                run.call(client, (0, 0), Deed::EnableTtl, Outcome::Done);
            }
        }
        for (index, seed) in plan.calls.iter().enumerate() {
            run.plan(index, *seed);
        }
        run.plan_replacement();
        run
    }

    fn call(
        &mut self,
        client: u64,
        (from_us, to_us): (i64, i64),
        deed: Deed,
        outcome: Outcome,
    ) -> usize {
        self.calls.push(Made {
            id: self.calls.len() as u64 + 1,
            client,
            from_us,
            to_us,
            returns: true,
            deed,
            outcome,
            change: None,
            seen: Vec::new(),
            next: None,
            position: None,
            duplicated: false,
        });
        self.calls.len() - 1
    }

    fn at(&mut self, at_us: i64, event: Event) {
        let order = (at_us, self.dice.draw(), self.queue.len());
        self.queue.insert(order, event);
    }
    fn begin_span(&mut self, table: u8, made_us: (i64, i64, i64), initial: Items, expires: bool) {
        let span = self.spans.len();
        self.spans.push(Span {
            table,
            made_us,
            gone_us: None,
            initial: initial.clone(),
            expires,
        });
        self.current[usize::from(table)] = Some(span);
        self.live.retain(|key, _| key.table != table);
        for (key, body) in initial {
            self.set(span, key, Some(body), made_us.1);
        }
    }

    /// What is there from now on, and when it may vanish.
    fn set(&mut self, span: usize, key: Key, state: State, now_us: i64) {
        self.versions += 1;
        let version = self.versions;
        let Some(body) = state else {
            self.live.remove(&key);
            return;
        };
        self.live.insert(key, (body, version));
        if let Some(ttl_s) = body.ttl_s.filter(|_| self.spans[span].expires)
            && !self.dice.one_in(3)
        {
            let from_us = self.clocks.first_at(ttl_s * SECOND_US).max(now_us);
            let at_us = from_us + self.dice.between(0, self.nature.last_us / 4);
            self.at(
                at_us,
                Event::Expire {
                    span,
                    key,
                    version,
                    from_us,
                },
            );
        }
    }
}
