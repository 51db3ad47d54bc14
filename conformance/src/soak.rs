//! Load, faults and artefacts on a running target, and a verdict on what came back.
//!
//! ```text
//! traffic ── clients ──┐                    ┌── faults ── target
//!            deeds ────┼── caller ── time ──┤
//!            pacer ────┘      │             └── target's clock
//!                         recorder ── history ── judge
//! ```
//!
//! - [`time`]: the recorder's clock, which moves along where the target's clock is moved; [`pacer`]: who moves it;
//! - [`recorder`]: what happened, line by line, in a file that a killed run leaves readable;
//! - [`caller`]: calls that are written down; [`client`]: one client's stream of them;
//! - [`artefact`]: backups, restores and deletions beside the clients, and what they hold;
//! - [`estimate`]: how far the two clocks are apart; [`faults`]: what goes wrong on the way, on purpose;
//! - [`run`]: all of it together.

pub mod artefact;
pub mod caller;
pub mod client;
pub mod estimate;
pub mod faults;
pub mod pacer;
pub mod recorder;
pub mod run;
pub mod time;

pub use run::{Plan, Recorded, soak};
