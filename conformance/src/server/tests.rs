//! The server over real loopback sockets, before a stand-in for the model.

mod auto_clock;
mod client;
mod clock_protocol;
mod double;
mod garbage;
mod headers;
mod lifecycle;
mod limits;
mod model;
mod routes;

use super::{Config, Running, Server};
use crate::server::clock::ClockKind;

/// A manual clock that starts at a known instant.
const START_US: i64 = 1_763_640_000_250_000;

async fn start(clock: ClockKind) -> Running {
    start_gated(clock).await.0
}

/// With what holds slow answers back.
async fn start_gated(clock: ClockKind) -> (Running, double::Gate) {
    let config = Config {
        clock,
        start_us: Some(START_US),
        ..Config::default()
    };
    let double = double::Double::default();
    let gate = double.gate.clone();
    let server = Server::start_with(config, Box::new(double)).await;
    (server.unwrap(), gate)
}
