//! How the target's clock relates to the recorder's.

use crate::history::Estimate;

/// The estimates of a history, in the order of time.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    estimates: Vec<Estimate>,
}

impl Clock {
    pub(super) fn add(&mut self, estimate: Estimate) {
        self.estimates.push(estimate);
    }

    /// The instants of the recorder's clock that a time of the target's clock can be, in microseconds. Clocks drift, so
    /// the estimates before and after that time count, and none that is farther away. Without any estimate the two
    /// clocks are one.
    pub fn on_recorder_us(&self, target_us: i64) -> (i64, i64) {
        let around = |estimate: &Estimate| {
            let middle = midpoint(estimate.offset_us_min, estimate.offset_us_max);
            estimate.at_us.saturating_add(middle) <= target_us
        };
        let middle = self.estimates.partition_point(around);
        let (before, after) = self.estimates.split_at(middle);
        // An estimate that may lie on either side of the time does not bound it: the next one counts as well.
        let surely_before = |it: &Estimate| it.at_us.saturating_add(it.offset_us_max) <= target_us;
        let surely_after = |it: &Estimate| it.at_us.saturating_add(it.offset_us_min) >= target_us;
        let from = before.iter().rposition(surely_before).unwrap_or(0);
        let to = after
            .iter()
            .position(surely_after)
            .map_or(after.len(), |at| at + 1);
        let near = before.iter().skip(from).chain(after.iter().take(to));
        let (mut least, mut most) = (None, None);
        for estimate in near {
            least = Some(least.unwrap_or(i64::MAX).min(estimate.offset_us_min));
            most = Some(most.unwrap_or(i64::MIN).max(estimate.offset_us_max));
        }
        (
            target_us.saturating_sub(most.unwrap_or(0)),
            target_us.saturating_sub(least.unwrap_or(0)),
        )
    }
}

fn midpoint(a: i64, b: i64) -> i64 {
    a.saturating_add(b.saturating_sub(a) / 2)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn clock(estimates: &[(i64, i64, i64)]) -> Clock {
        let mut clock = Clock::default();
        for (at_us, offset_us_min, offset_us_max) in estimates.iter().copied() {
            clock.add(Estimate {
                at_us,
                offset_us_min,
                offset_us_max,
            });
        }
        clock
    }

    #[test]
    fn without_an_estimate_the_clocks_are_one() {
        assert_eq!(clock(&[]).on_recorder_us(17), (17, 17));
    }

    #[test]
    fn an_estimate_widens_by_its_uncertainty() {
        assert_eq!(clock(&[(0, 90, 110)]).on_recorder_us(1_000), (890, 910));
    }

    #[test]
    fn between_two_estimates_both_count() {
        let drifting = clock(&[(0, 0, 10), (1_000, 50, 60), (2_000, 100, 110)]);
        assert_eq!(drifting.on_recorder_us(1_500), (1_390, 1_450));
    }

    #[test]
    fn an_estimate_that_may_lie_on_either_side_bounds_nothing_alone() {
        // By the second one alone, 1,005 on the target's clock were 935 to 1,025 on the recorder's.
        let unsure = clock(&[(0, 90, 100), (1_000, -20, 70), (2_000, 110, 120)]);
        assert_eq!(unsure.on_recorder_us(1_005), (885, 1_025));
    }

    /// Estimates in the order of time, each around the true offset; between them the offset drifts evenly.
    fn drift() -> impl Strategy<Value = Vec<(i64, i64, i64, i64)>> {
        let estimate = (1_i64..1_000, -300_i64..300, 0_i64..400, 0_i64..400);
        prop::collection::vec(estimate, 2..6).prop_map(|steps| {
            let (mut at_us, mut offset_us) = (0, 0);
            let estimates = steps
                .into_iter()
                .map(|(after_us, drift_us, below_us, above_us)| {
                    at_us += after_us;
                    // No clock goes back.
                    offset_us += drift_us.max(1 - after_us);
                    (at_us, offset_us, below_us, above_us)
                });
            estimates.collect()
        })
    }

    proptest! {
        #[test]
        fn an_instant_is_among_those_that_its_time_on_the_target_can_be(
            drift in drift(),
            share in 0_i64..=1_000,
        ) {
            let (first, last) = (drift[0].0, drift[drift.len() - 1].0);
            let at_us = first + (last - first) * share / 1_000;
            let next = drift.partition_point(|(it_us, ..)| *it_us <= at_us).min(drift.len() - 1);
            let ((from_us, from, ..), (to_us, to, ..)) = (drift[next - 1], drift[next]);
            let offset_us = from + (to - from) * (at_us - from_us) / (to_us - from_us);
            let estimates: Vec<(i64, i64, i64)> = drift
                .iter()
                .map(|(at_us, offset_us, below, above)| (*at_us, offset_us - below, offset_us + above))
                .collect();
            let (from_us, to_us) = clock(&estimates).on_recorder_us(at_us + offset_us);
            prop_assert!((from_us..=to_us).contains(&at_us), "{at_us} is not in {from_us}..={to_us}");
        }
    }
}
