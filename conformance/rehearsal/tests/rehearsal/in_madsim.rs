//! A rehearsal as part of a simulation: the SDK waits on madsim's virtual clock.

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use aws_sdk_dynamodb::config::{AsyncSleep, Sleep};
use aws_smithy_async::time::TimeSource;
use lookback_rehearsal::{Choices, Clock, Fault, Rehearsal};
use madsim::runtime::{Handle, Runtime};
use madsim::time::{TimeHandle, sleep};

use crate::{notes, scenario};

#[derive(Debug)]
struct SimulatedTime;

impl TimeSource for SimulatedTime {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + TimeHandle::current().elapsed()
    }
}

impl AsyncSleep for SimulatedTime {
    fn sleep(&self, duration: Duration) -> Sleep {
        Sleep::new(sleep(duration))
    }
}

fn rehearsal(seed: u64) -> Rehearsal {
    Rehearsal::setup()
        .clock(Clock::of(SimulatedTime, SimulatedTime))
        .choices(Choices::adversarial(seed))
        .recorded()
        .begin()
}

/// Runs a simulation on a thread of its own, as madsim's determinism wants it.
fn simulate<T, F>(seed: u64, simulation: impl FnOnce() -> F + Send + 'static) -> T
where
    T: Send + 'static,
    F: Future<Output = T>,
{
    let run = move || {
        Runtime::with_seed_and_config(seed, madsim::Config::default()).block_on(simulation())
    };
    std::thread::spawn(run).join().unwrap()
}

#[test]
fn the_sdk_runs_inside_a_simulation() {
    let words = simulate(1, || async {
        let rehearsal = rehearsal(1);
        let client = rehearsal.client();
        notes::create(&client).await;
        assert!(notes::write(&client, "1", "simulated").await);
        notes::read(&client, "1").await
    });
    assert_eq!(words.as_deref(), Some("simulated"));
}

#[test]
fn simulated_time_is_the_services_time() {
    let passed = simulate(1, || async {
        let rehearsal = rehearsal(1);
        let begun = rehearsal.now();
        sleep(Duration::from_secs(86_400)).await;
        rehearsal.now().duration_since(begun).unwrap()
    });
    assert_eq!(passed.as_secs(), 86_400);
}

#[test]
fn waiters_wait_in_simulated_time() {
    simulate(2, || async {
        let rehearsal = rehearsal(2);
        let begun = TimeHandle::current().elapsed();
        let waited = rehearsal.client();
        let waited =
            aws_sdk_dynamodb::client::Waiters::wait_until_table_exists(&waited).table_name("never");
        assert!(waited.wait(10 * notes::MINUTE).await.is_err());
        assert!(TimeHandle::current().elapsed() - begun >= 9 * notes::MINUTE);
    });
}

/// Clients on several simulated nodes, one of which dies, on a bad network.
fn crowd(seed: u64) -> Vec<String> {
    simulate(seed, move || async move {
        let rehearsal = rehearsal(seed);
        notes::create(&rehearsal.client()).await;
        rehearsal.fail_when(|call| (call.number % 5 == 0).then_some(Fault::LoseAnswer));
        let done = Arc::new(Mutex::new(0));
        let nodes: Vec<_> = (0..3)
            .map(|_| Handle::current().create_node().build())
            .collect();
        for (number, node) in nodes.iter().enumerate() {
            let (rehearsal, done) = (rehearsal.clone(), Arc::clone(&done));
            node.spawn(async move {
                for round in 0..10 {
                    sleep(Duration::from_millis(madsim::rand::random::<u64>() % 1_000)).await;
                    notes::write(&rehearsal.client(), &format!("{number}-{round}"), "a").await;
                    *done.lock().unwrap() += 1;
                }
            });
        }
        sleep(Duration::from_secs(2)).await;
        Handle::current().kill(nodes[0].id());
        sleep(notes::MINUTE).await;
        assert!(*done.lock().unwrap() >= 20);
        rehearsal
            .transcript()
            .iter()
            .map(ToString::to_string)
            .collect()
    })
}

#[test]
fn the_same_seed_is_the_same_run() {
    assert_eq!(crowd(7), crowd(7));
    assert_ne!(crowd(7), crowd(8));
}

#[test]
fn the_runbook_works_inside_a_simulation() {
    let report = simulate(3, || async {
        let report = scenario::play(&rehearsal(3), 34).await;
        report.map_err(|error| error.to_string())
    });
    assert_eq!(report.unwrap().carried_over, 340);
}
