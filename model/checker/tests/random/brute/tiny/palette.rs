//! What operations are drawn from.

use super::{Deed, EXPIRING, How, LAST_S, State, Went, When};
use crate::dice::Dice;

/// What operations are drawn from.
pub(super) struct Palette {
    pub(super) items: usize,
    pub(super) unique: bool,
    pub(super) counters: bool,
    pub(super) ties: bool,
    pub(super) expires: bool,
    pub(super) next: u8,
}

impl Palette {
    pub(super) fn value(&mut self, dice: &mut Dice) -> u8 {
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

    fn when(&self, dice: &mut Dice) -> When {
        // Often one that the item had, or has.
        let value = match self.unique {
            true => 10 * dice.between(1, 1 + i64::from(self.next / 10)) as u8,
            false => dice.between(1, 3) as u8,
        };
        match dice.below(4) {
            0 | 1 => When::Absent,
            2 => When::Has(value),
            _ => When::AbsentOrHas(value),
        }
    }

    pub(super) fn deed(&mut self, dice: &mut Dice) -> Deed {
        let item = dice.below(self.items);
        let lost = dice.one_in(5);
        match dice.below(12) {
            0..=2 => Deed::Write {
                item,
                to: self.state(dice),
                lost,
            },
            3 | 4 | 7 if self.counters => match dice.below(2) {
                0 => Deed::Add {
                    item,
                    lost,
                    told: None,
                },
                _ => Deed::Claim {
                    item,
                    to: self.value(dice),
                    when: self.when(dice),
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
