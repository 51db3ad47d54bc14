//! Nothing is found where nothing is wrong.

use lookback_sim::{Plan, Profile, Report, Specimen, Watch, run, run_on};

/// Runs the seeds, and gives what was done by all of them together.
fn good(seeds: std::ops::RangeInclusive<u64>, profile: impl Fn(u64) -> Profile) -> Vec<Report> {
    let reports = seeds.map(|seed| {
        let report = run(&Plan::new(seed, profile(seed))).unwrap();
        let found = &report.verdict.violations;
        let found: Vec<&str> = found.iter().map(|it| it.witness.summary.as_str()).collect();
        assert!(
            report.is_good(),
            "seed {seed}: {found:?} {:?} {:?}",
            report.verdict.unknowns,
            report.unfinished
        );
        report
    });
    reports.collect()
}

fn artefacts(reports: &[Report]) -> u64 {
    reports.iter().map(|report| report.stats.artefacts).sum()
}

fn faults(reports: &[Report]) -> usize {
    reports.iter().map(|report| report.plan.faults.len()).sum()
}

#[test]
fn twenty_quick_seeds_with_crashes_pass() {
    let reports = good(1..=20, Profile::quick);
    assert!(artefacts(&reports) >= 100 && faults(&reports) >= 50);
}

#[test]
fn swarm_seeds_pass() {
    let reports = good(100..=107, Profile::swarm);
    assert!(artefacts(&reports) >= 20);
}

/// Here a leader's disk lies, and its node comes back without what it had acknowledged.
#[test]
fn a_leader_that_lost_what_was_safe_does_not_trust_itself() {
    good(14..=14, |seed| Profile::exporting(seed).hybrid());
}

#[test]
fn with_hybrid_time_the_cuts_are_consistent() {
    let reports = good(1..=10, |seed| Profile::quick(seed).hybrid());
    let rules = |report: &Report| {
        report
            .verdict
            .rules
            .iter()
            .map(|it| it.rule.name())
            .collect()
    };
    let rules: Vec<Vec<&str>> = reports.iter().map(rules).collect();
    assert!(rules.iter().all(|rules| rules.contains(&"common-cut")));
    assert!(artefacts(&reports) >= 50);
}

#[test]
fn loads_in_the_notation_from_before_expressions_pass() {
    let watch = Watch {
        list_steps: true,
        ..Watch::default()
    };
    for seed in 1..=3 {
        let mut profile = Profile::quick(seed);
        profile.load.values.legacy_per_mille = 700;
        let report = run_on(&Specimen, &Plan::new(seed, profile), watch).unwrap();
        assert!(report.is_good(), "seed {seed}: {:?}", report.verdict);
        let text = serde_json::to_string(&report.steps.unwrap()).unwrap();
        for member in ["AttributeUpdates", "Expected"] {
            assert!(text.contains(member), "seed {seed}: no {member}");
        }
    }
}
