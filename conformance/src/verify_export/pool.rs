//! All cores on the data files, however many there are: a thread that finds lines judges them, and any other one
//! decompresses further. So one large file keeps two cores busy, and few lines wait in memory.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::inflate::{Ending, Inflater, Piece, Step};
use super::objects::Object;
use crate::cli::NotMade;

/// What is done with the data files.
pub trait Work: Sync {
    /// What a thread has of its own.
    type Own: Send;

    /// A new thread's own.
    fn own(&self) -> Self::Own;

    /// Opens the file of this number; `None`: there is nothing to read.
    ///
    /// # Errors
    /// The place does not answer.
    fn open(&self, file: usize) -> Result<Option<Object>, NotMade>;

    /// So many stored bytes more were read.
    fn read(&self, bytes: u64);

    /// Lines of a file, in any order.
    ///
    /// # Errors
    /// What is kept of them cannot be kept.
    fn lines(&self, own: &mut Self::Own, file: usize, piece: &Piece) -> Result<(), NotMade>;

    /// A file was read to its end.
    fn ended(&self, file: usize, ending: Ending);

    /// Reading broke off.
    fn broken(&self, file: usize, error: &std::io::Error) -> NotMade;

    /// A thread has nothing more to do.
    ///
    /// # Errors
    /// What it kept cannot be kept.
    fn finish(&self, own: Self::Own) -> Result<(), NotMade>;
}

/// What there is to do.
enum Task {
    Lines(usize, Piece),
    Inflate(usize, Inflater<Object>),
    Open(usize),
}

struct State {
    files: usize,
    next: usize,
    lines: VecDeque<(usize, Piece)>,
    inflaters: Vec<(usize, Inflater<Object>)>,
    /// Threads that may still bring lines.
    inflating: usize,
    failed: Option<NotMade>,
}

struct Pool<'w, W> {
    work: &'w W,
    state: Mutex<State>,
    more: Condvar,
}

/// Reads so many files with so many threads.
///
/// # Errors
/// The first thing that makes going on useless.
pub fn run<W: Work>(work: &W, files: usize, threads: usize) -> Result<(), NotMade> {
    let pool = Pool {
        work,
        state: Mutex::new(State {
            files,
            next: 0,
            lines: VecDeque::new(),
            inflaters: Vec::new(),
            inflating: 0,
            failed: None,
        }),
        more: Condvar::new(),
    };
    thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| pool.run());
        }
    });
    let state = pool.state.into_inner();
    match state.unwrap_or_else(PoisonError::into_inner).failed {
        Some(failed) => Err(failed),
        None => Ok(()),
    }
}

impl<W: Work> Pool<'_, W> {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        let mut own = self.work.own();
        while let Some(task) = self.next() {
            if let Err(failed) = self.perform(&mut own, task) {
                self.fail(failed);
            }
        }
        if let Err(failed) = self.work.finish(own) {
            self.fail(failed);
        }
    }

    fn fail(&self, failed: NotMade) {
        self.state().failed.get_or_insert(failed);
        self.more.notify_all();
    }

    /// Lines first, so that few wait; then what is open, so that few files are.
    fn next(&self) -> Option<Task> {
        let mut state = self.state();
        loop {
            if state.failed.is_some() {
                return None;
            }
            if let Some((file, piece)) = state.lines.pop_front() {
                return Some(Task::Lines(file, piece));
            }
            if let Some((file, inflater)) = state.inflaters.pop() {
                state.inflating += 1;
                return Some(Task::Inflate(file, inflater));
            }
            if state.next < state.files {
                let file = state.next;
                state.next += 1;
                state.inflating += 1;
                return Some(Task::Open(file));
            }
            if state.inflating == 0 {
                return None;
            }
            state = self
                .more
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn perform(&self, own: &mut W::Own, task: Task) -> Result<(), NotMade> {
        match task {
            Task::Lines(file, piece) => self.work.lines(own, file, &piece),
            Task::Open(file) => match self.work.open(file)? {
                Some(object) => self.inflate(file, Inflater::new(object)),
                None => {
                    self.put_back(None, None);
                    Ok(())
                }
            },
            Task::Inflate(file, inflater) => self.inflate(file, inflater),
        }
    }

    fn inflate(&self, file: usize, inflater: Inflater<Object>) -> Result<(), NotMade> {
        let before = inflater.stored_bytes();
        let step = inflater.step();
        let (rest, step) = step.map_err(|error| self.work.broken(file, &error))?;
        match step {
            Step::Piece(piece) => {
                let read = rest.as_ref().map_or(before, Inflater::stored_bytes);
                self.work.read(read - before);
                self.put_back(Some((file, piece)), rest.map(|rest| (file, rest)));
            }
            Step::Ended(ending) => {
                self.work.read(ending.stored_bytes - before);
                self.work.ended(file, ending);
                self.put_back(None, None);
            }
        }
        Ok(())
    }

    fn put_back(&self, lines: Option<(usize, Piece)>, inflater: Option<(usize, Inflater<Object>)>) {
        let mut state = self.state();
        state.inflating -= 1;
        state.lines.extend(lines);
        state.inflaters.extend(inflater);
        drop(state);
        self.more.notify_all();
    }
}
