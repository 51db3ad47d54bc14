//! Compares the judge of one register with a general linearizability checker (Wing and Gong's search with Lowe's
//! memory, as Porcupine has it), on the same histories.
//!
//! `cargo run --release -p lookback-benches --features compare --bin compare`. CPU time; each line is measured in a
//! process of its own, which is ended after some seconds: what the general checker needs grows without a bound. Both
//! must agree on every history.

use std::env;
use std::error::Error;
use std::io::Write as _;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use criterion::measurement::Measurement;
use lookback_benches::{CpuTime, RegisterCall, calls_of_key, make_stale};
use lookback_checker::register::{ABSENT, NoChanges, Op, Order, Solver};
use todc_utils::linearizability::WGLChecker;
use todc_utils::linearizability::history::{Action, History};
use todc_utils::specifications::Specification;

const CLIENTS: [u32; 4] = [2, 4, 8, 16];
const CALLS_PER_KEY: [u32; 5] = [10, 30, 100, 300, 1_000];

/// Calls of all keys together.
const CALLS: u32 = 3_000;

/// How long a line may take.
const LIMIT: Duration = Duration::from_secs(5);

/// A register, in the general checker's terms.
struct Register;

#[derive(Clone, Copy, Debug)]
enum Operation {
    Read(u32),
    Write(u32),
}

impl Specification for Register {
    type State = u32;
    type Operation = Operation;

    fn init() -> u32 {
        ABSENT
    }

    fn apply(operation: &Operation, state: &u32) -> (bool, u32) {
        match operation {
            Operation::Read(value) => (value == state, *state),
            Operation::Write(value) => (true, *value),
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [kind, clients, calls] = &*arguments {
        return measure(kind == "stale", clients.parse()?, calls.parse()?);
    }
    println!("                          ns/call");
    println!("history  clients  calls/key  lookback   general    times");
    for kind in ["right", "stale"] {
        for clients in CLIENTS {
            for calls in CALLS_PER_KEY {
                print!("{kind:<7}  {clients:>7}  {calls:>9}  ");
                std::io::stdout().flush()?;
                let mut child = Command::new(env::current_exe()?);
                child.args([kind, &clients.to_string(), &calls.to_string()]);
                if !ends_in_time(child.spawn()?)? {
                    println!("the general checker needs more than {} s", LIMIT.as_secs());
                    break;
                }
            }
        }
    }
    Ok(())
}

/// Whether a measurement ends within the limit; if not, it is ended.
fn ends_in_time(mut child: Child) -> Result<bool, Box<dyn Error>> {
    let started = Instant::now();
    loop {
        match child.try_wait()? {
            Some(status) if status.success() => return Ok(true),
            Some(status) => return Err(format!("a measurement failed: {status}").into()),
            None if started.elapsed() < LIMIT => thread::sleep(Duration::from_millis(5)),
            None => {
                child.kill()?;
                child.wait()?;
                return Ok(false);
            }
        }
    }
}

fn measure(stale: bool, clients: u32, calls_per_key: u32) -> Result<(), Box<dyn Error>> {
    let keys = CALLS / calls_per_key;
    let histories: Vec<Vec<RegisterCall>> = (0..keys)
        .map(|key| {
            let mut calls = calls_of_key(key, calls_per_key, clients);
            if stale {
                make_stale(&mut calls);
            }
            calls
        })
        .collect();

    let ops = histories
        .iter()
        .map(|calls| calls.iter().map(RegisterCall::op));
    let ops: Vec<Vec<Op>> = ops.map(Iterator::collect).collect();
    let mut solver = Solver::new(u64::MAX);
    let started = CpuTime.start();
    let own: Vec<bool> = ops
        .iter()
        .map(|ops| solver.order(ABSENT, ops, &mut NoChanges, false) == Order::Possible)
        .collect();
    let own_ns = CpuTime.end(started);

    let general: Vec<_> = histories.iter().map(|calls| actions(calls)).collect();
    let started = CpuTime.start();
    let general: Vec<bool> = general
        .into_iter()
        .map(WGLChecker::<Register>::is_linearizable)
        .collect();
    let general_ns = CpuTime.end(started);

    if own != general {
        return Err("the two checkers disagree".into());
    }
    let of_each = |total: u64| total as f64 / f64::from(keys * calls_per_key);
    println!(
        "{:>8.0}  {:>8.0}  {:>7.0}",
        of_each(own_ns),
        of_each(general_ns),
        general_ns as f64 / own_ns as f64
    );
    Ok(())
}

/// Calls and answers in the order of time. What begins when something else ends overlaps with it.
fn actions(calls: &[RegisterCall]) -> History<Operation> {
    let mut events = Vec::with_capacity(2 * calls.len());
    for call in calls {
        let operation = if call.writes {
            Operation::Write(call.value)
        } else {
            Operation::Read(call.value)
        };
        let client = call.client as usize;
        events.push((call.call_us, 0, client, Action::Call(operation)));
        events.push((call.return_us, 1, client, Action::Response(operation)));
    }
    events.sort_by_key(|(at_us, side, client, _)| (*at_us, *side, *client));
    let actions = events
        .into_iter()
        .map(|(_, _, client, action)| (client, action));
    History::from_actions(actions.collect())
}
