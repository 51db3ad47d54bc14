//! Time and tasks of the simulated world, for stores that do not use madsim's own.

use std::future::Future;

use crate::runtime;

pub use crate::runtime::EPOCH_US;

/// The true time: what no node can know. Microseconds since the Unix epoch.
pub fn now_us() -> i64 {
    runtime::now_us()
}

/// Waits for so many microseconds of true time.
pub async fn sleep_us(us: i64) {
    runtime::sleep_us(us).await;
}

/// Starts a task. It ends with the run.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    runtime::spawn(future);
}
