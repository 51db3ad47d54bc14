//! One client: one call at a time, from its stream.

use std::time::Duration;

use lookback_protocol::wire::WireItem;
use lookback_traffic::{Call, Client, Pause, Step, next_page};

use super::artefact::Bands;
use super::caller::Caller;

/// The most pages that one Query or Scan is followed over.
const PAGES_MAX: u32 = 20;
/// How long a client waits before it calls again where nobody can be reached.
const AWAY: Duration = Duration::from_millis(200);

/// How far the end of a band may be that a client really waits for, in microseconds.
const NEAR_US: i64 = 2_000_000;

/// Runs a stream until the clock shows `end_us`, or the run is over.
pub async fn run(caller: &Caller, number: u32, stream: Client, bands: &Bands, end_us: i64) {
    let _part = caller.time.take_part();
    for step in stream {
        if caller.time.is_stopped() || caller.time.now_us() >= end_us {
            return;
        }
        match step {
            Step::Pause(pause) => sleep(caller, pause, bands, end_us).await,
            Step::Call(call) => follow(caller, number, *call).await,
            Step::Deed(_) => {}
        }
    }
}

/// One call, and the pages after it.
async fn follow(caller: &Caller, number: u32, call: Call) {
    let mut request = call.request;
    for _ in 0..PAGES_MAX {
        let mut body = Vec::new();
        request.to_json(&mut body);
        let (_, answer) = caller.call(number, request.operation().name(), body).await;
        let Some(answer) = answer else {
            if caller.is_away() {
                caller.time.sleep(AWAY).await;
            }
            return;
        };
        let last = answer.at("/LastEvaluatedKey").cloned();
        let last = last.and_then(|key| serde_json::from_value::<WireItem>(key).ok());
        match last.and_then(|key| next_page(&request, key)) {
            Some(next) => request = next,
            None => return,
        }
    }
}

async fn sleep(caller: &Caller, pause: Pause, bands: &Bands, end_us: i64) {
    let time = &caller.time;
    let now_us = time.now_us();
    let before = |edge_us: i64, before_us: u64| {
        let at_us = edge_us - i64::try_from(before_us).unwrap_or(0);
        at_us.max(now_us)
    };
    match pause {
        Pause::For { us } => {
            let us = i64::try_from(us).unwrap_or(i64::MAX);
            time.sleep_until(now_us.saturating_add(us).min(end_us))
                .await;
        }
        Pause::SecondEdge { before_us } => {
            let edge_us = second_edge(caller, now_us);
            time.sleep_exactly_until(before(edge_us, before_us).min(end_us))
                .await;
        }
        Pause::BandEdge { before_us } => {
            // Where time cannot be moved, a client that waited for a far edge would leave the target without load.
            let near = |edge_us: &i64| time.is_movable() || edge_us - now_us <= NEAR_US;
            let edge_us = bands.next_edge_us(now_us).filter(near);
            let edge_us = edge_us.unwrap_or_else(|| second_edge(caller, now_us));
            time.sleep_exactly_until(before(edge_us, before_us).min(end_us))
                .await;
        }
    }
}

/// The next whole second of the target's clock, on the recorder's.
fn second_edge(caller: &Caller, now_us: i64) -> i64 {
    let target_us = caller.target_now_us().unwrap_or(now_us);
    now_us + 1_000_000 - target_us.rem_euclid(1_000_000)
}
