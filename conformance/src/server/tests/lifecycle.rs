//! Connections, starting and stopping.

use std::time::{Duration, Instant};

use super::client::{Client, ask, operation};
use super::{double::Double, start, start_gated};
use crate::server::clock::ClockKind;
use crate::server::{Config, Error, Server};

#[tokio::test]
async fn a_connection_is_kept_for_many_requests() {
    let server = start(ClockKind::Manual).await;
    let mut client = Client::connect(server.addr()).await;
    for name in ["Echo", "Refuse", "Empty", "Panic", "Echo"] {
        client.send(&operation(name, b"{}")).await;
        assert!(client.receive().await.is_some(), "{name}");
    }
}

#[tokio::test]
async fn a_panic_behind_the_wire_is_one_500_and_nothing_more() {
    let server = start(ClockKind::Manual).await;
    for _ in 0..3 {
        let raw = ask(server.addr(), &operation("Panic", b"{}")).await;
        assert_eq!((raw.status, &*raw.error()), (500, "InternalServerError"));
        assert_eq!(
            ask(server.addr(), &operation("Echo", b"{}")).await.status,
            200
        );
    }
}

#[tokio::test]
async fn a_long_answer_does_not_hold_up_the_runtime() {
    // One thread for everything: it would stand still if the answer were made on it, and nobody would let that go.
    let (server, gate) = start_gated(ClockKind::Manual).await;
    let slow = operation("Slow", b"{}");
    let letting_go = async {
        gate.until_begun(1).await;
        gate.open();
    };
    let (raw, ()) = tokio::join!(ask(server.addr(), &slow), letting_go);
    assert_eq!((raw.status, raw.json()["let_go"] == true), (200, true));
}

#[tokio::test]
async fn requests_are_answered_one_at_a_time() {
    let (server, gate) = start_gated(ClockKind::Manual).await;
    let slow = operation("Slow", b"{}");
    let letting_go = async {
        gate.until_begun(1).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(gate.begun(), 1, "both at once");
        gate.open();
    };
    tokio::join!(
        ask(server.addr(), &slow),
        ask(server.addr(), &slow),
        letting_go
    );
    assert_eq!(gate.begun(), 2);
}

#[tokio::test]
async fn a_stop_lets_requests_end_and_closes_idle_connections() {
    let (server, gate) = start_gated(ClockKind::Manual).await;
    let addr = server.addr();
    let (mut idle, mut busy) = (Client::connect(addr).await, Client::connect(addr).await);
    idle.send(&operation("Echo", b"{}")).await;
    assert_eq!(idle.receive().await.unwrap().status, 200);
    busy.send(&operation("Slow", b"{}")).await;
    gate.until_begun(1).await;
    let letting_go = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        gate.open();
    };
    let (raw, (), ()) = tokio::join!(busy.receive(), server.shutdown(), letting_go);
    assert_eq!(raw.unwrap().status, 200);
    assert!(idle.is_closed().await);
    assert!(tokio::net::TcpStream::connect(addr).await.is_err());
}

#[tokio::test]
async fn a_stop_does_not_wait_for_a_client_that_says_nothing() {
    let server = start(ClockKind::Manual).await;
    let mut client = Client::connect(server.addr()).await;
    client
        .send(b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf")
        .await;
    let begun = Instant::now();
    server.shutdown().await;
    assert!(begun.elapsed() < Duration::from_secs(60));
}

#[tokio::test]
async fn a_dropped_server_stops() {
    let server = start(ClockKind::Manual).await;
    let addr = server.addr();
    drop(server);
    for _ in 0..3_000 {
        if tokio::net::TcpStream::connect(addr).await.is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("still listening");
}

#[tokio::test]
async fn a_port_in_use_says_what_to_do() {
    let server = start(ClockKind::Manual).await;
    let config = Config {
        listen: server.addr(),
        ..Config::default()
    };
    let error = Server::start_with(config, Box::new(Double::default()))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::PortInUse(addr) if addr == server.addr()));
    assert!(error.to_string().contains("choose another one"), "{error}");
}

#[tokio::test]
async fn an_address_of_another_machine_says_what_to_do() {
    let config = Config {
        listen: "192.0.2.1:0".parse().unwrap(),
        ..Config::default()
    };
    let error = Server::start_with(config, Box::new(Double::default()))
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("an address of this machine"),
        "{error}"
    );
}

#[tokio::test]
async fn the_url_of_a_server_on_every_interface_is_loopback() {
    let config = Config {
        listen: "0.0.0.0:0".parse().unwrap(),
        ..Config::default()
    };
    let server = Server::start_with(config, Box::new(Double::default()))
        .await
        .unwrap();
    assert_eq!(
        server.url(),
        format!("http://127.0.0.1:{}", server.addr().port())
    );
}
