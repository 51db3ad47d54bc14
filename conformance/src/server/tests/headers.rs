//! Headers of answers and what is read from those of requests.

use lookback_reference::Caller;
use serde_json::json;

use super::client::{Raw, ask, authorization, operation, request};
use super::start;
use crate::server::clock::ClockKind;

fn assert_common(raw: &Raw) {
    let id = raw.header("x-amzn-requestid").expect("a request id");
    assert_eq!(id.len(), 52, "{id}");
    assert!(
        id.bytes()
            .all(|sign| sign.is_ascii_uppercase() || sign.is_ascii_digit()),
        "{id}"
    );
    assert_eq!(
        raw.header("x-amz-crc32").unwrap(),
        crc32fast::hash(&raw.body).to_string()
    );
    assert_eq!(
        raw.header("content-length").unwrap(),
        raw.body.len().to_string()
    );
    assert_eq!(raw.header("date").unwrap(), "Thu, 20 Nov 2025 12:00:00 GMT");
}

#[tokio::test]
async fn success_refusal_and_empty_body_carry_the_common_headers() {
    let server = start(ClockKind::Manual).await;
    for (name, status) in [
        ("Echo", 200),
        ("Refuse", 400),
        ("Empty", 200),
        ("Panic", 500),
    ] {
        let raw = ask(server.addr(), &operation(name, b"{}")).await;
        assert_eq!(raw.status, status, "{name}");
        assert_common(&raw);
        assert_eq!(
            raw.header("content-type").unwrap(),
            "application/x-amz-json-1.0",
            "{name}"
        );
    }
}

#[tokio::test]
async fn an_empty_body_has_no_byte() {
    let server = start(ClockKind::Manual).await;
    let raw = ask(server.addr(), &operation("Empty", b"{}")).await;
    assert_eq!(
        (raw.body.len(), raw.header("content-length")),
        (0, Some("0"))
    );
}

#[tokio::test]
async fn request_ids_differ() {
    let server = start(ClockKind::Manual).await;
    let first = ask(server.addr(), &operation("Echo", b"{}")).await;
    let second = ask(server.addr(), &operation("Echo", b"{}")).await;
    assert_ne!(
        first.header("x-amzn-requestid"),
        second.header("x-amzn-requestid")
    );
}

#[tokio::test]
async fn target_body_and_caller_reach_the_model() {
    let server = start(ClockKind::Manual).await;
    let headers = [
        ("x-aMz-tArGeT", "Whatever.It-Is"),
        (
            "Authorization",
            &*authorization("123456789012", "eu-west-1"),
        ),
    ];
    let raw = ask(server.addr(), &request("POST /", &headers, b"12345")).await;
    assert_eq!(
        raw.json(),
        json!({"now_us": super::START_US, "account": "123456789012", "region": "eu-west-1", "target": "Whatever.It-Is",
               "bytes": 5, "pending": false})
    );
}

#[tokio::test]
async fn a_missing_target_is_left_to_the_model() {
    let server = start(ClockKind::Manual).await;
    let raw = ask(
        server.addr(),
        &request(
            "POST /",
            &[("Authorization", &authorization("k", "r"))],
            b"",
        ),
    )
    .await;
    assert_eq!(raw.json()["target"], json!(null));
    assert_eq!(raw.json()["account"], json!(Caller::account_of("k")));
}

#[tokio::test]
async fn a_missing_authorization_is_a_missing_token() {
    let server = start(ClockKind::Manual).await;
    let raw = ask(
        server.addr(),
        &request(
            "POST /",
            &[("X-Amz-Target", "DynamoDB_20120810.Echo")],
            b"{}",
        ),
    )
    .await;
    assert_eq!(raw.status, 400);
    assert_common(&raw);
    assert_eq!(
        raw.text(),
        r#"{"__type":"com.amazon.coral.service#MissingAuthenticationTokenException","message":"Request is missing Authentication Token"}"#
    );
}

#[tokio::test]
async fn an_unreadable_authorization_is_an_incomplete_signature() {
    let server = start(ClockKind::Manual).await;
    for value in [
        "Bearer x",
        "AWS4-HMAC-SHA256 Credential=k/us-east-1",
        "\u{7f}",
        "Credential=\u{e9}",
    ] {
        let raw = ask(
            server.addr(),
            &request("POST /", &[("Authorization", value)], b"{}"),
        )
        .await;
        assert_eq!(raw.status, 400, "{value}");
        if value != "\u{7f}" {
            assert_eq!(raw.error(), "IncompleteSignatureException", "{value}");
        }
    }
}

#[tokio::test]
async fn a_status_that_does_not_exist_becomes_500() {
    let server = start(ClockKind::Manual).await;
    assert_eq!(
        ask(server.addr(), &operation("Nonsense", b"{}"))
            .await
            .status,
        500
    );
}
