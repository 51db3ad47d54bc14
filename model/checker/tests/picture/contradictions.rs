//! What is marked, for each sort of contradiction.

use lookback_checker::Violation;
use lookback_checker::picture::{self, Glyphs};
use lookback_checker::verdict::{Fact, Role, Rule};

use crate::samples::{lost_write, torn_transaction};

fn text(violation: &Violation) -> String {
    picture::text(violation, 100, Glyphs::UNICODE)
}

/// The lost write, with these facts of it alone, changed.
fn only(rule: Rule, places: &[usize], change: impl Fn(&mut Fact)) -> Violation {
    let mut violation = lost_write();
    let facts = std::mem::take(&mut violation.witness.facts);
    violation.rule = rule;
    violation.witness.facts = places.iter().map(|place| facts[*place].clone()).collect();
    violation.witness.facts.iter_mut().for_each(change);
    violation
}

#[test]
fn an_anchor_outside_of_its_call_is_measured_and_no_cuts_are_drawn() {
    let violation = only(Rule::AnchorInCall, &[3], |fact| {
        fact.anchor_us = Some(fact.shown_us.1 + 2_400_000);
        fact.allowed_us = vec![fact.shown_us];
    });
    let drawn = text(&violation);
    assert!(drawn.contains("2.4 s after the call ended"), "{drawn}");
    assert!(
        !drawn.contains("allowed cuts") && !drawn.contains("no cut explains it"),
        "{drawn}"
    );
}

#[test]
fn a_stale_read_is_measured_from_the_write_that_it_missed() {
    let violation = only(Rule::ItemOrder, &[0, 3], |fact| {
        if fact.role == Role::ArtefactRead {
            fact.role = Role::Read;
            fact.lane = "client 3".into();
            fact.shown_us.0 = fact.anchor_us.take().unwrap();
            fact.allowed_us = vec![fact.shown_us];
        }
    });
    let drawn = text(&violation);
    assert!(
        drawn.contains("acknowledged 61.2 s before the read"),
        "{drawn}"
    );
}

#[test]
fn a_write_after_the_band_is_measured_backwards() {
    let violation = only(Rule::ItemOrder, &[0, 3], |fact| {
        if fact.role == Role::Write {
            fact.shown_us = (fact.shown_us.0 + 125_000_000, fact.shown_us.1 + 125_000_000);
        }
    });
    let drawn = text(&violation);
    assert!(drawn.contains("begun 63.8 s after the anchor"), "{drawn}");
}

#[test]
fn nothing_is_measured_where_several_reads_contradict_each_other() {
    let mut violation = lost_write();
    let mut read = violation.witness.facts[3].clone();
    read.role = Role::Read;
    read.lane = "client 9".into();
    violation.witness.facts.push(read);
    let drawn = text(&violation);
    assert!(
        !drawn.contains("before the anchor ") && !drawn.contains("before the read"),
        "{drawn}"
    );
}

#[test]
fn an_artefact_that_shows_its_band_has_no_call() {
    let shown = |band: bool| {
        let violation = only(Rule::ItemOrder, &[0, 3], |fact| {
            if band && fact.role == Role::ArtefactRead {
                fact.shown_us = fact.allowed_us[0];
            }
        });
        picture::svg(&violation).contains("its call")
    };
    assert_eq!((shown(false), shown(true)), (true, false));
}

#[test]
fn reads_of_one_operation_share_a_cut_as_items_of_an_artefact_do() {
    let mut violation = torn_transaction();
    violation.rule = Rule::ReadInstant;
    for fact in &mut violation.witness.facts {
        if fact.role == Role::ArtefactRead {
            fact.role = Role::Read;
            fact.lane = "client 5".into();
        }
    }
    let drawn = text(&violation);
    assert!(
        drawn.contains("no instant is allowed to all of them"),
        "{drawn}"
    );
}

#[test]
fn more_items_that_break_it_are_counted() {
    let mut violation = lost_write();
    violation.also = 41;
    assert!(text(&violation).contains("41 more items break it in the same way"));
}
