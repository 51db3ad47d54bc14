//! Histories of two or three items and up to seven operations at small times.

mod happen;
mod notation;
mod palette;
mod wire;

use self::happen::{happen, tell_otherwise};
use self::palette::Palette;
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

/// What a put of one item asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    Absent,
    /// The item has this value.
    Has(u8),
    /// It has this value, or is absent.
    AbsentOrHas(u8),
}

impl When {
    pub fn holds(self, state: State) -> bool {
        match self {
            Self::Absent => state.is_none(),
            Self::Has(value) => state == Some(value),
            Self::AbsentOrHas(value) => state.is_none_or(|it| it == value),
        }
    }
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
    /// A put under a condition.
    Claim {
        item: usize,
        to: u8,
        when: When,
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
    /// Whether its request speaks as before expressions.
    pub legacy: bool,
    pub deed: Deed,
}

#[derive(Clone, Debug)]
pub struct Tiny {
    pub initial: Vec<State>,
    pub ops: Vec<TinyOp>,
    pub expires: bool,
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
                    legacy: dice.one_in(2),
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

    /// Whether one of its requests has other words for speaking as before expressions.
    pub fn has_legacy_writes(&self) -> bool {
        let speaks = |op: &TinyOp| matches!(op.deed, Deed::Add { .. } | Deed::Claim { .. });
        self.ops.iter().any(|op| op.legacy && speaks(op))
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
