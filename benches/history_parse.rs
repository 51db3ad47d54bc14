//! Histories of 10 thousand to 1 million calls: reading them into memory, reading them entry by entry (*stream*), writing
//! them, counting them.
//!
//! A call in two is a PutItem, the others are GetItems; every thousandth is a backup, read back as an artefact of a
//! hundred items. A line is about a hundred bytes long: short lines are the slow ones. Dropping what was read is not
//! measured.

#![allow(missing_docs, clippy::expect_used)] // Criterion's macros make public functions; a bench may stop.

use std::hint::black_box;
use std::time::Duration;

use criterion::{
    BatchSize, BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main,
};
use lookback_benches::CpuTime;
use lookback_checker::history::{
    Artefact, Call, End, Entry, Header, History, Reader, Return, Stats, read, to_lines,
};
use serde_json::value::RawValue;

/// How many calls a history has.
const CALLS: [u64; 3] = [10_000, 100_000, 1_000_000];

/// How many clients call in turn.
const CLIENTS: u64 = 16;

/// How many items there are.
const KEYS: u64 = 1_000;

fn history_parse(criterion: &mut Criterion<CpuTime>) {
    for calls in CALLS {
        let history = history(calls);
        let lines = to_lines(&history);
        let mut group = criterion.benchmark_group("history");
        group.sampling_mode(SamplingMode::Flat);
        group.throughput(Throughput::Bytes(lines.len() as u64));
        group.bench_function(BenchmarkId::new("read", calls), |bencher| {
            bencher.iter_batched(
                || (),
                |()| read(&lines).expect("the history is sound"),
                BatchSize::PerIteration,
            );
        });
        group.bench_function(BenchmarkId::new("stream", calls), |bencher| {
            bencher.iter(|| stream(&lines));
        });
        group.bench_function(BenchmarkId::new("write", calls), |bencher| {
            bencher.iter(|| black_box(to_lines(&history)));
        });
        group.bench_function(BenchmarkId::new("stats", calls), |bencher| {
            bencher.iter(|| black_box(Stats::of(&history)));
        });
        group.finish();
    }
}

/// Reads without keeping what was read, as a judge does that takes entry by entry.
fn stream(lines: &[u8]) -> u64 {
    let mut entries = 0;
    let mut reader = Reader::new();
    let fed = reader.feed(lines, |entry| {
        black_box(entry);
        entries += 1;
    });
    fed.expect("the history is sound");
    entries
}

/// A history of so many calls.
fn history(calls: u64) -> History {
    let mut history = History {
        header: Header {
            version: 1,
            target: Some("a bench".to_owned()),
            ..Header::default()
        },
        ..History::default()
    };
    let mut at_us = 0;
    for id in 0..calls {
        at_us += 50;
        // Scattered, the same in every run.
        let key = id.wrapping_mul(0x9E37_79B9_7F4A_7C15) % KEYS;
        let (op, input, output) = match id % 1_000 {
            999 => (
                "CreateBackup",
                r#"{"TableName":"music","BackupName":"nightly"}"#.to_owned(),
                r#"{"BackupDetails":{"BackupStatus":"CREATING","BackupCreationDateTime":1.5}}"#
                    .to_owned(),
            ),
            even if even % 2 == 0 => (
                "PutItem",
                format!(r#"{{"TableName":"music","Item":{}}}"#, item(key, id)),
                "{}".to_owned(),
            ),
            _ => (
                "GetItem",
                format!(
                    r#"{{"TableName":"music","Key":{{"pk":{{"S":"album-{key}"}}}},"ConsistentRead":true}}"#
                ),
                format!(r#"{{"Item":{}}}"#, item(key, id)),
            ),
        };
        history.push(Entry::Call(Call {
            id,
            at_us,
            client: u32::try_from(id % CLIENTS).unwrap_or_default(),
            op: op.to_owned(),
            input: raw(input),
        }));
        history.push(Entry::Return(Return {
            id,
            at_us: at_us + 40,
            output: Some(raw(output)),
            error: None,
            uncertain: None,
            position: None,
        }));
        if op == "CreateBackup" {
            history.push(Entry::Artefact(backup(id, at_us)));
        }
    }
    history.push(Entry::End(End { at_us: at_us + 50 }));
    history
}

/// A backup of a hundred items.
fn backup(call: u64, anchor_us: i64) -> Artefact {
    Artefact {
        id: call,
        kind: "on-demand-backup".to_owned(),
        name: None,
        table: "music".to_owned(),
        call: Some(call),
        anchor_us: Some(anchor_us),
        position: None,
        group: None,
        items: (0..100).map(|key| raw(item(key, call))).collect(),
        indexes: Vec::new(),
    }
}

fn item(key: u64, version: u64) -> String {
    format!(r#"{{"pk":{{"S":"album-{key}"}},"n":{{"N":"{version}"}}}}"#)
}

fn raw(text: String) -> Box<RawValue> {
    RawValue::from_string(text).expect("it is JSON")
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .with_measurement(CpuTime)
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = history_parse
}
criterion_main!(benches);
