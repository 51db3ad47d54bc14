//! `--mutants`: every planted bug until it is caught. A judge that has never found anything is not known to work.

use std::time::{Duration, Instant};

use comfy_table::{CellAlignment, Table, presets};
use indicatif::ProgressBar;
use lookback_sim::campaign::Kind;
use lookback_sim::shrink::Size;
use lookback_sim::{Bug, Finding, Plan, Specimen, Watch, run_on};
use serde::Serialize;

use super::args::SimulateArgs;
use super::failing::Failing;
use super::{FOUND, MUTANT_SEEDS, campaign, command, jobs, pool, saved};
use crate::cli::{NotMade, finish, print};

/// What came of a planted bug.
#[derive(Serialize)]
struct Caught {
    mutant: Bug,
    /// How many seeds it took; none: it escaped.
    seeds: Option<u64>,
    found: Option<Finding>,
    told: Option<String>,
    virtual_s: f64,
    real_s: f64,
    /// How large the plan was that caught it, and how large it is after shrinking.
    before: Option<Size>,
    after: Option<Size>,
    shrink_s: f64,
    /// The run without the bug was flagged, too: by what.
    clean_flagged: Option<String>,
}

/// Runs them; gives the exit status.
pub fn run(args: &SimulateArgs) -> Result<u8, NotMade> {
    let begun = Instant::now();
    let bar = campaign::bar(Bug::ALL.len());
    let mut all = Vec::new();
    let mut trouble = None;
    let work = |bug: &Bug| caught(args, *bug);
    pool::in_order(jobs(args), Bug::ALL, work, |bug, caught| {
        bar.inc(1);
        bar.set_message(bug.name());
        match caught {
            Ok(caught) => all.push(caught),
            Err(why) => {
                trouble = Some(why);
                return false;
            }
        }
        true
    });
    bar.finish_and_clear();
    if let Some(trouble) = trouble {
        return Err(trouble);
    }
    print(&text(args, &all, begun.elapsed()));
    if let Some(path) = &args.json {
        let json = serde_json::to_string_pretty(&all).unwrap_or_default();
        finish::write(path, &format!("{json}\n"))?;
    }
    let good = all
        .iter()
        .all(|it| it.seeds.is_some() && it.clean_flagged.is_none());
    Ok(if good { 0 } else { FOUND })
}

fn caught(args: &SimulateArgs, bug: Bug) -> Result<Caught, NotMade> {
    let begun = Instant::now();
    let mut caught = Caught {
        mutant: bug,
        seeds: None,
        found: None,
        told: None,
        virtual_s: 0.0,
        real_s: 0.0,
        before: None,
        after: None,
        shrink_s: 0.0,
        clean_flagged: None,
    };
    for place in 0..args.seeds.unwrap_or(MUTANT_SEEDS) {
        let seed = args.from.saturating_add(place);
        let clean = Plan::new(seed, bug.profile(seed));
        let plan = clean.clone().with_bug(bug);
        let ended = run_on(&Specimen, &plan, Watch::default());
        if let Ok(report) = &ended {
            caught.virtual_s += report.stats.virtual_us as f64 / 1e6;
        }
        let Some(finding) = Finding::all(&ended).into_iter().next() else {
            continue;
        };
        caught.real_s = begun.elapsed().as_secs_f64();
        caught.seeds = Some(place + 1);
        caught.told = Finding::told(&ended);
        caught.found = Some(finding.clone());
        caught.clean_flagged = Finding::told(&run_on(&Specimen, &clean, Watch::default()));
        let kind = Kind {
            profile: plan.profile.name.clone(),
            mutant: Some(bug),
        };
        let failing = Failing {
            name: campaign::name(&kind, seed),
            plan,
            finding,
        };
        small(args, &failing, &mut caught)?;
        return Ok(caught);
    }
    caught.real_s = begun.elapsed().as_secs_f64();
    Ok(caught)
}

/// Makes it small and saves it.
fn small(args: &SimulateArgs, failing: &Failing, caught: &mut Caught) -> Result<(), NotMade> {
    let begun = Instant::now();
    if args.shrink_runs == 0 {
        return Ok(());
    }
    if let Ok(shrunk) = failing.shrunk(args.shrink_runs, &ProgressBar::hidden()) {
        caught.before = Some(shrunk.before);
        caught.after = Some(shrunk.after);
        let ended = run_on(&Specimen, &shrunk.plan, Watch::default());
        let name = format!("{}-{}", failing.name, failing.finding.slug());
        saved::save(&args.save, &name, &shrunk.plan, &ended)?;
    }
    caught.shrink_s = begun.elapsed().as_secs_f64();
    Ok(())
}

fn text(args: &SimulateArgs, all: &[Caught], real: Duration) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header([
        "mutant",
        "seeds",
        "virtual",
        "real",
        "found",
        "steps",
        "faults",
        "load",
        "shrinking",
    ]);
    for column in [1, 2, 3, 5, 6, 7, 8] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let shrunk = |it: &Caught, of: fn(Size) -> String| match (it.before, it.after) {
        (Some(before), Some(after)) => format!("{} of {}", of(after), of(before)),
        _ => "-".to_owned(),
    };
    for it in all {
        table.add_row([
            it.mutant.name().to_owned(),
            it.seeds
                .map_or_else(|| "ESCAPED".to_owned(), |seeds| seeds.to_string()),
            format!("{:.0} s", it.virtual_s),
            format!("{:.1} s", it.real_s),
            it.found
                .as_ref()
                .map_or_else(|| "-".to_owned(), ToString::to_string),
            shrunk(it, |size| size.steps.to_string()),
            shrunk(it, |size| size.faults.to_string()),
            shrunk(it, |size| format!("{:.1} s", size.load_us as f64 / 1e6)),
            format!("{:.1} s", it.shrink_s),
        ]);
    }
    let caught = all.iter().filter(|it| it.seeds.is_some()).count();
    let mut text = format!(
        "{table}\n{caught} of {} planted bugs were caught, in {:.0} s; the small plans are in {}\n",
        all.len(),
        real.as_secs_f64(),
        args.save.display()
    );
    for it in all {
        if let (Some(told), Some(seeds)) = (&it.clean_flagged, it.seeds) {
            let kind = Kind {
                profile: it.mutant.profile(args.from).name,
                mutant: None,
            };
            let seed = args.from.saturating_add(seeds - 1);
            text.push_str(&format!(
                "{}   # flagged without a bug: {told}\n",
                command::of_seed(&kind, seed)
            ));
        }
    }
    text
}
