//! Many seeds, several at once.

use std::time::Instant;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lookback_sim::campaign::Kind;
use lookback_sim::{Campaign, Finding, Plan, Specimen, Watch, run_on};

use super::args::SimulateArgs;
use super::failing::Failing;
use super::interrupt::Interrupt;
use super::{FOUND, command, jobs, plans, pool, summary};
use crate::cli::{INTERRUPTED, NotMade, finish, print};

/// How many findings of different kinds are made small.
const SMALL_MAX: usize = 3;
/// The fewest seeds that must bring nothing new before a campaign is flat.
const FLAT_MIN: usize = 100;

/// Runs the campaign; gives the exit status.
pub fn run(args: &SimulateArgs, kind: Kind) -> Result<u8, NotMade> {
    let plans = plans(args, &kind)?;
    let interrupt = Interrupt::listen()?;
    let begun = Instant::now();
    let bar = bar(plans.len());
    let mut whole = Campaign::new(kind.clone());
    let mut trouble = None;
    let work = |plan: &Plan| {
        let mut one = Campaign::new(kind.clone());
        one.add(plan.seed, &run_on(&Specimen, plan, Watch::default()));
        one
    };
    pool::in_order(jobs(args), &plans, &interrupt, work, |plan, one| {
        for (seed, result) in one.failing() {
            let found = result.findings.first().map(ToString::to_string);
            let told = result.told.clone().unwrap_or_default();
            let line = format!(
                "{}   # {}: {told}\n",
                command::of_seed(&kind, seed),
                found.unwrap_or_default()
            );
            bar.suspend(|| print(&line));
        }
        if let Err(why) = whole.join(one) {
            trouble = Some(format!("seed {}: {why}", plan.seed));
            return false;
        }
        bar.inc(1);
        bar.set_message(summary::pace(&whole, begun.elapsed()));
        let window = (whole.seeds.len() / 4).max(FLAT_MIN);
        !(args.until_flat && whole.is_flat(window))
    });
    bar.finish_and_clear();
    if let Some(trouble) = trouble {
        return Err(NotMade(trouble));
    }
    if interrupt.is_asked() {
        whole.interrupted_of(plans.len() as u64);
    }
    print(&summary::text(&whole, Some(begun.elapsed())));
    if let Some(path) = &args.json {
        finish::write(path, &whole.to_json())?;
    }
    make_small(args, &whole, &interrupt)?;
    Ok(if interrupt.is_asked() {
        INTERRUPTED
    } else if whole.is_good() {
        0
    } else {
        FOUND
    })
}

/// Makes the first seed of each kind of finding small, and saves it.
fn make_small(args: &SimulateArgs, whole: &Campaign, interrupt: &Interrupt) -> Result<(), NotMade> {
    let mut known: Vec<&Finding> = Vec::new();
    for (seed, result) in whole.failing() {
        let Some(finding) = result.findings.first() else {
            continue;
        };
        if interrupt.is_asked() {
            break;
        }
        if known.contains(&finding) || known.len() >= SMALL_MAX || args.shrink_runs == 0 {
            continue;
        }
        known.push(finding);
        let failing = Failing {
            plan: super::plan(&whole.kind, seed)?,
            finding: finding.clone(),
            name: name(&whole.kind, seed),
        };
        failing.make_small(args, interrupt)?;
    }
    Ok(())
}

/// What files of a seed are called.
pub fn name(kind: &Kind, seed: u64) -> String {
    let kind = match kind.mutant {
        Some(bug) => bug.name().to_owned(),
        None => kind.profile.replace('+', "-"),
    };
    format!("{kind}-{seed}")
}

/// A bar over seeds: only where a person looks.
pub fn bar(seeds: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(seeds as u64), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} seeds, {elapsed}, {msg}")
    {
        bar.set_style(style);
    }
    bar
}
