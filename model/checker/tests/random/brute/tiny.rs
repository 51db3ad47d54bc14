//! Histories of two or three items and up to seven operations at small times.

use lookback_checker::history::{self, History};
use serde_json::{Value, json};

use crate::dice::Dice;

pub const SECOND_US: i64 = 1_000_000;

/// A value of an item, or its absence.
pub type State = Option<u8>;

/// From this value on items carry the time of their expiry, in seconds: the value itself less this one.
pub const EXPIRING: u8 = 100;

const ITEMS_MAX: usize = 3;
const LAST_S: i64 = 12;

/// Whether a put of one item asks for something, and how it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Went {
    Done,
    Refused,
    Lost,
}

/// How the items of an artefact are tied, and whether it is judged with the reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    Loose,
    Tied,
    Alone,
    AloneTied,
}

impl How {
    pub const ALL: [Self; 4] = [Self::Loose, Self::Tied, Self::Alone, Self::AloneTied];

    pub fn kind(self) -> &'static str {
        match self {
            Self::Loose => "loose",
            Self::Tied => "tied",
            Self::Alone => "alone",
            Self::AloneTied => "alone-tied",
        }
    }

    pub fn is_tied(self) -> bool {
        matches!(self, Self::Tied | Self::AloneTied)
    }

    pub fn is_alone(self) -> bool {
        matches!(self, Self::Alone | Self::AloneTied)
    }
}

/// What an operation does, with what was observed.
#[derive(Clone, Debug)]
pub enum Deed {
    /// A put, or a deletion.
    Write {
        item: usize,
        to: State,
        lost: bool,
    },
    /// Adds one; an absent item starts from nothing.
    Add {
        item: usize,
        lost: bool,
        told: Option<u8>,
    },
    /// A put if the item is absent.
    Claim {
        item: usize,
        to: u8,
        went: Went,
    },
    /// A transaction.
    Together {
        writes: Vec<(usize, State)>,
        lost: bool,
    },
    Get {
        item: usize,
        seen: State,
        strong: bool,
    },
    GetTogether {
        seen: Vec<(usize, State)>,
    },
    /// An artefact at the operation's first second, one state for each item.
    Artefact {
        how: How,
        seen: Vec<State>,
    },
}

/// An operation, with the seconds between which it happened.
#[derive(Clone, Debug)]
pub struct TinyOp {
    pub from_s: i64,
    pub to_s: i64,
    pub deed: Deed,
}

#[derive(Clone, Debug)]
pub struct Tiny {
    pub initial: Vec<State>,
    pub ops: Vec<TinyOp>,
    pub expires: bool,
}

/// What operations are drawn from.
struct Palette {
    items: usize,
    unique: bool,
    counters: bool,
    ties: bool,
    expires: bool,
    next: u8,
}

impl Palette {
    fn value(&mut self, dice: &mut Dice) -> u8 {
        if self.expires && dice.one_in(2) {
            return EXPIRING + dice.between(0, LAST_S) as u8;
        }
        if self.unique {
            self.next += 10;
            return self.next;
        }
        dice.between(1, 3) as u8
    }

    fn state(&mut self, dice: &mut Dice) -> State {
        let deleted = dice.one_in(if self.unique { 8 } else { 3 });
        (!deleted).then(|| self.value(dice))
    }

    fn pair(&self, dice: &mut Dice) -> Vec<usize> {
        let left_out = dice.below(self.items + 1);
        (0..self.items)
            .filter(|item| *item != left_out || self.items == 2)
            .collect()
    }

    fn deed(&mut self, dice: &mut Dice) -> Deed {
        let item = dice.below(self.items);
        let lost = dice.one_in(5);
        match dice.below(12) {
            0..=2 => Deed::Write {
                item,
                to: self.state(dice),
                lost,
            },
            3 | 4 if self.counters => match dice.below(2) {
                0 => Deed::Add {
                    item,
                    lost,
                    told: None,
                },
                _ => Deed::Claim {
                    item,
                    to: self.value(dice),
                    went: Went::Done,
                },
            },
            3..=5 if self.ties => {
                let items = self.pair(dice);
                let writes = items.into_iter().map(|item| (item, self.state(dice)));
                Deed::Together {
                    writes: writes.collect(),
                    lost,
                }
            }
            6 if self.ties => {
                let seen = self.pair(dice).into_iter().map(|item| (item, None));
                Deed::GetTogether {
                    seen: seen.collect(),
                }
            }
            9..=11 => {
                let how = match dice.below(if self.ties { 6 } else { 4 }) {
                    0..=2 => How::Loose,
                    3 => How::Alone,
                    4 => How::Tied,
                    _ => How::AloneTied,
                };
                Deed::Artefact {
                    how,
                    seen: vec![None; self.items],
                }
            }
            _ => Deed::Get {
                item,
                seen: None,
                strong: !dice.one_in(4),
            },
        }
    }
}

impl Tiny {
    /// A history that happened, with some of its answers replaced now and then.
    pub fn draw(dice: &mut Dice) -> Self {
        let mut palette = Palette {
            items: 2 + dice.below(ITEMS_MAX - 1),
            unique: !dice.one_in(3),
            counters: dice.one_in(3),
            ties: !dice.one_in(3),
            expires: false,
            next: 0,
        };
        palette.expires = !palette.counters && dice.one_in(4);
        let initial = (0..palette.items).map(|item| dice.one_in(4).then_some(201 + item as u8));
        let initial: Vec<State> = initial.collect();
        let count = 2 + dice.below(6);
        let mut ops: Vec<TinyOp> = (0..count)
            .map(|_| {
                let from_s = dice.between(0, LAST_S - 3);
                let to_s = from_s + dice.between(0, 5);
                TinyOp {
                    from_s,
                    to_s,
                    deed: palette.deed(dice),
                }
            })
            .collect();
        happen(&initial, &mut ops, palette.expires, dice);
        if !dice.one_in(3) {
            let lie = dice.below(ops.len());
            tell_otherwise(&mut ops[lie].deed, &mut palette, dice);
        }
        Self {
            initial,
            ops,
            expires: palette.expires,
        }
    }

    /// Whether the judge's rules are exact for this history: see the comment of the module.
    pub fn exact(&self) -> bool {
        let deeds = || self.ops.iter().map(|op| &op.deed);
        let ties = deeds().filter(|deed| match deed {
            Deed::Together { .. } | Deed::GetTogether { .. } => true,
            Deed::Artefact { how, .. } => how.is_tied(),
            _ => false,
        });
        let ties = ties.count();
        let tied_and_alone = deeds().any(|deed| match deed {
            Deed::Artefact { how, .. } => how.is_alone() && (!how.is_tied() || ties > 1),
            _ => false,
        });
        let plain = !deeds().any(|deed| matches!(deed, Deed::Add { .. } | Deed::Claim { .. }));
        ties == 0
            || ties == 1
                && plain
                && !self.expires
                && !tied_and_alone
                && self.values_have_one_source()
                && !self.lost_transaction_shown_by_artefact()
    }

    fn values_have_one_source(&self) -> bool {
        let mut sources: Vec<(usize, State)> = self.initial.iter().copied().enumerate().collect();
        for op in &self.ops {
            match &op.deed {
                Deed::Write { item, to, .. } => sources.push((*item, *to)),
                Deed::Together { writes, .. } => sources.extend(writes),
                _ => {}
            }
        }
        let count = sources.len();
        sources.sort_unstable();
        sources.dedup();
        sources.len() == count
    }

    fn lost_transaction_shown_by_artefact(&self) -> bool {
        let artefacts = self
            .ops
            .iter()
            .any(|op| matches!(op.deed, Deed::Artefact { .. }));
        let lost = |op: &TinyOp| matches!(op.deed, Deed::Together { lost: true, .. });
        artefacts && self.ops.iter().any(lost)
    }
}

/// Lets the operations happen at instants of their intervals, and puts down what they observe. Now and then nothing
/// that expires does.
fn happen(initial: &[State], ops: &mut [TinyOp], expires: bool, dice: &mut Dice) {
    let mut items = initial.to_vec();
    let mut looks: Vec<(i64, u64, usize, usize)> = Vec::new();
    for (index, op) in ops.iter().enumerate() {
        let (mut from_s, mut to_s) = (op.from_s, op.to_s);
        let mut parts = 1;
        match &op.deed {
            Deed::Get { strong: false, .. } => from_s = 0,
            Deed::Artefact { how, seen } => {
                (from_s, to_s) = (op.from_s - 1, op.from_s + 1);
                parts = if how.is_tied() { 1 } else { seen.len() };
            }
            _ => {}
        }
        for part in 0..parts {
            looks.push((dice.between(from_s, to_s), dice.draw(), index, part));
        }
    }
    looks.sort_unstable();
    for (at_s, _, index, part) in looks {
        for item in &mut items {
            let due = item.is_some_and(|it| {
                (EXPIRING..EXPIRING + 50).contains(&it) && i64::from(it - EXPIRING) <= at_s
            });
            if expires && due && dice.one_in(2) {
                *item = None;
            }
        }
        let never = dice.one_in(2);
        match &mut ops[index].deed {
            Deed::Write { item, to, lost } => {
                if !*lost || !never {
                    items[*item] = *to;
                }
            }
            Deed::Add { item, lost, told } => {
                if !*lost || !never {
                    items[*item] = Some(items[*item].unwrap_or(0) + 1);
                }
                *told = items[*item].filter(|_| !*lost && dice.one_in(2));
            }
            Deed::Claim { item, to, went } => {
                let wins = items[*item].is_none();
                *went = match (wins, dice.one_in(5)) {
                    (_, true) => Went::Lost,
                    (true, false) => Went::Done,
                    (false, false) => Went::Refused,
                };
                if wins && (*went != Went::Lost || !never) {
                    items[*item] = Some(*to);
                }
            }
            Deed::Together { writes, lost } => {
                if !*lost || !never {
                    for (item, to) in writes {
                        items[*item] = *to;
                    }
                }
            }
            Deed::Get { item, seen, .. } => *seen = items[*item],
            Deed::GetTogether { seen } => {
                for (item, seen) in seen {
                    *seen = items[*item];
                }
            }
            Deed::Artefact { how, seen } if how.is_tied() => seen.clone_from(&items),
            Deed::Artefact { seen, .. } => seen[part] = items[part],
        }
    }
}

/// Replaces what an operation observed.
fn tell_otherwise(deed: &mut Deed, palette: &mut Palette, dice: &mut Dice) {
    let other = |dice: &mut Dice| match dice.below(4) {
        0 => None,
        1 => Some(dice.between(1, 4) as u8),
        _ => Some(10 * dice.between(1, 1 + i64::from(palette.next / 10)) as u8),
    };
    match deed {
        Deed::Get { seen, .. } => *seen = other(dice),
        Deed::GetTogether { seen } => {
            let one = dice.below(seen.len());
            seen[one].1 = other(dice);
        }
        Deed::Artefact { seen, .. } => {
            let one = dice.below(seen.len());
            seen[one] = other(dice);
        }
        Deed::Claim { went, .. } => {
            *went = match went {
                Went::Done => Went::Refused,
                _ => Went::Done,
            };
        }
        Deed::Add { told, .. } => *told = told.map(|it| it + 1),
        Deed::Write { lost, .. } | Deed::Together { lost, .. } => *lost = false,
    }
}

fn key(item: usize) -> Value {
    let name = ["a", "b", "c"][item];
    json!({"pk": {"S": name}})
}

fn json_of(item: usize, value: u8) -> Value {
    let mut json = key(item);
    json["v"] = json!({"N": value.to_string()});
    if (EXPIRING..EXPIRING + 50).contains(&value) {
        json["x"] = json!({"N": (value - EXPIRING).to_string()});
    }
    json
}

fn of_state(item: usize, state: State) -> Value {
    match state {
        Some(value) => json!({"Item": json_of(item, value)}),
        None => json!({}),
    }
}

fn items_of(states: &[State]) -> Vec<Value> {
    let items = states.iter().enumerate();
    items
        .filter_map(|(item, state)| Some(json_of(item, (*state)?)))
        .collect()
}

impl Tiny {
    pub fn history(&self) -> History {
        let mut lines: Vec<(i64, usize, Value)> = Vec::new();
        let table = json!({"table": {
            "name": "t", "at_us": 0, "items": items_of(&self.initial),
            "key_schema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "attribute_definitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        }});
        lines.push((0, 0, table));
        if self.expires {
            let input = json!({"TableName": "t", "TimeToLiveSpecification": {"AttributeName": "x", "Enabled": true}});
            lines.push((0, 0, json!({"call": {"id": 999, "at_us": 0, "client": 999, "op": "UpdateTimeToLive", "in": input}})));
            lines.push((0, 0, json!({"return": {"id": 999, "at_us": 0, "out": {}}})));
        }
        for (index, op) in self.ops.iter().enumerate() {
            let (from_us, to_us) = (op.from_s * SECOND_US, op.to_s * SECOND_US);
            if let Deed::Artefact { how, seen } = &op.deed {
                let artefact = json!({"artefact": {
                    "id": index, "kind": how.kind(), "table": "t", "anchor_us": from_us, "items": items_of(seen),
                }});
                lines.push((to_us, 1, artefact));
                continue;
            }
            let (name, input, mut returned) = op.deed.wire();
            lines.push((from_us, 1, json!({"call": {"id": index, "at_us": from_us, "client": index, "op": name, "in": input}})));
            returned["id"] = json!(index);
            returned["at_us"] = json!(to_us);
            lines.push((to_us, 2, json!({"return": returned})));
        }
        lines.sort_by_key(|(at_us, rank, _)| (*at_us, *rank));
        let last_us = lines.last().map_or(0, |(at_us, ..)| *at_us);
        let mut text = format!("{}\n", json!({"history": {"version": 1}}));
        for (_, _, line) in lines {
            text.push_str(&line.to_string());
            text.push('\n');
        }
        text.push_str(&json!({"end": {"at_us": last_us}}).to_string());
        history::read(text.as_bytes()).unwrap()
    }
}

impl Deed {
    /// Operation, request and return.
    fn wire(&self) -> (&'static str, Value, Value) {
        let went = |lost: bool, out: Value| match lost {
            true => json!({"uncertain": "timed out"}),
            false => json!({"out": out}),
        };
        match self {
            Self::Write {
                item,
                to: Some(to),
                lost,
            } => (
                "PutItem",
                json!({"TableName": "t", "Item": json_of(*item, *to)}),
                went(*lost, json!({})),
            ),
            Self::Write {
                item,
                to: None,
                lost,
            } => (
                "DeleteItem",
                json!({"TableName": "t", "Key": key(*item)}),
                went(*lost, json!({})),
            ),
            Self::Add { item, lost, told } => {
                let mut input = json!({
                    "TableName": "t", "Key": key(*item), "UpdateExpression": "ADD v :one",
                    "ExpressionAttributeValues": {":one": {"N": "1"}},
                });
                let mut out = json!({});
                if let Some(told) = told {
                    input["ReturnValues"] = json!("ALL_NEW");
                    out = json!({"Attributes": json_of(*item, *told)});
                }
                ("UpdateItem", input, went(*lost, out))
            }
            Self::Claim {
                item,
                to,
                went: outcome,
            } => (
                "PutItem",
                json!({"TableName": "t", "Item": json_of(*item, *to), "ConditionExpression": "attribute_not_exists(pk)"}),
                match outcome {
                    Went::Refused => json!({"error": "ConditionalCheckFailedException", "out": {}}),
                    outcome => went(*outcome == Went::Lost, json!({})),
                },
            ),
            Self::Together { writes, lost } => {
                let members: Vec<Value> = writes
                    .iter()
                    .map(|(item, to)| match to {
                        Some(to) => json!({"Put": {"TableName": "t", "Item": json_of(*item, *to)}}),
                        None => json!({"Delete": {"TableName": "t", "Key": key(*item)}}),
                    })
                    .collect();
                (
                    "TransactWriteItems",
                    json!({"TransactItems": members}),
                    went(*lost, json!({})),
                )
            }
            Self::Get { item, seen, strong } => (
                "GetItem",
                json!({"TableName": "t", "Key": key(*item), "ConsistentRead": strong}),
                json!({"out": of_state(*item, *seen)}),
            ),
            Self::GetTogether { seen } => {
                let gets: Vec<Value> = seen
                    .iter()
                    .map(|(item, _)| json!({"Get": {"TableName": "t", "Key": key(*item)}}))
                    .collect();
                let responses: Vec<Value> = seen
                    .iter()
                    .map(|(item, seen)| of_state(*item, *seen))
                    .collect();
                (
                    "TransactGetItems",
                    json!({"TransactItems": gets}),
                    json!({"out": {"Responses": responses}}),
                )
            }
            Self::Artefact { .. } => unreachable!("no call"),
        }
    }
}
