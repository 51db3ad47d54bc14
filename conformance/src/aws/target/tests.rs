use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use serde_json::json;

use super::{Careful, is_for_the_caller_to_mend};
use crate::target::{Description, Identities, RawAnswer, Request, Target, Unreachable};

/// Throttles the first calls, then answers after a while.
struct Slow {
    description: Description,
    throttles: usize,
    takes: Duration,
    began: AtomicUsize,
    ended: AtomicUsize,
}

fn slow(throttles: usize, takes_ms: u64) -> Arc<Slow> {
    Arc::new(Slow {
        description: Description {
            name: "slow".to_owned(),
            url: None,
            movable_clock: false,
            http: true,
            lacks: [].into(),
            identities: Identities::default(),
        },
        throttles,
        takes: Duration::from_millis(takes_ms),
        began: AtomicUsize::new(0),
        ended: AtomicUsize::new(0),
    })
}

impl Target for Slow {
    fn describe(&self) -> &Description {
        &self.description
    }

    fn call<'a>(&'a self, _request: &'a Request) -> BoxFuture<'a, Result<RawAnswer, Unreachable>> {
        Box::pin(async {
            let number = self.began.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(self.takes).await;
            self.ended.fetch_add(1, Ordering::SeqCst);
            let body = json!({ "__type": "x#ThrottlingException", "message": "Rate exceeded" });
            let throttled = number < self.throttles;
            Ok(RawAnswer {
                status: if throttled { 400 } else { 200 },
                body: if throttled {
                    body.to_string().into_bytes()
                } else {
                    b"{}".to_vec()
                },
                ..RawAnswer::default()
            })
        })
    }

    fn wait(&self, time: Duration) -> BoxFuture<'_, Result<(), Unreachable>> {
        Box::pin(async move {
            tokio::time::sleep(time).await;
            Ok(())
        })
    }

    fn now(&self) -> BoxFuture<'_, Result<f64, Unreachable>> {
        Box::pin(async { Ok(0.0) })
    }
}

#[tokio::test]
async fn a_throttled_call_is_tried_again_after_a_pause() {
    let slow = slow(2, 0);
    let careful = Careful::new(slow.clone());
    let started = Instant::now();
    let answer = careful
        .call(&Request::of("ListBackups", &json!({})))
        .await
        .unwrap();
    assert_eq!((answer.status, slow.began.load(Ordering::SeqCst)), (200, 3));
    assert!(started.elapsed() >= Duration::from_millis(1_200));
}

#[tokio::test]
async fn a_call_that_nobody_waits_for_any_more_still_ends() {
    let slow = slow(0, 200);
    let careful = Careful::new(slow.clone());
    let request = Request::of("CreateTable", &json!({}));
    let given_up = tokio::time::timeout(Duration::from_millis(50), careful.call(&request)).await;
    assert!(given_up.is_err());
    assert_eq!(slow.ended.load(Ordering::SeqCst), 0);
    careful.quiet(Duration::from_secs(60)).await;
    assert_eq!(slow.ended.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn calls_are_held_to_the_rate() {
    let slow = slow(0, 0);
    let careful = Careful::new(slow.clone());
    let request = Request::of("ListBackups", &json!({}));
    let started = Instant::now();
    let calls = futures::future::join_all((0..6).map(|_| careful.call(&request))).await;
    assert!(calls.iter().all(Result::is_ok));
    // Two at once, then one each 200 ms.
    assert!(started.elapsed() >= Duration::from_millis(790));
}

fn refusal(error: &str, message: &str) -> RawAnswer {
    let body = json!({ "__type": format!("x#{error}"), "message": message });
    RawAnswer {
        status: 400,
        body: body.to_string().into_bytes(),
        ..RawAnswer::default()
    }
}

#[test]
fn a_policy_and_an_expired_token_are_no_behaviour() {
    let denied = "User: arn:aws:iam::111122223333:user/x is not authorized to perform: dynamodb:CreateTable on \
                  resource: arn:aws:dynamodb:eu-west-1:111122223333:table/ab because no identity-based policy \
                  allows the dynamodb:CreateTable action";
    for (error, message) in [
        ("AccessDeniedException", denied),
        (
            "ExpiredTokenException",
            "The security token included in the request is expired",
        ),
    ] {
        assert!(
            is_for_the_caller_to_mend(&refusal(error, message)).is_some(),
            "{error}"
        );
    }
}

#[test]
fn other_refusals_are_answers() {
    for (error, message) in [
        (
            "AccessDeniedException",
            "User: x is not authorized to access this resource",
        ),
        ("ValidationException", "no identity-based policy allows"),
        ("ResourceNotFoundException", "Requested resource not found"),
    ] {
        assert_eq!(
            is_for_the_caller_to_mend(&refusal(error, message)),
            None,
            "{error}"
        );
    }
}
