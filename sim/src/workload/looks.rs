//! How clients wait for what the service does by itself: they look, and look again.

use crate::runtime;

/// From the first look to the second, in microseconds.
const FIRST_US: i64 = 100_000;
/// From one look to the next at most, in microseconds.
const MOST_US: i64 = 2_000_000;

/// Looks that come less and less often.
#[derive(Debug)]
pub struct Looks {
    next_us: i64,
}

impl Looks {
    /// Before the first look.
    pub fn new() -> Self {
        Self { next_us: FIRST_US }
    }

    /// Waits for the next look.
    pub async fn wait(&mut self) {
        let us = self.next_us;
        self.next_us = (us + us / 4).min(MOST_US);
        runtime::sleep_us(us).await;
    }
}
