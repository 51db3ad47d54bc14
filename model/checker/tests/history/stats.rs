use lookback_checker::history::{Latency, Stats, Truncation, read, to_lines};
use proptest::prelude::*;

use crate::{GOLDEN, any, of_lines};

#[test]
fn of_the_golden_history() {
    let stats = Stats::of(&read(GOLDEN).unwrap());
    insta::assert_json_snapshot!(stats);
}

#[test]
fn of_a_cut_history() {
    let cut = &GOLDEN[..GOLDEN.len() - 3];
    let stats = Stats::of(&read(cut).unwrap());
    let last_line = cut.iter().rposition(|byte| *byte == b'\n').unwrap() as u64 + 1;
    assert_eq!(
        stats.truncated,
        Some(Truncation {
            line: 16,
            offset: last_line
        })
    );
    assert!(!stats.ended);
}

/// A history of one call for each latency.
fn of_latencies(latencies: &[u64]) -> Latency {
    let mut lines = Vec::new();
    for (id, latency_us) in latencies.iter().enumerate() {
        lines.push(format!(
            r#"{{"call":{{"id":{id},"at_us":0,"op":"GetItem","in":{{}}}}}}"#
        ));
        lines.push(format!(
            r#"{{"return":{{"id":{id},"at_us":{latency_us},"out":{{}}}}}}"#
        ));
    }
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let stats = Stats::of(&of_lines(&lines).unwrap());
    stats.operations["GetItem"].latency_us
}

#[test]
fn percentiles_are_those_of_the_nearest_rank() {
    let all: Vec<u64> = (1..=200).collect();
    let expected = Latency {
        p50: 100,
        p90: 180,
        p99: 198,
        max: 200,
    };
    assert_eq!(of_latencies(&all), expected);
    let one = Latency {
        p50: 7,
        p90: 7,
        p99: 7,
        max: 7,
    };
    assert_eq!(of_latencies(&[7]), one);
}

#[test]
fn a_move_of_the_clock_is_no_latency_and_no_duration() {
    let lines = [
        r#"{"call":{"id":1,"at_us":100,"op":"GetItem","in":{}}}"#,
        r#"{"clock":{"at_us":150,"moved_us":60000000}}"#,
        r#"{"return":{"id":1,"at_us":60000300,"out":{}}}"#,
    ];
    let stats = Stats::of(&of_lines(&lines).unwrap());
    assert_eq!(stats.operations["GetItem"].latency_us.max, 200);
    assert_eq!((stats.duration_us, stats.moved_us), (200, 60_000_000));
    assert!((stats.returns_per_s - 5_000.0).abs() < 1e-6);
}

proptest! {
    #[test]
    fn every_call_is_counted_once(history in any::history()) {
        let stats = Stats::of(&history);
        let mut calls = 0;
        for operation in stats.operations.values() {
            let refused: u64 = operation.refused.values().sum();
            prop_assert_eq!(
                operation.calls,
                operation.answered + refused + operation.uncertain + operation.unanswered
            );
            calls += operation.calls;
        }
        prop_assert_eq!(stats.calls, calls);
        prop_assert_eq!(stats.entries, history.entries.len() as u64 + 1);
        prop_assert_eq!(Stats::of(&read(&to_lines(&history)).unwrap()), stats);
    }

    #[test]
    fn percentiles_agree_with_a_sorted_list(latencies in prop::collection::vec(0_u64..50, 1..60)) {
        let mut sorted = latencies.clone();
        sorted.sort_unstable();
        let at = |percent: usize| sorted[(sorted.len() * percent).div_ceil(100).max(1) - 1];
        let expected = Latency { p50: at(50), p90: at(90), p99: at(99), max: sorted[sorted.len() - 1] };
        prop_assert_eq!(of_latencies(&latencies), expected);
    }
}
