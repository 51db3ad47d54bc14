//! ItemCount and TableSizeBytes: refreshed about every six hours (TABLE-019, BACKUP-DESCRIBE-008).

/// From one refresh to the next.
const REFRESH_US: i64 = 6 * 3_600 * 1_000_000;

/// The last refreshed count and size.
#[derive(Debug, Default)]
pub(crate) struct Statistics {
    created_us: i64,
    refreshed_us: i64,
    items: u64,
    bytes: u64,
}

impl Statistics {
    /// Statistics of a store that is empty until the first refresh, also after a restore (record S5).
    pub fn new(created_us: i64) -> Self {
        Self {
            created_us,
            refreshed_us: created_us,
            items: 0,
            bytes: 0,
        }
    }

    /// The last instant at which statistics were due. The refresh is not a task: it is derived from the times
    /// of writes and reads.
    fn due_us(&self, now_us: i64) -> i64 {
        let age_us = now_us.saturating_sub(self.created_us).max(0);
        self.created_us + age_us / REFRESH_US * REFRESH_US
    }

    /// What readers see.
    pub fn read(&self, now_us: i64, live_items: u64, live_bytes: u64) -> (u64, u64) {
        if self.due_us(now_us) > self.refreshed_us {
            (live_items, live_bytes)
        } else {
            (self.items, self.bytes)
        }
    }

    /// A write is about to change the live figures: a refresh that was due before it sees them as they are.
    pub fn before_write(&mut self, now_us: i64, live_items: u64, live_bytes: u64) {
        let due_us = self.due_us(now_us);
        if due_us > self.refreshed_us {
            (self.refreshed_us, self.items, self.bytes) = (due_us, live_items, live_bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_US: i64 = 3_600_000_000;

    #[test]
    fn fresh_data_counts_zero_until_six_hours_have_passed() {
        let mut statistics = Statistics::new(0);
        statistics.before_write(HOUR_US, 0, 0);
        assert_eq!(statistics.read(5 * HOUR_US, 3, 30), (0, 0));
        assert_eq!(statistics.read(6 * HOUR_US, 3, 30), (3, 30));
    }

    #[test]
    fn a_write_after_a_refresh_does_not_show_before_the_next_one() {
        let mut statistics = Statistics::new(0);
        statistics.before_write(7 * HOUR_US, 3, 30);
        assert_eq!(statistics.read(8 * HOUR_US, 4, 40), (3, 30));
        assert_eq!(statistics.read(12 * HOUR_US, 4, 40), (4, 40));
    }
}
