//! Why a FILE of `--resume` is not taken. Nothing of it has been changed then.

use std::path::PathBuf;

/// Why a FILE of `--resume` is not taken: one line that says where, what, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum ResumeError {
    /// Another process has it.
    #[error(
        "{path} is in use by another lookback process{who}; wait for its end, or give another FILE"
    )]
    InUse {
        /// The file.
        path: PathBuf,
        /// ` (process 12)`, if that is known.
        who: String,
    },
    /// It cannot be read, locked or written.
    #[error("{path}: {reason}; mend that, or give another FILE")]
    Io {
        /// The file that could not be used.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// It was written by --resume, and something happened to it since.
    #[error(
        "{path}:{place}: damaged: {reason}; it was left as it is: put a copy of it back, or give another FILE and delete what \
         the run has made (lookback sweep --prefix lb-r)"
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Line, or line and column.
        place: String,
        /// What is wrong there.
        reason: String,
    },
    /// It is something else.
    #[error("{path}:1: this is no file of --resume; it was left as it is: give another FILE")]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// A later version of this program wrote it.
    #[error(
        "{path}:3: version {version} of the format, written by {tool}, and this program knows version {known}; use that program, \
         or give another FILE"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Of the format.
        version: u64,
        /// Name and version of what wrote it.
        tool: String,
        /// The version that is known here.
        known: u64,
    },
    /// It is about another target.
    #[error(
        "{path}: /state/about/{member} is {theirs}, and this run's is {ours}; give the options of the run that began it, or \
         another FILE"
    )]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What differs.
        member: &'static str,
        /// There.
        theirs: String,
        /// Here.
        ours: String,
    },
    /// A case is not what it was when it was begun.
    #[error(
        "{path}: /state/cases/{id}: the case {what} since it was begun; use the corpus of then (--corpus), or give another \
         FILE and delete what the run has made (lookback sweep --prefix {prefix}- --older-than 0s)"
    )]
    Changed {
        /// The file.
        path: PathBuf,
        /// The case, as a part of a JSON pointer.
        id: String,
        /// What happened to it.
        what: &'static str,
        /// What the names of its run start with.
        prefix: String,
    },
}
