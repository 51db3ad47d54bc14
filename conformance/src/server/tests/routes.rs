//! Paths and methods.

use super::client::{ask, authorization, request};
use super::start;
use crate::server::clock::ClockKind;

#[tokio::test]
async fn get_says_healthy() {
    let server = start(ClockKind::Manual).await;
    let raw = ask(server.addr(), &request("GET /", &[], b"")).await;
    assert_eq!(
        (raw.status, &*raw.text()),
        (200, "healthy: dynamodb.us-east-1.amazonaws.com ")
    );
    let headers = [("Authorization", &*authorization("k", "eu-west-1"))];
    let raw = ask(server.addr(), &request("GET /", &headers, b"")).await;
    assert_eq!(raw.text(), "healthy: dynamodb.eu-west-1.amazonaws.com ");
}

#[tokio::test]
async fn other_paths_are_not_found() {
    let server = start(ClockKind::Manual).await;
    for line in [
        "POST /tables",
        "GET /favicon.ico",
        "POST //",
        "POST /_lookback/clock/",
        "GET /_lookback",
    ] {
        let raw = ask(server.addr(), &request(line, &[], b"{}")).await;
        assert_eq!(
            (raw.status, &*raw.error()),
            (404, "UnknownOperationException"),
            "{line}"
        );
        assert!(raw.text().contains("POST to"), "{}", raw.text());
    }
}

#[tokio::test]
async fn other_methods_are_told_which_ones_there_are() {
    let server = start(ClockKind::Manual).await;
    for line in [
        "PUT /",
        "DELETE /",
        "OPTIONS /",
        "PATCH /_lookback/clock",
        "NONSENSE /",
    ] {
        let raw = ask(server.addr(), &request(line, &[], b"{}")).await;
        assert_eq!(
            (raw.status, raw.header("allow")),
            (405, Some("GET, POST")),
            "{line}"
        );
        assert_eq!(raw.error(), "UnknownOperationException", "{line}");
    }
}

#[tokio::test]
async fn a_full_url_as_target_is_understood() {
    let server = start(ClockKind::Manual).await;
    let headers = [("Authorization", &*authorization("k", "r"))];
    let raw = ask(
        server.addr(),
        &request("POST http://localhost/", &headers, b"{}"),
    )
    .await;
    assert_eq!(raw.status, 200);
}
