//! `lookback simulate`: a small distributed store under virtual time and faults, judged by the checker.

pub mod args;
mod campaign;
mod case;
mod command;
mod failing;
mod interrupt;
mod merge;
mod meta;
mod mutants;
mod one;
mod page;
mod pool;
mod saved;
mod summary;

use std::fs;
use std::num::NonZeroUsize;
use std::thread::available_parallelism;

use lookback_sim::Plan;
use lookback_sim::campaign::Kind;

use super::NotMade;
use args::{ReportArgs, ReportCommand, SimulateArgs};

/// Something was found.
const FOUND: u8 = 1;
/// How many seeds a campaign has where nothing is said.
const SEEDS: u64 = 200;
/// How many seeds a planted bug has to show.
const MUTANT_SEEDS: u64 = 100;

/// Runs the command; gives the exit status: 0 nothing was found, 1 something was found, 130 it was interrupted.
///
/// # Errors
/// Why the run could not be made.
pub fn run(args: &SimulateArgs) -> Result<u8, NotMade> {
    if args.mutants {
        return mutants::run(args);
    }
    if let Some(path) = &args.plan {
        let wrong = |why: String| NotMade(format!("--plan {}: {why}", path.display()));
        let text = fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
        let plan = Plan::from_json(&text).map_err(wrong)?;
        return if args.meta {
            meta::run(args, &[plan], meta::Again::Plan(path))
        } else {
            one::run(args, plan)
        };
    }
    let kind = kind(args);
    if args.meta {
        let plans = match args.seed {
            Some(seed) => vec![plan(&kind, seed)?],
            None => plans(args, &kind)?,
        };
        return meta::run(args, &plans, meta::Again::Seeds(&kind));
    }
    if let Some(seed) = args.seed {
        return one::run(args, plan(&kind, seed)?);
    }
    if args.trace || args.html.is_some() {
        return Err(NotMade(
            "--trace and --html show one run: give --seed or --plan".to_owned(),
        ));
    }
    campaign::run(args, kind)
}

/// Runs `lookback report`; gives the exit status of the campaign.
///
/// # Errors
/// The files cannot be joined.
pub fn report(args: &ReportArgs) -> Result<u8, NotMade> {
    match &args.command {
        ReportCommand::Merge(args) => merge::run(args),
    }
}

/// What the options ask to be run.
fn kind(args: &SimulateArgs) -> Kind {
    let usual = || match args.mutant {
        Some(bug) => bug.profile(args.from).name,
        None => "quick".to_owned(),
    };
    Kind {
        profile: args.profile.clone().unwrap_or_else(usual),
        mutant: args.mutant,
    }
}

fn plan(kind: &Kind, seed: u64) -> Result<Plan, NotMade> {
    let plan = kind.plan(seed);
    plan.ok_or_else(|| NotMade(format!("there is no profile {}", kind.profile)))
}

/// The seeds that the options ask for, and their plans.
fn plans(args: &SimulateArgs, kind: &Kind) -> Result<Vec<Plan>, NotMade> {
    let usual = if args.mutant.is_some() {
        MUTANT_SEEDS
    } else {
        SEEDS
    };
    let places = 0..args.seeds.unwrap_or(usual);
    let mine = places.filter(|place| args.shard.is_none_or(|shard| shard.has(*place)));
    mine.map(|place| plan(kind, args.from.saturating_add(place)))
        .collect()
}

/// How many seeds run at once.
fn jobs(args: &SimulateArgs) -> usize {
    let cores = || available_parallelism().map_or(1, NonZeroUsize::get);
    args.jobs.map_or_else(cores, usize::from)
}
