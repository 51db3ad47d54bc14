//! What the benches have in common: a model with a table of a known size and requests for it, and histories.
//!
//! Each subject is one file: a Criterion bench beside this folder, or a binary under `bin` where what is measured
//! takes too long to set up for many samples, or is not time. How to run them, and what they are to reach:
//! `docs/benchmarks.md`.

mod cpu_time;
mod exported;
mod figures;
mod history;
pub mod item;
mod memory;
mod model;
pub mod reading;
mod registers;
pub mod request;

pub use cpu_time::{CpuTime, cpu_ns, process_cpu_ns};
pub use exported::exported_item;
pub use figures::{Figures, median, microseconds, milliseconds};
pub use history::{Histories, Kind};
pub use memory::{peak_resident_bytes, reset_peak, resident_bytes};
pub use model::{Model, backup_arn};
pub use registers::{RegisterCall, calls_of_key, make_stale};
pub use request::TABLE;
