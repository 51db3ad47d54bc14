//! ItemCount and sizes of a table and of its indexes: refreshed about every six hours (TABLE-019, BACKUP-DESCRIBE-008).

/// A count of items and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    pub items: u64,
    pub bytes: u64,
}

impl Figures {
    /// One item more.
    pub fn add(&mut self, bytes: usize) {
        self.items += 1;
        self.bytes += bytes as u64;
    }

    /// One item less.
    pub fn remove(&mut self, bytes: usize) {
        self.items -= 1;
        self.bytes -= bytes as u64;
    }
}

/// When statistics are refreshed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refresh {
    /// From the creation to the first refresh, in microseconds.
    pub first_us: i64,
    /// From one refresh to the next, in microseconds: at least one.
    pub period_us: i64,
}

impl Default for Refresh {
    /// Every six hours from the creation on.
    fn default() -> Self {
        Self {
            first_us: Self::PERIOD_US,
            period_us: Self::PERIOD_US,
        }
    }
}

impl Refresh {
    /// The documented period.
    pub const PERIOD_US: i64 = 6 * 3_600 * 1_000_000;
}

/// The figures of the last refresh.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Statistics {
    refresh: Refresh,
    created_us: i64,
    refreshed_us: i64,
    figures: Figures,
}

impl Statistics {
    /// Statistics of a store that is empty until the first refresh, also after a restore (record S5).
    pub fn new(created_us: i64, refresh: Refresh) -> Self {
        Self {
            refresh,
            created_us,
            refreshed_us: created_us,
            figures: Figures::default(),
        }
    }

    /// The last instant at which statistics were due. The refresh is not a task: it is derived from the times
    /// of writes and reads.
    fn due_us(&self, now_us: i64) -> i64 {
        let Refresh {
            first_us,
            period_us,
        } = self.refresh;
        let since_first_us = now_us
            .saturating_sub(self.created_us)
            .saturating_sub(first_us);
        if since_first_us < 0 {
            return self.created_us;
        }
        self.created_us + first_us + since_first_us - since_first_us.rem_euclid(period_us)
    }

    /// The same times without figures.
    pub fn afresh(&self) -> Self {
        Self::new(self.created_us, self.refresh)
    }

    /// What readers see.
    pub fn read(&self, now_us: i64, live: Figures) -> Figures {
        if self.due_us(now_us) > self.refreshed_us {
            live
        } else {
            self.figures
        }
    }

    /// A write is about to change the live figures: a refresh that was due before it sees them as they are.
    pub fn before_write(&mut self, now_us: i64, live: Figures) {
        let due_us = self.due_us(now_us);
        if due_us > self.refreshed_us {
            (self.refreshed_us, self.figures) = (due_us, live);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_US: i64 = 3_600_000_000;

    fn figures(items: u64) -> Figures {
        Figures {
            items,
            bytes: 10 * items,
        }
    }

    #[test]
    fn fresh_data_counts_zero_until_six_hours_have_passed() {
        let mut statistics = Statistics::new(0, Refresh::default());
        statistics.before_write(HOUR_US, figures(0));
        assert_eq!(statistics.read(5 * HOUR_US, figures(3)), figures(0));
        assert_eq!(statistics.read(6 * HOUR_US, figures(3)), figures(3));
    }

    #[test]
    fn a_write_after_a_refresh_does_not_show_before_the_next_one() {
        let mut statistics = Statistics::new(0, Refresh::default());
        statistics.before_write(7 * HOUR_US, figures(3));
        assert_eq!(statistics.read(8 * HOUR_US, figures(4)), figures(3));
        assert_eq!(statistics.read(12 * HOUR_US, figures(4)), figures(4));
    }

    #[test]
    fn the_first_refresh_may_come_sooner_than_the_others() {
        let refresh = Refresh {
            first_us: HOUR_US,
            period_us: 2 * HOUR_US,
        };
        let mut statistics = Statistics::new(0, refresh);
        assert_eq!(statistics.read(HOUR_US - 1, figures(3)), figures(0));
        assert_eq!(statistics.read(HOUR_US, figures(3)), figures(3));
        statistics.before_write(2 * HOUR_US, figures(3));
        assert_eq!(statistics.read(3 * HOUR_US - 1, figures(4)), figures(3));
        assert_eq!(statistics.read(3 * HOUR_US, figures(4)), figures(4));
    }

    #[test]
    fn a_refresh_in_every_instant_shows_what_is_there() {
        let refresh = Refresh {
            first_us: 0,
            period_us: 1,
        };
        let mut statistics = Statistics::new(0, refresh);
        statistics.before_write(5, figures(3));
        assert_eq!(statistics.read(6, figures(4)), figures(4));
    }
}
