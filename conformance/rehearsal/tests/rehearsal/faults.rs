//! What goes wrong on the way.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::error::SdkError;
use lookback_rehearsal::{Fault, Rehearsal};

use crate::notes;

/// A rehearsal with the table, and a client that never tries again.
async fn without_retries() -> (Rehearsal, Client) {
    let rehearsal = Rehearsal::new();
    notes::create(&rehearsal.client()).await;
    let config = rehearsal
        .client()
        .config()
        .to_builder()
        .retry_config(RetryConfig::disabled());
    (rehearsal, Client::from_conf(config.build()))
}

#[tokio::test]
async fn a_lost_request_did_nothing() {
    let (rehearsal, client) = without_retries().await;
    rehearsal.fail_nth("PutItem", 1, Fault::LoseRequest);
    assert!(!notes::write(&client, "1", "a").await);
    assert_eq!(notes::read(&client, "1").await, None);
}

#[tokio::test]
async fn a_lost_answer_was_a_write() {
    let (rehearsal, client) = without_retries().await;
    rehearsal.fail_nth("PutItem", 1, Fault::LoseAnswer);
    assert!(!notes::write(&client, "1", "a").await);
    assert_eq!(notes::read(&client, "1").await.as_deref(), Some("a"));
}

#[tokio::test]
async fn the_sdk_tries_again_after_a_pause() {
    let rehearsal = Rehearsal::new();
    let client = rehearsal.client();
    notes::create(&client).await;
    rehearsal.fail_nth("PutItem", 1, Fault::LoseAnswer);
    rehearsal.fail_nth("PutItem", 2, Fault::ServerError);
    let (begun, calls) = (rehearsal.now(), rehearsal.calls());
    assert!(notes::write(&client, "1", "a").await);
    assert_eq!(rehearsal.calls() - calls, 3);
    assert!(
        rehearsal.now().duration_since(begun).unwrap() > Duration::from_millis(3),
        "more than the calls"
    );
}

#[tokio::test]
async fn a_retried_condition_fails_on_its_own_write() {
    let rehearsal = Rehearsal::new();
    let client = rehearsal.client();
    notes::create(&client).await;
    rehearsal.fail_nth("PutItem", 1, Fault::LoseAnswer);
    let put = client
        .put_item()
        .table_name("notes")
        .item("id", notes::text("1"));
    let refused = put
        .condition_expression("attribute_not_exists(id)")
        .send()
        .await
        .unwrap_err();
    assert!(
        refused
            .into_service_error()
            .is_conditional_check_failed_exception()
    );
}

#[tokio::test]
async fn operations_are_throttled_each_in_its_way() {
    let (rehearsal, client) = without_retries().await;
    rehearsal.fail_nth("PutItem", 1, Fault::Throttle);
    let put = client
        .put_item()
        .table_name("notes")
        .item("id", notes::text("1"));
    let refused = put.send().await.unwrap_err().into_service_error();
    assert!(refused.is_provisioned_throughput_exceeded_exception());
    rehearsal.fail_nth("ListTables", 1, Fault::Throttle);
    let refused = client
        .list_tables()
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    assert_eq!(refused.meta().code(), Some("ThrottlingException"));
}

#[tokio::test]
async fn the_nth_call_is_counted_from_now() {
    let (rehearsal, client) = without_retries().await;
    assert!(notes::write(&client, "0", "a").await);
    rehearsal.fail_nth("PutItem", 2, Fault::LoseRequest);
    let mut succeeded = Vec::new();
    for id in ["1", "2", "3"] {
        succeeded.push(notes::write(&client, id, "a").await);
    }
    assert_eq!(succeeded, [true, false, true]);
}

#[tokio::test]
async fn a_hook_sees_every_call() {
    let (rehearsal, client) = without_retries().await;
    rehearsal.fail_when(|call| {
        let odd = call.operation == "PutItem" && call.nth % 2 == 1;
        odd.then_some(Fault::ServerError)
    });
    let mut succeeded = Vec::new();
    for id in ["1", "2", "3", "4"] {
        succeeded.push(notes::write(&client, id, "a").await);
    }
    assert_eq!(succeeded, [false, true, false, true]);
}

#[tokio::test]
async fn a_slow_answer_takes_its_time() {
    let (rehearsal, client) = without_retries().await;
    let begun = rehearsal.now();
    rehearsal.fail_nth("PutItem", 1, Fault::Slow(Duration::from_secs(30)));
    assert!(notes::write(&client, "1", "a").await);
    assert!(rehearsal.now().duration_since(begun).unwrap() >= Duration::from_secs(30));
}

/// A call that takes a minute, with these time-outs.
async fn slow_with(timeouts: TimeoutConfig) -> (Rehearsal, bool) {
    let (rehearsal, client) = without_retries().await;
    let client = Client::from_conf(
        client
            .config()
            .to_builder()
            .timeout_config(timeouts)
            .build(),
    );
    rehearsal.fail_nth("PutItem", 1, Fault::Slow(Duration::from_secs(60)));
    let put = client
        .put_item()
        .table_name("notes")
        .item("id", notes::text("1"))
        .item("words", notes::text("late"));
    let timed_out = match put.send().await {
        Err(SdkError::TimeoutError(_)) => true,
        Err(SdkError::DispatchFailure(failure)) => failure.is_timeout(),
        _ => false,
    };
    (rehearsal, timed_out)
}

#[tokio::test]
async fn time_outs_pass_in_virtual_time() {
    let builder = TimeoutConfig::builder;
    let five = Duration::from_secs(5);
    for timeouts in [
        builder().read_timeout(five).build(),
        builder().operation_attempt_timeout(five).build(),
        builder().operation_timeout(five).build(),
    ] {
        let (rehearsal, timed_out) = slow_with(timeouts.clone()).await;
        assert!(timed_out, "{timeouts:?}");
        // And yet it was written.
        assert_eq!(
            notes::read(&rehearsal.client(), "1").await.as_deref(),
            Some("late")
        );
    }
    let (_, timed_out) =
        slow_with(builder().operation_timeout(Duration::from_secs(61)).build()).await;
    assert!(!timed_out);
}

#[tokio::test]
async fn a_quota_of_retries_is_not_shared_between_rehearsals() {
    for _ in 0..200 {
        let rehearsal = Rehearsal::new();
        rehearsal.fail_nth("ListTables", 1, Fault::LoseAnswer);
        rehearsal.fail_nth("ListTables", 2, Fault::LoseAnswer);
        assert!(rehearsal.client().list_tables().send().await.is_ok());
    }
}
