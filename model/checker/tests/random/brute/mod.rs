//! Tiny histories: the judge against one that tries everything.
//!
//! The other judge knows all items at once, and lets operations happen one after the other in every order: a
//! transaction is one step over its items, a tied artefact one common look, any other artefact a look at each item. It
//! says what is legal; the judge's rules are weaker where several things share an instant. So:
//!
//! - what is legal is never a violation, in every class;
//! - what is illegal is a violation where the rules are said to be exact ([`tiny::Tiny::exact`]). One-directional are:
//!   several ties at once; a tie on a history with counters, conditions, expiry, or values with several sources; a
//!   tie beside an artefact that is judged alone, since alone it is not held against the ties; and a transaction that
//!   nobody answered and that only artefacts show.
//!
//! And each witness about one item is irreducible.

mod tiny;
mod truth;

use lookback_checker::contract::{Around, Joint, Promise, Scope};
use lookback_checker::judge::judge_trace;
use lookback_checker::trace::Trace;
use lookback_checker::{Contract, Options, Outcome};

use crate::dice::Dice;
use crate::witness::all_are_irreducible;
use tiny::{How, Tiny};

/// Tests run side by side, each with its share of the 100,000.
const HISTORIES: u64 = 25_000;

fn contract() -> Contract {
    let mut contract = Contract::snapshot();
    contract.name = "tiny".to_owned();
    contract.artefacts.clear();
    for how in How::ALL {
        let promise = Promise {
            band_us: Around::both(tiny::SECOND_US),
            tied: if how.is_tied() {
                Scope::Table
            } else {
                Scope::Item
            },
            joint: if how.is_alone() {
                Joint::No
            } else {
                Joint::Documented
            },
            ..Promise::default()
        };
        contract.artefacts.insert(how.kind().to_owned(), promise);
    }
    contract
}

#[derive(Debug, Default)]
struct Tally {
    legal: u64,
    exact_illegal: u64,
    found: u64,
    missed: u64,
    /// Those with writes in the notation from before expressions, legal ones and others.
    legacy: [u64; 2],
}

fn compare(first_seed: u64) -> Tally {
    let contract = contract();
    let mut tally = Tally::default();
    for seed in first_seed..first_seed + HISTORIES {
        let tiny = Tiny::draw(&mut Dice::new(seed));
        let legal = truth::is_legal(&tiny);
        let trace = Trace::new(&tiny.history(), &contract);
        let verdict = judge_trace(&trace, &contract, &Options::default());
        let shown = || format!("seed {seed}: {tiny:#?}\n{verdict:#?}");
        assert_ne!(verdict.outcome(), Outcome::Unknown, "{}", shown());
        assert!(verdict.remarks.is_empty(), "{}", shown());
        if let Err(why) = all_are_irreducible(&trace, &verdict) {
            panic!("{why}: {}", shown());
        }
        if tiny.has_legacy_writes() {
            tally.legacy[usize::from(legal)] += 1;
        }
        match (legal, verdict.is_pass()) {
            (true, true) => tally.legal += 1,
            (true, false) => panic!("a legal history is a violation: {}", shown()),
            (false, pass) if tiny.exact() => {
                assert!(!pass, "an illegal history passes: {}", shown());
                tally.exact_illegal += 1;
            }
            (false, false) => tally.found += 1,
            (false, true) => tally.missed += 1,
        }
    }
    // Both answers are common, and the rules find most of what they need not find.
    assert!(tally.legal > HISTORIES / 4, "{tally:?}");
    assert!(tally.exact_illegal > HISTORIES / 10, "{tally:?}");
    assert!(tally.missed * 4 < tally.found, "{tally:?}");
    let least = HISTORIES / 25;
    assert!(tally.legacy.iter().all(|it| *it > least), "{tally:?}");
    tally
}

#[test]
fn the_first_quarter_is_judged_as_by_trying_everything() {
    compare(0);
}

#[test]
fn the_second_quarter_is_judged_as_by_trying_everything() {
    compare(HISTORIES);
}

#[test]
fn the_third_quarter_is_judged_as_by_trying_everything() {
    compare(2 * HISTORIES);
}

#[test]
fn the_last_quarter_is_judged_as_by_trying_everything() {
    compare(3 * HISTORIES);
}
