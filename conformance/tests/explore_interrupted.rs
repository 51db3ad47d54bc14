//! `lookback explore` as a process that is sent SIGINT: it tells what it has found.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

#[path = "process/guarded.rs"]
mod guarded;

use std::process::{Command, Stdio};
use std::time::Duration;

use guarded::Guarded;
use lookback_conformance::explore::report::Report;
use lookback_conformance::target::{Identities, Request, Target as _, reference};
use lookback_reference::Settings;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn the_first_signal_ends_the_run_and_what_was_found_is_written() {
    let started = reference::start(Settings::default(), Identities::default())
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("found.json");
    let mut command = Command::new(env!("CARGO_BIN_EXE_lookback"));
    command
        .args([
            "explore",
            "--seed",
            "7",
            "--steps",
            "1000000000",
            "--endpoint",
        ])
        .arg(started.endpoint.describe().url.as_deref().unwrap())
        .arg("--json")
        .arg(&file)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut process = Guarded::spawn(&mut command);
    // Once it has made a table, it listens for signals.
    let list = Request::of("ListTables", &json!({}));
    loop {
        let answer = started.endpoint.call(&list).await.unwrap();
        let tables: Value = serde_json::from_slice(&answer.body).unwrap();
        if !tables["TableNames"].as_array().unwrap().is_empty() {
            break;
        }
        let ended = process.child().try_wait().unwrap();
        assert_eq!(ended, None, "it ended by itself");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    process.interrupt();
    let ended = tokio::task::spawn_blocking(|| process.output())
        .await
        .unwrap();
    let told = String::from_utf8_lossy(&ended.stdout).into_owned();
    assert_eq!(ended.status.code(), Some(130), "{told}");
    assert!(told.contains("ended early: it was interrupted"), "{told}");
    let report: Report = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert!(report.interrupted && report.steps > 0);
    assert_eq!(report.causes.len(), 0, "{told}");
    started.running.shutdown().await;
}
