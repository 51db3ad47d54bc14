//! `--resume FILE`: a run that takes days, spread over several starts of the program.
//!
//! ```text
//! cli ── keeper ── file       written whole beside FILE, synced, renamed; one process at a time
//!           └───── state      every case: open, begun, waiting, judged
//! ```
//!
//! The loop of a case: *open* -> *begun* (before its first request that changes anything goes out) -> *waiting*
//! (at a wait longer than `--max-wait`: position, bindings, what it made, when it falls due) -> *begun* again ->
//! *judged*. What holds at each instant, whenever the power fails:
//!
//! - a table is in FILE before the request that makes it is sent;
//! - a case that waits stays so until it sends something that changes anything: until then it can be continued again;
//! - a case that was *begun* when the program ended is started afresh, under another prefix, once what it had made
//!   is deleted;
//! - a verdict is in FILE before clean-up begins.
//!
//! - [`state`]: what FILE holds; [`file`](mod@file): how it is read, locked and written; [`keeper`]: the one who changes it;
//! - [`error`]: why a FILE is not taken; it is then left as it is, byte for byte.

pub mod error;
pub mod file;
pub mod keeper;
pub mod state;

pub use error::ResumeError;
pub use keeper::Keeper;
pub use state::{About, Waiting};
