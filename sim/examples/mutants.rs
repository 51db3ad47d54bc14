//! Runs every planted bug until it is caught: `mutants [SEEDS] [BUG]`.
#![allow(clippy::disallowed_types, clippy::print_stdout, missing_docs)]

use lookback_sim::{Bug, Plan, run};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let seeds: u64 = arguments
        .next()
        .and_then(|it| it.parse().ok())
        .unwrap_or(30);
    let only = arguments.next().and_then(|name| Bug::from_name(&name));
    for bug in Bug::ALL.iter().copied() {
        if only.is_some_and(|only| only != bug) {
            continue;
        }
        let begun = std::time::Instant::now();
        let mut virtual_us = 0;
        let caught = (1..=seeds).find_map(|seed| {
            let report = run(&Plan::new(seed, bug.profile(seed)).with_bug(bug));
            match report {
                Err(panic) => Some((seed, format!("panic: {panic}"))),
                Ok(report) => {
                    virtual_us += report.stats.virtual_us;
                    let violation = report.verdict.violations.first();
                    let told = violation.map(|it| format!("{:?}: {}", it.rule, it.witness.summary));
                    let told = told.or_else(|| report.unfinished.first().cloned());
                    told.map(|told| (seed, told))
                }
            }
        });
        let (seed, told) = caught.unwrap_or((0, "NOT CAUGHT".to_owned()));
        println!(
            "{:<34} {seed:>3} seeds {:>7.0} s virtual {:>6.1} s  {told}",
            bug.name(),
            virtual_us as f64 / 1e6,
            begun.elapsed().as_secs_f64()
        );
    }
}
