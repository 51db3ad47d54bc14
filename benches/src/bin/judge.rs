//! Prints how fast histories of growing length are made ready and judged, and what memory that takes.
//!
//! `cargo run --release -p lookback-benches --bin judge [plain|mixed] [CALLS...]`; without arguments both kinds, each
//! with 10,000 to 1,000,000 calls over 1,000 items and four backups. Times are CPU time of the one thread, on all cores
//! wall time. Each line is measured in a process of its own, so that none finds the memory of another.

use std::env;
use std::error::Error;
use std::io::Write as _;
use std::process::Command;
use std::time::Instant;

use criterion::measurement::Measurement;
use lookback_benches::{CpuTime, Histories, Kind, peak_resident_bytes, resident_bytes};
use lookback_checker::history::Entry;
use lookback_checker::judge::judge_trace;
use lookback_checker::trace::{Builder, Trace};
use lookback_checker::{Contract, Options};

/// Tells the process that it is one that measures.
const MEASURE: &str = "measure";

/// How many entries are made before they are taken: asking for the time costs as much as taking one.
const BATCH: usize = 4_096;

fn main() -> Result<(), Box<dyn Error>> {
    let mut kinds: Vec<Kind> = Vec::new();
    let mut sizes: Vec<u64> = Vec::new();
    let mut measures = false;
    for argument in env::args().skip(1) {
        if argument == MEASURE {
            measures = true;
        } else if let Some(kind) = Kind::from_name(&argument) {
            kinds.push(kind);
        } else {
            let size = argument.replace('_', "").parse();
            sizes.push(size.map_err(|_| format!("{argument}: neither plain, mixed nor a number"))?);
        }
    }
    if let (true, [kind], [calls]) = (measures, &*kinds, &*sizes) {
        return measure(*kind, *calls);
    }
    if kinds.is_empty() {
        kinds = Kind::ALL.to_vec();
    }
    if sizes.is_empty() {
        sizes = vec![10_000, 100_000, 1_000_000];
    }
    println!("                 --- made ready ---  ---- judged ----  on all    bytes/call");
    println!("kind   calls           s  ns/call          s  ns/call   cores s   kept   peak");
    for kind in kinds {
        for calls in &sizes {
            let mut child = Command::new(env::current_exe()?);
            child.args([MEASURE, kind.name(), &calls.to_string()]);
            if !child.status()?.success() {
                return Err("a measurement failed".into());
            }
        }
    }
    Ok(())
}

fn measure(kind: Kind, calls: u64) -> Result<(), Box<dyn Error>> {
    let contract = Contract::dynamodb();
    let histories = Histories {
        kind,
        calls,
        keys: 1_000,
        backups: 4,
    };
    let before_bytes = resident_bytes()?;
    let (trace, ready_ns) = make_ready(histories, &contract)?;
    let started = CpuTime.start();
    let verdict = judge_trace(&trace, &contract, &Options::default());
    let judged_ns = CpuTime.end(started);
    if !verdict.is_pass() {
        return Err(format!("a right history was judged {:?}", verdict.outcome()).into());
    }
    let kept_bytes = resident_bytes()?.saturating_sub(before_bytes);
    let options = Options {
        threads: std::thread::available_parallelism()?.get(),
        ..Options::default()
    };
    let started = Instant::now();
    let same = judge_trace(&trace, &contract, &options);
    let parallel = started.elapsed();
    if same != verdict {
        return Err("the verdict depends on the threads".into());
    }
    let peak_bytes = peak_resident_bytes()?.saturating_sub(before_bytes);
    let of_each = |total: u64| total as f64 / calls as f64;
    println!(
        "{:<5}  {calls:>8}  {:>6.3}  {:>7.0}   {:>8.3}  {:>7.0}  {:>8.3}  {:>5.0}  {:>5.0}",
        kind.name(),
        ready_ns as f64 / 1e9,
        of_each(ready_ns),
        judged_ns as f64 / 1e9,
        of_each(judged_ns),
        parallel.as_secs_f64(),
        of_each(kept_bytes),
        of_each(peak_bytes),
    );
    std::io::stdout().flush()?;
    Ok(())
}

/// Makes a history ready, and tells what time that took, without the time to make the history up.
fn make_ready(
    histories: Histories,
    contract: &Contract,
) -> Result<(Trace, u64), serde_json::Error> {
    let mut builder = Builder::new(Histories::header(), contract.in_place_kinds());
    let mut ready_ns = 0;
    let mut batch: Vec<Entry> = Vec::with_capacity(BATCH);
    let mut push_all = |batch: &mut Vec<Entry>| {
        let started = CpuTime.start();
        for entry in batch.iter() {
            builder.push(entry);
        }
        ready_ns += CpuTime.end(started);
        batch.clear();
    };
    histories.each(|entry| {
        batch.push(entry);
        if batch.len() == BATCH {
            push_all(&mut batch);
        }
    })?;
    push_all(&mut batch);
    let started = CpuTime.start();
    let trace = builder.finish();
    ready_ns += CpuTime.end(started);
    Ok((trace, ready_ns))
}
