//! One event after the other.

use super::{Commit, Event, Run};
use crate::store::{Act, Artefact, Body, Deed, Items, Key, Outcome, Part, State, World};

impl Run {
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
