//! A stand-in for the model: it answers with what it was asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use lookback_reference::{Answer, Caller};
use serde_json::json;

use crate::server::backend::Backend;

/// How long `Begin` leaves something pending, in microseconds.
pub const PENDING_US: i64 = 50_000;

/// How long `Slow` waits to be let go, at most.
const SLOW_MAX: Duration = Duration::from_secs(60);

/// What holds `Slow` back.
#[derive(Clone, Default)]
pub struct Gate(Arc<(AtomicU32, AtomicBool)>);

impl Gate {
    /// How many `Slow` have begun.
    pub fn begun(&self) -> u32 {
        self.0.0.load(Ordering::SeqCst)
    }

    /// Waits until so many have begun.
    pub async fn until_begun(&self, count: u32) {
        while self.begun() < count {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Lets all of them go.
    pub fn open(&self) {
        self.0.1.store(true, Ordering::SeqCst);
    }

    /// Whether it was let go before its time was up.
    fn wait(&self) -> bool {
        self.0.0.fetch_add(1, Ordering::SeqCst);
        let begun = Instant::now();
        while !self.0.1.load(Ordering::SeqCst) {
            if begun.elapsed() > SLOW_MAX {
                return false;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        true
    }
}

#[derive(Default)]
pub struct Double {
    /// What holds `Slow` back.
    pub gate: Gate,
    /// When the pending thing is done.
    pending_us: Option<i64>,
}

impl Backend for Double {
    fn answer(
        &mut self,
        now_us: i64,
        caller: &Caller,
        target: Option<&str>,
        body: &[u8],
    ) -> Answer {
        let operation = target.and_then(|target| target.strip_prefix("DynamoDB_20120810."));
        let answer = |status, body: serde_json::Value| Answer {
            status,
            body: body.to_string().into_bytes(),
        };
        match operation {
            Some("Empty") => Answer {
                status: 200,
                body: Vec::new(),
            },
            Some("Refuse") => answer(
                400,
                json!({"__type": "x#ValidationException", "message": "no"}),
            ),
            Some("Panic") => panic!("asked to"),
            Some("Nonsense") => Answer {
                status: 7,
                body: Vec::new(),
            },
            Some("Slow") => answer(200, json!({ "let_go": self.gate.wait() })),
            Some("Begin") => {
                self.pending_us = Some(now_us + PENDING_US);
                answer(200, json!({}))
            }
            _ => answer(
                200,
                json!({
                    "now_us": now_us,
                    "account": caller.account,
                    "region": caller.region,
                    "target": target,
                    "bytes": body.len(),
                    "pending": self.next_due(now_us).is_some(),
                }),
            ),
        }
    }

    fn next_due(&self, now_us: i64) -> Option<i64> {
        self.pending_us.filter(|due_us| *due_us > now_us)
    }
}
