//! Calls before they happen. Each call is drawn from a number of its own, so that leaving one out changes no other.

use super::{Act, Body, Condition, Deed, Key, Part, Returns, SECOND_US, World};
use crate::dice::Dice;

/// What a history is drawn from.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What all calls have in common.
    pub nature: u64,
    /// One for each call, or each chain of pages.
    pub calls: Vec<u64>,
}

impl Plan {
    pub fn draw(dice: &mut Dice) -> Self {
        let count = 10 + dice.below(70);
        Self {
            nature: dice.draw(),
            calls: (0..count).map(|_| dice.draw()).collect(),
        }
    }
}

/// What all calls of a history have in common.
#[derive(Clone, Debug)]
pub struct Nature {
    pub world: World,
    pub keys: Vec<Key>,
    /// Keys that only counters use.
    pub counters: Vec<Key>,
    pub last_us: i64,
    /// Times are multiples of it: the larger, the more happens at one instant.
    pub grain_us: i64,
    pub long_us_max: i64,
    pub repeats: bool,
    pub expires: bool,
    pub faults: bool,
    pub replaced: bool,
}

impl Nature {
    pub fn draw(seed: u64, world: World) -> Self {
        let mut dice = Dice::new(seed);
        let count = 2 + dice.below(6);
        let keys = (0..count).map(|index| Key {
            table: u8::from(index % 3 == 2),
            pk: (index / 3 % 2) as u8,
            sk: index as u8,
        });
        let last_us = match world.is_dynamodb() {
            true => 400 * SECOND_US,
            false => *dice.of(&[100, 20_000, 30 * SECOND_US]),
        };
        Self {
            world,
            keys: keys.collect(),
            counters: vec![
                Key {
                    table: 0,
                    pk: 0,
                    sk: 90,
                },
                Key {
                    table: 1,
                    pk: 1,
                    sk: 91,
                },
            ],
            last_us,
            grain_us: *dice.of(&[1, last_us / 400 + 1, last_us / 40]),
            long_us_max: *dice.of(&[0, last_us / 1_000 + 1, last_us / 40, last_us / 8]),
            repeats: dice.one_in(3),
            expires: dice.one_in(3),
            faults: !dice.one_in(3),
            replaced: dice.one_in(3),
        }
    }

    /// From when to when a call lasts.
    pub fn interval(&self, dice: &mut Dice) -> (i64, i64) {
        let last = self.last_us / self.grain_us;
        let from_us = dice.between(1, last) * self.grain_us;
        let long = dice.between(0, self.long_us_max / self.grain_us);
        (from_us, from_us + long * self.grain_us)
    }

    pub fn key(&self, dice: &mut Dice) -> Key {
        *dice.of(&self.keys)
    }

    fn some_keys(&self, dice: &mut Dice) -> Vec<Key> {
        let mut keys: Vec<Key> = (0..2 + dice.below(2)).map(|_| self.key(dice)).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    fn body(&self, dice: &mut Dice, unique: i64) -> Body {
        let value = match self.repeats && dice.one_in(2) {
            true => dice.between(1, 3),
            false => unique,
        };
        let expires = self.expires && dice.one_in(3);
        Body {
            ttl_s: expires.then(|| dice.between(0, self.last_us / SECOND_US + 1)),
            ..Body::of(value)
        }
    }

    fn condition(&self, dice: &mut Dice) -> Option<Condition> {
        match dice.below(8) {
            0 => Some(Condition::Absent),
            1 => Some(Condition::Present),
            2 => Some(Condition::HasV(dice.between(1, 3))),
            _ => None,
        }
    }

    fn part(&self, dice: &mut Dice, unique: i64, conditional: bool) -> Part {
        if conditional && dice.one_in(5) {
            return Part {
                key: *dice.of(&self.counters),
                act: Act::Add(dice.between(1, 3)),
                condition: None,
            };
        }
        let act = match dice.below(8) {
            0 | 1 => Act::Delete,
            2 if conditional && self.repeats => Act::Add(dice.between(-1, 2)),
            _ => Act::Put(self.body(dice, unique)),
        };
        let condition = if conditional {
            self.condition(dice)
        } else {
            None
        };
        Part {
            key: self.key(dice),
            act,
            condition,
        }
    }

    /// Parts of one call: each key once.
    fn parts(&self, dice: &mut Dice, unique: i64, conditional: bool) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        for index in 0..2 + dice.below(2) {
            let part = self.part(dice, unique + index as i64, conditional);
            if parts.iter().all(|known| known.key != part.key) {
                parts.push(part);
            }
        }
        parts
    }

    /// What a call does. `unique` is a number that no other call has, with those up to 9 more.
    pub fn deed(&self, dice: &mut Dice, unique: i64) -> Deed {
        let strong = !dice.one_in(3);
        match dice.below(30) {
            0..=8 => {
                let part = self.part(dice, unique, true);
                let returns = match (dice.below(4), part.act) {
                    (0, Act::Add(_)) => Returns::AllNew,
                    (0 | 1, _) => Returns::AllOld,
                    _ => Returns::Nothing,
                };
                Deed::Write {
                    part,
                    returns,
                    tell: dice.one_in(2),
                }
            }
            9 | 10 => Deed::Batch {
                parts: self.parts(dice, unique, false),
            },
            11..=13 => {
                let conditional = dice.one_in(2);
                let mut parts = self.parts(dice, unique, conditional);
                if conditional && dice.one_in(3) {
                    let key = self.key(dice);
                    if let Some(condition) = self.condition(dice)
                        && parts.iter().all(|part| part.key != key)
                    {
                        parts.push(Part {
                            key,
                            act: Act::Check,
                            condition: Some(condition),
                        });
                    }
                }
                let token = dice.one_in(3).then_some(unique as u64);
                Deed::Transact {
                    parts,
                    token,
                    tell: dice.one_in(2),
                }
            }
            14..=18 => {
                let key = if dice.one_in(4) {
                    *dice.of(&self.counters)
                } else {
                    self.key(dice)
                };
                Deed::Get {
                    key,
                    strong,
                    projected: dice.one_in(5),
                }
            }
            19 => Deed::BatchGet {
                keys: self.some_keys(dice),
                strong,
            },
            20 | 21 => Deed::TransactGet {
                keys: self.some_keys(dice),
            },
            22 | 23 => {
                let table = u8::from(dice.one_in(3));
                let pk = dice.one_in(2).then(|| dice.below(2) as u8);
                Deed::Page {
                    table,
                    pk,
                    strong,
                    limit: 1 + dice.below(6),
                    start: None,
                }
            }
            24 => Deed::IndexQuery {
                v: dice.between(1, 3),
            },
            _ => Deed::Ask {
                kind: self.kind(dice),
                table: u8::from(dice.one_in(4)),
            },
        }
    }

    fn kind(&self, dice: &mut Dice) -> &'static str {
        let kinds: &[&'static str] = match self.world {
            World::Dynamodb | World::Observed | World::Skewed => &[
                "on-demand-backup",
                "export",
                "export-at",
                "point-in-time-restore",
            ],
            World::Position | World::Statement => &["snapshot"],
            World::Snapshot | World::LogPrefix => {
                &["snapshot", "snapshot", "export-at", "in-place-restore"]
            }
        };
        kinds[dice.below(kinds.len())]
    }
}
