//! A plan is the whole run: written to a file, or with its steps listed one by one, it is the same run.

use lookback_sim::{Level, Listed, Plan, Profile, Report, Specimen, Steps, Watch, run, run_on};

fn plan(seed: u64) -> Plan {
    let mut profile = Profile::swarm(seed);
    profile.load_us = 8_000_000;
    profile.expiry = true;
    Plan::new(seed, profile)
}

fn listed(plan: &Plan) -> Report {
    let watch = Watch {
        level: Level::Trace,
        list_steps: true,
        ..Watch::default()
    };
    run_on(&Specimen, plan, watch).unwrap()
}

#[test]
fn a_plan_read_from_a_file_is_the_plan_that_was_written() {
    let drawn = plan(3);
    let listed = drawn.clone().with_steps(listed(&drawn).steps.unwrap());
    for plan in [drawn, listed] {
        assert_eq!(Plan::from_json(&plan.to_json()).unwrap(), plan);
    }
}

#[test]
fn the_steps_of_a_run_listed_one_by_one_are_the_same_run() {
    for seed in 1..=4 {
        let drawn = plan(seed);
        let first = listed(&drawn);
        let steps = first.steps.clone().unwrap();
        assert!(steps.steps.len() > 20, "seed {seed}: {}", steps.steps.len());
        let again = listed(&drawn.with_steps(steps.clone()));
        assert_eq!(again.logged.digest, first.logged.digest, "seed {seed}");
        assert_eq!(again.steps.unwrap(), steps);
    }
}

#[test]
fn what_is_left_out_of_a_list_is_not_done() {
    let drawn = plan(1);
    let steps = listed(&drawn).steps.unwrap();
    let few = Listed {
        steps: steps.steps.into_iter().take(5).collect(),
        read_at_end: false,
        ..steps
    };
    let report = run(&Plan {
        faults: Vec::new(),
        ..drawn.with_steps(few)
    })
    .unwrap();
    assert!(report.is_good());
    // The tables are made, and a deed may take several calls.
    assert!(report.stats.calls < 30, "{}", report.stats.calls);
}

#[test]
fn a_plan_of_another_version_is_refused() {
    let mut plan = plan(1);
    plan.version = 99;
    let told = Plan::from_json(&plan.to_json()).unwrap_err();
    assert!(told.contains("99"), "{told}");
    assert!(matches!(plan.steps, Steps::Drawn));
}
