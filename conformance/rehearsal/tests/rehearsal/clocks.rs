//! Clocks that are somebody else's.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lookback_rehearsal::{Choices, Clock, Rehearsal};

use crate::notes;

fn on_tokio() -> Rehearsal {
    Rehearsal::setup()
        .clock(Clock::tokio())
        .choices(Choices::typical())
        .begin()
}

#[tokio::test(start_paused = true)]
async fn tokios_paused_clock_is_shared_with_the_program() {
    let rehearsal = on_tokio();
    let begun = rehearsal.now();
    tokio::time::sleep(Duration::from_secs(86_400)).await;
    assert_eq!(
        rehearsal.now().duration_since(begun).unwrap().as_secs(),
        86_400
    );
}

#[tokio::test(start_paused = true)]
async fn waiters_wait_on_tokios_paused_clock() {
    let rehearsal = on_tokio();
    let begun = tokio::time::Instant::now();
    notes::create(&rehearsal.client()).await;
    assert!(
        begun.elapsed() >= Duration::from_secs(3),
        "{:?}",
        begun.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn advancing_moves_the_service_ahead_of_the_programs_clock() {
    let rehearsal = on_tokio();
    let (begun, here) = (rehearsal.now(), tokio::time::Instant::now());
    rehearsal.advance(Duration::from_secs(60));
    assert_eq!(rehearsal.now().duration_since(begun).unwrap().as_secs(), 60);
    assert_eq!(here.elapsed(), Duration::ZERO);
}

#[tokio::test]
async fn a_rehearsal_begins_when_it_is_told_to() {
    assert_eq!(
        Rehearsal::new().now(),
        UNIX_EPOCH + Duration::from_secs(1_767_225_600)
    );
    let start = UNIX_EPOCH + Duration::from_secs(86_400 * 365);
    assert_eq!(Rehearsal::setup().starting_at(start).begin().now(), start);
    let before = UNIX_EPOCH - Duration::from_secs(1);
    assert_eq!(
        Rehearsal::setup().starting_at(before).begin().now(),
        SystemTime::UNIX_EPOCH
    );
}

#[tokio::test]
async fn no_two_calls_share_an_instant() {
    let rehearsal = Rehearsal::setup().recorded().begin();
    for _ in 0..3 {
        rehearsal.client().list_tables().send().await.unwrap();
    }
    let at: Vec<SystemTime> = rehearsal
        .transcript()
        .iter()
        .map(|exchange| exchange.at)
        .collect();
    assert!(
        at.windows(2)
            .all(|pair| pair[1] - Duration::from_millis(1) == pair[0]),
        "{at:?}"
    );
}
