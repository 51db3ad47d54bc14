//! Whatever is sent, the server answers without a 5xx or hangs up, and goes on.

use std::time::Duration;

use super::client::{Client, ask, authorization, operation, request};
use super::start;
use crate::server::clock::ClockKind;

/// What is answered at all is answered within this time, also on a machine that does much else.
const ANSWERS_WITHIN: Duration = Duration::from_secs(10);

/// A small generator: the same garbage in every run.
struct Draw(u64);

impl Draw {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }

    fn bytes(&mut self, length_max: usize) -> Vec<u8> {
        (0..self.next(length_max))
            .map(|_| self.next(256) as u8)
            .collect()
    }
}

/// A request with some of its bytes replaced, dropped or doubled.
fn damaged(draw: &mut Draw) -> Vec<u8> {
    let key = authorization("k", "us-east-1");
    let mut bytes = match draw.next(4) {
        0 => operation("Echo", &draw.bytes(64)),
        1 => request("POST /_lookback/clock", &[], br#"{"advance_s": 1}"#),
        2 => request(
            "GET /",
            &[("Authorization", &key), ("Expect", "100-continue")],
            b"",
        ),
        _ => draw.bytes(400),
    };
    for _ in 0..draw.next(6) {
        if bytes.is_empty() {
            break;
        }
        let at = draw.next(bytes.len());
        match draw.next(3) {
            0 => bytes[at] = draw.next(256) as u8,
            1 => drop(bytes.remove(at)),
            _ => bytes.insert(at, bytes[at]),
        }
    }
    bytes
}

#[tokio::test]
async fn garbage_never_gets_a_5xx_and_never_stops_the_server() {
    let server = &start(ClockKind::Manual).await;
    let mut draw = Draw(7);
    let rounds: Vec<Vec<u8>> = (0..400).map(|_| damaged(&mut draw)).collect();
    let rounds = rounds.iter().enumerate().map(|(round, bytes)| async move {
        let mut client = Client::connect(server.addr()).await;
        client.send(bytes).await;
        // Garbage may be the beginning of a request whose rest never comes: then nothing has to come back.
        let Ok(Some(raw)) = tokio::time::timeout(ANSWERS_WITHIN, client.receive()).await else {
            return false;
        };
        assert!(
            raw.status < 500,
            "round {round}: {} for {:?}",
            raw.head,
            String::from_utf8_lossy(bytes)
        );
        true
    });
    // Side by side: whoever gets no answer waits for all of that time.
    let answered = futures::future::join_all(rounds).await;
    let answered = answered.into_iter().filter(|answered| *answered).count();
    assert!(answered > 100, "{answered}");
    assert_eq!(
        ask(server.addr(), &operation("Echo", b"{}")).await.status,
        200
    );
}

#[tokio::test]
async fn a_client_that_hangs_up_disturbs_nobody() {
    let server = start(ClockKind::Manual).await;
    for _ in 0..20 {
        let mut client = Client::connect(server.addr()).await;
        client.send(&operation("Echo", b"{}")).await;
    }
    assert_eq!(
        ask(server.addr(), &operation("Echo", b"{}")).await.status,
        200
    );
}
