//! The automatic clock jumps when a poll finds something pending.

use super::client::{ask, operation};
use super::double::PENDING_US;
use super::{START_US, start};
use crate::server::clock::ClockKind;

async fn ask_for(server: &crate::server::Running, name: &str) -> (i64, bool) {
    let answer = ask(server.addr(), &operation(name, b"{}")).await.json();
    (
        answer["now_us"].as_i64().unwrap_or_default(),
        answer["pending"].as_bool().unwrap_or_default(),
    )
}

#[tokio::test]
async fn a_poll_sees_pending_once() {
    for poll in ["DescribeBackup", "ListBackups", "GetItem"] {
        let server = start(ClockKind::Auto).await;
        ask_for(&server, "Begin").await;
        assert_eq!(ask_for(&server, poll).await, (START_US, true), "{poll}");
        assert_eq!(
            ask_for(&server, poll).await,
            (START_US + PENDING_US, false),
            "{poll}"
        );
        assert_eq!(
            ask_for(&server, poll).await,
            (START_US + PENDING_US, false),
            "{poll}"
        );
    }
}

#[tokio::test]
async fn other_operations_do_not_move_it() {
    let server = start(ClockKind::Auto).await;
    ask_for(&server, "Begin").await;
    for _ in 0..3 {
        assert_eq!(ask_for(&server, "PutItem").await, (START_US, true));
    }
}

#[tokio::test]
async fn manual_clocks_do_not_jump() {
    let server = start(ClockKind::Manual).await;
    ask_for(&server, "Begin").await;
    for _ in 0..3 {
        assert_eq!(ask_for(&server, "DescribeBackup").await, (START_US, true));
    }
}
