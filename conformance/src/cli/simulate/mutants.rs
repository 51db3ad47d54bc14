//! `--mutants`: every planted bug until it is caught. A judge that has never found anything is not known to work.

use std::time::{Duration, Instant};

use comfy_table::{CellAlignment, presets};
use indicatif::ProgressBar;
use lookback_sim::campaign::{Interrupted, Kind};
use lookback_sim::shrink::Size;
use lookback_sim::{Bug, Finding, Plan, Specimen, Watch, run_on};
use serde::Serialize;

use super::args::SimulateArgs;
use super::failing::Failing;
use super::interrupt::Interrupt;
use super::{FOUND, MUTANT_SEEDS, campaign, command, jobs, pool, saved};
use crate::cli::{INTERRUPTED, NotMade, finish, print};

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

/// What came of all of them, as a file.
#[derive(Serialize)]
struct Table<'a> {
    /// Where somebody interrupted: after how many of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    interrupted: Option<Interrupted>,
    mutants: &'a [Caught],
}

/// Runs them; gives the exit status.
pub fn run(args: &SimulateArgs) -> Result<u8, NotMade> {
    let interrupt = Interrupt::listen()?;
    let begun = Instant::now();
    let bar = campaign::bar(Bug::ALL.len());
    let mut all = Vec::new();
    let mut trouble = None;
    let work = |bug: &Bug| caught(args, *bug, &interrupt);
    pool::in_order(jobs(args), Bug::ALL, &interrupt, work, |bug, caught| {
        bar.inc(1);
        bar.set_message(bug.name());
        match caught {
            Ok(caught) => all.extend(caught),
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
    let (after, of) = (all.len() as u64, Bug::ALL.len() as u64);
    let interrupted = Some(Interrupted { after, of }).filter(|_| after < of);
    print(&text(args, &all, interrupted, begun.elapsed()));
    if let Some(path) = &args.json {
        let table = Table {
            interrupted,
            mutants: &all,
        };
        let json = serde_json::to_string_pretty(&table).unwrap_or_default();
        finish::write(path, &format!("{json}\n"))?;
    }
    let good = all
        .iter()
        .all(|it| it.seeds.is_some() && it.clean_flagged.is_none());
    Ok(if interrupt.is_asked() {
        INTERRUPTED
    } else if good {
        0
    } else {
        FOUND
    })
}

/// What came of one; none where somebody interrupted before it was caught.
fn caught(args: &SimulateArgs, bug: Bug, interrupt: &Interrupt) -> Result<Option<Caught>, NotMade> {
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
        if interrupt.is_asked() {
            return Ok(None);
        }
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
        small(args, &failing, &mut caught, interrupt)?;
        return Ok(Some(caught));
    }
    caught.real_s = begun.elapsed().as_secs_f64();
    Ok(Some(caught))
}

/// Makes it small and saves it.
fn small(
    args: &SimulateArgs,
    failing: &Failing,
    caught: &mut Caught,
    interrupt: &Interrupt,
) -> Result<(), NotMade> {
    let begun = Instant::now();
    if args.shrink_runs == 0 {
        return Ok(());
    }
    if let Ok(shrunk) = failing.shrunk(args.shrink_runs, &ProgressBar::hidden(), interrupt) {
        caught.before = Some(shrunk.before);
        caught.after = Some(shrunk.after);
        let ended = run_on(&Specimen, &shrunk.plan, Watch::default());
        let name = format!("{}-{}", failing.name, failing.finding.slug());
        saved::save(&args.save, &name, &shrunk.plan, &ended)?;
    }
    caught.shrink_s = begun.elapsed().as_secs_f64();
    Ok(())
}

/// The table, and how to run again what was flagged without a bug.
fn text(
    args: &SimulateArgs,
    all: &[Caught],
    interrupted: Option<Interrupted>,
    real: Duration,
) -> String {
    let mut table = comfy_table::Table::new();
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
    if let Some(interrupted) = interrupted {
        text.push_str(&format!("{interrupted} planted bugs\n"));
    }
    for it in all {
        if let (Some(told), Some(seeds)) = (&it.clean_flagged, it.seeds) {
            let kind = Kind {
                profile: it.mutant.shown_by().to_owned(),
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

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Options {
        #[command(flatten)]
        args: SimulateArgs,
    }

    fn flagged(mutant: Bug) -> Caught {
        Caught {
            mutant,
            seeds: Some(4),
            found: Some(Finding::Panic),
            told: None,
            virtual_s: 1.0,
            real_s: 1.0,
            before: None,
            after: None,
            shrink_s: 0.0,
            clean_flagged: Some("what must not be".to_owned()),
        }
    }

    #[test]
    fn a_clean_run_that_is_flagged_can_be_run_again() {
        let args = Options::parse_from(["simulate", "--mutants", "--from", "7"]).args;
        for bug in Bug::ALL {
            let text = text(&args, &[flagged(*bug)], None, Duration::ZERO);
            let line = text.lines().last().unwrap();
            let (command, told) = line.split_once("   # ").unwrap();
            assert_eq!(told, "flagged without a bug: what must not be");
            let (_, words) = command.split_once("simulate ").unwrap();
            let words = std::iter::once("simulate").chain(words.split(' '));
            let again = Options::parse_from(words).args;
            let kind = super::super::kind(&again);
            let plan = super::super::plan(&kind, again.seed.unwrap()).unwrap();
            assert_eq!(plan, Plan::new(10, bug.profile(10)), "{line}");
        }
    }

    #[test]
    fn an_interrupted_table_says_so() {
        let args = Options::parse_from(["simulate", "--mutants"]).args;
        let interrupted = Interrupted { after: 1, of: 9 };
        let all = [flagged(Bug::NoSync)];
        let text = text(&args, &all, Some(interrupted), Duration::ZERO);
        assert!(
            text.contains("interrupted after 1 of 9 planted bugs"),
            "{text}"
        );
    }
}
