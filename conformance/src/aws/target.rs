//! An endpoint that is asked with care: paced, throttled calls again after a while, and no call is lost.
//!
//! A call runs in a task of its own: when a case is given up while it waits for an answer, the call still
//! ends. Clean-up waits for such calls, since what they make would show up after the last listing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures::future::BoxFuture;

use super::pace::Pacer;
use crate::run::Answer;
use crate::target::buckets::Buckets;
use crate::target::{Description, RawAnswer, Request, Target, Unreachable};

/// How often a throttled call is tried again.
const TRIES: u32 = 8;
/// The first pause after a throttle, in milliseconds; it doubles.
const FIRST_PAUSE_MS: u64 = 400;
/// The longest pause after a throttle, in milliseconds.
const PAUSE_MS_MAX: u64 = 10_000;
/// How often it is looked whether calls are under way, in milliseconds.
const LOOK_MS: u64 = 20;

/// A target that is asked with care.
pub struct Careful {
    inner: Arc<dyn Target>,
    pacer: Pacer,
    under_way: Arc<AtomicUsize>,
}

/// Counts a call for as long as it lives.
struct UnderWay(Arc<AtomicUsize>);

impl UnderWay {
    fn enter(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count.clone())
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Careful {
    /// Asks this target with care.
    pub fn new(inner: Arc<dyn Target>) -> Self {
        Self {
            inner,
            pacer: Pacer::default(),
            under_way: Arc::default(),
        }
    }

    /// Waits until no call is under way, for at most `limit`.
    pub async fn quiet(&self, limit: Duration) {
        let started = Instant::now();
        while self.under_way.load(Ordering::SeqCst) > 0 && started.elapsed() < limit {
            tokio::time::sleep(Duration::from_millis(LOOK_MS)).await;
        }
    }

    async fn once(&self, request: &Request) -> Result<RawAnswer, Unreachable> {
        let (inner, request) = (self.inner.clone(), request.clone());
        let counted = UnderWay::enter(&self.under_way);
        let call = tokio::spawn(async move {
            let _counted = counted;
            inner.call(&request).await
        });
        call.await
            .unwrap_or_else(|error| Err(Unreachable::Broken(error.to_string())))
    }

    async fn patiently(&self, request: &Request) -> Result<RawAnswer, Unreachable> {
        let mut tries = 0;
        loop {
            let wait = self
                .pacer
                .turn(request.caller, &request.operation, Instant::now());
            tokio::time::sleep(wait).await;
            let raw = self.once(request).await?;
            if let Some(why) = is_for_the_caller_to_mend(&raw) {
                return Err(Unreachable::Broken(why));
            }
            if tries >= TRIES || !is_rate_exceeded(&raw) {
                return Ok(raw);
            }
            let pause = Duration::from_millis((FIRST_PAUSE_MS << tries).min(PAUSE_MS_MAX));
            tries += 1;
            let until = Instant::now() + pause;
            self.pacer.hold(request.caller, &request.operation, until);
            tokio::time::sleep(pause).await;
        }
    }
}

/// What credentials and policies refuse says nothing about the service: it must not become a failed case.
/// A refusal without these words may be one that a case is about.
fn is_for_the_caller_to_mend(raw: &RawAnswer) -> Option<String> {
    if raw.status == 200 {
        return None;
    }
    let answer = Answer::new(raw.clone());
    let message = answer.message().unwrap_or_default();
    let is_policy = [
        "no identity-based policy allows",
        "with an explicit deny",
        "no permissions boundary allows",
        "no session policy allows",
    ]
    .iter()
    .any(|words| message.contains(words));
    let is_expired = answer.error() == Some("ExpiredTokenException");
    let is_denied = answer.error() == Some("AccessDeniedException") && is_policy;
    (is_expired || is_denied).then(|| answer.outline())
}

/// Whether an account's rate was exceeded. Other throttles, of a table's throughput or of a setting that was
/// changed a moment ago, may be what a case is about.
fn is_rate_exceeded(raw: &RawAnswer) -> bool {
    // Almost every answer is a success, and may be long.
    if raw.status == 200 {
        return false;
    }
    let answer = Answer::new(raw.clone());
    let says_so = answer
        .message()
        .is_some_and(|message| message.starts_with("Rate exceeded"));
    answer.error() == Some("RequestLimitExceeded") || (answer.is_throttle() && says_so)
}

impl Target for Careful {
    fn describe(&self) -> &Description {
        self.inner.describe()
    }

    fn call<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<RawAnswer, Unreachable>> {
        Box::pin(self.patiently(request))
    }

    fn wait(&self, time: Duration) -> BoxFuture<'_, Result<(), Unreachable>> {
        self.inner.wait(time)
    }

    fn now(&self) -> BoxFuture<'_, Result<f64, Unreachable>> {
        self.inner.now()
    }

    fn buckets(&self) -> Option<&dyn Buckets> {
        self.inner.buckets()
    }
}

#[cfg(test)]
mod tests;
