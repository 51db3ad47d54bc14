//! Keeps the FILE of `--resume` true while cases are run.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::error::ResumeError;
use super::file::StateFile;
use super::state::{About, Entry, Stage, State, Waiting, hash};
use crate::case::Case;
use crate::run::{CaseRun, Made, Verdict};
use crate::target::Request;

/// Changes the FILE of a run, one change after the other. Whoever is told that a change failed must send nothing more.
#[derive(Debug)]
pub struct Keeper {
    file: StateFile,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    state: State,
    /// Why the file can no longer be written: from then on nothing is.
    failure: Option<String>,
    /// The cases whose wait this process has seen the end of.
    continued: BTreeSet<String>,
}

impl Keeper {
    /// Takes a FILE that a run with this target may continue, or that is not there yet.
    ///
    /// # Errors
    /// It is in use, damaged, of something else, or of another target.
    pub fn open(path: &Path, about: &About) -> Result<Self, ResumeError> {
        let file = StateFile::lock(path)?;
        let state = file.read()?;
        let state = state.unwrap_or_else(|| State {
            about: about.clone(),
            ..State::default()
        });
        for ((member, theirs), (_, ours)) in state.about.members().into_iter().zip(about.members())
        {
            if theirs != ours {
                return Err(ResumeError::Foreign {
                    path: file.path().to_owned(),
                    member,
                    theirs: format!("{theirs:?}"),
                    ours: format!("{ours:?}"),
                });
            }
        }
        Ok(Self {
            file,
            inner: Mutex::new(Inner {
                state,
                ..Inner::default()
            }),
        })
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Whether the cases that were begun are still what they were; `find` gives the case of an id.
    ///
    /// # Errors
    /// One of them has changed or is gone.
    pub fn check_cases<'c>(
        &self,
        find: impl Fn(&str) -> Option<&'c Case>,
    ) -> Result<(), ResumeError> {
        for (id, entry) in &self.inner().state.cases {
            // What is begun again anyway may be begun as it is now.
            if matches!(entry.stage, Stage::Open | Stage::Begun) {
                continue;
            }
            let what = match find(id) {
                None => "has gone from the corpus",
                Some(case) if hash(case) != entry.hash => "has changed",
                Some(_) => continue,
            };
            let run = entry.prefix.rsplit_once('-').map_or("lb-r", |(run, _)| run);
            return Err(ResumeError::Changed {
                path: self.path().to_owned(),
                id: id.replace('~', "~0").replace('/', "~1"),
                what,
                prefix: run.to_owned(),
            });
        }
        Ok(())
    }

    /// Takes the cases of this process into the file, which is written from here on. `run`: what its names begin with.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn begin_run(&self, run: &str, cases: &[&Case]) -> Result<(), String> {
        self.change(|state| {
            state.runs.push(run.to_owned());
            for case in cases {
                let entry = state.cases.entry(case.id.clone()).or_default();
                if matches!(entry.stage, Stage::Open | Stage::Begun) {
                    entry.hash = hash(case);
                }
            }
            state.finished = false;
        })
    }

    /// The state as it is.
    pub fn state(&self) -> State {
        self.inner().state.clone()
    }

    /// Why the file could not be written, if that happened.
    pub fn failure(&self) -> Option<String> {
        self.inner().failure.clone()
    }

    /// Where a case waits, with its prefix and what it has made.
    pub(crate) fn waiting(&self, id: &str) -> Option<(String, Made, Waiting)> {
        let inner = self.inner();
        let entry = inner.state.cases.get(id)?;
        match &entry.stage {
            Stage::Waiting(waiting) => {
                Some((entry.prefix.clone(), entry.made.clone(), waiting.clone()))
            }
            _ => None,
        }
    }

    /// Notes that a case goes on after its wait.
    pub fn note_continued(&self, id: &str) {
        self.inner().continued.insert(id.to_owned());
    }

    /// Whether this process has seen the end of the case's wait: it cannot simply be run again.
    pub fn was_continued(&self, id: &str) -> bool {
        self.inner().continued.contains(id)
    }

    /// Before a request of a case goes out: what may change anything makes the case *begun*, and the table that it may
    /// make belongs to it from now on.
    ///
    /// # Errors
    /// That could not be written: the request must not be sent.
    pub(crate) fn before(&self, id: &str, prefix: &str, request: &Request) -> Result<(), String> {
        if is_read(&request.operation) {
            return Ok(());
        }
        self.change(|state| {
            let entry = state.cases.entry(id.to_owned()).or_default();
            if !matches!(entry.stage, Stage::Begun) || entry.prefix != prefix {
                entry.stage = Stage::Begun;
                entry.prefix = prefix.to_owned();
            }
            entry.made.note_sent(request);
        })
    }

    /// A case waits for its time from now on.
    ///
    /// # Errors
    /// That could not be written.
    pub(crate) fn put_aside(
        &self,
        id: &str,
        prefix: &str,
        made: &Made,
        waiting: Waiting,
    ) -> Result<(), String> {
        self.entry(id, |entry| {
            entry.prefix = prefix.to_owned();
            entry.made = made.clone();
            entry.stage = Stage::Waiting(waiting);
        })
    }

    /// A case has its verdict; `made` is still to be deleted.
    ///
    /// # Errors
    /// That could not be written.
    pub(crate) fn judged(&self, run: &CaseRun, made: &Made) -> Result<(), String> {
        self.entry(&run.id, |entry| {
            entry.made = made.clone();
            entry.stage = Stage::Judged(run.clone());
        })
    }

    /// A case that came to no verdict is begun afresh by the next run; what it had made is deleted.
    ///
    /// # Errors
    /// That could not be written.
    pub(crate) fn reopen(&self, id: &str) -> Result<(), String> {
        self.entry(id, |entry| {
            entry.made = Made::default();
            entry.stage = Stage::Open;
        })
    }

    /// A case that waited lost what it had made: it is begun afresh once the rest is deleted.
    ///
    /// # Errors
    /// That could not be written.
    pub fn give_up_waiting(&self, id: &str) -> Result<(), String> {
        self.entry(id, |entry| entry.stage = Stage::Begun)
    }

    /// What must be deleted before cases are run: what ended cases have left, by case.
    pub(crate) fn leftovers(&self) -> Vec<(String, Made)> {
        let inner = self.inner();
        let left = inner
            .state
            .cases
            .iter()
            .filter(|(_, entry)| match entry.stage {
                Stage::Waiting(_) => false,
                Stage::Begun => true,
                Stage::Open | Stage::Judged(_) => !entry.made.is_empty(),
            });
        left.map(|(id, entry)| (id.clone(), entry.made.clone()))
            .collect()
    }

    /// What a case had left is deleted.
    ///
    /// # Errors
    /// That could not be written.
    pub fn cleaned(&self, id: &str) -> Result<(), String> {
        self.entry(id, |entry| {
            entry.made = Made::default();
            if matches!(entry.stage, Stage::Begun) {
                entry.stage = Stage::Open;
            }
        })
    }

    /// The verdicts so far.
    pub fn verdicts(&self) -> Vec<CaseRun> {
        let inner = self.inner();
        let judged = inner
            .state
            .cases
            .values()
            .filter_map(|entry| match &entry.stage {
                Stage::Judged(run) => Some(run.clone()),
                _ => None,
            });
        judged.collect()
    }

    /// What the names of cases that wait begin with: no clean-up may touch them.
    pub fn held(&self) -> BTreeSet<String> {
        self.inner().state.held()
    }

    /// The run has been reported; if everything is judged, that was all.
    ///
    /// # Errors
    /// That could not be written.
    pub fn reported(&self) -> Result<bool, String> {
        let all = self.inner().state.cases.values().all(
            |entry| matches!(&entry.stage, Stage::Judged(run) if run.verdict != Verdict::Pending),
        );
        if all {
            self.change(|state| state.finished = true)?;
        }
        Ok(all)
    }

    fn entry(&self, id: &str, change: impl FnOnce(&mut Entry)) -> Result<(), String> {
        self.change(|state| change(state.cases.entry(id.to_owned()).or_default()))
    }

    /// Changes the state and writes it, if that made a difference.
    fn change(&self, change: impl FnOnce(&mut State)) -> Result<(), String> {
        let mut inner = self.inner();
        if let Some(failure) = &inner.failure {
            return Err(failure.clone());
        }
        let mut next = inner.state.clone();
        change(&mut next);
        if next == inner.state {
            return Ok(());
        }
        if let Err(error) = self.file.write(&next) {
            let failure = error.to_string();
            inner.failure = Some(failure.clone());
            return Err(failure);
        }
        inner.state = next;
        Ok(())
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// What the names of cases that wait begin with.
    pub fn held(&self) -> BTreeSet<String> {
        let waiting = self
            .cases
            .values()
            .filter(|entry| matches!(entry.stage, Stage::Waiting(_)));
        waiting.map(|entry| entry.prefix.clone()).collect()
    }
}

/// Whether an operation changes nothing: it can be asked again after an interruption.
fn is_read(operation: &str) -> bool {
    [
        "Describe",
        "Get",
        "List",
        "Query",
        "Scan",
        "BatchGet",
        "TransactGet",
    ]
    .iter()
    .any(|start| operation.starts_with(start))
}
