//! Prints how fast histories of growing length are made ready and judged, and what memory that takes.
//!
//! `cargo run --release -p lookback-benches --bin judge [CALLS...]`; without arguments 10,000 to 1,000,000 calls over
//! 1,000 items with four backups. Judging is measured in CPU time of its thread, and in wall time on all cores.

use std::error::Error;
use std::time::Instant;

use criterion::measurement::Measurement;
use lookback_benches::{CpuTime, Histories, resident_bytes};
use lookback_checker::judge::judge_trace;
use lookback_checker::trace::Builder;
use lookback_checker::{Contract, Options};

fn main() -> Result<(), Box<dyn Error>> {
    let mut sizes: Vec<u64> = Vec::new();
    for argument in std::env::args().skip(1) {
        sizes.push(argument.replace('_', "").parse()?);
    }
    if sizes.is_empty() {
        sizes = vec![10_000, 100_000, 1_000_000];
    }
    println!("calls      ready s  judged s  ns/call  on all cores s  bytes/call");
    for calls in sizes {
        measure(calls)?;
    }
    Ok(())
}

fn measure(calls: u64) -> Result<(), Box<dyn Error>> {
    let before_bytes = resident_bytes()?;
    let contract = Contract::dynamodb();
    let histories = Histories {
        calls,
        keys: 1_000,
        backups: 4,
    };
    let mut builder = Builder::new(Histories::header(), contract.in_place_kinds());
    let mut ready_ns = 0;
    histories.each(|entry| {
        let started = CpuTime.start();
        builder.push(&entry);
        ready_ns += CpuTime.end(started);
    })?;
    let started = CpuTime.start();
    let trace = builder.finish();
    ready_ns += CpuTime.end(started);
    let started = CpuTime.start();
    let verdict = judge_trace(&trace, &contract, &Options::default());
    let judged_ns = CpuTime.end(started);
    if !verdict.is_pass() {
        return Err(format!("a right history was judged {:?}", verdict.outcome()).into());
    }
    let bytes = resident_bytes()?.saturating_sub(before_bytes);
    let threads = std::thread::available_parallelism()?.get();
    let options = Options {
        threads,
        ..Options::default()
    };
    let started = Instant::now();
    let same = judge_trace(&trace, &contract, &options);
    let parallel = started.elapsed();
    if same != verdict {
        return Err("the verdict depends on the threads".into());
    }
    println!(
        "{calls:<9}  {:>7.3}  {:>8.3}  {:>7.0}  {:>14.3}  {:>10.0}",
        ready_ns as f64 / 1e9,
        judged_ns as f64 / 1e9,
        judged_ns as f64 / calls as f64,
        parallel.as_secs_f64(),
        bytes as f64 / calls as f64,
    );
    Ok(())
}
