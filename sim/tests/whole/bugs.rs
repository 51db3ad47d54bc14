//! A judge that has never found anything is not known to work: every planted bug is caught.

use lookback_sim::{Bug, Plan, run};

/// The most runs until a bug must have shown.
const SEEDS_MAX: u64 = 60;

fn catches(bug: Bug, seed: u64) -> bool {
    let report = run(&Plan::new(seed, bug.profile(seed)).with_bug(bug));
    // A specimen that breaks down is caught, too.
    !report.is_ok_and(|report| report.is_good())
}

#[test]
fn planted_bugs_of_all_kinds_are_caught() {
    every_nth_is_caught(12);
}

fn every_nth_is_caught(nth: usize) {
    let escaped = Bug::ALL.iter().step_by(nth).filter(|bug| {
        let caught = (1..=SEEDS_MAX).any(|seed| catches(**bug, seed));
        !caught
    });
    let escaped: Vec<&str> = escaped.map(|bug| bug.name()).collect();
    assert_eq!(escaped, Vec::<&str>::new());
}

#[test]
fn a_bug_is_known_by_its_name() {
    for bug in Bug::ALL {
        assert_eq!(Bug::from_name(bug.name()), Some(*bug));
    }
}
