//! Holds calls back so that a run does not throttle itself (RATE-001 to RATE-006, RATE-015).
//!
//! A bucket for each operation and caller, as the service has them: half a second's worth may go at once,
//! the rest follows at the documented rate.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::target::Caller;

/// The calls per second that an operation is held to; none where the service does not say.
pub fn per_second(operation: &str) -> Option<u32> {
    match operation {
        "CreateBackup" => Some(50),
        "DescribeBackup"
        | "DeleteBackup"
        | "RestoreTableFromBackup"
        | "RestoreTableToPointInTime"
        | "DescribeContinuousBackups"
        | "UpdateContinuousBackups"
        | "ListTagsOfResource" => Some(10),
        "ListBackups" | "TagResource" | "UntagResource" => Some(5),
        // Documented as 10, seen to throttle after 4 back to back (RATE-015).
        "DescribeTimeToLive" => Some(3),
        _ => None,
    }
}

/// When each operation's next call may go.
#[derive(Debug, Default)]
pub struct Pacer {
    /// When the bucket of an operation will be full again.
    full_at: Mutex<BTreeMap<(Caller, String), Instant>>,
}

impl Pacer {
    /// Takes the next turn of an operation; gives how long the call has to wait for it from `now` on.
    pub fn turn(&self, caller: Caller, operation: &str, now: Instant) -> Duration {
        let Some(rate) = per_second(operation) else {
            return Duration::ZERO;
        };
        let gap = Duration::from_secs(1) / rate;
        // Half a second's worth, at least one call.
        let slack = gap * (rate / 2).max(1).saturating_sub(1);
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let full = full_at.entry((caller, operation.to_owned())).or_insert(now);
        let due = (*full).max(now);
        *full = due + gap;
        due.saturating_duration_since(now).saturating_sub(slack)
    }

    /// A call was throttled all the same: those that follow wait, too.
    pub fn hold(&self, caller: Caller, operation: &str, until: Instant) {
        if per_second(operation).is_some() {
            let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
            let full = full_at
                .entry((caller, operation.to_owned()))
                .or_insert(until);
            *full = (*full).max(until);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits_ms(pacer: &Pacer, operation: &str, calls: usize, now: Instant) -> Vec<u128> {
        (0..calls)
            .map(|_| pacer.turn(Caller::Own, operation, now).as_millis())
            .collect()
    }

    #[test]
    fn a_few_calls_go_at_once_and_the_rest_in_step() {
        let waits = waits_ms(&Pacer::default(), "ListBackups", 5, Instant::now());
        assert_eq!(waits, [0, 0, 200, 400, 600]);
        let waits = waits_ms(&Pacer::default(), "DescribeTimeToLive", 3, Instant::now());
        assert_eq!(waits, [0, 333, 666]);
    }

    #[test]
    fn time_fills_the_bucket_again() {
        let (pacer, now) = (Pacer::default(), Instant::now());
        waits_ms(&pacer, "ListBackups", 5, now);
        let later = now + Duration::from_secs(60);
        assert_eq!(waits_ms(&pacer, "ListBackups", 3, later), [0, 0, 200]);
    }

    #[test]
    fn callers_and_operations_have_buckets_of_their_own() {
        let (pacer, now) = (Pacer::default(), Instant::now());
        waits_ms(&pacer, "ListBackups", 9, now);
        assert_eq!(
            pacer.turn(Caller::OtherRegion, "ListBackups", now),
            Duration::ZERO
        );
        assert_eq!(pacer.turn(Caller::Own, "TagResource", now), Duration::ZERO);
    }

    #[test]
    fn calls_that_nobody_limits_never_wait() {
        let waits = waits_ms(&Pacer::default(), "PutItem", 1_000, Instant::now());
        assert!(waits.iter().all(|wait| *wait == 0));
    }

    #[test]
    fn a_throttle_holds_the_calls_behind_it() {
        let (pacer, now) = (Pacer::default(), Instant::now());
        pacer.hold(Caller::Own, "ListBackups", now + Duration::from_secs(2));
        assert_eq!(waits_ms(&pacer, "ListBackups", 2, now), [1_800, 2_000]);
    }

    #[test]
    fn what_goes_in_its_turn_is_not_throttled() {
        use lookback_reference::{Caller as Account, Service, Settings, Throttling};
        let mut service = Service::new(Settings {
            throttling: Throttling::Documented,
            ..Settings::default()
        });
        let account = Account::new("111122223333", "us-east-1");
        let (pacer, now) = (Pacer::default(), Instant::now());
        let calls = ["ListBackups"; 9]
            .into_iter()
            .chain(["DescribeTimeToLive"; 5]);
        let mut turns: Vec<(Duration, &str)> = calls
            .map(|operation| (pacer.turn(Caller::Own, operation, now), operation))
            .collect();
        turns.sort();
        for (wait, operation) in turns {
            let now_us = 1_790_000_000_000_000 + i64::try_from(wait.as_micros()).unwrap();
            let target = format!("DynamoDB_20120810.{operation}");
            let body = br#"{"TableName": "lb-none"}"#;
            let answer = service.answer(now_us, &account, Some(&target), body);
            let told = String::from_utf8(answer.body).unwrap();
            assert!(!told.contains("Throttling"), "{operation}: {told}");
        }
    }

    #[test]
    fn never_more_than_a_bucket_and_its_refill_go_within_a_second() {
        for (operation, rate) in [
            ("ListBackups", 5),
            ("DeleteBackup", 10),
            ("CreateBackup", 50),
        ] {
            let waits = waits_ms(&Pacer::default(), operation, 200, Instant::now());
            let in_a_second = waits.iter().filter(|wait| **wait < 1_000).count();
            assert!(in_a_second <= rate + rate / 2, "{operation}: {in_a_second}");
        }
    }
}
