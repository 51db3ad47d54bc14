//! Rates: token buckets in virtual time, one for each caller and operation (RATE-001..006, RATE-013, RATE-015).

use std::collections::BTreeMap;

use lookback_protocol::error::{ErrorCode, ServiceError};
use lookback_protocol::wire::Operation;

use crate::caller::Caller;
use crate::choices::SECOND_US;

/// Which rates and quotas are enforced. What both records and documents know is enforced always, like the fifty restores
/// that may run at once (RATE-007).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Throttling {
    /// None: emulators need not throttle.
    #[default]
    Off,
    /// The documented ceilings per second, and the quotas that are documented and were never seen to be enforced:
    /// table operations in progress, tables, decreases of capacity, changes of the table class.
    Documented,
    /// What the live service was observed to refuse: calls beyond the bursts that it allows, and a second change of
    /// the deletion protection within 15 seconds. What it was never seen to refuse passes.
    Observed,
}

/// What one bucket holds, and how fast it fills.
#[derive(Clone, Copy, Debug)]
struct Rate {
    burst: i64,
    per_minute: i64,
}

impl Rate {
    /// So many calls in a burst, and as many in every second.
    const fn per_second(calls: i64) -> Self {
        Self {
            burst: calls,
            per_minute: 60 * calls,
        }
    }

    /// The same with another burst.
    const fn with_burst(self, burst: i64) -> Self {
        Self { burst, ..self }
    }
}

/// The buckets of a service.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    throttling: Throttling,
    /// Fill in the unit of [`CALL`], and when it was last reckoned.
    buckets: BTreeMap<(Caller, Operation), (i64, i64)>,
}

/// One call, in the unit of the buckets: at one call per minute, a microsecond brings one.
const CALL: i64 = 60 * SECOND_US;

impl Throttle {
    pub fn new(throttling: Throttling) -> Self {
        Self {
            throttling,
            buckets: BTreeMap::new(),
        }
    }

    /// Which rates and quotas are enforced.
    pub fn throttling(&self) -> Throttling {
        self.throttling
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
            .saturating_mul(rate.per_minute);
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
    match throttling {
        Throttling::Off => None,
        Throttling::Documented => documented(operation),
        Throttling::Observed => observed(operation),
    }
}

/// The documented ceilings (RATE-001..006, RATE-015).
fn documented(operation: Operation) -> Option<Rate> {
    use Operation::{
        CreateBackup, DeleteBackup, DescribeBackup, DescribeContinuousBackups, DescribeLimits,
        ListBackups, ListTagsOfResource, RestoreTableFromBackup, RestoreTableToPointInTime,
        TagResource, UntagResource, UpdateContinuousBackups,
    };
    match operation {
        CreateBackup => Some(Rate::per_second(50)),
        DeleteBackup
        | DescribeBackup
        | RestoreTableFromBackup
        | RestoreTableToPointInTime
        | DescribeContinuousBackups
        | UpdateContinuousBackups
        | ListTagsOfResource => Some(Rate::per_second(10)),
        ListBackups | TagResource | UntagResource => Some(Rate::per_second(5)),
        DescribeLimits => Some(Rate {
            burst: 1,
            per_minute: 1,
        }),
        _ => None,
    }
}

/// The bursts that passed before the live service refused a call (RATE-002..004, RATE-011, RATE-015). How fast DescribeTimeToLive
/// recovers was not seen: its burst in every second is taken. ExportTableToPointInTime refused
/// after about twenty calls, and took one every 1.5 s (RATE-011).
fn observed(operation: Operation) -> Option<Rate> {
    use Operation::{
        DeleteBackup, DescribeBackup, DescribeTimeToLive, ExportTableToPointInTime, ListBackups,
    };
    match operation {
        DeleteBackup | DescribeBackup => Some(Rate::per_second(10).with_burst(13)),
        ListBackups => Some(Rate::per_second(5)),
        DescribeTimeToLive => Some(Rate::per_second(4)),
        ExportTableToPointInTime => Some(Rate {
            burst: 20,
            per_minute: 40,
        }),
        _ => None,
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
