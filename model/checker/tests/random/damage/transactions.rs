//! Damage to transactions: they happen whole, at one instant.

use super::artefacts::set;
use super::facts::{
    is_exact, is_exact_under_conditions, is_lasting, is_over_before, is_sure, parts, sources,
};
use super::writes::get;
use super::{insert, one};
use crate::dice::Dice;
use crate::store::{Act, Body, Deed, Key, Outcome, Part, Returns, State, Story};

/// Two puts of one transaction, and what the second item was before for sure and never again.
#[derive(Clone, Debug)]
struct Pair {
    from_us: i64,
    to_us: i64,
    first: (Key, Body),
    second: (Key, Body),
    before: State,
}

fn pairs(story: &Story, answered: bool, long_us: i64) -> Vec<Pair> {
    pairs_of(story, answered, long_us, false)
}

/// `conditions`: those of transactions with a condition, on items that are written under conditions.
fn pairs_of(story: &Story, answered: bool, long_us: i64, conditions: bool) -> Vec<Pair> {
    let exact = match conditions {
        true => is_exact_under_conditions,
        false => is_exact,
    };
    let mut pairs = Vec::new();
    for call in &story.calls {
        let Deed::Transact { token, .. } = call.deed else {
            continue;
        };
        let fits = match answered {
            true => is_sure(story, call),
            false => call.outcome == Outcome::Lost && !call.duplicated && token.is_none(),
        };
        let conditional = parts(call).iter().any(|part| part.condition.is_some());
        if !fits || call.to_us - call.from_us < long_us || conditions && !conditional {
            continue;
        }
        // A value with one source.
        let puts = parts(call)
            .iter()
            .filter_map(|part| match (part.act, part.condition) {
                (Act::Put(body), condition)
                    if body.ttl_s.is_none()
                        && (conditions || condition.is_none())
                        && is_lasting(story, part.key.table) =>
                {
                    (sources(story, part.key, Some(body)).len() == 1).then_some((part.key, body))
                }
                _ => None,
            });
        let puts: Vec<(Key, Body)> = puts.collect();
        for first in &puts {
            for second in puts.iter().filter(|second| second.0 != first.0) {
                for before in super::facts::states(story, second.0) {
                    if before != Some(second.1)
                        && exact(story, first.0, Some(first.1))
                        && exact(story, second.0, before)
                        && is_over_before(story, second.0, before, call.from_us)
                    {
                        let (first, second) = (*first, *second);
                        pairs.push(Pair {
                            from_us: call.from_us,
                            to_us: call.to_us,
                            first,
                            second,
                            before,
                        });
                    }
                }
            }
        }
    }
    pairs
}

/// One item as after it, and then the other one as before it.
pub fn split_in_reads(story: &mut Story, dice: &mut Dice) -> Option<()> {
    let pair = one(dice, &pairs(story, true, 3))?;
    get(
        story,
        pair.from_us,
        pair.from_us + 1,
        pair.first.0,
        Some(pair.first.1),
    );
    get(
        story,
        pair.from_us + 2,
        pair.from_us + 3,
        pair.second.0,
        pair.before,
    );
    Some(())
}

pub fn split_in_transact_get(story: &mut Story, dice: &mut Dice) -> Option<()> {
    let pair = one(dice, &pairs(story, true, 0))?;
    read_in_part(story, &pair)
}

pub fn split_under_conditions(story: &mut Story, dice: &mut Dice) -> Option<()> {
    let pair = one(dice, &pairs_of(story, true, 0, true))?;
    read_in_part(story, &pair)
}

fn read_in_part(story: &mut Story, pair: &Pair) -> Option<()> {
    let keys = vec![pair.first.0, pair.second.0];
    let read = insert(story, pair.from_us, pair.to_us, Deed::TransactGet { keys });
    read.seen = vec![
        (pair.first.0, Some(pair.first.1)),
        (pair.second.0, pair.before),
    ];
    Some(())
}

/// In a snapshot while it went on.
pub fn split_in_snapshot(story: &mut Story, dice: &mut Dice) -> Option<()> {
    let mut places = Vec::new();
    for pair in pairs(story, true, 0) {
        for (index, artefact) in story.artefacts.iter().enumerate() {
            let table =
                pair.first.0.table == artefact.table && pair.second.0.table == artefact.table;
            if table && artefact.kind == "snapshot" {
                places.push((index, pair.clone()));
            }
        }
    }
    let (index, pair) = one(dice, &places)?;
    // As if it had been taken in the middle.
    let at_us = dice.between(pair.from_us, pair.to_us);
    let artefact = &mut story.artefacts[index];
    artefact.anchor_us = Some(story.clocks.on_target(at_us));
    set(artefact, pair.first.0, Some(pair.first.1));
    set(artefact, pair.second.0, pair.before);
    Some(())
}

/// Its first item was read before a put of its second one began, which it overwrote.
pub fn coupled_wrongly(story: &mut Story, dice: &mut Dice) -> Option<()> {
    let pair = one(dice, &pairs(story, true, 5))?;
    get(
        story,
        pair.from_us,
        pair.from_us + 1,
        pair.first.0,
        Some(pair.first.1),
    );
    let part = Part {
        key: pair.second.0,
        act: Act::Put(Body::of(666_666)),
        condition: None,
    };
    let put = Deed::Write {
        part,
        returns: Returns::Nothing,
        tell: false,
    };
    insert(story, pair.from_us + 3, pair.from_us + 4, put);
    get(
        story,
        pair.to_us + 1,
        pair.to_us + 2,
        pair.second.0,
        Some(pair.second.1),
    );
    Some(())
}

pub fn half_applied(story: &mut Story, dice: &mut Dice) -> Option<()> {
    let pair = one(dice, &pairs(story, false, 0))?;
    get(
        story,
        pair.to_us + 1,
        pair.to_us + 2,
        pair.first.0,
        Some(pair.first.1),
    );
    let end_us = story.end_us;
    get(story, end_us, end_us + 1, pair.second.0, pair.before);
    Some(())
}
