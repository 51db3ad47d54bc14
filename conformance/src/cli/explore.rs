//! `lookback explore`: random programs on two services, and whatever they answer differently.

pub mod args;
mod sides;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::Timestamp;
use lookback_traffic::program::Programs;

use super::at::{ACCESS_KEY, REGION};
use super::{INTERRUPTED, NotMade, finish, listen, print};
use crate::aws::names::now_ms;
use crate::corpus::Source;
use crate::explain::quote;
use crate::explore::agreement;
use crate::explore::campaign::{Found, Pair, Plan, Watch, explore};
use crate::explore::case_file;
use crate::explore::known::{Known, Matchers, Measured};
use crate::explore::message::Permitted;
use crate::explore::report::{About, Line, Report};
use crate::explore::shrink::shrink;
use crate::explore::table;
use crate::report::compare::placed;
use crate::signals::Signals;
use args::ExploreArgs;
use sides::Made;

/// A difference that nobody has judged.
const DIFFERENT: u8 = 1;
/// No such difference, but the run did not reach what it should.
const NOT_REACHED: u8 = 3;

/// Runs the command; gives the exit status.
///
/// # Errors
/// Why the run could not be made.
pub async fn run(args: &ExploreArgs) -> Result<u8, NotMade> {
    let source = Source::find(args.corpus.as_deref())?;
    if args.known {
        return tell_known(&source, args).map(|()| 0);
    }
    if !args.agree.is_empty() {
        return tell_agreement(&source, args).map(|()| 0);
    }
    let name = args.target.clone().unwrap_or_default();
    let known = match &args.target {
        Some(name) => Known::load(&source, name)?,
        None => None,
    };
    let mut known = known.unwrap_or_else(|| Known {
        target: name.clone(),
        ..Known::default()
    });
    let matchers = Matchers::new(&known).map_err(|error| {
        NotMade(format!(
            "{}: {error}; mend the expression",
            Known::path(&name)
        ))
    })?;
    if let Some(path) = &args.report {
        let mut report = read(path)?;
        report.judge(&matchers);
        return tell(args, &source, &mut known, &report);
    }
    let (target, reference) = futures::join!(
        Made::of(args.endpoint.as_deref(), args),
        Made::of(Some(&args.against), args)
    );
    let (target, reference) = (target?, reference?);
    let seed = args.seed.unwrap_or_else(|| now_ms() % 1_000_000);
    let shares_moved_clock = [&target, &reference]
        .iter()
        .any(|side| side.movable && !side.is_own);
    let jobs = args
        .jobs
        .map_or(if shares_moved_clock { 1 } else { 8 }, usize::from);
    let plan = Plan {
        seed,
        steps: args.steps,
        jobs,
        keeps_going: args.keep_going,
        programs: Programs {
            gaps: target.movable && reference.movable,
            ..Programs::default()
        },
    };
    let pair = Pair {
        target: target.make.clone(),
        reference: reference.make.clone(),
        permitted: Arc::new(Permitted::load(&source)?),
        matchers: Arc::new(matchers),
        prefix: crate::run::Options::new().prefix,
        tears_down: !(target.is_own && reference.is_own),
    };
    let mut signals = listen()?;
    let started = Instant::now();
    let Some(found) = watched(&pair, &plan, &mut signals).await else {
        return Ok(INTERRUPTED);
    };
    let took_s = started.elapsed().as_secs_f64();
    if found.steps == 0
        && let Some(why) = &found.lost
    {
        return Err(NotMade(format!(
            "{} cannot be explored: {why}; see whether it still runs",
            target.name
        )));
    }
    let command = command(args, seed);
    let about = About {
        target: args.target.as_deref().unwrap_or(&target.name),
        against: &reference.name,
        seed,
        took_s,
        command: &command,
    };
    let report = Report::new(about, found);
    let status = tell(args, &source, &mut known, &report)?;
    if report.interrupted {
        return Ok(INTERRUPTED);
    }
    let wanted = args.shrink.unwrap_or(usize::from(!args.keep_going));
    let causes: Vec<&Line> = report.unjudged().take(wanted).collect();
    tokio::select! {
        kept = keep(args, &source, &pair, &plan, &report, &causes) => kept.map(|()| status),
        () = signals.next() => Ok(INTERRUPTED),
    }
}

/// Tells what was found, and writes it where it was wanted; gives the exit status.
fn tell(
    args: &ExploreArgs,
    source: &Source,
    known: &mut Known,
    report: &Report,
) -> Result<u8, NotMade> {
    print(&report.text(known));
    if let Some(path) = &args.json {
        finish::write(path, &report.json())?;
    }
    // A run that was interrupted does not replace the figures of a whole one unless somebody wants it to.
    if args.update && (!report.interrupted || args.report.is_some()) {
        update(args, source, known, report)?;
    }
    Ok(if report.lost.is_some() {
        super::NOT_MADE
    } else if report.unjudged().next().is_some() {
        DIFFERENT
    } else if report.gaps.is_empty() {
        0
    } else {
        NOT_REACHED
    })
}

fn read(path: &Path) -> Result<Report, NotMade> {
    let wrong = |reason: String| {
        NotMade(format!(
            "{}: {reason}; give what --json wrote",
            path.display()
        ))
    };
    let text = fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))
}

/// Explores under a progress bar. The first signal ends the run when the programs under way have come to their end, the
/// second one at once, and nothing is told.
async fn watched(pair: &Pair, plan: &Plan, signals: &mut Signals) -> Option<Found> {
    let bar = ProgressBar::with_draw_target(Some(plan.steps), ProgressDrawTarget::stderr());
    if let Ok(style) =
        ProgressStyle::with_template("{bar:30} {pos}/{len} steps, {elapsed}, {per_sec}")
    {
        bar.set_style(style);
    }
    let watch = Watch::default();
    let exploring = explore(pair, plan, &watch);
    tokio::pin!(exploring);
    loop {
        tokio::select! {
            found = &mut exploring => {
                bar.finish_and_clear();
                return Some(found);
            }
            () = signals.next() => {
                if watch.ended.swap(true, Ordering::Relaxed) {
                    bar.finish_and_clear();
                    return None;
                }
                bar.println("interrupted: programs under way run to their end; once more ends them too");
            }
            () = tokio::time::sleep(Duration::from_millis(200)) => {
                bar.set_position(watch.steps.load(Ordering::Relaxed).min(plan.steps));
            }
        }
    }
}

/// Shrinks causes and writes each as a case.
async fn keep(
    args: &ExploreArgs,
    source: &Source,
    pair: &Pair,
    plan: &Plan,
    report: &Report,
    causes: &[&Line],
) -> Result<(), NotMade> {
    let folder = match (&args.traces, source) {
        (Some(folder), _) => folder.clone(),
        (None, Source::Folder(root)) => root.join("traces"),
        (None, Source::BuiltIn) => PathBuf::from("traces"),
    };
    for line in causes {
        let (cause, number) = (&line.cause, line.first().0);
        let shrunk = shrink(pair, plan, number, cause, args.shrink_tries).await;
        let Some(shrunk) = shrunk else {
            let (operation, kind) = (&cause.operation, cause.kind);
            print(&format!(
                "\nprogram {number} does not show it again: {operation} {kind:?}\n"
            ));
            continue;
        };
        let name = case_file::name(args.target.as_deref().unwrap_or("explored"), &shrunk);
        let path = folder.join(format!("{name}.json"));
        let text = case_file::text(&shrunk, &report.target, &report.command);
        finish::write(&path, &text)?;
        print(&format!(
            "\nshrunk to {} steps with {} tries: {}\n  {} {}\n",
            shrunk.program.steps.len(),
            shrunk.tries,
            path.display(),
            shrunk.difference.cause.operation,
            shrunk.difference.request
        ));
    }
    Ok(())
}

fn update(
    args: &ExploreArgs,
    source: &Source,
    known: &mut Known,
    report: &Report,
) -> Result<(), NotMade> {
    let Source::Folder(root) = source else {
        return Err(NotMade(
            "there is no corpus/ folder to write to; give one by --corpus".to_owned(),
        ));
    };
    if !args.target_version.is_empty() {
        known.versions.clone_from(&args.target_version);
    }
    let measured = Measured {
        on: Timestamp::now().strftime("%Y-%m-%d").to_string(),
        seed: report.seed,
        steps: report.steps,
        accepted: report.accepted,
        differences: report.differences,
    };
    known.update(measured, &report.seen());
    finish::write(&root.join(Known::path(&known.target)), &known.text())
}

fn tell_known(source: &Source, args: &ExploreArgs) -> Result<(), NotMade> {
    let section = table::markdown(&Known::all(source)?);
    let Some(path) = &args.into else {
        print(&section);
        return Ok(());
    };
    let wrong = |reason: String| NotMade(format!("{}: {reason}", path.display()));
    let text = fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    let text = placed(&text, table::MARKS, &section).ok_or_else(|| {
        wrong("has no place for it; put <!-- exploration:begin --> and <!-- exploration:end --> on lines of their own".to_owned())
    })?;
    fs::write(path, text).map_err(|error| wrong(error.to_string()))
}

fn tell_agreement(source: &Source, args: &ExploreArgs) -> Result<(), NotMade> {
    let reports: Vec<Report> = args
        .agree
        .iter()
        .map(|path| read(path))
        .collect::<Result<_, _>>()?;
    let targets: BTreeSet<&str> = reports.iter().map(|report| &*report.target).collect();
    let count = targets.len();
    if count < 2 {
        return Err(NotMade(
            "--agree compares several targets; give the file of each, with another --agree"
                .to_owned(),
        ));
    }
    let sides = count.min(agreement::SIDES);
    let found = agreement::agreements(reports, &Known::all(source)?, sides).map_err(NotMade)?;
    print(&agreement::text(&found, sides, count));
    Ok(())
}

/// The command that does this run again.
fn command(args: &ExploreArgs, seed: u64) -> String {
    let mut words = vec!["lookback explore".to_owned()];
    let mut option = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            words.push(format!("--{name} {}", quote(&value)));
        }
    };
    let other = |value: &String, usual: &str| (value != usual).then(|| value.clone());
    option("endpoint", args.endpoint.clone());
    option("against", other(&args.against, "model"));
    option("target", args.target.clone());
    option("access-key", other(&args.access_key, ACCESS_KEY));
    option("region", other(&args.region, REGION));
    option("seed", Some(seed.to_string()));
    option("steps", Some(args.steps.to_string()));
    if args.keep_going {
        words.push("--keep-going".to_owned());
    }
    words.join(" ")
}
