//! What can be wrong with a history, and where.

use std::fmt;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::history::{Entry, VERSION};

/// What is wrong with a history, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct HistoryError {
    /// Where.
    pub place: Place,
    /// What.
    pub problem: Problem,
}

/// A place in a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line, from 1.
    pub line: u64,
    /// The byte in the line, from 1: where the reader stood when it could not go on.
    pub column: u64,
    /// The byte in the text, from 0.
    pub offset: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "line {}", self.line)?;
        if self.column > 1 {
            write!(to, ", column {}", self.column)?;
        }
        write!(to, " (byte {})", self.offset)
    }
}

/// Where a history ends in the middle of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Truncation {
    /// The line that was cut, from 1.
    pub line: u64,
    /// Where it begins, in bytes: the length of what could be read.
    pub offset: u64,
}

/// What can be wrong with a history.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// Nothing, or nothing but the beginning of a header.
    #[error(
        r#"nothing to read; a history begins with a line such as {{"history":{{"version":1}}}}"#
    )]
    Empty,
    /// The first line is something else.
    #[error(
        r#"not a history ({reason}); a history begins with a line such as {{"history":{{"version":1}}}}"#
    )]
    NoHistory {
        /// What is wrong with the line.
        reason: String,
    },
    /// The first line is another entry.
    #[error(
        r#"`{found}` before the header; a history begins with a line such as {{"history":{{"version":1}}}}"#
    )]
    NoHeader {
        /// The kind of the entry.
        found: &'static str,
    },
    /// A format of the future.
    #[error(
        "written by a newer Lookback (format {version}); this one reads up to {VERSION}: take a newer one"
    )]
    Newer {
        /// The version of the format.
        version: u64,
    },
    /// A format that there never was.
    #[error("format 0: there is none; the first is 1")]
    Version0,
    /// The line is damaged.
    #[error("not JSON: {reason}; the line is damaged")]
    Json {
        /// What was expected.
        reason: String,
    },
    /// The line is JSON, and no entry.
    #[error(
        r#"not an entry; an entry is an object with one member that names its kind, such as {{"end":{{"at_us":7}}}}"#
    )]
    NotAnEntry,
    /// An entry of a kind that is not known, which might change what the others mean.
    #[error("an entry of the unknown kind `{kind}`; known are {}", KINDS.join(", "))]
    UnknownKind {
        /// The kind.
        kind: String,
    },
    /// An entry whose members are not those of its kind.
    #[error("not a `{kind}`: {reason}")]
    Form {
        /// The kind.
        kind: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// A second header: two histories in one file.
    #[error("a second header; a file holds one history")]
    SecondHeader,
    /// Something after the end.
    #[error("`{found}` after the `end` of line {end_line}; nothing happens after the end")]
    AfterEnd {
        /// The kind of the entry.
        found: &'static str,
        /// Where the end is.
        end_line: u64,
    },
    /// Two calls with one id.
    #[error("a second call with id {id}; ids are unique")]
    CallTwice {
        /// The id.
        id: u64,
    },
    /// Two artefacts with one id.
    #[error("a second artefact with id {id}; ids are unique")]
    ArtefactTwice {
        /// The id.
        id: u64,
    },
    /// A return, a fault or an artefact of a call that was not made before.
    #[error("this `{found}` names call {id}, and no line before it is the call")]
    NoSuchCall {
        /// The kind of the entry.
        found: &'static str,
        /// The id.
        id: u64,
    },
    /// Two returns of one call.
    #[error("a second return of call {id}; a call returns once")]
    ReturnTwice {
        /// The id.
        id: u64,
    },
    /// An answer before its question.
    #[error("call {id} returns at {at_us}, before it was made at {called_us}")]
    ReturnBeforeCall {
        /// The id.
        id: u64,
        /// When it returns, in microseconds.
        at_us: i64,
        /// When it was made, in microseconds.
        called_us: i64,
    },
    /// A return that says nothing, or two things.
    #[error(
        "the return of call {id} {has}; it has `out`, `error` (with or without `out`) or `uncertain`"
    )]
    Outcome {
        /// The id.
        id: u64,
        /// What it has.
        has: &'static str,
    },
    /// The recorder's clock goes back by more than late writing explains.
    #[error(
        "at_us is {at_us}, {} us before {latest_us} of line {latest_line}; \
         lines may come late by at most {} us",
        latest_us.saturating_sub(*at_us),
        super::order::LATE_US_MAX
    )]
    Backwards {
        /// The time of this line, in microseconds.
        at_us: i64,
        /// The latest time before it, in microseconds.
        latest_us: i64,
        /// The line that has it.
        latest_line: u64,
    },
    /// A time that nobody lives in.
    #[error(
        "{member} is {us}: times are microseconds between -{} and {}",
        super::order::TIME_US_MAX,
        super::order::TIME_US_MAX
    )]
    Range {
        /// The member that has it.
        member: &'static str,
        /// The time.
        us: i64,
    },
    /// The clock is moved back.
    #[error("the clock is moved by {moved_us} us; a clock moves forwards only")]
    ClockBack {
        /// By how much, in microseconds.
        moved_us: i64,
    },
    /// The bounds of an estimate are the wrong way round.
    #[error("offset_us_min {min} is above offset_us_max {max}")]
    Estimate {
        /// The lower bound.
        min: i64,
        /// The upper bound.
        max: i64,
    },
}

/// The kinds of entries, as they are written.
const KINDS: [&str; 9] = [
    "history", "table", "call", "return", "artefact", "fault", "clock", "estimate", "end",
];

impl Entry {
    /// The name of the entry's kind, as it is written.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::History(_) => "history",
            Self::Table(_) => "table",
            Self::Call(_) => "call",
            Self::Return(_) => "return",
            Self::Artefact(_) => "artefact",
            Self::Fault(_) => "fault",
            Self::Clock(_) => "clock",
            Self::Estimate(_) => "estimate",
            Self::End(_) => "end",
        }
    }
}

/// Why a line is no entry, and the column.
pub(super) fn of_line(line: &[u8], error: &serde_json::Error) -> (u64, Problem) {
    if let Err(error) = serde_json::from_slice::<IgnoredAny>(line) {
        return (
            column(&error),
            Problem::Json {
                reason: reason(&error),
            },
        );
    }
    let (column, reason) = (column(error), reason(error));
    let Some(kind) = only_member(line) else {
        return (column, Problem::NotAnEntry);
    };
    let Some(kind) = KINDS.into_iter().find(|known| *known == kind) else {
        return (1, Problem::UnknownKind { kind });
    };
    match version(line) {
        Some(version) if version > u64::from(VERSION) => (1, Problem::Newer { version }),
        _ => (column, Problem::Form { kind, reason }),
    }
}

fn column(error: &serde_json::Error) -> u64 {
    (error.column() as u64).max(1)
}

/// The reason without the place: the line is always the first there.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) => text.get(..end).unwrap_or(&text).to_owned(),
        None => text,
    }
}

/// The name of an object's only member.
fn only_member(line: &[u8]) -> Option<String> {
    let members: std::collections::BTreeMap<String, IgnoredAny> =
        serde_json::from_slice(line).ok()?;
    let mut names = members.into_keys();
    names.next().filter(|_| names.next().is_none())
}

/// The version of a header, even of one whose other members have changed their form.
fn version(line: &[u8]) -> Option<u64> {
    #[derive(Deserialize)]
    struct Line {
        history: Versioned,
    }
    #[derive(Deserialize)]
    struct Versioned {
        version: u64,
    }
    let line: Line = serde_json::from_slice(line).ok()?;
    Some(line.history.version)
}
