//! What the benches have in common: a model with a table of a known size, and requests for it.
//!
//! Each subject is one file: `items`, `create_backup`, `restore`, `catalogue` beside this folder, and the binary
//! `restore_memory`. How to run them, and what they are to reach: `docs/benchmarks.md`.

mod cpu_time;
pub mod item;
mod model;
pub mod request;

pub use cpu_time::CpuTime;
pub use model::{Model, backup_arn};
