//! Lets the calls happen: one event after the other, in the order of their instants.

use std::collections::{BTreeMap, BTreeSet};

use super::plan::{Nature, Plan};
use super::{
    Act, Artefact, Body, Clocks, Deed, Items, Key, Made, Outcome, Part, SECOND_US, State, Story,
    World,
};
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

    fn plan(&mut self, index: usize, seed: u64) {
        let mut dice = Dice::new(seed);
        let interval = self.nature.interval(&mut dice);
        let deed = self.nature.deed(&mut dice, 1_000 + 10 * index as i64);
        let client = index as u64;
        match &deed {
            Deed::Write { .. } | Deed::Batch { .. } => {
                self.plan_write(client, interval, deed, &mut dice);
            }
            Deed::Transact { token, .. } => {
                let again = token.is_some() && dice.one_in(2);
                let first = self.plan_write(client, interval, deed.clone(), &mut dice);
                if again {
                    let from_us = dice.between(interval.0, self.nature.last_us.max(interval.0));
                    let to_us = from_us + interval.1 - interval.0;
                    // Whoever attempts again has not had an answer.
                    self.calls[first].outcome = Outcome::Lost;
                    self.plan_write(client + 1_000, (from_us, to_us), deed, &mut dice);
                }
            }
            Deed::Page { .. } => {
                let mut chain = Vec::new();
                let mut interval = interval;
                for _ in 0..3 {
                    chain.push(self.call(client, interval, deed.clone(), Outcome::Done));
                    let gap = dice.between(0, 3) * self.nature.grain_us;
                    interval = (interval.1 + gap, interval.1 + gap + interval.1 - interval.0);
                }
                self.chains.push(chain);
            }
            Deed::Ask {
                kind: "in-place-restore",
                ..
            } => {
                let taken = self.calls.iter().any(|call| {
                    matches!(
                        call.deed,
                        Deed::Ask {
                            kind: "in-place-restore",
                            ..
                        }
                    )
                });
                if !taken && !self.nature.replaced {
                    let deed = Deed::Ask {
                        kind: "in-place-restore",
                        table: 0,
                    };
                    let call = self.call(client, interval, deed, Outcome::Done);
                    let at_us = dice.between(interval.0, interval.1);
                    self.at(
                        at_us,
                        Event::Replace {
                            call,
                            share: dice.between(0, 100),
                        },
                    );
                }
            }
            _ => {
                self.call(client, interval, deed, Outcome::Done);
            }
        }
    }

    /// A write, with the instants at which its parts happen.
    fn plan_write(
        &mut self,
        client: u64,
        interval: (i64, i64),
        deed: Deed,
        dice: &mut Dice,
    ) -> usize {
        let parts = match &deed {
            Deed::Batch { parts } => (0..parts.len()).map(Some).collect(),
            _ => vec![None],
        };
        let lost = self.nature.faults && dice.one_in(6);
        let call = self.call(
            client,
            interval,
            deed,
            if lost { Outcome::Lost } else { Outcome::Done },
        );
        self.calls[call].returns = !lost || dice.one_in(2);
        self.calls[call].duplicated = self.nature.faults && dice.one_in(12);
        let late_us = self.nature.last_us.max(interval.1);
        for part in &parts {
            let happens = !lost || !dice.one_in(3);
            let last_us = if lost { late_us } else { interval.1 };
            let at_us = dice.between(interval.0, last_us);
            if happens {
                self.at(
                    at_us,
                    Event::Write {
                        call,
                        part: *part,
                        ghost: false,
                    },
                );
            }
            if self.calls[call].duplicated && !dice.one_in(3) {
                let at_us = dice.between(interval.0, late_us);
                self.at(
                    at_us,
                    Event::Write {
                        call,
                        part: *part,
                        ghost: true,
                    },
                );
            }
        }
        call
    }

    /// The table is deleted and made again.
    fn plan_replacement(&mut self) {
        if !self.nature.replaced {
            return;
        }
        let mut dice = self.dice.clone();
        let step = self.nature.last_us / 10;
        let mut times: Vec<i64> = (0..4).map(|_| dice.between(4 * step, 7 * step)).collect();
        times.sort_unstable();
        // A table is made only when it is known that the one before is gone.
        times[2] = times[2].max(times[1] + 1);
        times[3] = times[3].max(times[2]);
        self.call(
            6_001,
            (times[0], times[1]),
            Deed::DeleteTable,
            Outcome::Done,
        );
        let creation = self.call(
            6_001,
            (times[2], times[3]),
            Deed::CreateTable,
            Outcome::Done,
        );
        self.at(dice.between(times[0], times[1]), Event::Drop);
        let made_us = dice.between(times[2], times[3]);
        self.at(made_us, Event::Create { call: creation });
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

    pub fn happen(&mut self) {
        while let Some(((at_us, ..), event)) = self.queue.pop_first() {
            match event {
                Event::Write { call, part, ghost } => self.write(at_us, call, part, ghost),
                Event::Expire {
                    span,
                    key,
                    version,
                    from_us,
                } => {
                    let there = self.live.get(&key).is_some_and(|(_, it)| *it == version);
                    if there && self.current[usize::from(key.table)] == Some(span) {
                        self.commit(at_us, from_us, &[(key, None)]);
                    }
                }
                Event::Drop => self.end_span(0, at_us),
                Event::Create { call } => {
                    let call = &self.calls[call];
                    let made_us = (call.from_us, at_us, call.to_us);
                    self.begin_span(0, made_us, Items::new(), false);
                }
                Event::Replace { call, share } => self.replace(at_us, call, share),
            }
        }
    }

    fn end_span(&mut self, table: u8, at_us: i64) {
        if let Some(span) = self.current[usize::from(table)].take() {
            self.spans[span].gone_us = Some(at_us);
        }
        self.live.retain(|key, _| key.table != table);
    }

    /// A restore in place to an earlier instant of the table.
    fn replace(&mut self, at_us: i64, call: usize, share: i64) {
        let Some(span) = self.current[0] else { return };
        let from_us = self.spans[span].made_us.1;
        let anchor_us = from_us + (at_us - from_us) / 100 * share;
        let cut = self.cut_by_log(anchor_us).min(self.units.len());
        let items = self.items_at(span, cut);
        let made = &self.calls[call];
        let made_us = (made.from_us, at_us, made.to_us);
        let expires = self.spans[span].expires;
        let id = made.id;
        self.artefacts.push(Artefact {
            id: 1_000,
            kind: "in-place-restore",
            table: 0,
            call: Some(id),
            anchor_us: Some(self.clocks.on_target(anchor_us)),
            position: None,
            group: None,
            items: items.clone(),
            indexes: Vec::new(),
            band_us: (anchor_us, anchor_us),
        });
        self.end_span(0, at_us);
        self.begin_span(0, made_us, items, expires);
    }

    fn commit(&mut self, at_us: i64, from_us: i64, changes: &[(Key, State)]) {
        let unit = self.units.len();
        // The log may have it before readers do.
        let last_us = self.units.last().map_or(i64::MIN, |(_, log_us)| *log_us);
        let log_us = match self.world {
            World::LogPrefix => self.dice.between(last_us.max(from_us).min(at_us), at_us),
            _ => at_us,
        };
        self.units.push((at_us, log_us));
        for (key, after) in changes {
            let Some(span) = self.current[usize::from(key.table)] else {
                continue;
            };
            self.log.push(Commit {
                unit,
                span,
                key: *key,
                after: *after,
            });
            self.set(span, *key, *after, at_us);
        }
    }

    fn write(&mut self, at_us: i64, call: usize, part: Option<usize>, ghost: bool) {
        let deed = self.calls[call].deed.clone();
        let from_us = self.calls[call].from_us;
        let (parts, token) = match (&deed, part) {
            (Deed::Batch { parts }, Some(part)) => (vec![parts[part]], None),
            (Deed::Transact { parts, token, .. }, _) => (parts.clone(), *token),
            (Deed::Write { part, .. }, _) => (vec![*part], None),
            _ => unreachable!("a write"),
        };
        let tells = !ghost && self.calls[call].outcome != Outcome::Lost;
        let tables = parts
            .iter()
            .all(|part| self.current[usize::from(part.key.table)].is_some());
        if matches!(deed, Deed::Batch { .. }) && tells {
            let met = self.met.entry(call).or_default();
            met.push(tables);
            let (any, all) = (met.contains(&true), !met.contains(&false));
            if !all {
                // Nobody can say what became of the others.
                self.calls[call].outcome = match any {
                    true => Outcome::Lost,
                    false => Outcome::Refused("ResourceNotFoundException"),
                };
            }
        } else if !tables {
            if tells {
                self.calls[call].outcome = Outcome::Refused("ResourceNotFoundException");
            }
            return;
        }
        if !tables || token.is_some_and(|token| self.tokens.contains(&token)) {
            return;
        }
        let before = |part: &Part| self.live.get(&part.key).map(|(body, _)| *body);
        let met: Vec<(State, bool)> = parts
            .iter()
            .map(|part| {
                let state = before(part);
                (
                    state,
                    part.condition
                        .is_none_or(|condition| condition.holds(state)),
                )
            })
            .collect();
        if met.iter().any(|(_, holds)| !holds) {
            if tells {
                self.calls[call].outcome = Outcome::Cancelled(met);
            }
            return;
        }
        let changes: Vec<(Key, State)> = parts
            .iter()
            .zip(&met)
            .filter(|(part, _)| part.act != Act::Check)
            .map(|(part, (state, _))| (part.key, after(part.act, *state)))
            .collect();
        if tells {
            self.calls[call].change =
                Some((met[0].0, changes.first().and_then(|(_, after)| *after)));
            let one = !matches!(deed, Deed::Batch { .. });
            let position = self.units.len() as u64 + 1;
            self.calls[call].position = (one && self.world == World::Position).then_some(position);
        }
        if let Some(token) = token {
            self.tokens.insert(token);
        }
        self.commit(at_us, from_us, &changes);
    }

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

fn after(act: Act, state: State) -> State {
    match act {
        Act::Put(body) => Some(body),
        Act::Delete => None,
        Act::Check => state,
        Act::Add(by) => {
            let body = state.unwrap_or_default();
            Some(Body {
                n: Some(body.n.unwrap_or(0) + by),
                ..body
            })
        }
    }
}
