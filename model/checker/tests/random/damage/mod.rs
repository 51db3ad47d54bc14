//! Named kinds of damage to histories that a naive store made. Each is done at a random place at which it cannot be
//! legal, by arithmetic on the calls alone ([`facts`]); each must then be a violation.
//!
//! The rules across items are necessary and not always sufficient, so damage that only they can see is done where they
//! are exact ([`facts::is_exact`]).

mod artefacts;
pub mod facts;
mod reads;
mod tables;
mod transactions;
mod writes;

use lookback_checker::Options;
use lookback_checker::judge::judge_trace;
use lookback_checker::trace::Trace;

use crate::dice::Dice;
use crate::store::{Deed, Made, Outcome, Story, World};
use crate::witness::all_are_irreducible;

/// Damages a history, if there is a place where this cannot be legal.
type Damage = fn(&mut Story, &mut Dice) -> Option<()>;

/// A kind of damage: its name, the worlds whose histories it befalls, and what it does.
const KINDS: &[(&str, &[World], Damage)] = &[
    (
        "a value from before the band",
        ALL,
        artefacts::older_than_the_band,
    ),
    (
        "a value from after the band",
        ALL,
        artefacts::newer_than_the_band,
    ),
    ("an item dropped from an artefact", ALL, artefacts::dropped),
    (
        "an item long deleted in an artefact",
        ALL,
        artefacts::resurrected,
    ),
    (
        "a value never written in an artefact",
        ALL,
        artefacts::never_written,
    ),
    ("a mixture of two versions", ALL, artefacts::mixed),
    (
        "two versions swapped between items",
        ALL,
        artefacts::swapped,
    ),
    (
        "an item that expired too early",
        ALL,
        artefacts::expired_too_early,
    ),
    (
        "a counter in an artefact above its sum",
        ALL,
        artefacts::counter_too_high,
    ),
    (
        "an anchor outside of its call",
        DYNAMODB,
        artefacts::anchor_outside,
    ),
    (
        "two artefacts legal alone that contradict each other",
        SNAPSHOT,
        artefacts::contradicting,
    ),
    ("two cuts in one statement", STATEMENT, artefacts::two_cuts),
    (
        "a local index behind its table",
        DYNAMODB,
        artefacts::stale_local_index,
    ),
    (
        "a settled global index behind its table",
        DYNAMODB,
        artefacts::stale_global_index,
    ),
    (
        "a position beyond that of the artefact",
        POSITION,
        artefacts::beyond_its_position,
    ),
    (
        "a gap in the log up to a position",
        POSITION,
        artefacts::gap_before_its_position,
    ),
    ("a stale strong read", ALL, reads::stale),
    ("a strong read from the future", ALL, reads::future),
    ("a strong read of nothing", ALL, reads::nothing),
    (
        "a value never written in a strong read",
        ALL,
        reads::never_written,
    ),
    (
        "an eventual read from the future",
        ALL,
        reads::eventual_future,
    ),
    (
        "a stale item in a batch or a transaction",
        ALL,
        reads::stale_among_others,
    ),
    (
        "a missing item in a complete scan",
        ALL,
        reads::missing_in_scan,
    ),
    (
        "a missing item in a complete query",
        ALL,
        reads::missing_in_query,
    ),
    (
        "a resurrected item in a scan or a query",
        ALL,
        reads::resurrected_in_page,
    ),
    (
        "a stale item in a scan or a query",
        ALL,
        reads::stale_in_page,
    ),
    (
        "a counter below what was acknowledged",
        ALL,
        writes::counter_too_low,
    ),
    ("a lost update of a counter", ALL, writes::lost_update),
    ("a wrong ALL_NEW", ALL, writes::wrong_all_new),
    ("a wrong ALL_OLD", ALL, writes::wrong_all_old),
    (
        "two winners of one conditional put",
        ALL,
        writes::two_winners,
    ),
    (
        "a condition that failed without reason",
        ALL,
        writes::failed_without_reason,
    ),
    (
        "a refused write that shows",
        ALL,
        writes::refused_that_shows,
    ),
    (
        "an acknowledged write shown as lost by everyone",
        ALL,
        writes::lost_by_everyone,
    ),
    (
        "a transaction split in strong reads",
        ALL,
        transactions::split_in_reads,
    ),
    (
        "a transaction split in a reading transaction",
        ALL,
        transactions::split_in_transact_get,
    ),
    (
        "a transaction under conditions split in a reading transaction",
        ALL,
        transactions::split_under_conditions,
    ),
    (
        "a transaction split in a snapshot",
        SNAPSHOT,
        transactions::split_in_snapshot,
    ),
    (
        "a transaction coupled wrongly in time",
        ALL,
        transactions::coupled_wrongly,
    ),
    (
        "an unanswered transaction half applied",
        ALL,
        transactions::half_applied,
    ),
    (
        "an item of the table's previous life",
        ALL,
        tables::previous_life,
    ),
    (
        "a SYSTEM backup without the last acknowledged write",
        ALL,
        tables::system_backup_behind,
    ),
    (
        "a restore in place that keeps later writes",
        IN_PLACE,
        tables::in_place_keeps_later,
    ),
];

const ALL: &[World] = &[
    World::Dynamodb,
    World::Observed,
    World::Skewed,
    World::Snapshot,
    World::LogPrefix,
    World::Statement,
];
const DYNAMODB: &[World] = &[World::Dynamodb, World::Observed, World::Skewed];
const SNAPSHOT: &[World] = &[World::Snapshot];
const STATEMENT: &[World] = &[World::Statement];
const POSITION: &[World] = &[World::Position];
const IN_PLACE: &[World] = &[World::Snapshot, World::LogPrefix];

/// How often each kind is done at most and at least, and how many histories are looked at for that.
const TIMES: usize = 20;
const TIMES_MIN: usize = 5;
const HISTORIES: u64 = 3_000;

fn every_one_is_caught(kinds: &[(&str, &[World], Damage)]) {
    let mut wrong = Vec::new();
    let (mut about_one_item, mut without_a_cause) = (0, Vec::new());
    for (name, worlds, damage) in kinds {
        let mut applied = 0;
        for seed in 0..HISTORIES {
            let world = worlds[seed as usize % worlds.len()];
            let mut story = Story::draw(seed, world);
            if damage(&mut story, &mut Dice::new(seed)).is_none() {
                continue;
            }
            let contract = world.contract();
            let trace = Trace::new(&story.history(), &contract);
            let verdict = judge_trace(&trace, &contract, &Options::default());
            if verdict.violations.is_empty() {
                let text = story.text();
                wrong.push(format!(
                    "{name} in {world:?}, seed {seed}, is not caught:\n{verdict:#?}\n{text}"
                ));
                break;
            }
            match all_are_irreducible(&trace, &verdict) {
                Ok(told) => {
                    about_one_item += told.about_one_item;
                    without_a_cause.extend(told.without_a_cause);
                }
                Err(why) => wrong.push(format!("{name} in {world:?}, seed {seed}: {why}")),
            }
            applied += 1;
            if applied == TIMES {
                break;
            }
        }
        if applied < TIMES_MIN {
            wrong.push(format!(
                "{name}: caught {applied} times, not {TIMES_MIN} times"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Nearly every sentence names what is lost, too new or never written.
    assert!(
        without_a_cause.len() * 10 < about_one_item,
        "{} of {about_one_item}:\n{}",
        without_a_cause.len(),
        without_a_cause.join("\n\n")
    );
}

#[test]
fn each_kind_of_damage_to_artefacts_is_caught() {
    every_one_is_caught(&KINDS[..16]);
}

#[test]
fn each_kind_of_damage_to_reads_is_caught() {
    every_one_is_caught(&KINDS[16..26]);
}

#[test]
fn each_kind_of_damage_to_writes_transactions_and_tables_is_caught() {
    every_one_is_caught(&KINDS[26..]);
}

/// One more call that was answered, by a client of its own.
fn insert(story: &mut Story, from_us: i64, to_us: i64, deed: Deed) -> &mut Made {
    let id = 50_000 + story.calls.len() as u64;
    story.end_us = story.end_us.max(to_us + 1);
    story.calls.push(Made {
        id,
        client: id,
        from_us,
        to_us,
        returns: true,
        deed,
        outcome: Outcome::Done,
        change: None,
        seen: Vec::new(),
        next: None,
        position: None,
        duplicated: false,
    });
    story.calls.last_mut().unwrap()
}

/// One of several places.
fn one<T: Clone>(dice: &mut Dice, places: &[T]) -> Option<T> {
    (!places.is_empty()).then(|| dice.of(places).clone())
}
