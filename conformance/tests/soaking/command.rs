//! The command as a person uses it: killed, interrupted, run again.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use lookback_checker::history::read;
use lookback_conformance::run::Answer;
use lookback_conformance::server::clock::ClockKind;
use lookback_conformance::target::Request;
use lookback_reference::Choices;
use serde_json::json;

use crate::guarded::Guarded;
use crate::liar::{Liar, Lie};
use crate::{endpoint, serve, service};

fn folder(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("lookback-soak-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    path
}

fn lookback(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lookback"));
    command.arg("soak").args(words).stdin(Stdio::null());
    command
}

/// Starts a soak that would take long, and waits until it has written some of its history.
fn begun(words: &[&str], history: &Path) -> Guarded {
    let mut command = lookback(words);
    command
        .args(["--seconds", "100000", "--seed", "1", "--history"])
        .arg(history);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut process = Guarded::spawn(&mut command);
    let started = Instant::now();
    while std::fs::metadata(history).map_or(0, |file| file.len()) < 50_000 {
        let ended = process.child().try_wait().unwrap();
        assert_eq!(ended, None, "it ended by itself");
        assert!(
            started.elapsed() < Duration::from_secs(300),
            "nothing is written"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    process
}

#[test]
fn a_killed_run_leaves_a_history_that_can_be_read() {
    let folder = folder("killed");
    let history = folder.join("history.jsonl");
    drop(begun(&[], &history));
    let read = read(&std::fs::read(&history).unwrap()).unwrap();
    assert!(read.entries.len() > 50);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interrupted_run_deletes_what_it_has_made() {
    let folder = folder("interrupted");
    let history = folder.join("history.jsonl");
    let running = serve(ClockKind::Real, service(Choices::exact())).await;
    let url = running.url();
    let status = tokio::task::spawn_blocking(move || {
        let mut process = begun(&["--endpoint", &url], &history);
        process.interrupt();
        process.output().status
    });
    let status = status.await.unwrap();
    // Nobody knows what came after the signal.
    assert_eq!(status.code(), Some(3));
    let target = endpoint(&running.url(), None).await;
    for (operation, member) in [
        ("ListTables", "/TableNames"),
        ("ListBackups", "/BackupSummaries"),
    ] {
        let answer = target
            .call(&Request::of(operation, &json!({})))
            .await
            .unwrap();
        let answer = Answer::new(answer);
        assert_eq!(answer.at(member), Some(&json!([])), "{operation}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_violation_is_saved_and_found_again() {
    let folder = folder("regressions");
    let lying = Box::new(Liar::new(service(Choices::exact()), Lie::ValueInvented));
    let running = serve(ClockKind::Real, lying).await;
    let (url, saved) = (running.url(), folder.join("saved"));
    let words = move |seed: &str| {
        let mut command = lookback(&["--profile", "steady", "--seconds", "60", "--clients", "2"]);
        command
            .args(["--endpoint", &url, "--seed", seed, "--regressions"])
            .arg(&saved);
        command.output().unwrap()
    };
    let (first, second) = tokio::task::spawn_blocking(move || (words("1"), words("2")))
        .await
        .unwrap();
    let text = String::from_utf8_lossy(&first.stdout);
    assert_eq!(first.status.code(), Some(1), "{text}");
    assert!(
        text.lines()
            .last()
            .unwrap()
            .starts_with("again     lookback soak --endpoint"),
        "{text}"
    );
    assert!(folder.join("saved/1-item-order.json").exists());
    let text = String::from_utf8_lossy(&second.stdout);
    assert_eq!(text.matches("soak      http").count(), 2, "{text}");
    assert_eq!(second.status.code(), Some(1));
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn wrong_options_are_told_in_one_line() {
    for (words, told) in [
        (&["--contract", "none/such"][..], "--contract none/such"),
        (&["--profile", "none/such"], "--profile none/such"),
        (&["--seconds", "0"], "0.1 or more"),
        (
            &["--endpoint", "http://127.0.0.1:1"],
            "start the service or mend --endpoint",
        ),
        (&["--restart-cmd", "true"], "--endpoint"),
    ] {
        let output = lookback(words).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{words:?}: {text}");
        assert!(
            text.contains(told) && text.lines().count() == 1,
            "{words:?}: {text}"
        );
    }
}
