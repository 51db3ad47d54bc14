//! The point-in-time recovery window of one table (PITR-CFG-014, -015; record 3.4).

use crate::calendar::whole_milliseconds;
use crate::choices::{DAY_US, SECOND_US};
use crate::store::{Cut, Position};

/// The default and longest recovery period, in days (PITR-CFG-009).
pub(crate) const RECOVERY_PERIOD_DAYS_MAX: i64 = 35;

/// Whether point-in-time recovery is on, since when, and how far back it reaches.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PointInTimeRecovery {
    window: Option<Window>,
}

/// An open window.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    /// No instant before this one can be restored: when recovery was switched on, or what a shorter period let go.
    since_us: i64,
    /// The switch itself: `since_us` is the whole second before it, and what was there in between is not kept.
    enabled: Position,
    /// How far the latest restorable time is behind the present (PITR-CFG-014).
    lag_us: i64,
    pub period_days: i64,
}

impl PointInTimeRecovery {
    /// The window, while recovery is on.
    pub fn window(&self) -> Option<&Window> {
        self.window.as_ref()
    }

    /// Switches recovery on, or changes its period. A new window starts at the whole second of the request
    /// (record 3.4). Without a period an open window keeps its own.
    pub fn enable(&mut self, now: Position, period_days: Option<i64>, lag_us: i64) {
        let now_us = now.instant_us;
        match &mut self.window {
            Some(window) => {
                let earliest_us = window.earliest_us(now_us);
                window.period_days = period_days.unwrap_or(window.period_days);
                // What a shorter period drops does not come back with a longer one (PITR-CFG-018).
                window.since_us = earliest_us.max(window.earliest_us(now_us));
            }
            None => {
                let since_us = now_us - now_us.rem_euclid(SECOND_US);
                self.window = Some(Window {
                    since_us,
                    enabled: now,
                    lag_us,
                    period_days: period_days.unwrap_or(RECOVERY_PERIOD_DAYS_MAX),
                });
            }
        }
    }

    /// Switches recovery off: the history and the period are forgotten (PITR-CFG-008, -012).
    pub fn disable(&mut self) {
        self.window = None;
    }
}

impl Window {
    /// EarliestRestorableDateTime, in milliseconds: what callers are told is restorable at that very instant
    /// (PITR-CFG-015, PITR-RESTORE-024).
    pub fn earliest_us(&self, now_us: i64) -> i64 {
        self.since_us
            .max(whole_milliseconds(now_us - self.period_days * DAY_US))
    }

    /// Which instant of the log a restore to `restored_to_us` holds: the first one is the switch itself.
    pub fn cut_us(&self, restored_to_us: i64) -> i64 {
        restored_to_us.max(self.enabled.instant_us)
    }

    /// The state just before an instant, whatever was written at that very instant: where the period of an incremental
    /// export begins or ends (EXPORT-INCR-003). The first one is the state at the switch.
    pub fn cut_before(&self, instant_us: i64) -> Cut {
        if instant_us <= self.enabled.instant_us {
            Cut::Before {
                first_out: self.enabled,
            }
        } else {
            Cut::At {
                instant_us: instant_us - 1,
            }
        }
    }

    /// LatestRestorableDateTime: pinned at the start of the window until it lags behind the present, by five minutes
    /// on the live service, in milliseconds.
    pub fn latest_us(&self, now_us: i64) -> i64 {
        whole_milliseconds(self.latest_within_us(now_us))
    }

    /// The same instant, not cut to milliseconds.
    fn latest_within_us(&self, now_us: i64) -> i64 {
        self.earliest_us(now_us).max(now_us - self.lag_us)
    }

    /// The same as a refusal tells it: in nanoseconds since the epoch, unless the window is pinned (record S10). What
    /// is finer than the clock comes from `below_us`, a number of nanoseconds as a function of the age of the window.
    pub fn latest_told_ns(&self, now_us: i64, below_us: impl Fn(i64) -> i64) -> i128 {
        let latest_us = self.latest_within_us(now_us);
        let pinned = latest_us == self.earliest_us(now_us);
        let below_ns = if pinned {
            0
        } else {
            below_us(now_us - self.enabled.instant_us)
        };
        i128::from(latest_us) * 1_000 + i128::from(below_ns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAG_US: i64 = 300 * SECOND_US;

    fn at(instant_us: i64) -> Position {
        Position {
            instant_us,
            sequence: 5,
        }
    }

    fn enabled(now_us: i64) -> PointInTimeRecovery {
        let mut pitr = PointInTimeRecovery::default();
        pitr.enable(at(now_us), None, LAG_US);
        pitr
    }

    #[test]
    fn both_ends_are_the_enable_second_for_five_minutes() {
        let window = *enabled(1_000_700_000).window().unwrap();
        assert_eq!(window.earliest_us(1_000_700_000), 1_000_000_000);
        assert_eq!(window.latest_us(1_000_000_000 + LAG_US), 1_000_000_000);
        assert_eq!(
            window.latest_us(1_000_000_000 + LAG_US + 15_115_900),
            1_015_115_000
        );
    }

    #[test]
    fn the_earliest_time_slides_after_the_period() {
        let window = *enabled(0).window().unwrap();
        assert_eq!(window.earliest_us(34 * DAY_US), 0);
        assert_eq!(window.earliest_us(36 * DAY_US), DAY_US);
    }

    #[test]
    fn a_sliding_end_has_whole_milliseconds() {
        let window = *enabled(0).window().unwrap();
        assert_eq!(window.earliest_us(36 * DAY_US + 1_999), DAY_US + 1_000);
    }

    #[test]
    fn nothing_lies_before_the_switch() {
        let window = *enabled(1_000_700_000).window().unwrap();
        let switch = Cut::Before {
            first_out: at(1_000_700_000),
        };
        assert_eq!(window.cut_before(1_000_000_000), switch);
        assert_eq!(window.cut_before(1_000_700_000), switch);
        let later = Cut::At {
            instant_us: 1_000_700_000,
        };
        assert_eq!(window.cut_before(1_000_700_001), later);
    }

    #[test]
    fn a_longer_period_does_not_bring_history_back() {
        let mut pitr = enabled(0);
        pitr.enable(at(20 * DAY_US), Some(7), LAG_US);
        assert_eq!(pitr.window().unwrap().earliest_us(20 * DAY_US), 13 * DAY_US);
        pitr.enable(at(20 * DAY_US), Some(35), LAG_US);
        assert_eq!(pitr.window().unwrap().earliest_us(20 * DAY_US), 13 * DAY_US);
    }

    #[test]
    fn disabling_forgets_the_period_and_the_window() {
        let mut pitr = enabled(0);
        pitr.enable(at(0), Some(7), LAG_US);
        pitr.disable();
        pitr.enable(at(50 * DAY_US), None, LAG_US);
        let window = pitr.window().unwrap();
        assert_eq!(
            (window.period_days, window.earliest_us(50 * DAY_US)),
            (35, 50 * DAY_US)
        );
    }
}
