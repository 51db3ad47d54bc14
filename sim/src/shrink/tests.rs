use lookback_traffic::DeedKind;

use super::*;
use crate::fault::{Fault, Planned};
use crate::plan::{Doing, Lane, Profile, Step, TableDeed};

/// Sixty steps of three lanes on two tables, a second apart, and ten faults.
fn plan() -> Plan {
    let steps = (0..60).map(|number: u32| Step {
        at_us: i64::from(number) * 1_000_000,
        by: Lane::Client(number % 3),
        doing: Doing::Deed(TableDeed {
            kind: DeedKind::Backup,
            table: format!("sim-{}", number % 2),
            draw: u64::from(number),
        }),
    });
    let listed = Listed {
        tables: vec!["sim-0".to_owned(), "sim-1".to_owned()],
        steps: steps.collect(),
        read_at_end: true,
    };
    let faults = (0..10).map(|number: u32| Planned {
        at_us: i64::from(number) * 6_000_000,
        lasts_us: 2_000_000,
        fault: Fault::Crash(number),
    });
    let mut profile = Profile::quick(1);
    profile.load_us = 60_000_000;
    Plan {
        faults: faults.collect(),
        ..Plan::new(1, profile).with_steps(listed)
    }
}

fn draws(plan: &Plan) -> Vec<u64> {
    let Steps::Listed(listed) = &plan.steps else {
        return Vec::new();
    };
    let deeds = listed.steps.iter().map(|step| match &step.doing {
        Doing::Deed(deed) => deed.draw,
        Doing::Call(_) => 0,
    });
    deeds.collect()
}

/// The finding needs two steps and a fault.
fn needs(plan: &Plan) -> bool {
    let draws = draws(plan);
    let crash = plan.faults.iter().any(|it| it.fault == Fault::Crash(3));
    crash && draws.contains(&10) && draws.contains(&22)
}

fn shrunk(mut has: impl FnMut(&Plan) -> bool, runs_max: u32) -> Option<Shrunk> {
    let bound = Bound {
        runs_max,
        go_on: &mut |_, _| true,
    };
    shrink_by(plan(), &mut has, bound)
}

#[test]
fn what_the_finding_needs_is_left_and_nothing_else() {
    let shrunk = shrunk(needs, 1_000).unwrap();
    assert_eq!(draws(&shrunk.plan), [10, 22]);
    assert_eq!(shrunk.plan.faults.len(), 1);
    assert!(shrunk.finished && needs(&shrunk.plan));
    let Steps::Listed(listed) = &shrunk.plan.steps else {
        panic!("drawn");
    };
    assert_eq!(listed.tables, ["sim-0"]);
    assert!(!listed.read_at_end);
    assert_eq!(
        (shrunk.plan.profile.nodes, shrunk.plan.profile.routers),
        (3, 1)
    );
    assert!(shrunk.after.load_us <= 1_010_000, "{:?}", shrunk.after);
}

#[test]
fn a_gap_that_is_needed_stays() {
    let far_apart = |plan: &Plan| {
        let Steps::Listed(listed) = &plan.steps else {
            return false;
        };
        let at = |draw| {
            let steps = listed.steps.iter();
            let mut found =
                steps.filter(|it| matches!(&it.doing, Doing::Deed(deed) if deed.draw == draw));
            found.next().map(|it| it.at_us)
        };
        matches!((at(10), at(22)), (Some(a), Some(b)) if b - a >= 5_000_000)
    };
    let shrunk = shrunk(far_apart, 1_000).unwrap();
    assert_eq!(draws(&shrunk.plan), [10, 22]);
    assert!(far_apart(&shrunk.plan));
}

#[test]
fn a_bound_ends_it_with_what_was_reached() {
    let shrunk = shrunk(needs, 20).unwrap();
    assert!(!shrunk.finished && shrunk.runs == 20);
    assert!(needs(&shrunk.plan));
    assert!(shrunk.after.steps < shrunk.before.steps);
}

#[test]
fn a_plan_without_the_finding_is_no_plan_to_shrink() {
    assert!(shrunk(|_| false, 100).is_none());
}

#[test]
fn a_finding_that_hangs_on_luck_is_found_by_another_seed() {
    let shrunk = shrunk(
        |plan| needs(plan) && plan.seed.is_multiple_of(2) != (draws(plan).len() > 30),
        2_000,
    );
    assert_eq!(draws(&shrunk.unwrap().plan), [10, 22]);
}
