//! A stand-in for the model: it answers with what it was asked.

use lookback_reference::{Answer, Caller};
use serde_json::json;

use crate::server::backend::Backend;

/// How long `Begin` leaves something pending, in microseconds.
pub const PENDING_US: i64 = 50_000;

#[derive(Default)]
pub struct Double {
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
            Some("Slow") => {
                std::thread::sleep(std::time::Duration::from_millis(300));
                answer(200, json!({}))
            }
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
