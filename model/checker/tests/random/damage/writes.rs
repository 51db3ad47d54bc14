//! Damage to what writes were answered, and to what became of them.

use super::facts::{
    is_impossible, is_lasting, is_over_before, is_sure, keys, parts, sources, states, writers,
};
use super::{insert, one};
use crate::dice::Dice;
use crate::store::{Act, Body, Condition, Deed, Key, Made, Outcome, Part, Returns, State, Story};

pub fn get(story: &mut Story, from_us: i64, to_us: i64, key: Key, state: State) {
    let deed = Deed::Get {
        key,
        strong: true,
        projected: false,
    };
    insert(story, from_us, to_us, deed).seen = vec![(key, state)];
}

/// What calls surely added to a counter before an instant.
fn surely_added(story: &Story, key: Key, at_us: i64) -> i64 {
    let sure = story
        .calls
        .iter()
        .filter(|call| call.to_us < at_us && is_sure(story, call));
    let parts = sure.flat_map(parts).filter(|part| part.key == key);
    parts
        .map(|part| if let Act::Add(by) = part.act { by } else { 0 })
        .sum()
}

pub fn counter_too_low(story: &mut Story, dice: &mut Dice) -> Option<()> {
    let mut places = Vec::new();
    for (index, call) in story.calls.iter().enumerate() {
        let Deed::Get {
            key,
            strong: true,
            projected: false,
        } = call.deed
        else {
            continue;
        };
        let added = surely_added(story, key, call.from_us);
        if call.is_answered() && key.sk >= 90 && is_lasting(story, key.table) && added > 0 {
            places.push((index, added - 1));
        }
    }
    let (index, n) = one(dice, &places)?;
    story.calls[index].seen[0].1 = (n > 0).then(|| Body {
        n: Some(n),
        ..Body::default()
    });
    Some(())
}

/// Additions to a counter that tell what is there after them.
fn telling_additions(story: &Story) -> Vec<(usize, Key)> {
    let telling = story
        .calls
        .iter()
        .enumerate()
        .filter_map(|(index, call)| match call.deed {
            Deed::Write {
                part:
                    Part {
                        key,
                        act: Act::Add(_),
                        ..
                    },
                returns: Returns::AllNew,
                ..
            } if call.is_answered() && key.sk >= 90 && is_lasting(story, key.table) => {
                Some((index, key))
            }
            _ => None,
        });
    telling.collect()
}

pub fn lost_update(story: &mut Story, dice: &mut Dice) -> Option<()> {
    let telling = telling_additions(story);
    let pairs = telling
        .iter()
        .flat_map(|a| telling.iter().map(move |b| (a, b)));
    let pairs: Vec<(usize, usize)> = pairs
        .filter(|(a, b)| a.0 < b.0 && a.1 == b.1)
        .map(|(a, b)| (a.0, b.0))
        .collect();
    let (a, b) = one(dice, &pairs)?;
    story.calls[b].change = story.calls[a].change;
    Some(())
}

pub fn wrong_all_new(story: &mut Story, dice: &mut Dice) -> Option<()> {
    let (index, _) = one(dice, &telling_additions(story))?;
    let wrong = Body {
        n: Some(10_000),
        ..Body::default()
    };
    story.calls[index].change = Some((None, Some(wrong)));
    Some(())
}

pub fn wrong_all_old(story: &mut Story, dice: &mut Dice) -> Option<()> {
    let mut places = Vec::new();
    for (index, call) in story.calls.iter().enumerate() {
        let Deed::Write {
            part,
            returns: Returns::AllOld,
            ..
        } = &call.deed
        else {
            continue;
        };
        if !call.is_answered() || !is_lasting(story, part.key.table) || part.key.sk >= 90 {
            continue;
        }
        for state in states(story, part.key) {
            if is_impossible(story, part.key, state, call.from_us, call.to_us) {
                places.push((index, state));
            }
        }
    }
    let (index, state) = one(dice, &places)?;
    let change = &mut story.calls[index].change;
    *change = change.map(|(_, after)| (state, after));
    Some(())
}

/// Puts of one item under the condition that it is not there.
fn claims(story: &Story) -> Vec<(usize, Key, Body)> {
    let claims = story
        .calls
        .iter()
        .enumerate()
        .filter_map(|(index, call)| match call.deed {
            Deed::Write {
                part:
                    Part {
                        key,
                        act: Act::Put(body),
                        condition: Some(Condition::Absent),
                    },
                ..
            } if !call.duplicated && is_lasting(story, key.table) => Some((index, key, body)),
            _ => None,
        });
    claims.collect()
}

pub fn two_winners(story: &mut Story, dice: &mut Dice) -> Option<()> {
    let mut losers = claims(story);
    losers.retain(|(index, key, _)| {
        let call = &story.calls[*index];
        matches!(call.outcome, Outcome::Cancelled(_))
            && is_impossible(story, *key, None, call.from_us, call.to_us)
    });
    let (index, _, body) = one(dice, &losers)?;
    story.calls[index].outcome = Outcome::Done;
    story.calls[index].change = Some((None, Some(body)));
    Some(())
}

pub fn failed_without_reason(story: &mut Story, dice: &mut Dice) -> Option<()> {
    let mut winners = claims(story);
    winners.retain(|(index, key, _)| {
        let call = &story.calls[*index];
        let others = || {
            let writers = writers(story, *key);
            let own = move |lo_us: i64, hi_us: i64| lo_us == call.from_us && hi_us == call.to_us;
            writers
                .iter()
                .copied()
                .filter(move |it| !own(it.lo_us, it.hi_us))
        };
        let makes = |value: Option<State>| value != Some(None);
        let gone = |over: super::facts::Writer| {
            over.must
                && over.value == Some(None)
                && over.hi_us < call.from_us
                && others()
                    .filter(|it| makes(it.value))
                    .all(|it| it.hi_us < over.lo_us || it.lo_us > call.to_us)
        };
        // What is there at first is deleted by nobody, if it is nothing.
        let never = others()
            .filter(|it| makes(it.value))
            .all(|it| it.lo_us > call.to_us);
        call.is_answered() && (never || others().any(gone))
    });
    let (index, ..) = one(dice, &winners)?;
    story.calls[index].outcome = Outcome::Cancelled(vec![(None, false)]);
    Some(())
}

pub fn refused_that_shows(story: &mut Story, dice: &mut Dice) -> Option<()> {
    let mut places = Vec::new();
    for call in &story.calls {
        let refused = matches!(call.outcome, Outcome::Cancelled(_)) && !call.duplicated;
        for part in parts(call)
            .iter()
            .filter(|part| refused && is_lasting(story, part.key.table))
        {
            if let Act::Put(body) = part.act
                && sources(story, part.key, Some(body)).is_empty()
            {
                places.push((part.key, body));
            }
        }
    }
    let (key, body) = one(dice, &places)?;
    let at_us = story.end_us;
    get(story, at_us, at_us + 1, key, Some(body));
    Some(())
}

/// An acknowledged put that nobody shows: what was there before it is shown instead, and at the end.
pub fn lost_by_everyone(story: &mut Story, dice: &mut Dice) -> Option<()> {
    let mut places = Vec::new();
    for call in story.calls.iter().filter(|call| is_sure(story, call)) {
        for part in parts(call) {
            let Act::Put(body) = part.act else { continue };
            if !is_lasting(story, part.key.table) || sources(story, part.key, Some(body)).len() != 1
            {
                continue;
            }
            for before in states(story, part.key) {
                if before != Some(body) && is_over_before(story, part.key, before, call.from_us) {
                    places.push((part.key, body, before));
                }
            }
        }
    }
    let (key, body, before) = one(dice, &places)?;
    let end_us = story.end_us;
    for call in &mut story.calls {
        forget(call, key, body, before);
    }
    for artefact in &mut story.artefacts {
        if artefact.items.get(&key) == Some(&body) {
            super::artefacts::set(artefact, key, before);
        }
    }
    get(story, end_us, end_us + 1, key, before);
    debug_assert!(keys(story).contains(&key));
    Some(())
}

fn forget(call: &mut Made, key: Key, body: Body, before: State) {
    for (seen, state) in &mut call.seen {
        if *seen == key && *state == Some(body) {
            *state = before;
        }
    }
}
