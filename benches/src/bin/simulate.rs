//! What simulated runs take: a recovery window of 35 days with clients, artefacts and faults; many short runs; requests through
//! routers and Raft. CPU time of the process and the judge's part of it, the clock on the wall beside it, and the most memory
//! that one run had (Linux). Events are messages and lines of the event log.
//!
//! `simulate [SEEDS]`: how many short runs; 200 where nothing is said.

use std::error::Error;
use std::time::Instant;

use lookback_benches::{
    Figures, cpu_ns, median, milliseconds, peak_resident_bytes, process_cpu_ns, reset_peak,
};
use lookback_checker::{History, Options, judge};
use lookback_sim::contract::contract;
use lookback_sim::{Plan, Profile, Rates, Report, run};
use lookback_traffic::{Family, Mix, TableShape};

/// The windows that are measured: one seed each.
const WINDOWS: u64 = 3;
/// The clients of the run without pauses.
const CLIENTS: u32 = 100;
/// The threads of the short runs.
const JOBS: u64 = 2;
const SECOND_US: i64 = 1_000_000;

fn main() -> Result<(), Box<dyn Error>> {
    let seeds = std::env::args().nth(1).map_or(Ok(200), |it| it.parse())?;
    let mut figures = Figures::of("simulate");
    let mut peak_mb = 0;

    let mut windows_ns = Vec::new();
    for seed in 1..=WINDOWS {
        let window = one(Profile::long(seed), seed)?;
        window.tell(&format!("window of 35 days, seed {seed}"));
        windows_ns.push(window.cpu_ns);
        peak_mb = peak_mb.max(window.peak_mb);
    }
    let window_ns = median(windows_ns);
    figures.add("window_ms", milliseconds(window_ns));

    let short = short_runs(seeds)?;
    short.tell(&format!("{seeds} quick seeds on {JOBS} threads"));
    figures.add("quick_seeds", seeds);
    figures.add("quick_ms", milliseconds(short.cpu_ns));
    figures.add("quick_wall_ms", milliseconds(short.wall_ns));

    let requests = one(crowded(1), 1)?;
    requests.tell(&format!("{CLIENTS} clients without pauses"));
    let simulated = requests.without_judge();
    let per_second = simulated.per_second(requests.calls);
    figures.add("requests_per_second", per_second);
    figures.add(
        "judged_requests_per_second",
        requests.per_second(requests.calls),
    );
    peak_mb = peak_mb.max(requests.peak_mb);

    figures.add("peak_mb", peak_mb);
    figures.report(&format!(
        "a window of 35 days: {} ms; {seeds} quick seeds: {} ms, {} ms on the wall; {per_second} requests/s; {peak_mb} MB",
        milliseconds(window_ns),
        milliseconds(short.cpu_ns),
        milliseconds(short.wall_ns),
    ))
}

/// Many clients without pauses that read and write single items, and nothing that goes wrong.
fn crowded(seed: u64) -> Profile {
    let mut profile = Profile::quick(seed);
    let load = &mut profile.load;
    load.tables = vec![TableShape::hash_only(1_000)];
    let families = [
        Family::Put,
        Family::Set,
        Family::Delete,
        Family::GetStrong,
        Family::GetEventual,
    ];
    load.mix = Mix(families.into_iter().map(|family| (family, 1)).collect());
    load.pace.pause_us = (0, 0);
    load.pace.burst_per_mille = 0;
    load.pace.quiet_per_mille = 0;
    load.deeds.clear();
    Profile {
        clients: CLIENTS,
        load_us: 5 * SECOND_US,
        expiry: false,
        split_after: u64::MAX,
        rates: Rates::default(),
        ..profile
    }
}

/// What runs came to, and what they took.
#[derive(Default)]
struct Measured {
    calls: u64,
    events: u64,
    virtual_us: i64,
    cpu_ns: u64,
    /// What judging took of it, where that was measured.
    judge_ns: u64,
    wall_ns: u64,
    peak_mb: u64,
}

impl Measured {
    fn add(&mut self, report: &Report) {
        self.calls += report.stats.calls;
        self.events += report.stats.messages + report.logged.lines;
        self.virtual_us += report.stats.virtual_us;
    }

    /// The same as if nobody had judged it.
    fn without_judge(&self) -> Self {
        Self {
            cpu_ns: self.cpu_ns.saturating_sub(self.judge_ns),
            ..*self
        }
    }

    /// So many, for each second of CPU time.
    fn per_second(&self, count: u64) -> u64 {
        count * 1_000_000_000 / self.cpu_ns.max(1)
    }

    fn tell(&self, what: &str) {
        let virtual_s = self.virtual_us / SECOND_US;
        let judge = match self.judge_ns {
            0 => String::new(),
            ns => format!(" ({} of the judge)", milliseconds(ns)),
        };
        println!(
            "{what}: {} ms of CPU{judge}, {} ms on the wall; {} calls, {}/s; {} events, {}/s; {virtual_s} virtual s, {} times real time; at most {} MB",
            milliseconds(self.cpu_ns),
            milliseconds(self.wall_ns),
            self.calls,
            self.per_second(self.calls),
            self.events,
            self.per_second(self.events),
            self.per_second(virtual_s.unsigned_abs()),
            self.peak_mb,
        );
    }
}

/// Does something, and puts down what it took.
fn timed(
    work: impl FnOnce(&mut Measured) -> Result<(), String>,
) -> Result<Measured, Box<dyn Error>> {
    let mut measured = Measured::default();
    reset_peak()?;
    let (cpu_ns, wall) = (process_cpu_ns(), Instant::now());
    work(&mut measured)?;
    measured.cpu_ns = process_cpu_ns().saturating_sub(cpu_ns);
    measured.wall_ns = u64::try_from(wall.elapsed().as_nanos())?;
    measured.peak_mb = peak_resident_bytes()? / 1_000_000;
    Ok(measured)
}

/// One run, and how much of it the judge takes: it judges once more.
fn one(profile: Profile, seed: u64) -> Result<Measured, Box<dyn Error>> {
    let mut history = History::default();
    let contract = contract(&profile);
    let mut measured = timed(|measured| {
        let report = good(seed, profile)?;
        measured.add(&report);
        history = report.history;
        Ok(())
    })?;
    let judged = cpu_ns(|| judge(&history, &contract, &Options::default()));
    measured.judge_ns = judged.1;
    Ok(measured)
}

fn short_runs(seeds: u64) -> Result<Measured, Box<dyn Error>> {
    timed(|measured| {
        let job = |first: u64| {
            let mut mine = Measured::default();
            for seed in (1..=seeds).filter(|seed| seed % JOBS == first) {
                mine.add(&good(seed, Profile::quick(seed))?);
            }
            Ok(mine)
        };
        let jobs: Vec<Result<Measured, String>> = std::thread::scope(|scope| {
            let jobs: Vec<_> = (0..JOBS).map(|it| scope.spawn(move || job(it))).collect();
            let ended = jobs.into_iter().map(std::thread::ScopedJoinHandle::join);
            ended
                .map(|it| it.unwrap_or_else(|_| Err("a panic".to_owned())))
                .collect()
        });
        for job in jobs {
            let job = job?;
            measured.calls += job.calls;
            measured.events += job.events;
            measured.virtual_us += job.virtual_us;
        }
        Ok(())
    })
}

/// A run in which nothing is found.
fn good(seed: u64, profile: Profile) -> Result<Report, String> {
    let report = run(&Plan::new(seed, profile))?;
    if report.is_good() {
        Ok(report)
    } else {
        Err(format!("seed {seed}: something was found"))
    }
}
