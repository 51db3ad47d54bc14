//! Size limits (WIRE-015).

use super::client::{Client, ask, authorization, operation, request};
use super::start;
use crate::server::clock::ClockKind;
use crate::server::http::BODY_BYTES_MAX;

#[tokio::test]
async fn a_body_of_16_mb_is_read_whole() {
    let server = start(ClockKind::Manual).await;
    let raw = ask(
        server.addr(),
        &operation("Echo", &vec![b'x'; BODY_BYTES_MAX]),
    )
    .await;
    assert_eq!(raw.json()["bytes"], BODY_BYTES_MAX);
}

#[tokio::test]
async fn one_byte_more_is_too_large() {
    let server = start(ClockKind::Manual).await;
    let mut client = Client::connect(server.addr()).await;
    client
        .send(&operation("Echo", &vec![b'x'; BODY_BYTES_MAX + 1]))
        .await;
    let raw = client.receive().await.unwrap();
    assert_eq!(
        (raw.status, &*raw.error()),
        (413, "RequestEntityTooLargeException")
    );
    // The rest was read: the connection stays usable.
    client.send(&operation("Echo", b"{}")).await;
    assert_eq!(client.receive().await.unwrap().status, 200);
}

#[tokio::test]
async fn chunked_bodies_are_limited_too() {
    let server = start(ClockKind::Manual).await;
    let head = format!(
        "POST / HTTP/1.1\r\nHost: h\r\nAuthorization: {}\r\nTransfer-Encoding: chunked\r\n\r\n",
        authorization("k", "r")
    );
    let mut bytes = head.into_bytes();
    for _ in 0..17 {
        bytes.extend_from_slice(b"100000\r\n");
        bytes.resize(bytes.len() + 0x10_0000, b'x');
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    assert_eq!(ask(server.addr(), &bytes).await.status, 413);
}

#[tokio::test]
async fn a_long_request_line_is_a_400() {
    let server = start(ClockKind::Manual).await;
    let line = format!("POST /?{}", "q".repeat(16 * 1024));
    let raw = ask(server.addr(), &request(&line, &[], b"{}")).await;
    assert_eq!((raw.status, &*raw.error()), (400, "ValidationException"));
}

#[tokio::test]
async fn a_long_header_block_is_a_400() {
    let server = start(ClockKind::Manual).await;
    let long = "v".repeat(16 * 1024);
    let raw = ask(
        server.addr(),
        &request("POST /", &[("X-Long", &long)], b"{}"),
    )
    .await;
    assert_eq!((raw.status, &*raw.error()), (400, "ValidationException"));
}

#[tokio::test]
async fn a_large_header_block_within_the_limit_is_read() {
    let server = start(ClockKind::Manual).await;
    let long = "v".repeat(15 * 1024);
    let headers = [
        ("X-Long", &*long),
        ("Authorization", &authorization("k", "r")),
    ];
    assert_eq!(
        ask(server.addr(), &request("POST /", &headers, b"{}"))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_body_that_is_not_compressed_as_its_header_says_is_an_internal_error() {
    let server = start(ClockKind::Manual).await;
    for encoding in ["gzip", "garbage"] {
        let headers = [
            ("Content-Encoding", encoding),
            ("Authorization", &*authorization("k", "r")),
        ];
        let raw = ask(server.addr(), &request("POST /", &headers, b"\x1f\x8b")).await;
        assert_eq!((raw.status, &*raw.error()), (500, "InternalServerError"));
    }
}
