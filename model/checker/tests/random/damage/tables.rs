//! Damage where tables come and go.

use super::facts::{is_impossible, is_over_before, keys, states};
use super::one;
use super::writes::get;
use crate::dice::Dice;
use crate::store::{Deed, Key, State, Story};

/// A value of the table before, in the table that was made anew.
pub fn previous_life(story: &mut Story, dice: &mut Dice) -> Option<()> {
    let creation = story
        .calls
        .iter()
        .find(|call| call.deed == Deed::CreateTable)?;
    let places = over_before(story, creation.from_us);
    let (key, state) = one(dice, &places)?;
    let end_us = story.end_us;
    get(story, end_us, end_us + 1, key, state);
    Some(())
}

/// The values of the first table that nobody wrote from an instant on.
fn over_before(story: &Story, at_us: i64) -> Vec<(Key, State)> {
    let mut places = Vec::new();
    for key in keys(story).into_iter().filter(|key| key.table == 0) {
        for state in states(story, key) {
            if state.is_some() && is_over_before(story, key, state, at_us) {
                places.push((key, state));
            }
        }
    }
    places
}

pub fn system_backup_behind(story: &mut Story, dice: &mut Dice) -> Option<()> {
    let index = story
        .artefacts
        .iter()
        .position(|artefact| artefact.kind == "system-backup")?;
    let (lo_us, hi_us) = story.artefacts[index].band_us;
    let mut places = Vec::new();
    for key in keys(story).into_iter().filter(|key| key.table == 0) {
        let shown = story.artefacts[index].items.get(&key).copied();
        for state in states(story, key) {
            if state != shown && is_impossible(story, key, state, lo_us, hi_us) {
                places.push((key, state));
            }
        }
    }
    let (key, state) = one(dice, &places)?;
    super::artefacts::set(&mut story.artefacts[index], key, state);
    Some(())
}

pub fn in_place_keeps_later(story: &mut Story, dice: &mut Dice) -> Option<()> {
    let artefact = story
        .artefacts
        .iter()
        .find(|artefact| artefact.kind == "in-place-restore")?;
    let call = story
        .calls
        .iter()
        .find(|call| Some(call.id) == artefact.call)?;
    let mut places = over_before(story, call.from_us);
    places.retain(|(key, state)| artefact.items.get(key).copied() != *state);
    let (key, state) = one(dice, &places)?;
    let end_us = story.end_us;
    get(story, end_us, end_us + 1, key, state);
    Some(())
}
