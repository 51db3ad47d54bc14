//! What the benches have in common: a model with a table of a known size, and requests for it.
//!
//! Each subject is one file: `items`, `create_backup`, `restore`, `catalogue` beside this folder, and the binary
//! `restore_memory`. How to run them, and what they are to reach: `docs/benchmarks.md`.

mod cpu_time;
mod history;
pub mod item;
mod memory;
mod model;
pub mod request;

pub use cpu_time::CpuTime;
pub use history::Histories;
pub use memory::resident_bytes;
pub use model::{Model, backup_arn};
