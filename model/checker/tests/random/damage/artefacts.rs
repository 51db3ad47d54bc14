//! Damage to what artefacts show.

use super::facts::{
    is_exact, is_impossible, is_lasting, is_over_before, keys, parts, sources, states, writers,
};
use super::{insert, one};
use crate::dice::Dice;
use crate::store::{Act, Artefact, Body, Deed, Key, Made, Part, Returns, SECOND_US, State, Story};

/// Shows another state of one item of an artefact: one of `others`, given the artefact, the item and what it shows.
fn show(
    story: &mut Story,
    dice: &mut Dice,
    others: impl Fn(&Story, &Artefact, Key, State) -> Vec<State>,
) -> Option<()> {
    let mut places = Vec::new();
    let keys = keys(story);
    for (index, artefact) in story.artefacts.iter().enumerate() {
        if is_lasting(story, artefact.table) && artefact.kind != "in-place-restore" {
            let keys = keys.iter().filter(|key| key.table == artefact.table);
            places.extend(keys.map(|key| (index, *key)));
        }
    }
    while !places.is_empty() {
        let (index, key) = places.swap_remove(dice.below(places.len()));
        let artefact = &story.artefacts[index];
        let (lo_us, hi_us) = artefact.band_us;
        let shown = artefact.items.get(&key).copied();
        let mut others = others(story, artefact, key, shown);
        others.retain(|it| *it != shown && is_impossible(story, key, *it, lo_us, hi_us));
        if let Some(other) = one(dice, &others) {
            set(&mut story.artefacts[index], key, other);
            return Some(());
        }
    }
    None
}

pub fn set(artefact: &mut Artefact, key: Key, state: State) {
    artefact.indexes.clear();
    match state {
        Some(body) => artefact.items.insert(key, body),
        None => artefact.items.remove(&key),
    };
}

fn begun(story: &Story, key: Key, state: State, at_us: i64) -> bool {
    sources(story, key, state)
        .iter()
        .any(|it| it.lo_us <= at_us)
}

pub fn older_than_the_band(story: &mut Story, dice: &mut Dice) -> Option<()> {
    show(story, dice, |story, artefact, key, shown| {
        let mut older = states(story, key);
        older.retain(|it| {
            it.is_some() && shown.is_some() && begun(story, key, *it, artefact.band_us.0)
        });
        older
    })
}

pub fn newer_than_the_band(story: &mut Story, dice: &mut Dice) -> Option<()> {
    show(story, dice, |story, artefact, key, _| {
        let mut newer = states(story, key);
        newer.retain(|it| it.is_some() && !begun(story, key, *it, artefact.band_us.1));
        newer
    })
}

pub fn dropped(story: &mut Story, dice: &mut Dice) -> Option<()> {
    show(story, dice, |_, _, _, _| vec![None])
}

pub fn resurrected(story: &mut Story, dice: &mut Dice) -> Option<()> {
    show(story, dice, |story, artefact, key, shown| {
        let mut older = states(story, key);
        older.retain(|it| {
            it.is_some() && shown.is_none() && begun(story, key, *it, artefact.band_us.0)
        });
        older
    })
}

pub fn never_written(story: &mut Story, dice: &mut Dice) -> Option<()> {
    show(story, dice, |_, _, _, _| vec![Some(Body::of(777_777))])
}

pub fn mixed(story: &mut Story, dice: &mut Dice) -> Option<()> {
    show(story, dice, |story, _, key, _| {
        let whole: Vec<Body> = states(story, key).into_iter().flatten().collect();
        let pairs = whole.iter().flat_map(|a| whole.iter().map(move |b| (a, b)));
        let differ = pairs.filter(|(a, b)| a.v != b.v);
        differ.map(|(a, b)| Some(Body { w: b.w, ..*a })).collect()
    })
}

pub fn swapped(story: &mut Story, dice: &mut Dice) -> Option<()> {
    let mut places = Vec::new();
    for (index, artefact) in story.artefacts.iter().enumerate() {
        if artefact.kind == "in-place-restore" || !is_lasting(story, artefact.table) {
            continue;
        }
        let (lo_us, hi_us) = artefact.band_us;
        for (a, of_a) in &artefact.items {
            for (b, of_b) in &artefact.items {
                if a < b && of_a != of_b && is_impossible(story, *a, Some(*of_b), lo_us, hi_us) {
                    places.push((index, (*a, *of_b), (*b, *of_a)));
                }
            }
        }
    }
    let (index, a, b) = one(dice, &places)?;
    set(&mut story.artefacts[index], a.0, Some(a.1));
    set(&mut story.artefacts[index], b.0, Some(b.1));
    Some(())
}

pub fn expired_too_early(story: &mut Story, dice: &mut Dice) -> Option<()> {
    show(story, dice, |_, _, _, shown| match shown {
        Some(Body { ttl_s: Some(_), .. }) => vec![None],
        _ => Vec::new(),
    })
}

pub fn counter_too_high(story: &mut Story, dice: &mut Dice) -> Option<()> {
    let counter = |key: &Key| key.sk >= 90;
    let mut places = Vec::new();
    for (index, artefact) in story.artefacts.iter().enumerate() {
        let keys = artefact.items.keys().copied().filter(counter);
        if artefact.kind != "in-place-restore" && is_lasting(story, artefact.table) {
            places.extend(keys.map(|key| (index, key)));
        }
    }
    let (index, key) = one(dice, &places)?;
    set(
        &mut story.artefacts[index],
        key,
        Some(Body {
            n: Some(10_000),
            ..Body::default()
        }),
    );
    Some(())
}

pub fn anchor_outside(story: &mut Story, dice: &mut Dice) -> Option<()> {
    let named = |artefact: &&mut Artefact| matches!(artefact.kind, "on-demand-backup" | "export");
    let mut artefacts: Vec<&mut Artefact> = story.artefacts.iter_mut().filter(named).collect();
    let count = artefacts.len().max(1);
    let artefact = artefacts.get_mut(dice.below(count))?;
    let call = story
        .calls
        .iter()
        .find(|call| Some(call.id) == artefact.call)?;
    let off_us = 2 * SECOND_US
        + 4 * story.clocks.uncertain_us
        + story.clocks.every_us / 500
        + dice.between(0, SECOND_US);
    let at_us = if dice.one_in(2) {
        call.from_us - off_us
    } else {
        call.to_us + off_us
    };
    artefact.anchor_us = Some(story.clocks.on_target(at_us));
    Some(())
}

fn put(story: &mut Story, from_us: i64, to_us: i64, key: Key, body: Body) -> &mut Made {
    let part = Part {
        key,
        act: Act::Put(body),
        condition: None,
    };
    let deed = Deed::Write {
        part,
        returns: Returns::Nothing,
        tell: false,
    };
    insert(story, from_us, to_us, deed)
}

/// A put that lasts over two snapshots: the first one shows it, the second one what was there before.
pub fn contradicting(story: &mut Story, dice: &mut Dice) -> Option<()> {
    let mut places = Vec::new();
    for (first, a) in story.artefacts.iter().enumerate() {
        for (second, b) in story.artefacts.iter().enumerate() {
            let kinds = a.kind == "snapshot" && b.kind == "snapshot" && a.table == b.table;
            if !kinds || a.band_us.1 >= b.band_us.0 || !is_lasting(story, a.table) {
                continue;
            }
            for key in keys(story).into_iter().filter(|key| key.table == a.table) {
                let shown = b.items.get(&key).copied();
                if is_over_before(story, key, shown, a.band_us.0) {
                    places.push((first, second, key, (a.band_us.0, b.band_us.1)));
                }
            }
        }
    }
    let (first, second, key, (from_us, to_us)) = one(dice, &places)?;
    let body = Body::of(666_666);
    put(story, from_us, to_us, key, body);
    set(&mut story.artefacts[first], key, Some(body));
    // Each alone fits, for all that the other items say.
    for left_out in [first, second] {
        let mut alone = story.clone();
        alone.artefacts.remove(left_out);
        let verdict = lookback_checker::judge(
            &alone.history(),
            &story.world.contract(),
            &Default::default(),
        );
        if !verdict.is_pass() {
            return None;
        }
    }
    Some(())
}

/// Two puts during a statement, one after the other: it shows the later one and not the earlier one.
pub fn two_cuts(story: &mut Story, dice: &mut Dice) -> Option<()> {
    let mut places = Vec::new();
    for (index, artefact) in story.artefacts.iter().enumerate() {
        let (from_us, to_us) = artefact.band_us;
        if artefact.kind != "snapshot" || to_us - from_us < 8 || !is_lasting(story, artefact.table)
        {
            continue;
        }
        let keys: Vec<Key> = keys(story)
            .into_iter()
            .filter(|key| key.table == artefact.table)
            .collect();
        for a in &keys {
            let shown = artefact.items.get(a).copied();
            if is_exact(story, *a, shown) && is_over_before(story, *a, shown, from_us) {
                places.extend(
                    keys.iter()
                        .filter(|b| a != *b && is_exact(story, **b, artefact.items.get(b).copied()))
                        .map(|b| (index, *a, *b, from_us)),
                );
            }
        }
    }
    let (index, a, b, from_us) = one(dice, &places)?;
    put(story, from_us + 1, from_us + 2, a, Body::of(666_666));
    put(story, from_us + 4, from_us + 5, b, Body::of(666_667));
    set(&mut story.artefacts[index], b, Some(Body::of(666_667)));
    Some(())
}

fn index(story: &mut Story, global: bool) -> Option<()> {
    let indexes = story
        .artefacts
        .iter_mut()
        .flat_map(|artefact| &mut artefact.indexes);
    let mut indexes = indexes
        .filter(|index| index.global == global && index.settled && !index.entries.is_empty());
    let index = indexes.next()?;
    let (_, body) = index.entries.iter_mut().next()?;
    body.v = body.v.map(|v| v + 500_000);
    Some(())
}

pub fn stale_local_index(story: &mut Story, _: &mut Dice) -> Option<()> {
    index(story, false)
}

pub fn stale_global_index(story: &mut Story, _: &mut Dice) -> Option<()> {
    index(story, true)
}

/// Items all of whose writes have a position, with the positions and what is there after them, ascending.
fn log_of(story: &Story, key: Key) -> Option<Vec<(u64, State)>> {
    let mut log = Vec::new();
    for call in &story.calls {
        for part in parts(call).iter().filter(|part| part.key == key) {
            let value = match part.act {
                Act::Put(body) => Some(body),
                Act::Delete => None,
                _ => return None,
            };
            match (call.is_answered() && !call.duplicated, call.position) {
                (true, Some(position)) => log.push((position, value)),
                (false, _)
                    if matches!(call.outcome, crate::store::Outcome::Cancelled(_))
                        && !call.duplicated => {}
                _ => return None,
            }
        }
    }
    log.sort_unstable();
    let sure = writers(story, key).iter().all(|it| it.must);
    sure.then_some(log)
}

fn by_position(story: &mut Story, dice: &mut Dice, beyond: bool) -> Option<()> {
    let mut places = Vec::new();
    for (index, artefact) in story.artefacts.iter().enumerate() {
        let Some(position) = artefact
            .position
            .filter(|_| is_lasting(story, artefact.table))
        else {
            continue;
        };
        for key in keys(story)
            .into_iter()
            .filter(|key| key.table == artefact.table)
        {
            let shown = artefact.items.get(&key).copied();
            let log = log_of(story, key).unwrap_or_default();
            let others = log
                .iter()
                .filter(|(at, state)| (*at > position) == beyond && *state != shown);
            places.extend(others.map(|(_, state)| (index, key, *state)));
        }
    }
    let (index, key, state) = one(dice, &places)?;
    set(&mut story.artefacts[index], key, state);
    Some(())
}

pub fn beyond_its_position(story: &mut Story, dice: &mut Dice) -> Option<()> {
    by_position(story, dice, true)
}

pub fn gap_before_its_position(story: &mut Story, dice: &mut Dice) -> Option<()> {
    by_position(story, dice, false)
}
