//! Calls that are written down, and calls that are not.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;

use super::estimate::{Estimator, Told, date_us};
use super::recorder::{Ended, Recorder};
use super::time::Time;
use crate::run::Answer;
use crate::target::{Request, Target, Unreachable};

/// The header that tells a call's id to whatever stands between the client and the target.
pub const CALL_HEADER: &str = "x-lookback-call";

/// How long a call may take before nobody knows what became of it.
const CALL_WITHIN: Duration = Duration::from_secs(15);
/// How often a call that is not written down is tried.
const TRIES: u64 = 8;

/// Calls the target.
pub struct Caller {
    /// Who is called.
    pub target: Arc<dyn Target>,
    /// Where it is written down.
    pub recorder: Arc<Recorder>,
    /// The recorder's clock.
    pub time: Arc<Time>,
    /// What is known of the target's clock, shared by all callers.
    pub estimator: Arc<Mutex<Estimator>>,
    /// Set while nobody can be reached on purpose.
    pub away: Arc<AtomicBool>,
}

impl Caller {
    /// The same, by another way.
    pub fn by_way_of(&self, target: Arc<dyn Target>) -> Self {
        Self {
            target,
            recorder: self.recorder.clone(),
            time: self.time.clone(),
            estimator: self.estimator.clone(),
            away: self.away.clone(),
        }
    }

    /// Sends a request and writes down how it ended: its id, and the answer if one came.
    pub async fn call(&self, client: u32, operation: &str, body: Vec<u8>) -> (u64, Option<Answer>) {
        let _gate = self.time.pass().await;
        let id = self.recorder.call(client, operation, &body);
        let request = Request {
            operation: operation.to_owned(),
            target: Some(format!("DynamoDB_20120810.{operation}")),
            body,
            headers: vec![(CALL_HEADER.to_owned(), Some(id.to_string()))],
            ..Request::default()
        };
        let called_us = self.time.now_us();
        let outcome = tokio::time::timeout(CALL_WITHIN, self.target.call(&request)).await;
        let returned_us = self.time.now_us();
        let (ended, answer) = match outcome {
            Ok(Ok(raw)) => {
                let answer = Answer::new(raw);
                (ended(&answer), Some(answer))
            }
            // Nobody was there to take it: it had no effect.
            Ok(Err(error @ Unreachable::Refused(_))) => (
                Ended::Refused("NotConnected".to_owned(), told(&error)),
                None,
            ),
            Ok(Err(error)) => (Ended::Uncertain(error.to_string()), None),
            Err(_) => {
                let why = format!("no answer within {} s", CALL_WITHIN.as_secs());
                (Ended::Uncertain(why), None)
            }
        };
        self.recorder.returned(id, ended);
        if let Some(answer) = &answer {
            self.learn(operation, (called_us, returned_us), answer);
        }
        (id, answer)
    }

    /// The same, for a body that is at hand as a value.
    pub async fn call_with(
        &self,
        client: u32,
        operation: &str,
        body: &Value,
    ) -> (u64, Option<Answer>) {
        self.call(client, operation, body.to_string().into_bytes())
            .await
    }

    /// Sends a request that is not written down, and tries again where that may help: a poll, a page of an artefact.
    ///
    /// # Errors
    /// No answer that is behaviour; in words.
    pub async fn ask(&self, operation: &str, body: &Value) -> Result<Answer, String> {
        let request = Request::of(operation, body);
        let mut why = String::new();
        for attempt in 0..TRIES {
            let gate = self.time.pass().await;
            let called_us = self.time.now_us();
            let outcome = self.target.call(&request).await;
            let returned_us = self.time.now_us();
            drop(gate);
            match outcome {
                Ok(raw) => {
                    let answer = Answer::new(raw);
                    self.learn(operation, (called_us, returned_us), &answer);
                    if !answer.is_throttle() && answer.raw.status != 500 {
                        return Ok(answer);
                    }
                    why = answer.outline();
                    if answer.not_implemented().is_some() {
                        return Ok(answer);
                    }
                }
                Err(error) => why = error.to_string(),
            }
            tokio::time::sleep(Duration::from_millis(50 << attempt.min(6))).await;
        }
        Err(why)
    }

    /// What the answer tells of the target's clock.
    fn learn(&self, operation: &str, (called_us, returned_us): (i64, i64), answer: &Answer) {
        let told = |told_us, unit_us, doubted| Told {
            called_us,
            returned_us,
            told_us,
            unit_us,
            doubted,
        };
        if let Some(date_us) = answer.header("date").and_then(date_us) {
            self.tell(told(date_us, 1_000_000, false));
        }
        let created = match operation {
            "CreateBackup" => answer.at("/BackupDetails/BackupCreationDateTime"),
            "CreateTable" => answer.at("/TableDescription/CreationDateTime"),
            _ => None,
        };
        let created = created.filter(|_| answer.is_ok()).and_then(Value::as_f64);
        // Some emulators tell these in whole seconds: that says no more than the Date header does.
        if let Some(created_s) = created.filter(|seconds| seconds.fract() != 0.0) {
            self.tell(told(micros(created_s), 1_000, true));
        }
    }

    /// Takes a time that the target told.
    pub fn tell(&self, told: Told) {
        let mut estimator = self
            .estimator
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(bounds) = estimator.add(self.time.real_us(), told) {
            self.recorder.estimate(bounds);
        }
    }

    /// What the target's clock shows now, in microseconds since the Unix epoch: the middle of what is known.
    pub fn target_now_us(&self) -> Option<i64> {
        let mut estimator = self
            .estimator
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let (low_us, high_us) = estimator.bounds(self.time.real_us())?;
        Some(self.time.now_us() + low_us + (high_us - low_us) / 2)
    }

    /// Whether nobody can be reached on purpose.
    pub fn is_away(&self) -> bool {
        self.away.load(Ordering::Relaxed)
    }
}

/// Sets a member of a request's body.
pub fn set(body: &mut Value, member: &str, value: impl Into<Value>) {
    if let Some(body) = body.as_object_mut() {
        body.insert(member.to_owned(), value.into());
    }
}

/// Epoch seconds as they stand on the wire, in microseconds.
pub fn micros(seconds: f64) -> i64 {
    (seconds * 1e6).round() as i64
}

fn told(error: &Unreachable) -> Vec<u8> {
    serde_json::json!({ "message": error.to_string() })
        .to_string()
        .into_bytes()
}

/// What an answer says about the call.
fn ended(answer: &Answer) -> Ended {
    let body = answer.raw.body.clone();
    match (answer.is_ok(), answer.error()) {
        (true, _) => Ended::Answered(body),
        // An error of the service's own may come after the work was done.
        (false, Some(error)) if answer.raw.status >= 500 && !answer.is_throttle() => {
            Ended::Uncertain(format!("HTTP {} {error}", answer.raw.status))
        }
        (false, Some(error)) => Ended::Refused(error.to_owned(), body),
        (false, None) => Ended::Uncertain(answer.outline()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::RawAnswer;

    fn of(status: u16, body: &str) -> Ended {
        ended(&Answer::new(RawAnswer {
            status,
            body: body.as_bytes().to_vec(),
            ..RawAnswer::default()
        }))
    }

    #[test]
    fn only_a_refusal_that_is_one_says_that_nothing_was_done() {
        assert!(matches!(of(200, "{}"), Ended::Answered(_)));
        let refused = of(400, r#"{"__type":"x#ConditionalCheckFailedException"}"#);
        assert!(
            matches!(refused, Ended::Refused(error, _) if error == "ConditionalCheckFailedException")
        );
        assert!(matches!(
            of(500, r#"{"__type":"x#InternalServerError"}"#),
            Ended::Uncertain(_)
        ));
        assert!(matches!(
            of(502, "<html>bad gateway</html>"),
            Ended::Uncertain(_)
        ));
    }
}
