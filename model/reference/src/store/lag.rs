//! How long after its cause something happens that has no caller: an expiry, an entry of a global index.

use crate::draw::draw_between;

/// A range of microseconds, and what a length in it is drawn from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lag {
    pub least_us: i64,
    pub most_us: i64,
    pub seed: u64,
}

impl Lag {
    /// The lag of one subject: always the same one.
    pub fn of(&self, subject: &[u8]) -> i64 {
        if self.least_us == self.most_us {
            self.least_us
        } else {
            draw_between(self.seed, subject, self.least_us, self.most_us)
        }
    }
}
