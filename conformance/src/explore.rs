//! Exploration: random programs on two services, and whatever they answer differently.
//!
//! ```text
//! traffic::program ── execute ──┬── side (the target)      ─┐
//!                               └── side (what it is held against) ─┤
//!            normalise: what may differ is made equal ──────┴── difference ── known (classified causes)
//! campaign: many programs side by side ── coverage, tally ── shrink ── case_file, report
//! ```
//!
//! - [`side`]: one service running one program, with its tables;
//! - [`normalise`]: identifiers, times, statuses in flight and orders that nobody promised; [`message`]: the texts of
//!   refusals, without what they quote, and which texts say the same;
//! - [`difference`]: what differs, and the cause under which it is counted;
//! - [`known`]: causes that somebody has judged, in `corpus/exploration/`;
//! - [`execute`]: one program on both; [`campaign`]: many; [`coverage`]: whether they reached anything;
//! - [`shrink`]: the smallest program that still shows a cause; [`case_file`]: that program as a case;
//! - [`agreement`]: what several targets answer alike and the model does not;
//! - [`report`]: the outcome for people and tools; [`table`]: the causes that nobody can decide, for the README.

pub mod agreement;
pub mod campaign;
pub mod case_file;
pub mod coverage;
pub mod difference;
pub mod execute;
pub mod known;
pub mod message;
pub mod normalise;
pub mod report;
pub mod shrink;
pub mod side;
pub mod table;
