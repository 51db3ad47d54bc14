//! `/_lookback/clock` over the wire.

use std::net::SocketAddr;

use serde_json::json;

use super::client::{Raw, ask, operation, request};
use super::start;
use crate::server::clock::ClockKind;

const CLOCK: &str = "/_lookback/clock";

async fn get(addr: SocketAddr) -> Raw {
    ask(addr, &request(&format!("GET {CLOCK}"), &[], b"")).await
}

async fn post(addr: SocketAddr, body: &str) -> Raw {
    ask(
        addr,
        &request(&format!("POST {CLOCK}"), &[], body.as_bytes()),
    )
    .await
}

#[tokio::test]
async fn it_shows_the_time_without_a_signature() {
    let server = start(ClockKind::Manual).await;
    let raw = get(server.addr()).await;
    assert_eq!(
        (raw.status, raw.json()),
        (200, json!({"now": 1_763_640_000.25}))
    );
    assert_eq!(raw.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn operations_and_date_follow_its_moves() {
    let server = start(ClockKind::Manual).await;
    let raw = post(server.addr(), r#"{"advance_s": 3456000}"#).await;
    assert_eq!(
        (raw.status, raw.json()),
        (200, json!({"now": 1_767_096_000.25}))
    );
    let raw = ask(server.addr(), &operation("Echo", b"{}")).await;
    assert_eq!(raw.json()["now_us"], json!(1_767_096_000_250_000_i64));
    assert_eq!(raw.header("date"), Some("Tue, 30 Dec 2025 12:00:00 GMT"));
}

#[tokio::test]
async fn it_is_set_forwards_only() {
    let server = start(ClockKind::Manual).await;
    assert_eq!(
        post(server.addr(), r#"{"set": 1767096000}"#).await.json(),
        json!({"now": 1_767_096_000})
    );
    let raw = post(server.addr(), r#"{"set": 1767095999}"#).await;
    assert_eq!(raw.status, 400);
    assert!(
        raw.json()["error"]
            .as_str()
            .unwrap()
            .contains("does not go back")
    );
    assert_eq!(
        get(server.addr()).await.json(),
        json!({"now": 1_767_096_000})
    );
}

#[tokio::test]
async fn bad_input_is_a_400_with_one_member() {
    let server = start(ClockKind::Manual).await;
    let long = format!("{{\"advance_s\": {}1}}", " ".repeat(5000));
    for body in [
        "",
        "x",
        "{}",
        "[1]",
        r#"{"advance_s": -1}"#,
        r#"{"advance_s": 1, "set": 1}"#,
        "\u{0}",
        &long,
    ] {
        let raw = post(server.addr(), body).await;
        assert_eq!(raw.status, 400, "{body}");
        let answer = raw.json();
        let members: Vec<_> = answer.as_object().unwrap().keys().collect();
        assert_eq!(members, ["error"], "{body}");
    }
}

#[tokio::test]
async fn a_manual_clock_stands_still_and_a_real_one_runs() {
    for (kind, runs) in [(ClockKind::Manual, false), (ClockKind::Real, true)] {
        let server = start(kind).await;
        let before = get(server.addr()).await.json();
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        assert_eq!(get(server.addr()).await.json() != before, runs, "{kind:?}");
    }
}
