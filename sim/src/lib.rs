//! A small distributed store under virtual time and faults, judged by the checker.
//!
//! ```text
//!  clients ──> routers ──> partitions: Raft over three storage nodes each ──> archive: log segments, snapshots
//!     │           └──────> control plane: a Raft group of its own; its leader does the jobs (backups, restores, splits)
//!     └── history ──> judge (lookback-checker)
//! ```
//!
//! The store is built the way DynamoDB is described: a backup is a time that is catalogued at the request; it is built
//! afterwards from the last snapshot and the log up to that time. Each node has its own clock, so each item is cut
//! where its leader's clock showed the time: how far cuts lie apart follows from the clocks and is written nowhere. With
//! hybrid time switched on the cuts are consistent.
//!
//! A run is deterministic: one OS thread of its own, virtual time alone, every draw from the seed, no hashed
//! collection. [`run()`] takes a [`Plan`] and gives a [`Report`]: the history, the verdict, the event log's digest. A
//! safety phase with faults comes first, then a liveness phase without: everything begun must come to its end.
//!
//! Where to look: `runtime` is the seam to madsim; `storage` drives the Raft library; `partition`, `control` are
//! the states that are agreed on; `archive` and `jobs` are backup and restore; `router` serves clients; `fault`
//! and `bugs` are what goes wrong.

mod archive;
mod bugs;
mod bus;
mod calls;
pub mod campaign;
mod clock;
pub mod contract;
mod control;
mod disk;
mod draws;
mod event_log;
mod fault;
mod finding;
mod host;
mod jobs;
mod machine;
mod message;
mod object_store;
mod partition;
pub mod plain;
mod plan;
mod recorder;
mod router;
mod run;
mod runtime;
mod search;
pub mod shrink;
mod sometimes;
mod specimen;
mod storage;
pub mod system;
pub mod time;
mod workload;
mod world;

pub use bugs::Bug;
pub use campaign::Campaign;
pub use event_log::{Level, Logged};
pub use fault::{Fault, Moment, Planned, schedule};
pub use finding::{Broken, Finding};
pub use plan::{Call, Doing, Lane, Listed, Plan, Profile, Rates, Step, Steps, TableDeed};
pub use run::{Report, Stats, Watch, run, run_on};
pub use search::{Found, search};
pub use sometimes::Sometimes;
pub use specimen::Specimen;
pub use system::{Stage, Store, System};
pub use workload::Tally;
