//! What tiny operations observe when they happen, and lies about it.

use super::palette::Palette;
use super::{Deed, EXPIRING, State, TinyOp, Went};
use crate::dice::Dice;

/// Lets the operations happen at instants of their intervals, and puts down what they observe. Now and then nothing
/// that expires does.
pub(super) fn happen(initial: &[State], ops: &mut [TinyOp], expires: bool, dice: &mut Dice) {
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
            Deed::Claim {
                item,
                to,
                when,
                went,
            } => {
                let wins = when.holds(items[*item]);
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
pub(super) fn tell_otherwise(deed: &mut Deed, palette: &mut Palette, dice: &mut Dice) {
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
