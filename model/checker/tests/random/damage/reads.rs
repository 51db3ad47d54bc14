//! Damage to what reads saw.

use super::facts::{is_impossible, is_lasting, keys, sources, states};
use super::one;
use crate::dice::Dice;
use crate::store::{Body, Deed, Key, Made, State, Story};

/// Lets a read of single items see another state: one of `others`, given the read, the item and what it saw.
fn see(
    story: &mut Story,
    dice: &mut Dice,
    which: impl Fn(&Made) -> bool,
    others: impl Fn(&Story, &Made, Key, State) -> Vec<State>,
) -> Option<()> {
    let mut places = Vec::new();
    for (index, call) in story.calls.iter().enumerate() {
        if call.is_answered() && which(call) {
            places.extend((0..call.seen.len()).map(|place| (index, place)));
        }
    }
    while !places.is_empty() {
        let (index, place) = places.swap_remove(dice.below(places.len()));
        let call = &story.calls[index];
        let (key, saw) = call.seen[place];
        if !is_lasting(story, key.table) || key.sk >= 90 {
            continue;
        }
        let mut others = others(story, call, key, saw);
        others.retain(|it| *it != saw && is_impossible(story, key, *it, call.from_us, call.to_us));
        if let Some(other) = one(dice, &others) {
            story.calls[index].seen[place].1 = other;
            return Some(());
        }
    }
    None
}

fn is_strong_get(call: &Made) -> bool {
    matches!(
        call.deed,
        Deed::Get {
            strong: true,
            projected: false,
            ..
        }
    )
}

fn begun(story: &Story, key: Key, state: State, at_us: i64) -> bool {
    sources(story, key, state)
        .iter()
        .any(|it| it.lo_us <= at_us)
}

fn older(story: &Story, call: &Made, key: Key, _: State) -> Vec<State> {
    let mut older = states(story, key);
    older.retain(|it| it.is_some() && begun(story, key, *it, call.from_us));
    older
}

fn newer(story: &Story, call: &Made, key: Key, _: State) -> Vec<State> {
    let mut newer = states(story, key);
    newer.retain(|it| it.is_some() && !begun(story, key, *it, call.to_us));
    newer
}

pub fn stale(story: &mut Story, dice: &mut Dice) -> Option<()> {
    see(story, dice, is_strong_get, older)
}

pub fn future(story: &mut Story, dice: &mut Dice) -> Option<()> {
    see(story, dice, is_strong_get, newer)
}

pub fn nothing(story: &mut Story, dice: &mut Dice) -> Option<()> {
    see(story, dice, is_strong_get, |_, _, _, _| vec![None])
}

pub fn never_written(story: &mut Story, dice: &mut Dice) -> Option<()> {
    see(story, dice, is_strong_get, |_, _, _, _| {
        vec![Some(Body::of(777_777))]
    })
}

pub fn eventual_future(story: &mut Story, dice: &mut Dice) -> Option<()> {
    let eventual = |call: &Made| {
        matches!(
            call.deed,
            Deed::Get {
                strong: false,
                projected: false,
                ..
            }
        )
    };
    see(story, dice, eventual, newer)
}

pub fn stale_among_others(story: &mut Story, dice: &mut Dice) -> Option<()> {
    let several = |call: &Made| {
        matches!(
            call.deed,
            Deed::BatchGet { strong: true, .. } | Deed::TransactGet { .. }
        )
    };
    see(story, dice, several, older)
}

fn is_page(call: &Made, query: bool) -> bool {
    matches!(call.deed, Deed::Page { strong: true, pk, .. } if pk.is_some() == query)
}

/// Pages that show all there is: the first and the last at once.
fn is_complete(call: &Made) -> bool {
    matches!(call.deed, Deed::Page { start: None, .. }) && call.next.is_none()
}

fn missing(story: &mut Story, dice: &mut Dice, query: bool) -> Option<()> {
    let mut places = Vec::new();
    for (index, call) in story.calls.iter().enumerate() {
        if !call.is_answered() || !is_page(call, query) || !is_complete(call) {
            continue;
        }
        for (place, (key, _)) in call.seen.iter().enumerate() {
            if is_lasting(story, key.table)
                && is_impossible(story, *key, None, call.from_us, call.to_us)
            {
                places.push((index, place));
            }
        }
    }
    let (index, place) = one(dice, &places)?;
    story.calls[index].seen.remove(place);
    Some(())
}

pub fn missing_in_scan(story: &mut Story, dice: &mut Dice) -> Option<()> {
    missing(story, dice, false)
}

pub fn missing_in_query(story: &mut Story, dice: &mut Dice) -> Option<()> {
    missing(story, dice, true)
}

pub fn stale_in_page(story: &mut Story, dice: &mut Dice) -> Option<()> {
    see(
        story,
        dice,
        |call| is_page(call, false) || is_page(call, true),
        older,
    )
}

pub fn resurrected_in_page(story: &mut Story, dice: &mut Dice) -> Option<()> {
    let mut places = Vec::new();
    for (index, call) in story.calls.iter().enumerate() {
        let Deed::Page {
            table,
            pk,
            strong: true,
            ..
        } = call.deed
        else {
            continue;
        };
        if !call.is_answered() || !is_complete(call) || !is_lasting(story, table) {
            continue;
        }
        for key in keys(story) {
            let asked = key.table == table && pk.is_none_or(|pk| key.pk == pk);
            if !asked || call.seen.iter().any(|(seen, _)| *seen == key) {
                continue;
            }
            for state in older(story, call, key, None) {
                if is_impossible(story, key, state, call.from_us, call.to_us) {
                    places.push((index, key, state));
                }
            }
        }
    }
    let (index, key, state) = one(dice, &places)?;
    story.calls[index].seen.push((key, state));
    Some(())
}
