//! Runs seeds one after the other: `seeds FROM TO [quick|swarm|contended|long|skew=SECONDS][+hybrid] [BUG]`.
#![allow(
    clippy::disallowed_types,
    clippy::print_stdout,
    clippy::expect_used,
    missing_docs
)]

use lookback_sim::{Bug, Plan, Profile, run};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |place: usize| arguments.get(place).and_then(|it| it.parse::<u64>().ok());
    let (from, to) = (number(0).unwrap_or(1), number(1).unwrap_or(20));
    let kind = arguments.get(2).map_or("quick", String::as_str);
    let bug = arguments.get(3).and_then(|name| Bug::from_name(name));
    let traced = std::env::var_os("TRACE").is_some();
    for seed in from..=to {
        let mut profile = match kind.split('+').next().and_then(|it| it.split_once('=')) {
            Some((_, seconds)) => {
                let seconds: i64 = seconds.parse().expect("seconds");
                Profile::quick(seed).skewed(seconds * 1_000_000)
            }
            None if kind.starts_with("contended") => Profile::contended(seed),
            None if kind.starts_with("long") => Profile::long(seed),
            None if kind.starts_with("swarm") => Profile::swarm(seed),
            None => Profile::quick(seed),
        };
        if kind.ends_with("+hybrid") {
            profile = profile.hybrid();
        }
        let mut plan = Plan::new(seed, profile);
        plan.bug = bug;
        if traced {
            plan = plan.traced();
        }
        let begun = std::time::Instant::now();
        let report = match run(&plan) {
            Ok(report) => report,
            Err(panic) => {
                println!("seed {seed}: PANIC {panic}");
                continue;
            }
        };
        let real = begun.elapsed().as_secs_f64();
        let contract = lookback_sim::contract::contract(&plan.profile);
        let begun = std::time::Instant::now();
        let _verdict = lookback_checker::judge(&report.history, &contract, &Default::default());
        let judged = begun.elapsed().as_secs_f64();
        let stats = &report.stats;
        println!(
            "seed {seed}: {} {:08x} {:.1} s virtual, {} calls, {} artefacts, {} messages, {} groups, {}/{} deeds, {real:.2} s real, {judged:.2} of it judging",
            if report.is_good() { "good" } else { "BAD" },
            report.logged.digest,
            stats.virtual_us as f64 / 1e6,
            stats.calls,
            stats.artefacts,
            stats.messages,
            stats.groups,
            stats.deeds.ended,
            stats.deeds.begun,
        );
        if !stats.deeds.oddities.is_empty() {
            println!("    {:?}", stats.deeds.oddities);
        }
        for unfinished in &report.unfinished {
            println!("    unfinished: {unfinished}");
        }
        for violation in &report.verdict.violations {
            println!(
                "    {:?} {:?}: {}",
                violation.rule, violation.grade, violation.witness.summary
            );
            if traced {
                for fact in &violation.witness.facts {
                    println!("        {}", fact.words);
                }
            }
        }
        for unknown in &report.verdict.unknowns {
            println!("    {unknown:?}");
        }
        for remark in &report.verdict.remarks {
            println!("    {}: {}", remark.subject, remark.text);
        }
        if traced {
            println!("{}", report.logged.text);
        }
    }
}
