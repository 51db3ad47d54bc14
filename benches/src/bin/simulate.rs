//! What simulated runs take: a recovery window of 35 days with clients, artefacts and faults; many short runs; requests through
//! routers and Raft. CPU time of the process, and the most memory that it ever had (Linux).
//!
//! `simulate [SEEDS]`: how many short runs; 20 where nothing is said.

use std::error::Error;

use lookback_benches::{Figures, median, milliseconds, peak_resident_bytes};
use lookback_sim::{Plan, Profile, Rates, Report, run};
use rustix::time::{ClockId, clock_gettime};

/// The windows that are measured: one seed each.
const WINDOWS: u64 = 3;

fn main() -> Result<(), Box<dyn Error>> {
    let seeds = std::env::args().nth(1).map_or(Ok(20), |it| it.parse())?;
    let mut figures = Figures::of("simulate");

    let mut windows_ns = Vec::new();
    let mut calls = Vec::new();
    for seed in 1..=WINDOWS {
        let (report, ns) = measured(seed, Profile::long(seed))?;
        windows_ns.push(ns);
        calls.push(report.stats.calls);
    }
    let (window_ns, calls) = (median(windows_ns), median(calls));
    figures.add("window_ms", milliseconds(window_ns));
    figures.add("window_calls", calls);

    let mut quick_ns = 0;
    for seed in 1..=seeds {
        quick_ns += measured(seed, Profile::quick(seed))?.1;
    }
    figures.add("quick_seeds", seeds);
    figures.add("quick_ms", milliseconds(quick_ns));

    let (report, ns) = measured(1, crowded(1))?;
    let per_second = report.stats.calls * 1_000_000_000 / ns.max(1);
    figures.add("requests_per_second", per_second);

    let peak_mb = peak_resident_bytes()? / 1_000_000;
    figures.add("peak_mb", peak_mb);
    figures.report(&format!(
        "a window of 35 days with {calls} calls: {} ms; {seeds} quick seeds: {} ms; {per_second} requests/s; {peak_mb} MB",
        milliseconds(window_ns),
        milliseconds(quick_ns),
    ))
}

/// Many clients without pauses, and nothing that goes wrong.
fn crowded(seed: u64) -> Profile {
    let mut profile = Profile::quick(seed);
    profile.load.pace.pause_us = (0, 2_000);
    profile.load.pace.quiet_per_mille = 0;
    profile.load.deeds.clear();
    Profile {
        clients: 40,
        load_us: 10_000_000,
        expiry: false,
        split_after: u64::MAX,
        rates: Rates::default(),
        ..profile
    }
}

/// A run, and what it took of CPU time of this process, in nanoseconds.
fn measured(seed: u64, profile: Profile) -> Result<(Report, u64), Box<dyn Error>> {
    let started_ns = process_ns();
    let report = run(&Plan::new(seed, profile))?;
    let ns = process_ns().saturating_sub(started_ns);
    if report.is_good() {
        Ok((report, ns))
    } else {
        Err(format!("seed {seed}: something was found").into())
    }
}

fn process_ns() -> u64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    // The CPU time of a process is not negative.
    let (seconds, rest) = (time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs());
    seconds * 1_000_000_000 + rest
}
