//! The clock of its own, with several who sleep.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::join_all;
use lookback_rehearsal::Rehearsal;

fn seconds_since(rehearsal: &Rehearsal, begun: std::time::SystemTime) -> u64 {
    rehearsal.now().duration_since(begun).unwrap().as_secs()
}

#[tokio::test]
async fn who_is_due_first_wakes_first() {
    let rehearsal = Rehearsal::new();
    let begun = rehearsal.now();
    let order = Arc::new(Mutex::new(Vec::new()));
    let sleepers = [30, 10, 20].map(|seconds| {
        let (rehearsal, order) = (rehearsal.clone(), Arc::clone(&order));
        async move {
            rehearsal.sleep(Duration::from_secs(seconds)).await;
            order
                .lock()
                .unwrap()
                .push((seconds, seconds_since(&rehearsal, begun)));
        }
    });
    join_all(sleepers).await;
    assert_eq!(*order.lock().unwrap(), [(10, 10), (20, 20), (30, 30)]);
}

#[tokio::test]
async fn spawned_tasks_share_the_clock() {
    let rehearsal = Rehearsal::new();
    let begun = rehearsal.now();
    let tasks = [3_600, 60].map(|seconds| {
        let rehearsal = rehearsal.clone();
        tokio::spawn(async move {
            rehearsal.sleep(Duration::from_secs(seconds)).await;
            seconds_since(&rehearsal, begun)
        })
    });
    let woke: Vec<u64> = join_all(tasks)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(woke, [3_600, 60]);
}

#[tokio::test]
async fn work_goes_before_sleep() {
    let rehearsal = Rehearsal::new();
    let client = rehearsal.client();
    let begun = rehearsal.now();
    let working = async {
        for _ in 0..200 {
            client.list_tables().send().await.unwrap();
            tokio::task::yield_now().await;
        }
        seconds_since(&rehearsal, begun)
    };
    let (_, worked_until) = tokio::join!(rehearsal.sleep(Duration::from_secs(3_600)), working);
    assert_eq!(worked_until, 0, "two hundred calls of a millisecond each");
    assert_eq!(seconds_since(&rehearsal, begun), 3_600);
}

#[tokio::test]
async fn a_sleep_that_was_given_up_holds_nobody() {
    let rehearsal = Rehearsal::new();
    let begun = rehearsal.now();
    tokio::select! {
        () = rehearsal.sleep(Duration::from_secs(60)) => {}
        () = rehearsal.sleep(Duration::from_secs(3_600)) => panic!("the longer one"),
    }
    rehearsal.sleep(Duration::from_secs(60)).await;
    assert_eq!(seconds_since(&rehearsal, begun), 120);
}

#[tokio::test]
async fn advancing_wakes_sleepers() {
    let rehearsal = Rehearsal::new();
    let begun = rehearsal.now();
    let sleeper = rehearsal.clone();
    let sleeping = tokio::spawn(async move {
        sleeper.sleep(Duration::from_secs(10)).await;
        seconds_since(&sleeper, begun)
    });
    tokio::task::yield_now().await;
    rehearsal.advance(Duration::from_secs(86_400));
    assert_eq!(sleeping.await.unwrap(), 86_400);
}

#[tokio::test]
async fn the_clock_ends_with_the_year_9998() {
    let rehearsal = Rehearsal::new();
    rehearsal.advance(Duration::MAX);
    let end = rehearsal.now();
    rehearsal.advance(Duration::from_secs(1));
    assert_eq!(rehearsal.now(), end);
    assert!(rehearsal.client().list_tables().send().await.is_ok());
}
