//! Measures what a thread computes, not what the clock on the wall shows: another process that takes the core away
//! does not count. Goals are per core, and everything measured this way runs on one thread.

use criterion::measurement::{Measurement, ValueFormatter, WallTime};
use rustix::time::{ClockId, clock_gettime};

/// CPU time of the calling thread, in nanoseconds.
#[derive(Clone, Copy, Debug)]
pub struct CpuTime;

impl Measurement for CpuTime {
    type Intermediate = u64;
    type Value = u64;

    fn start(&self) -> u64 {
        thread_ns()
    }

    fn end(&self, started_ns: u64) -> u64 {
        thread_ns().saturating_sub(started_ns)
    }

    fn add(&self, one: &u64, other: &u64) -> u64 {
        one + other
    }

    fn zero(&self) -> u64 {
        0
    }

    fn to_f64(&self, value: &u64) -> f64 {
        *value as f64
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        // Wall time is nanoseconds too.
        WallTime.formatter()
    }
}

/// Does something, and tells what it took of CPU time of this thread, in nanoseconds.
pub fn cpu_ns<T>(work: impl FnOnce() -> T) -> (T, u64) {
    let started_ns = thread_ns();
    let done = work();
    (done, thread_ns().saturating_sub(started_ns))
}

/// CPU time of all threads of this process so far, in nanoseconds.
pub fn process_cpu_ns() -> u64 {
    clock_ns(ClockId::ProcessCPUTime)
}

fn thread_ns() -> u64 {
    clock_ns(ClockId::ThreadCPUTime)
}

fn clock_ns(clock: ClockId) -> u64 {
    let time = clock_gettime(clock);
    // CPU time is not negative.
    let (seconds, rest) = (time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs());
    seconds * 1_000_000_000 + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn sleeping_does_not_count_and_computing_does() {
        let started = CpuTime.start();
        std::thread::sleep(Duration::from_millis(50));
        let slept_ns = CpuTime.end(started);
        assert!(slept_ns < 40_000_000, "{slept_ns} ns");

        let started = CpuTime.start();
        let sum = (0..2_000_000_u64).fold(0, |sum: u64, n| std::hint::black_box(sum ^ n));
        let computed_ns = CpuTime.end(started);
        assert!(computed_ns > 100_000, "{computed_ns} ns for {sum}");
    }
}
