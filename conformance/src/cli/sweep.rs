//! `lookback sweep`: deletes what killed runs have left behind.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::args::SweepArgs;
use super::{NotMade, print, resume, setup};
use crate::aws::clean::{Cleaned, clean, look};
use crate::aws::names::{Wanted, now_ms};
use crate::aws::target::Careful;
use crate::target::Target;

/// The exit status where something could not be deleted.
const LEFT: u8 = 1;

/// Runs the command; gives the exit status: 0 nothing is left, 1 something could not be deleted.
///
/// # Errors
/// Nobody could look, or `--i-accept-costs` was not said.
pub async fn run(args: &SweepArgs) -> Result<u8, NotMade> {
    if args.aws.aws && !args.aws.i_accept_costs && !args.dry_run {
        return Err(NotMade(format!(
            "sweep --aws deletes tables and backups in {}; say --i-accept-costs to go on, or --dry-run to look first",
            args.at.region
        )));
    }
    let (mut resumable, mut held) = (BTreeSet::new(), BTreeSet::new());
    let mut locks = Vec::new();
    for path in &args.resume {
        let (lock, state) = resume::read(path)?;
        held.extend(state.held());
        resumable.extend(state.runs);
        locks.push(lock);
    }
    let target = target(args).await?;
    let wanted = Wanted {
        prefix: args.prefix.clone(),
        older_than: args.older_than,
        now_ms: now_ms(),
        resumable,
        held,
    };
    let (mut text, cleaned) = if args.dry_run {
        let (things, cleaned) = look(target.as_ref(), &wanted).await.map_err(NotMade)?;
        let lines = things.iter().map(|thing| format!("would delete {thing}\n"));
        (lines.collect(), cleaned)
    } else {
        let limit = Duration::try_from_secs_f64(args.max_wait.0).unwrap_or(Duration::MAX);
        let say = |line: &str| print(&format!("{line}\n"));
        let cleaned = clean(target.as_ref(), &wanted, limit, say).await;
        (String::new(), cleaned.map_err(NotMade)?)
    };
    text.push_str(&summary(args, &cleaned));
    print(&text);
    Ok(if cleaned.left.is_empty() { 0 } else { LEFT })
}

fn summary(args: &SweepArgs, cleaned: &Cleaned) -> String {
    let mut text = String::new();
    let mut line = |words: String| {
        text.push_str(&words);
        text.push('\n');
    };
    cleaned
        .left
        .iter()
        .for_each(|left| line(format!("left: {left}")));
    cleaned
        .unseen
        .iter()
        .for_each(|unseen| line(unseen.clone()));
    cleaned.about_system().into_iter().for_each(&mut line);
    if cleaned.young > 0 {
        line(format!(
            "let alone: {} tables, backups and buckets of runs that started less than {} s ago (--older-than)",
            cleaned.young,
            args.older_than.as_secs()
        ));
    }
    if cleaned.held > 0 {
        line(format!(
            "let alone: {} tables, backups and buckets of cases that wait, and of runs with check --resume (name such a run by \
             --resume FILE, or by --prefix to give it up)",
            cleaned.held
        ));
    }
    if !args.dry_run {
        let (deleted, left) = (cleaned.deleted.len(), cleaned.left.len());
        line(format!("{deleted} deleted, {left} left"));
    }
    text
}

async fn target(args: &SweepArgs) -> Result<Arc<Careful>, NotMade> {
    let url = args.at.endpoint.as_deref();
    if args.aws.aws {
        return setup::aws(&args.aws, url, &args.at.region, []).await;
    }
    let url = url.unwrap_or_default();
    let endpoint = args.at.connect(url, "endpoint").await?;
    setup::answers(&endpoint, url).await?;
    let target: Arc<dyn Target> = Arc::new(endpoint);
    Ok(Arc::new(Careful::new(target)))
}
