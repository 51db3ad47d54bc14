//! What follows from the calls of a history without any search: who can have written a value, and when.

use std::collections::BTreeSet;

use crate::store::{Act, Deed, Key, Made, Outcome, Part, SECOND_US, State, Story};

/// A write of one item, between two instants.
#[derive(Clone, Copy, Debug)]
pub struct Writer {
    pub lo_us: i64,
    pub hi_us: i64,
    /// Whether it happened for sure.
    pub must: bool,
    /// What is there after it; `None`: a counter of any value.
    pub value: Option<State>,
}

/// The parts of a writing call.
pub fn parts(call: &Made) -> &[Part] {
    match &call.deed {
        Deed::Write { part, .. } => std::slice::from_ref(part),
        Deed::Batch { parts } | Deed::Transact { parts, .. } => parts,
        _ => &[],
    }
}

/// Everything that can have changed an item, what was there at first included. Gathered once for each history: who
/// damages it has looked before.
pub fn writers(story: &Story, key: Key) -> &[Writer] {
    let all = story.writers.get_or_init(|| {
        let counters = [0, 1].map(|index| Key {
            table: index,
            pk: index,
            sk: 90 + index,
        });
        let keys = keys(story).into_iter().chain(counters);
        keys.map(|key| (key, gather(story, key))).collect()
    });
    all.get(&key).map_or(&[], |writers| writers)
}

fn gather(story: &Story, key: Key) -> Vec<Writer> {
    let initial = story.initial[usize::from(key.table)].get(&key).copied();
    let mut writers = vec![Writer {
        lo_us: i64::MIN,
        hi_us: i64::MIN,
        must: true,
        value: Some(initial),
    }];
    for call in &story.calls {
        for part in parts(call).iter().filter(|part| part.key == key) {
            let value = match part.act {
                Act::Put(body) => Some(Some(body)),
                Act::Delete => Some(None),
                Act::Add(_) => None,
                Act::Check => continue,
            };
            let lo_us = first_attempt_us(story, call);
            let unsure = Writer {
                lo_us,
                hi_us: i64::MAX,
                must: false,
                value,
            };
            let tried_again = lo_us != call.from_us || has_another_attempt(story, call);
            match call.outcome {
                Outcome::Done if !tried_again => {
                    writers.push(Writer {
                        hi_us: call.to_us,
                        must: true,
                        ..unsure
                    });
                    writers.extend(call.duplicated.then_some(unsure));
                }
                Outcome::Done | Outcome::Lost => writers.push(unsure),
                _ => writers.extend(call.duplicated.then_some(unsure)),
            }
        }
    }
    if story.calls.iter().any(|call| call.deed == Deed::EnableTtl) {
        let expiring: Vec<i64> = writers.iter().filter_map(|it| it.value??.ttl_s).collect();
        for ttl_s in expiring {
            let slack_us = 2 * story.clocks.uncertain_us + story.clocks.every_us / 100 + 10;
            let lo_us = story.clocks.first_at(ttl_s * SECOND_US) - slack_us;
            writers.push(Writer {
                lo_us,
                hi_us: i64::MAX,
                must: false,
                value: Some(None),
            });
        }
    }
    writers
}

fn token(call: &Made) -> Option<u64> {
    match call.deed {
        Deed::Transact { token, .. } => token,
        _ => None,
    }
}

/// The calls that ask for the same as this one, itself included.
fn attempts<'s>(story: &'s Story, call: &'s Made) -> Vec<&'s Made> {
    match token(call) {
        None => vec![call],
        token => story
            .calls
            .iter()
            .filter(|other| self::token(other) == token)
            .collect(),
    }
}

fn has_another_attempt(story: &Story, call: &Made) -> bool {
    attempts(story, call).len() > 1
}

fn first_attempt_us(story: &Story, call: &Made) -> i64 {
    attempts(story, call)
        .iter()
        .map(|it| it.from_us)
        .min()
        .unwrap_or(call.from_us)
}

/// Whether a call surely took effect between its beginning and its end, and once.
pub fn is_sure(story: &Story, call: &Made) -> bool {
    call.outcome == Outcome::Done && !call.duplicated && !has_another_attempt(story, call)
}

/// Those that can have left an item in this state.
pub fn sources(story: &Story, key: Key, state: State) -> Vec<Writer> {
    let mut writers = writers(story, key).to_vec();
    writers.retain(|it| match it.value {
        Some(value) => value == state,
        None => state.is_some_and(|body| body.n.is_some()),
    });
    writers
}

/// Whether an item cannot have been in this state from `lo_us` to `hi_us`: nobody had begun to write it, or somebody
/// overwrote it for sure and nobody wrote it since. It may be wrong only by saying no.
pub fn is_impossible(story: &Story, key: Key, state: State, lo_us: i64, hi_us: i64) -> bool {
    let sources = sources(story, key, state);
    if sources.iter().all(|it| it.lo_us > hi_us) {
        return true;
    }
    writers(story, key).iter().any(|over| {
        over.must
            && over.value.is_some_and(|value| value != state)
            && over.hi_us < lo_us
            && sources
                .iter()
                .all(|it| it.hi_us < over.lo_us || it.lo_us > hi_us)
    })
}

/// Whether everything that can have left an item in this state was over before an instant.
pub fn is_over_before(story: &Story, key: Key, state: State, at_us: i64) -> bool {
    sources(story, key, state).iter().all(|it| it.hi_us < at_us)
}

/// The states that an item was in at any time, as far as the calls tell.
pub fn states(story: &Story, key: Key) -> Vec<State> {
    let states = writers(story, key).iter().filter_map(|it| it.value);
    let states: BTreeSet<State> = states.chain([None]).collect();
    states.into_iter().collect()
}

/// All keys that calls write.
pub fn keys(story: &Story) -> Vec<Key> {
    let written = story.calls.iter().flat_map(parts).map(|part| part.key);
    let initial = story.initial.iter().flat_map(|items| items.keys().copied());
    let keys: BTreeSet<Key> = written.chain(initial).collect();
    keys.into_iter().filter(|key| key.sk < 90).collect()
}

/// Whether a table is the same one all the time.
pub fn is_lasting(story: &Story, table: u8) -> bool {
    table != 0
        || !story.calls.iter().any(|call| {
            matches!(
                call.deed,
                Deed::CreateTable
                    | Deed::Ask {
                        kind: "in-place-restore",
                        ..
                    }
            )
        })
}

/// Whether the rules across items are exact for an item: all its writes are plain, nothing expires, and the state that
/// is shown has one source.
pub fn is_exact(story: &Story, key: Key, shown: State) -> bool {
    let plain =
        |part: &Part| part.condition.is_none() && matches!(part.act, Act::Put(_) | Act::Delete);
    has_one_source(story, key, shown, plain)
}

/// The same, but for conditions.
pub fn is_exact_under_conditions(story: &Story, key: Key, shown: State) -> bool {
    let no_update = |part: &Part| matches!(part.act, Act::Put(_) | Act::Delete);
    has_one_source(story, key, shown, no_update)
}

fn has_one_source(story: &Story, key: Key, shown: State, which: impl Fn(&Part) -> bool) -> bool {
    let mut writes = story
        .calls
        .iter()
        .flat_map(parts)
        .filter(|part| part.key == key && part.act != Act::Check);
    let expires = writers(story, key)
        .iter()
        .any(|it| it.value.flatten().is_some_and(|body| body.ttl_s.is_some()));
    !expires && sources(story, key, shown).len() == 1 && writes.all(which)
}
