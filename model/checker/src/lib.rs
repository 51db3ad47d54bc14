//! Judges whether what came back is a legal cut of what was written.
//!
//! # The idea
//!
//! Every write takes effect at one instant between its request and its answer (an unanswered one later, or never). Then
//! everything that looks back is, item by item, a read whose interval has been moved: an on-demand backup reads each item
//! somewhere in the minute before or after its creation time, a SYSTEM backup during DeleteTable, an eventually consistent
//! read since the table's creation. One question serves all: is there for each item one order of its writes, reads and
//! artefact reads, each at an instant of its interval?
//!
//! # The way of a history
//!
//! 1. [`history`]: what a recorder wrote down, JSON Lines, read with located errors;
//! 2. [`trace`]: the same, sorted by item, with numbers for values; [`trace::Builder`] takes entries one by one;
//! 3. [`contract`]: what is promised for each kind of artefact, as data: anchor, band, ties, grade;
//! 4. [`judge`](mod@judge): each item by itself ([`register`]: interval arithmetic where values identify their writes, else a
//!    bounded search), then what ties items together: transactions, common cuts, positions in a log, indexes;
//! 5. [`verdict`]: pass, violation with an irreducible witness, or unknown with its reason; [`picture`]: the witness drawn.
//!
//! ```
//! use lookback_checker::{Contract, Options, history, judge};
//!
//! let lines = br#"{"history":{"version":1}}
//! {"table":{"name":"t","at_us":0,"key_schema":[{"AttributeName":"pk","KeyType":"HASH"}],"attribute_definitions":[{"AttributeName":"pk","AttributeType":"S"}]}}
//! {"call":{"id":1,"at_us":1000,"op":"PutItem","in":{"TableName":"t","Item":{"pk":{"S":"a"}}}}}
//! {"return":{"id":1,"at_us":2000,"out":{}}}
//! {"artefact":{"id":1,"kind":"on-demand-backup","table":"t","anchor_us":99000000,"items":[]}}
//! {"end":{"at_us":99000001}}
//! "#;
//! let verdict = judge(&history::read(lines)?, &Contract::dynamodb(), &Options::default());
//! assert!(verdict.violations[0].witness.summary.contains("is missing"));
//! # Ok::<(), history::HistoryError>(())
//! ```
//!
//! # What is guaranteed
//!
//! - A violation is never a matter of chance: within what the history says, no legal run explains it. *Pass* means that the
//!   rules which the verdict names found nothing; past a bound of the search the verdict is *unknown*.
//! - The same history and contract give the same verdict, whatever the number of threads.
//! - No clock, no I/O, no randomness. The crate stands on the protocol alone and shares no code with what it judges
//!   beyond values, expressions and what one operation does to one item.

pub mod contract;
pub mod history;
pub mod item;
pub mod judge;
pub mod picture;
pub mod register;
pub mod trace;
pub mod verdict;
mod witness;

pub use contract::Contract;
pub use history::History;
pub use judge::{Options, judge};
pub use verdict::{Outcome, Verdict, Violation, Witness};
