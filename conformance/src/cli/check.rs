//! `lookback check`: runs cases, reports, and says by its status whether anything was unexpected.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use super::args::{CheckArgs, Profile};
use super::aws::{self, Left};
use super::finish::{repeat, update, write};
use super::progress::Progress;
use super::select::{self, select, unknown};
use super::setup::{self, Setup};
use super::{INTERRUPTED, NotMade, listen, load, print, resume};
use crate::case::Case;
use crate::corpus::Source;
use crate::expectations::Expectations;
use crate::expectations::standing::Rules;
use crate::explain;
use crate::report::{About, Report, TargetReport, json, junit, terminal};
use crate::resume::Keeper;
use crate::run::{CaseRun, Options, run_many};
use crate::signals::Signals;
use crate::traces;

/// How many cases run side by side on a real clock.
pub(super) const JOBS: usize = 8;

/// Runs the command; gives the exit status.
///
/// # Errors
/// Why the run could not be made.
pub async fn run(args: &CheckArgs) -> Result<u8, NotMade> {
    let (source, mut corpus) = load(args.corpus.as_deref())?;
    let args = &select::with_files(args, &mut corpus)?;
    if let Some(id) = &args.explain {
        let case = corpus
            .cases
            .iter()
            .find(|case| case.id == *id)
            .ok_or_else(|| unknown(&corpus.cases, id))?;
        print(&explain::script(case, args.at.endpoint.as_deref()));
        return Ok(0);
    }
    let cases = select(&corpus.cases, args)?;
    let expectations = expectations(&source, args)?;
    let lacks = expectations
        .iter()
        .flat_map(|file| file.lacks.iter().copied());
    let keeper = resume::open(args, &corpus)?;
    let cases = match &keeper {
        Some(keeper) => resume::unjudged(keeper, &corpus, &cases),
        None => cases,
    };
    if let Some(text) = keeper
        .as_ref()
        .and_then(|keeper| resume::nothing_left(keeper, &cases))
    {
        print(&text);
        return Ok(0);
    }
    aws::agreed(args, &cases)?;
    let mut signals = listen()?;
    let setup = tokio::select! {
        setup = setup::target(args, lacks) => setup?,
        () = signals.next() => {
            eprintln!("interrupted: nothing was begun");
            return Ok(INTERRUPTED);
        }
    };
    setup.one_clock().await?;
    let options = options(args, keeper.clone());
    if let Some(keeper) = &keeper {
        resume::prepare(keeper, setup.target().as_ref(), &options, &cases).await?;
    }
    let started = Instant::now();
    let (runs, left) = match &setup.aws {
        Some(target) => aws::run_all(args, target, &cases, &options, &mut signals).await?,
        None => run_all(args, &setup, &cases, &options, signals).await?,
    };
    let runs = match &keeper {
        Some(keeper) => resume::whole(keeper, runs),
        None => runs,
    };
    let took_s = started.elapsed().as_secs_f64();
    let versions = expectations
        .as_ref()
        .map(|file| file.versions.clone())
        .unwrap_or_default();
    let mut rules = Rules {
        wants_everything: setup.is_own || expectations.is_some(),
        expectations,
        strict: args.strict,
    };
    // The model in process has no headers: what needs them is expected to be left out.
    rules.wants_everything &= setup.description.http;
    if args.update_expectations && left.is_whole() {
        update(
            &source,
            args,
            &mut rules,
            &runs,
            &corpus.cases,
            &options.prefix,
        )?;
    }
    let about = About {
        target: TargetReport {
            name: args
                .target
                .clone()
                .unwrap_or_else(|| setup.description.name.clone()),
            url: setup.description.url.clone(),
            versions,
            movable_clock: setup.description.movable_clock,
        },
        profile: profile(args),
        took_s,
        repeat: repeat(args),
    };
    let report = Report::new(&corpus, runs, &rules, about);
    print(&terminal::text(&report, args.verbose));
    if let Some(path) = &args.json {
        write(path, &json::text(&report))?;
    }
    if let Some(path) = &args.junit {
        write(
            path,
            &junit::text(&report).map_err(|error| NotMade(format!("--junit: {error}")))?,
        )?;
    }
    if let Some(keeper) = &keeper {
        print(&resume::finish(keeper)?);
    }
    if let Some(running) = setup.running {
        running.shutdown().await;
    }
    let status = left.status(report.exit_status());
    // Whoever asks for single cases asks for nothing else.
    if !args.cases.is_empty() || !args.filters.is_empty() {
        return Ok(status);
    }
    let replayed = traces::replay(&source)?;
    print(&traces::text(&replayed));
    Ok(if traces::all_as_before(&replayed) {
        status
    } else {
        status.max(1)
    })
}

fn options(args: &CheckArgs, keeper: Option<Arc<Keeper>>) -> Options {
    match keeper {
        Some(keeper) => Options::resumable(keeper, args.wait_s_max()),
        None => Options {
            wait_s_max: args.wait_s_max(),
            ..Options::new()
        },
    }
}

async fn run_all(
    args: &CheckArgs,
    setup: &Setup,
    cases: &[&Case],
    options: &Options,
    mut signals: Signals,
) -> Result<(Vec<CaseRun>, Left), NotMade> {
    // Cases that move one clock would move it for each other; a model of its own is fast enough alone.
    let jobs = if setup.description.movable_clock {
        1
    } else {
        args.jobs.map_or(JOBS, usize::from)
    };
    let shared = options.shared.clone();
    let interrupt = tokio::spawn(async move {
        signals.next().await;
        eprintln!("interrupted: cleaning up; once more stops at once");
        shared.interrupted.store(true, Ordering::Relaxed);
        signals.next().await;
        std::process::exit(INTERRUPTED.into());
    });
    let mut progress = Progress::new(cases.len());
    let runs = run_many(
        || setup.target(),
        cases,
        jobs,
        options,
        |run| progress.done(run),
    )
    .await;
    progress.finish();
    interrupt.abort();
    let runs =
        runs.map_err(|lost| NotMade(format!("{lost}; see whether the service is still running")))?;
    let interrupted = options.shared.interrupted.load(Ordering::Relaxed);
    Ok((runs, Left::clean(interrupted)))
}

fn expectations(source: &Source, args: &CheckArgs) -> Result<Option<Expectations>, NotMade> {
    let Some(name) = &args.target else {
        return Ok(None);
    };
    match Expectations::load(source, name)? {
        Some(file) => Ok(Some(file)),
        None if args.update_expectations => Ok(Some(Expectations {
            target: name.clone(),
            ..Expectations::default()
        })),
        None => {
            let known = Expectations::names(source)?.join(", ");
            let path = source.display(&Expectations::path(name));
            Err(NotMade(format!(
                "there is no {path} (known targets: {known}); --update-expectations makes one"
            )))
        }
    }
}

fn profile(args: &CheckArgs) -> String {
    match (
        args.cases.is_empty() && args.filters.is_empty(),
        args.profile,
    ) {
        (false, _) => "selection",
        (true, Profile::Quick) => "quick",
        (true, Profile::Full) => "full",
    }
    .to_owned()
}
