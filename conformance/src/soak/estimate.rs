//! How far the target's clock is from the recorder's, again and again.
//!
//! Each time that the target tells in the answer to a call bounds the difference: the target's clock showed it at some
//! instant between the call and the return. Many such intervals, intersected over the last seconds, leave little more
//! than the time that a request takes, also where each time is told in whole seconds.

use std::collections::VecDeque;

/// How long a sample counts, in microseconds of this machine's clock.
const WINDOW_US: i64 = 10_000_000;
/// How often an estimate is made, in microseconds of this machine's clock.
const EVERY_US: i64 = 500_000;
/// How many samples are kept where they contradict each other: the newest.
const KEPT: usize = 8;
/// By how much two clocks may drift apart, in parts per million.
const DRIFT_PPM: i64 = 200;

/// One time that the target told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// When the call was made, in microseconds on the recorder's clock.
    pub called_us: i64,
    /// When it returned, in microseconds on the recorder's clock.
    pub returned_us: i64,
    /// The time that the target told, in microseconds since the Unix epoch.
    pub told_us: i64,
    /// The unit in which it was told, in microseconds: what is finer was cut off.
    pub unit_us: i64,
    /// Whether it is the time of an artefact or a table, which the run is there to doubt: it makes an estimate finer and
    /// never moves it.
    pub doubted: bool,
}

impl Told {
    fn bounds(self) -> (i64, i64) {
        (
            self.told_us - self.returned_us,
            self.told_us + self.unit_us - self.called_us,
        )
    }
}

#[derive(Clone, Copy, Debug)]
struct Sample {
    /// When it was taken, in microseconds of this machine's clock.
    taken_us: i64,
    bounds_us: (i64, i64),
    doubted: bool,
}

impl Sample {
    /// The bounds as they hold later: clocks drift apart.
    fn widened(self, real_us: i64) -> (i64, i64) {
        let drift_us = (real_us - self.taken_us) * DRIFT_PPM / 1_000_000;
        (self.bounds_us.0 - drift_us, self.bounds_us.1 + drift_us)
    }
}

/// Bounds of the difference, from what was told lately.
#[derive(Clone, Debug, Default)]
pub struct Estimator {
    /// By how much the target's clock may lag behind between two moves, where it stands still: widens every bound.
    slack_us: i64,
    samples: VecDeque<Sample>,
    made_us: Option<i64>,
}

impl Estimator {
    /// For a clock that runs evenly, give or take so much.
    pub fn new(slack_us: i64) -> Self {
        Self {
            slack_us,
            ..Self::default()
        }
    }

    /// Takes a sample; gives an estimate where it is time for one. `real_us` is this machine's clock.
    pub fn add(&mut self, real_us: i64, told: Told) -> Option<(i64, i64)> {
        let (low_us, high_us) = told.bounds();
        let slack_us = self.slack_us;
        self.samples.push_back(Sample {
            taken_us: real_us,
            bounds_us: (low_us - slack_us, high_us + slack_us),
            doubted: told.doubted,
        });
        let is_old = |sample: &Sample| real_us - sample.taken_us > WINDOW_US;
        while self.samples.front().is_some_and(is_old) {
            self.samples.pop_front();
        }
        if self
            .made_us
            .is_some_and(|made_us| real_us - made_us < EVERY_US)
        {
            return None;
        }
        self.made_us = Some(real_us);
        self.bounds(real_us)
    }

    /// The bounds as they are known now; none where nothing was told yet.
    pub fn bounds(&mut self, real_us: i64) -> Option<(i64, i64)> {
        let all = self.samples.iter().map(|sample| sample.widened(real_us));
        let sure = self.samples.iter().filter(|sample| !sample.doubted);
        let sure = sure.map(|sample| sample.widened(real_us));
        let mut common = sure
            .clone()
            .reduce(both)
            .or_else(|| all.clone().next_back())?;
        if common.0 > common.1 {
            // They contradict each other: the clock was set, or one of its times is told late. What holds from now on
            // will show; until then all of it may be true.
            let hull = sure.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)));
            let newest = self.samples.len().saturating_sub(KEPT);
            self.samples.drain(..newest);
            return hull;
        }
        for bounds in all {
            let finer = both(common, bounds);
            if finer.0 <= finer.1 {
                common = finer;
            }
        }
        Some(common)
    }
}

/// What lies within both.
fn both(one: (i64, i64), other: (i64, i64)) -> (i64, i64) {
    (one.0.max(other.0), one.1.min(other.1))
}

/// The time of a Date header, in microseconds since the Unix epoch.
pub fn date_us(header: &str) -> Option<i64> {
    let date = jiff::fmt::rfc2822::DateTimeParser::new()
        .parse_timestamp(header)
        .ok()?;
    Some(date.as_microsecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFSET_US: i64 = 1_700_000_000_123_456;

    /// A call that takes 2 ms; the target tells the time after 1 ms, in this unit.
    fn told(called_us: i64, offset_us: i64, unit_us: i64) -> Told {
        let now_us = called_us + 1_000 + offset_us;
        Told {
            called_us,
            returned_us: called_us + 2_000,
            told_us: now_us - now_us.rem_euclid(unit_us),
            unit_us,
            doubted: false,
        }
    }

    #[test]
    fn one_time_in_whole_seconds_bounds_to_a_second() {
        let mut estimator = Estimator::new(0);
        let (low, high) = estimator.add(0, told(0, OFFSET_US, 1_000_000)).unwrap();
        assert!(low <= OFFSET_US && OFFSET_US <= high);
        assert_eq!(high - low, 1_002_000);
    }

    #[test]
    fn many_times_in_whole_seconds_bound_to_milliseconds() {
        let mut estimator = Estimator::new(0);
        let mut last = None;
        for call in 0..2_000_i64 {
            let at_us = call * 4_567;
            last = estimator
                .add(at_us, told(at_us, OFFSET_US, 1_000_000))
                .or(last);
        }
        let (low, high) = last.unwrap();
        assert!(low <= OFFSET_US && OFFSET_US <= high);
        assert!(high - low < 15_000, "{}", high - low);
    }

    #[test]
    fn a_clock_that_is_set_is_never_missed() {
        let mut estimator = Estimator::new(0);
        for call in 0..4_000_i64 {
            let at_us = call * 10_000;
            let offset_us = if call < 2_000 {
                OFFSET_US
            } else {
                OFFSET_US - 5_000_000
            };
            if let Some((low, high)) = estimator.add(at_us, told(at_us, offset_us, 1_000)) {
                assert!(low <= offset_us && offset_us <= high, "call {call}");
            }
        }
    }

    #[test]
    fn the_time_of_an_artefact_makes_an_estimate_finer_and_never_moves_it() {
        let mut estimator = Estimator::new(0);
        let date = estimator.add(0, told(0, OFFSET_US, 1_000_000)).unwrap();
        let doubted = |offset_us| Told {
            doubted: true,
            ..told(600_000, offset_us, 1_000)
        };
        let wrong = estimator
            .add(600_000, doubted(OFFSET_US - 30_000_000))
            .unwrap();
        assert!((wrong.0 - date.0).abs() < 1_000 && (wrong.1 - date.1).abs() < 1_000);
        let right = estimator.add(1_200_000, doubted(OFFSET_US)).unwrap();
        assert!(right.0 <= OFFSET_US && OFFSET_US <= right.1);
        assert!(right.1 - right.0 < 10_000, "{}", right.1 - right.0);
    }

    #[test]
    fn dates_are_read_as_http_writes_them() {
        assert_eq!(date_us("Thu, 01 Jan 1970 00:00:07 GMT"), Some(7_000_000));
        assert_eq!(date_us("today"), None);
    }
}
