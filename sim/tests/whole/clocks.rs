//! The minute is not written anywhere in the specimen: it holds as long as the clocks do.

use lookback_checker::verdict::Rule;
use lookback_sim::{Plan, Profile, run};

fn skewed(seed: u64, skew_us: i64) -> Plan {
    let mut profile = Profile::quick(seed).skewed(skew_us);
    // Long enough for writes to lie outside the band.
    profile.load_us = 20_000_000;
    profile.rates = lookback_sim::Rates::default();
    Plan::new(seed, profile)
}

#[test]
fn clocks_that_are_off_by_less_than_a_minute_break_nothing() {
    for seed in 1..=4 {
        let report = run(&skewed(seed, 20_000_000)).unwrap();
        assert!(report.is_good(), "seed {seed}: {:?}", report.verdict);
    }
}

#[test]
fn clocks_that_are_off_by_more_than_a_minute_are_found_out() {
    let broken = (1..=6).any(|seed| {
        let report = run(&skewed(seed, 300_000_000)).unwrap();
        let violations = &report.verdict.violations;
        violations.iter().any(|it| it.rule == Rule::ItemOrder)
    });
    assert!(broken);
}
