//! The event log: what a run did, line by line, the same for the same seed.
//!
//! ```text
//! lookback-sim events 1 seed 7
//!   0.002140 n2       lead         group 3 term 1
//! ```
//!
//! The columns are fixed: the virtual time since the beginning in seconds, who, what, and the rest. A digest of all lines
//! is always made; the text is kept only where somebody wants to read it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use crate::runtime;

/// The version of the lines' format.
pub const VERSION: u32 = 1;

/// How much is logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Faults, elections, jobs, calls.
    #[default]
    Events,
    /// Every message, sync and object besides.
    Trace,
}

/// The log of a run.
#[derive(Debug)]
pub struct EventLog {
    level: Level,
    keep: bool,
    text: RefCell<String>,
    digest: RefCell<crc32fast::Hasher>,
    lines: Cell<u64>,
    counts: RefCell<BTreeMap<String, u64>>,
}

/// What is left of a log: how to recognise it, and its text where it was kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Logged {
    /// A digest of all lines.
    pub digest: u32,
    /// How many lines there were.
    pub lines: u64,
    /// The lines, where they were kept.
    pub text: String,
    /// How many events there were of each kind, messages and the like left out.
    pub counts: BTreeMap<String, u64>,
}

impl EventLog {
    /// An empty log.
    pub fn new(seed: u64, level: Level, keep: bool) -> Self {
        let log = Self {
            level,
            keep,
            text: RefCell::default(),
            digest: RefCell::default(),
            lines: Cell::new(0),
            counts: RefCell::default(),
        };
        log.put(format_args!("lookback-sim events {VERSION} seed {seed}"));
        log
    }

    /// Something happened at `who`.
    pub fn event(&self, who: impl fmt::Display, what: &str, rest: fmt::Arguments<'_>) {
        let mut counts = self.counts.borrow_mut();
        match counts.get_mut(what) {
            Some(times) => *times += 1,
            None => {
                counts.insert(what.to_owned(), 1);
            }
        }
        self.line(who, what, rest);
    }

    fn line(&self, who: impl fmt::Display, what: &str, rest: fmt::Arguments<'_>) {
        let us = runtime::elapsed_us();
        let (seconds, micros) = (us / 1_000_000, us % 1_000_000);
        // A width counts for a text only.
        let who = who.to_string();
        self.put(format_args!(
            "{seconds:>7}.{micros:06} {who:<8} {what:<12} {rest}"
        ));
    }

    /// Whether every small thing is logged.
    pub fn is_tracing(&self) -> bool {
        self.level >= Level::Trace
    }

    /// The same, when every small thing is logged.
    pub fn trace(&self, who: impl fmt::Display, what: &str, rest: fmt::Arguments<'_>) {
        if self.is_tracing() {
            self.line(who, what, rest);
        }
    }

    /// The end of the log.
    pub fn take(&self) -> Logged {
        Logged {
            digest: self.digest.borrow().clone().finalize(),
            lines: self.lines.get(),
            text: self.text.take(),
            counts: self.counts.take(),
        }
    }

    fn put(&self, line: fmt::Arguments<'_>) {
        self.lines.set(self.lines.get() + 1);
        let mut text = self.text.borrow_mut();
        let from = text.len();
        // Writing to memory does not fail.
        let _written = writeln!(text, "{line}");
        let added = text.as_bytes().get(from..).unwrap_or_default();
        self.digest.borrow_mut().update(added);
        if !self.keep {
            text.clear();
        }
    }
}
