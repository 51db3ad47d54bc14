//! One run, told in full.

use std::fmt::Write;
use std::time::Instant;

use lookback_checker::picture::{self, Glyphs};
use lookback_sim::campaign::Kind;
use lookback_sim::{Finding, Level, Plan, Report, Specimen, Steps, Watch, run_on};

use super::args::SimulateArgs;
use super::failing::Failing;
use super::interrupt::Interrupt;
use super::{FOUND, campaign, command, page};
use crate::cli::{NotMade, finish, print};

/// How wide a picture is, in columns.
const COLUMNS: usize = 110;
/// How many violations are told.
const TOLD_MAX: usize = 3;

/// Runs the plan; gives the exit status. With `--trace` the log is all there is on standard output.
pub fn run(args: &SimulateArgs, plan: Plan) -> Result<u8, NotMade> {
    let watch = Watch {
        level: if args.trace {
            Level::Trace
        } else {
            Level::Events
        },
        keep_log: args.trace || args.html.is_some(),
        ..Watch::default()
    };
    let begun = Instant::now();
    let ended = run_on(&Specimen, &plan, watch);
    let real_s = begun.elapsed().as_secs_f64();
    let text = match &ended {
        Ok(report) => text(report, real_s),
        Err(panic) => format!("seed {}: the simulation panicked: {panic}\n", plan.seed),
    };
    let again = again(args, &plan);
    match (&ended, args.trace) {
        (Ok(report), true) => {
            print(&report.logged.text);
            eprint!("{text}");
        }
        (Err(panic), true) => {
            print(&format!("{panic}\n"));
            eprint!("{text}");
        }
        _ => print(&text),
    }
    if let (Some(path), Ok(report)) = (&args.html, &ended) {
        finish::write(path, &page::of(report, &again))?;
        eprintln!("drawn in {}", path.display());
    }
    if let Some(path) = &args.json {
        let mut one = lookback_sim::Campaign::new(kind_of(&plan));
        one.add(plan.seed, &ended);
        finish::write(path, &one.to_json())?;
    }
    let Some(finding) = Finding::all(&ended).into_iter().next() else {
        return Ok(0);
    };
    let small = matches!(plan.steps, Steps::Listed(_));
    if !small && !args.trace && args.shrink_runs > 0 {
        let failing = Failing {
            name: campaign::name(&kind_of(&plan), plan.seed),
            plan,
            finding,
        };
        // Ctrl-C ends a single run at once.
        failing.make_small(args, &Interrupt::default())?;
    }
    Ok(FOUND)
}

fn kind_of(plan: &Plan) -> Kind {
    Kind {
        profile: plan.profile.name.clone(),
        mutant: plan.bug,
    }
}

fn again(args: &SimulateArgs, plan: &Plan) -> String {
    match &args.plan {
        Some(path) => command::of_plan(path),
        None => command::of_seed(&kind_of(plan), plan.seed),
    }
}

/// What came of the run.
fn text(report: &Report, real_s: f64) -> String {
    let mut text = String::new();
    let (plan, stats) = (&report.plan, &report.stats);
    let bug = plan.bug.map(|bug| format!(" with {}", bug.name()));
    let _ = writeln!(
        text,
        "seed {} of {}{}: {:.1} s of virtual time in {real_s:.2} s, log {:08x} of {} lines",
        plan.seed,
        plan.profile.name,
        bug.unwrap_or_default(),
        stats.virtual_us as f64 / 1e6,
        report.logged.digest,
        report.logged.lines,
    );
    let _ = writeln!(
        text,
        "  {} calls, {} of {} deeds came to their end, {} artefacts, {} faults, {} messages, {} groups",
        stats.calls,
        stats.deeds.ended,
        stats.deeds.begun,
        stats.artefacts,
        plan.faults.len(),
        stats.messages,
        stats.groups,
    );
    for (what, times) in &stats.deeds.oddities {
        let _ = writeln!(text, "  {times} times {what}");
    }
    let met = report.sometimes.iter().filter(|(_, times)| **times > 0);
    let met: Vec<&str> = met.map(|(name, _)| *name).collect();
    if !met.is_empty() {
        let _ = writeln!(text, "  rare situations: {}", met.join(", "));
    }
    let violations = &report.verdict.violations;
    for violation in violations.iter().take(TOLD_MAX) {
        let _ = writeln!(
            text,
            "\n{}",
            picture::text(violation, COLUMNS, Glyphs::UNICODE)
        );
    }
    for broken in &report.broken {
        let _ = writeln!(text, "a promise is broken: {broken}");
    }
    for unfinished in &report.unfinished {
        let _ = writeln!(text, "did not come to its end: {unfinished}");
    }
    for unknown in &report.verdict.unknowns {
        let _ = writeln!(
            text,
            "not decided: {} of {}: {}",
            unknown.rule.name(),
            unknown.subject,
            unknown.reason
        );
    }
    let told = if report.is_good() {
        "nothing was found".to_owned()
    } else {
        format!(
            "{} violations, {} broken promises, {} things without an end",
            violations.len(),
            report.broken.len(),
            report.unfinished.len()
        )
    };
    let _ = writeln!(text, "verdict   {told}");
    text
}
