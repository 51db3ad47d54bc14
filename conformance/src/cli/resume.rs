//! `lookback check --resume FILE`: what happens before and after the cases are run.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::NotMade;
use super::args::CheckArgs;
use crate::case::Case;
use crate::corpus::Corpus;
use crate::resume::file::StateFile;
use crate::resume::state::{Stage, State};
use crate::resume::{About, Keeper, ResumeError, Waiting};
use crate::run::{CaseRun, Options, instant, is_gone};
use crate::target::Target;

impl From<ResumeError> for NotMade {
    fn from(error: ResumeError) -> Self {
        Self(format!("--resume {error}"))
    }
}

/// Takes the FILE of a run that may be continued, if one was named.
///
/// # Errors
/// It is in use, damaged, of something else, of another target, or one of its cases has changed.
pub fn open(args: &CheckArgs, corpus: &Corpus) -> Result<Option<Arc<Keeper>>, NotMade> {
    let Some(path) = &args.resume else {
        return Ok(None);
    };
    if args.at.endpoint.is_none() && !args.aws.aws {
        return Err(NotMade(
            "--resume needs --endpoint or --aws: the embedded server ends with its run".to_owned(),
        ));
    }
    let url = args.at.endpoint.as_deref().unwrap_or_default();
    let about = About {
        target: args
            .target
            .clone()
            .unwrap_or_else(|| if args.aws.aws { "aws" } else { "endpoint" }.to_owned()),
        endpoint: url.trim_end_matches('/').to_owned(),
        region: args.at.region.clone(),
        access_key: if args.aws.aws {
            String::new()
        } else {
            args.at.access_key.clone()
        },
    };
    let keeper = Keeper::open(path, &about)?;
    keeper.check_cases(|id| corpus.cases.iter().find(|case| case.id == id))?;
    Ok(Some(Arc::new(keeper)))
}

/// Reads a FILE for a sweep. What is given beside its state holds the lock.
///
/// # Errors
/// It is not there, in use, damaged or of something else.
pub fn read(path: &Path) -> Result<(StateFile, State), NotMade> {
    if !path.is_file() {
        return Err(NotMade(format!(
            "--resume {}: there is no such file; give the FILE of a check --resume",
            path.display()
        )));
    }
    let file = StateFile::lock(path)?;
    let state = file.read()?.unwrap_or_default();
    Ok((file, state))
}

/// The cases that are not judged yet: those of the file, and those that are asked for and new to it.
pub fn unjudged<'c>(keeper: &Keeper, corpus: &'c Corpus, asked: &[&'c Case]) -> Vec<&'c Case> {
    let state = keeper.state();
    let judged = |id: &str| {
        let entry = state.cases.get(id);
        entry.is_some_and(|entry| matches!(entry.stage, Stage::Judged(_)))
    };
    let asked: BTreeSet<&str> = asked.iter().map(|case| case.id.as_str()).collect();
    let wanted = |id: &str| asked.contains(id) || state.cases.contains_key(id);
    corpus
        .cases
        .iter()
        .filter(|case| wanted(&case.id) && !judged(&case.id))
        .collect()
}

/// What is said where nothing is left to do; nothing otherwise.
pub fn nothing_left(keeper: &Keeper, unjudged: &[&Case]) -> Option<String> {
    (unjudged.is_empty() && keeper.state().finished).then(|| {
        format!(
            "nothing is left: all {} cases in {} are judged and reported; delete it, or give another FILE, to begin again\n",
            keeper.state().cases.len(),
            keeper.path().display()
        )
    })
}

/// Deletes what cases have left that were interrupted, and begins this part of the run.
///
/// # Errors
/// The clock can be moved; nothing that the waiting cases had made is there any more; or the file cannot be written.
pub async fn prepare(
    keeper: &Keeper,
    target: &dyn Target,
    options: &Options,
    cases: &[&Case],
) -> Result<(), NotMade> {
    if target.describe().movable_clock {
        return Err(NotMade(
            "--resume: the clock of this target can be moved, and no case has to wait; leave --resume out".to_owned(),
        ));
    }
    let lost = lost(keeper, target).await?;
    let unwritten = |why: String| NotMade(format!("--resume {why}"));
    keeper
        .begin_run(&options.prefix, cases)
        .map_err(unwritten)?;
    for (id, table) in lost {
        eprintln!("{id}: the table {table} is gone; the case is begun afresh");
        keeper.give_up_waiting(&id).map_err(unwritten)?;
    }
    for (id, mut made) in keeper.leftovers() {
        made.find_backups(target).await;
        let left = made.delete(target, options).await;
        for line in &left {
            eprintln!(
                "left by {id}: {line}; lookback sweep --resume {} deletes it",
                keeper.path().display()
            );
        }
        keeper.cleaned(&id).map_err(unwritten)?;
    }
    Ok(())
}

/// The cases that wait and whose tables are gone, each with one of them.
async fn lost(keeper: &Keeper, target: &dyn Target) -> Result<Vec<(String, String)>, NotMade> {
    let (mut lost, mut looked_at) = (Vec::new(), 0);
    for (id, waiting) in waiting(&keeper.state()) {
        looked_at += usize::from(!waiting.stands.is_empty());
        for stood in &waiting.stands {
            if is_gone(target, stood).await {
                lost.push((id.clone(), stood.arn.clone()));
                break;
            }
        }
    }
    // One table may have been deleted; all of them have not: this is another place.
    match lost.first() {
        Some((id, arn)) if lost.len() == looked_at => Err(NotMade(format!(
            "--resume {}: none of the tables that its {looked_at} waiting cases had made is there, such as {arn} of {id}: this is \
             another account, or the service has lost its state; ask as whom the run was begun, or give another FILE",
            keeper.path().display()
        ))),
        _ => Ok(lost),
    }
}

fn waiting(state: &State) -> Vec<(String, Waiting)> {
    let mut waiting = Vec::new();
    for (id, entry) in &state.cases {
        if let Stage::Waiting(place) = &entry.stage {
            waiting.push((id.clone(), place.clone()));
        }
    }
    waiting
}

/// Adds the verdicts of earlier parts of the run to those of this one, sorted by id.
pub fn whole(keeper: &Keeper, runs: Vec<CaseRun>) -> Vec<CaseRun> {
    let known: BTreeSet<String> = runs.iter().map(|run| run.id.clone()).collect();
    let mut all = runs;
    let before = keeper.verdicts().into_iter();
    all.extend(before.filter(|run| !known.contains(&run.id)));
    all.sort_by(|one, other| one.id.cmp(&other.id));
    all
}

/// What to do next, once the run is reported.
///
/// # Errors
/// The file could not be written, now or while the cases were run.
pub fn finish(keeper: &Keeper) -> Result<String, NotMade> {
    let unwritten = |why: String| NotMade(format!("--resume {why}"));
    if let Some(why) = keeper.failure() {
        return Err(unwritten(why));
    }
    let path = keeper.path().display().to_string();
    if keeper.reported().map_err(unwritten)? {
        return Ok(format!(
            "every case in {path} is judged: nothing is left to do\n"
        ));
    }
    let state = keeper.state();
    let waiting = waiting(&state);
    let first = waiting
        .iter()
        .map(|(_, place)| place.due_s)
        .min_by(f64::total_cmp);
    let open = state
        .cases
        .values()
        .filter(|entry| matches!(entry.stage, Stage::Open | Stage::Begun))
        .count();
    let mut text = String::new();
    if let Some(first) = first {
        text.push_str(&format!(
            "{} cases started; the first falls due at {}; run the same command again then (what is known is in {path})\n",
            waiting.len(),
            instant(first)
        ));
    }
    if open > 0 {
        text.push_str(&format!(
            "{open} cases came to no verdict and are begun afresh by the next run\n"
        ));
    }
    Ok(text)
}
