//! Deletes whatever runs have made and left behind.
//!
//! What there is, the listings say, again and again until two of them in a row show nothing: nothing that a
//! run remembered is needed, so that a run that was killed is cleaned up like any other.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::listing::{Found, list};
use super::names::Wanted;
use super::removal::{Outcome, Thing, remove};
use crate::target::Target;

/// The first pause between two rounds, in seconds; it grows by half.
const FIRST_PAUSE_S: f64 = 1.0;
/// The longest pause between two rounds, in seconds.
const PAUSE_S_MAX: f64 = 10.0;
/// How many listings in a row must show nothing: one alone may be late.
const EMPTY_LISTINGS: u32 = 2;
/// How often a listing or a deletion is tried that fails for no reason that time would mend.
const TRIES: u32 = 3;

/// What came of a clean-up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// Tables, backups and buckets that were deleted, in words.
    pub deleted: Vec<String>,
    /// Tables, backups and buckets that are still there, and why.
    pub left: Vec<String>,
    /// Tables, backups and buckets of runs that started too recently, which were let alone.
    pub young: usize,
    /// Tables, backups and buckets of cases that wait, and of runs with `--resume` that were not named, which were let alone.
    pub held: usize,
    /// SYSTEM backups: they cannot be deleted and expire by themselves.
    pub system: usize,
    /// Regions beside the run's own that could not be looked at, and why.
    pub unseen: Vec<String>,
}

impl Cleaned {
    /// One line about what nobody can delete, if there is any.
    pub fn about_system(&self) -> Option<String> {
        (self.system > 0).then(|| {
            format!(
                "{} SYSTEM backups stay: nobody can delete them, and they expire 35 days after their tables were deleted",
                self.system
            )
        })
    }
}

/// Only looks: gives what a clean-up would delete, in words, with all else as [`clean`] gives it.
///
/// # Errors
/// The listings cannot be read.
pub async fn look(target: &dyn Target, wanted: &Wanted) -> Result<(Vec<String>, Cleaned), String> {
    let found = list(target, wanted).await?;
    let things = found.things.iter().map(ToString::to_string).collect();
    let mut cleaned = Cleaned::default();
    cleaned.note(found);
    Ok((things, cleaned))
}

/// Deletes what is wanted, and waits until it is gone, for at most `limit`. Each line that `say` gets is for
/// a person.
///
/// # Errors
/// The listings cannot be read: nobody knows what is left.
pub async fn clean(
    target: &dyn Target,
    wanted: &Wanted,
    limit: Duration,
    mut say: impl FnMut(&str),
) -> Result<Cleaned, String> {
    let mut round = Round::new(limit);
    let mut cleaned = Cleaned::default();
    let mut states: BTreeMap<Thing, State> = BTreeMap::new();
    let mut empty = 0;
    loop {
        let mut found = round.list(target, wanted).await?;
        let things = std::mem::take(&mut found.things);
        cleaned.note(found);
        empty = if things.is_empty() { empty + 1 } else { 0 };
        if empty >= EMPTY_LISTINGS {
            break;
        }
        let mut hopeless = !things.is_empty();
        for thing in &things {
            let state = states.entry(thing.clone()).or_default();
            if state.refusals < TRIES {
                state.note(thing, remove(target, thing).await, &mut say);
            }
            hopeless &= state.refusals >= TRIES;
        }
        if hopeless || round.is_over() {
            let why = |thing: &Thing| states.get(thing).map_or("", |state| state.why.as_str());
            let left = things
                .iter()
                .map(|thing| format!("{thing}: {}", why(thing)));
            cleaned.left = left.collect();
            states.retain(|thing, _| !things.contains(thing));
            break;
        }
        round.pause(target).await?;
    }
    cleaned.deleted = states.keys().map(ToString::to_string).collect();
    Ok(cleaned)
}

impl Cleaned {
    fn note(&mut self, found: Found) {
        self.young = found.young;
        self.held = found.held;
        self.system = found.system.max(self.system);
        self.unseen = found.unseen;
    }
}

/// What became of one thing so far.
#[derive(Debug, Default)]
struct State {
    accepted: bool,
    waited: bool,
    refusals: u32,
    why: String,
}

impl State {
    fn note(&mut self, thing: &Thing, outcome: Outcome, say: &mut impl FnMut(&str)) {
        match outcome {
            Outcome::Accepted | Outcome::Gone => {
                if !self.accepted {
                    say(&format!("deleting {thing}"));
                }
                self.accepted = true;
                self.refusals = 0;
                self.why = "deleted, and still listed".to_owned();
            }
            Outcome::Busy(why) => {
                // Whatever is DELETING is in use, too, and was told before.
                if !self.accepted && !self.waited {
                    say(&format!("waiting for {thing} ({why})"));
                }
                self.waited = true;
                self.refusals = 0;
                self.why = why;
            }
            Outcome::Refused(why) => {
                self.refusals += 1;
                self.why = why;
            }
        }
    }
}

/// Pauses between rounds, bounded in the time of both clocks.
struct Round {
    started: Instant,
    limit: Duration,
    passed_s: f64,
    next_s: f64,
}

impl Round {
    fn new(limit: Duration) -> Self {
        Self {
            started: Instant::now(),
            limit,
            passed_s: 0.0,
            next_s: FIRST_PAUSE_S,
        }
    }

    /// A movable clock lets no real time pass.
    fn is_over(&self) -> bool {
        self.passed_s.max(self.started.elapsed().as_secs_f64()) >= self.limit.as_secs_f64()
    }

    async fn pause(&mut self, target: &dyn Target) -> Result<(), String> {
        let pause = Duration::from_secs_f64(self.next_s);
        self.passed_s += self.next_s;
        self.next_s = (self.next_s * 1.5).min(PAUSE_S_MAX);
        target.wait(pause).await.map_err(|error| error.to_string())
    }

    async fn list(&mut self, target: &dyn Target, wanted: &Wanted) -> Result<Found, String> {
        let mut tries = 0;
        loop {
            tries += 1;
            match list(target, wanted).await {
                Err(_) if tries < TRIES => self.pause(target).await?,
                listed => return listed,
            }
        }
    }
}

#[cfg(test)]
mod tests;
