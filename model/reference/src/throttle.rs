//! Rates: token buckets in virtual time, one for each caller and operation (RATE-001..006, RATE-013).

use std::collections::BTreeMap;

use lookback_protocol::error::{ErrorCode, ServiceError};
use lookback_protocol::wire::Operation;

use crate::caller::Caller;
use crate::choices::SECOND_US;

/// Which rates are enforced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Throttling {
    /// None: emulators need not throttle.
    #[default]
    Off,
    /// The documented ceilings per second.
    Documented,
    /// The bursts that the live service was observed to allow: less for ListBackups, more for the rest.
    Observed,
}

/// What one bucket holds, and how fast it fills.
#[derive(Clone, Copy, Debug)]
struct Rate {
    burst: i64,
    per_second: i64,
}

/// The buckets of a service.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    throttling: Throttling,
    /// Fill in millionths of a call, and when it was last reckoned.
    buckets: BTreeMap<(Caller, Operation), (i64, i64)>,
}

/// One call, in the unit of the buckets.
const CALL: i64 = SECOND_US;

impl Throttle {
    pub fn new(throttling: Throttling) -> Self {
        Self {
            throttling,
            buckets: BTreeMap::new(),
        }
    }

    /// Takes one call out of its bucket, or refuses it (ERRORS-015).
    pub fn admit(
        &mut self,
        now_us: i64,
        caller: &Caller,
        operation: Operation,
    ) -> Result<(), ServiceError> {
        let Some(rate) = rate(self.throttling, operation) else {
            return Ok(());
        };
        let full = rate.burst * CALL;
        let (fill, reckoned_us) = self
            .buckets
            .entry((caller.clone(), operation))
            .or_insert((full, now_us));
        let gained = (now_us - *reckoned_us)
            .min(full)
            .saturating_mul(rate.per_second);
        *fill = fill.saturating_add(gained).min(full);
        *reckoned_us = now_us;
        if *fill < CALL {
            return Err(ServiceError::new(
                ErrorCode::ThrottlingException,
                "Rate exceeded",
            ));
        }
        *fill -= CALL;
        Ok(())
    }
}

/// The rate of an operation; `None`: not limited. Where records and documents disagree, both are here.
fn rate(throttling: Throttling, operation: Operation) -> Option<Rate> {
    use Operation::{
        CreateBackup, DeleteBackup, DescribeBackup, DescribeContinuousBackups, ListBackups,
        ListTagsOfResource, RestoreTableFromBackup, RestoreTableToPointInTime, TagResource,
        UntagResource, UpdateContinuousBackups,
    };
    let (documented, observed_burst) = match operation {
        CreateBackup => (50, None),
        DeleteBackup | DescribeBackup => (10, Some(13)),
        ListBackups => (5, Some(5)),
        RestoreTableFromBackup | RestoreTableToPointInTime => (10, None),
        DescribeContinuousBackups | UpdateContinuousBackups => (10, Some(13)),
        TagResource | UntagResource => (5, Some(5)),
        ListTagsOfResource => (10, None),
        _ => return None,
    };
    match throttling {
        Throttling::Off => None,
        Throttling::Documented => Some(Rate {
            burst: documented,
            per_second: documented,
        }),
        Throttling::Observed => observed_burst.map(|burst| Rate {
            burst,
            per_second: documented,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller() -> Caller {
        Caller::new("111122223333", "us-east-1")
    }

    fn admitted(throttle: &mut Throttle, now_us: i64, calls: usize) -> usize {
        (0..calls)
            .filter(|_| {
                throttle
                    .admit(now_us, &caller(), Operation::ListBackups)
                    .is_ok()
            })
            .count()
    }

    #[test]
    fn a_burst_passes_up_to_the_bucket_and_refills_with_time() {
        let mut throttle = Throttle::new(Throttling::Documented);
        assert_eq!(admitted(&mut throttle, 0, 8), 5);
        assert_eq!(admitted(&mut throttle, SECOND_US / 5, 8), 1);
        assert_eq!(admitted(&mut throttle, 100 * SECOND_US, 8), 5);
    }

    #[test]
    fn buckets_are_per_operation_and_per_caller() {
        let mut throttle = Throttle::new(Throttling::Documented);
        assert_eq!(admitted(&mut throttle, 0, 8), 5);
        assert!(
            throttle
                .admit(0, &caller(), Operation::DescribeBackup)
                .is_ok()
        );
        let other = Caller::new("444455556666", "us-east-1");
        assert!(throttle.admit(0, &other, Operation::ListBackups).is_ok());
    }

    #[test]
    fn nothing_is_throttled_unless_asked_for() {
        assert_eq!(admitted(&mut Throttle::default(), 0, 1_000), 1_000);
    }
}
