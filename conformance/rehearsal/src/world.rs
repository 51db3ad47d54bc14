//! What all clients of a rehearsal share: the service, the clock, the faults, the transcript.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use lookback_protocol::error::{ErrorCode, ServiceError};
use lookback_reference::{Answer, Caller, Service, request_id};

use crate::clock::{Time, instant};
use crate::fault::{Fault, Faults, throttled};
use crate::transcript::{Exchange, Outcome};

/// What passes with each call: two calls never share a millisecond, as on any real network.
const CALL: Duration = Duration::from_millis(1);

/// The world in which a rehearsal takes place.
#[derive(Debug)]
pub(crate) struct World {
    pub time: Time,
    /// What identifiers and the SDK's draws follow from.
    seed: u64,
    stage: Mutex<Stage>,
}

pub(crate) struct Stage {
    pub service: Service,
    pub faults: Faults,
    /// None: nothing is kept.
    pub transcript: Option<Vec<Exchange>>,
    pub calls: u64,
    /// How often the SDK's generator was seeded.
    seedings: u64,
}

impl std::fmt::Debug for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Stage({} calls)", self.calls)
    }
}

/// What the connector is to do with a request.
pub(crate) struct Reply {
    /// The answer, or nothing: the connection breaks.
    pub answer: Option<Answer>,
    /// The answer's identifier.
    pub id: String,
    /// When the service answered, in microseconds since the Unix epoch.
    pub now_us: i64,
    /// How long the answer takes.
    pub late: Duration,
}

impl World {
    pub fn new(service: Service, time: Time, seed: u64, recorded: bool) -> Self {
        Self {
            time,
            seed,
            stage: Mutex::new(Stage {
                service,
                faults: Faults::default(),
                transcript: recorded.then(Vec::new),
                calls: 0,
                seedings: 0,
            }),
        }
    }

    pub fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Seeds the generator that the SDK draws from next, on this thread: pauses between attempts and polls, and the tokens
    /// of idempotent calls.
    pub fn seed_draws(&self) {
        let mut stage = self.stage();
        stage.seedings += 1;
        fastrand::seed(self.seed ^ stage.seedings.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    }

    /// Answers one request, or does to it what was asked for.
    pub fn answer(&self, request: &HttpRequest) -> Reply {
        let mut stage = self.stage();
        let now_us = self.time.advance(CALL);
        stage.calls += 1;
        let call = stage.calls;
        let target = request.headers().get("x-amz-target");
        let (answer, fault) = stage.play(now_us, target, request);
        let late = match fault {
            Some(Fault::Slow(late)) => late,
            _ => Duration::ZERO,
        };
        Reply {
            answer: answer.filter(|_| fault != Some(Fault::LoseAnswer)),
            id: request_id(self.seed, call),
            now_us,
            late,
        }
    }
}

impl Stage {
    fn play(
        &mut self,
        now_us: i64,
        target: Option<&str>,
        request: &HttpRequest,
    ) -> (Option<Answer>, Option<Fault>) {
        let caller = match Caller::of_authorization(request.headers().get("authorization")) {
            Ok(caller) => caller,
            Err(refusal) => return (Some(Answer::of_error(&refusal)), None),
        };
        // Operations of this service have no streams: their bodies are in memory.
        let body = &in_order(request.body().bytes().unwrap_or_default());
        let operation = target
            .and_then(|target| target.rsplit('.').next())
            .unwrap_or_default();
        let fault = self
            .faults
            .strike(operation, &caller, instant(now_us), body);
        let answer = match fault {
            Some(Fault::LoseRequest) => None,
            Some(Fault::Throttle) => Some(Answer::of_error(&throttled(operation))),
            Some(Fault::ServerError) => Some(Answer::of_error(&ServiceError::new(
                ErrorCode::InternalServerError,
                "Internal server error",
            ))),
            Some(Fault::LoseAnswer | Fault::Slow(_)) | None => {
                Some(self.service.answer(now_us, &caller, target, body))
            }
        };
        if let Some(transcript) = &mut self.transcript {
            let outcome = answer
                .as_ref()
                .map_or(Outcome::NotReached, |answer| Outcome::Answered {
                    status: answer.status,
                    body: answer.body.clone(),
                });
            transcript.push(Exchange {
                at: instant(now_us),
                operation: operation.to_owned(),
                request: body.to_vec(),
                fault: fault.clone(),
                caller,
                outcome,
            });
        }
        (answer, fault)
    }
}

/// The SDK writes the members of a map in the order of its hashes, which differ from run to run: here they are in order.
fn in_order(body: &[u8]) -> Vec<u8> {
    serde_json::from_slice(body)
        .and_then(|mut value: serde_json::Value| {
            value.sort_all_objects();
            serde_json::to_vec(&value)
        })
        .unwrap_or_else(|_| body.to_vec())
}
