//! `lookback check --aws` and `lookback sweep` against what stands in for DynamoDB: the reference server with
//! *typical* choices, throttling and restores of 200 seconds. Runs are interrupted and killed in the middle;
//! afterwards nothing may be left.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

#[path = "stand_in/command.rs"]
mod command;
#[path = "stand_in/service.rs"]
mod service;

use std::time::Duration;

use command::{Lookback, lookback};
use lookback_reference::Throttling;
use service::StandIn;

/// What ends at all ends within this time, also on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(300);
/// Cases that restore, delete backups, and make tables of every kind; none waits a minute.
const SOME: [&str; 3] = ["restore/*", "backup-delete/*", "table/*"];

fn check(service: &StandIn) -> Lookback {
    let mut command = lookback(service, &["check", "--i-accept-costs", "--max-wait", "40"]);
    for filter in SOME {
        command.arg("--filter").arg(filter);
    }
    command
}

fn sweep(service: &StandIn, max_wait_s: &str) -> Lookback {
    let mut command = lookback(
        service,
        &["sweep", "--i-accept-costs", "--older-than", "0s"],
    );
    command.args(&["--max-wait", max_wait_s]);
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_run_passes_cases_and_leaves_nothing() {
    let service = StandIn::start(Throttling::Observed).await;
    service.hurry();
    let ended = check(&service).reporting("whole").end(PATIENCE).await;
    assert!(matches!(ended.status, 0 | 1 | 3), "{}", ended.text);
    let report = &ended.report["figures"];
    assert!(report["pass"].as_u64().unwrap() >= 60, "{}", ended.text);
    assert_eq!(service.left().await, Vec::<String>::new(), "{}", ended.text);
    assert!(service.throttled() > 0, "nothing was throttled");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_interrupted_anywhere_leaves_nothing() {
    for (requests, signal) in [(1, "INT"), (25, "TERM"), (160, "INT"), (300, "INT")] {
        let service = StandIn::start(Throttling::Observed).await;
        let mut running = check(&service).start();
        service.after(requests, &mut running).await;
        running.signal(signal);
        // Until now the clock ran as everywhere: what is being restored stays CREATING for minutes.
        service.hurry();
        let ended = running.end(PATIENCE).await;
        assert_eq!(ended.status, 130, "after {requests}: {}", ended.text);
        assert!(ended.text.contains("interrupted: "), "{}", ended.text);
        assert_eq!(
            service.left().await,
            Vec::<String>::new(),
            "after {requests}: {}",
            ended.text
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_killed_is_swept() {
    for requests in [40, 300] {
        let service = StandIn::start(Throttling::Documented).await;
        let mut running = check(&service).start();
        service.after(requests, &mut running).await;
        running.signal("KILL");
        running.end(PATIENCE).await;
        assert!(!service.left().await.is_empty(), "after {requests}");
        service.hurry();
        let ended = sweep(&service, "60").end(PATIENCE).await;
        assert_eq!(ended.status, 0, "{}", ended.text);
        assert_eq!(service.left().await, Vec::<String>::new(), "{}", ended.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn restores_under_way_are_waited_for() {
    let service = StandIn::start(Throttling::Observed).await;
    let mut running = lookback(
        &service,
        &["check", "--i-accept-costs", "--filter", "restore/*"],
    )
    .start();
    service.until_restoring(&mut running).await;
    running.signal("KILL");
    running.end(PATIENCE).await;
    assert!(
        service
            .left()
            .await
            .iter()
            .any(|line| line.ends_with("CREATING"))
    );
    // Without patience it is told what is left.
    let hasty = sweep(&service, "3");
    let ended = hasty.end(PATIENCE).await;
    assert_eq!(ended.status, 1, "{}", ended.text);
    assert!(ended.text.contains("left: table lb-"), "{}", ended.text);
    service.hurry();
    let ended = sweep(&service, "60").end(PATIENCE).await;
    assert_eq!(ended.status, 0, "{}", ended.text);
    assert!(
        ended.text.contains("deleting backup arn:"),
        "{}",
        ended.text
    );
    assert_eq!(service.left().await, Vec::<String>::new(), "{}", ended.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_stops_at_once_and_the_command_it_prints_deletes_the_rest() {
    let service = StandIn::start(Throttling::Observed).await;
    let mut running = lookback(
        &service,
        &["check", "--i-accept-costs", "--filter", "restore/*"],
    )
    .start();
    service.until_restoring(&mut running).await;
    running.signal("INT");
    running.until_says("interrupted").await;
    running.signal("INT");
    let ended = running.end(PATIENCE).await;
    assert_eq!(ended.status, 130, "{}", ended.text);
    assert!(!service.left().await.is_empty());
    let printed = ended
        .text
        .lines()
        .find_map(|line| line.strip_prefix("to delete what is left: lookback "));
    let words: Vec<&str> = printed.expect(&ended.text).split_whitespace().collect();
    service.hurry();
    let ended = command::plain(&words).end(PATIENCE).await;
    assert_eq!(ended.status, 0, "{}", ended.text);
    assert_eq!(service.left().await, Vec::<String>::new(), "{}", ended.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_lets_alone_what_is_young_or_not_ours() {
    let service = StandIn::start(Throttling::Off).await;
    let young = service
        .make(&command::name_of_a_run_that_started_s_ago(60.0))
        .await;
    let old = service
        .make(&command::name_of_a_run_that_started_s_ago(7_200.0))
        .await;
    let other = service.make("lb-production").await;
    service.hurry();
    let sweep = |more: &[&str]| {
        let mut command = lookback(&service, &["sweep"]);
        command.args(more);
        command
    };
    let ended = sweep(&["--dry-run"]).end(PATIENCE).await;
    assert_eq!(ended.status, 0, "{}", ended.text);
    assert!(
        ended.text.contains(&format!("would delete table {old}")),
        "{}",
        ended.text
    );
    assert!(
        !ended.text.contains(&young) && !ended.text.contains(&other),
        "{}",
        ended.text
    );
    assert_eq!(service.left().await.len(), 3);
    let ended = sweep(&["--i-accept-costs"]).end(PATIENCE).await;
    assert_eq!(ended.status, 0, "{}", ended.text);
    assert!(
        ended
            .text
            .contains("let alone: 1 tables, backups and buckets"),
        "{}",
        ended.text
    );
    let left = service.left().await.join("\n");
    assert!(
        left.contains(&young) && left.contains(&other) && !left.contains(&old),
        "{left}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_made_before_costs_are_accepted() {
    let service = StandIn::start(Throttling::Off).await;
    let ended = lookback(&service, &["check"]).end(PATIENCE).await;
    assert_eq!(ended.status, 2);
    let lines: Vec<&str> = ended.text.lines().collect();
    assert_eq!(lines.len(), 1, "{}", ended.text);
    assert!(lines[0].contains("tables in us-east-1") && lines[0].contains("--i-accept-costs"));
    let ended = lookback(&service, &["sweep"]).end(PATIENCE).await;
    assert_eq!(
        (ended.status, ended.text.lines().count()),
        (2, 1),
        "{}",
        ended.text
    );
    assert_eq!(service.requests(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_region_has_to_be_named_and_credentials_found() {
    let service = StandIn::start(Throttling::Off).await;
    let ended = command::plain(&["check", "--aws", "--i-accept-costs"])
        .end(PATIENCE)
        .await;
    assert_eq!(ended.status, 2);
    assert!(ended.text.contains("--region"), "{}", ended.text);
    let ended = lookback(&service, &["check", "--i-accept-costs"])
        .without_credentials()
        .end(PATIENCE)
        .await;
    assert_eq!(ended.status, 2, "{}", ended.text);
    assert!(
        ended.text.starts_with("error: no AWS credentials ("),
        "{}",
        ended.text
    );
    assert_eq!(
        (ended.text.lines().count(), service.requests()),
        (1, 0),
        "{}",
        ended.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn any_endpoint_can_be_swept() {
    let service = StandIn::start(Throttling::Off).await;
    let name = service
        .make(&command::name_of_a_run_that_started_s_ago(5.0))
        .await;
    let url = service.url();
    let words = ["sweep", "--endpoint", &url, "--older-than", "0s"];
    let ended = command::plain(&words).end(PATIENCE).await;
    assert_eq!(ended.status, 0, "{}", ended.text);
    let told = format!("deleting table {name}\n");
    assert!(ended.text.contains(&told), "{}", ended.text);
    assert!(
        ended.text.ends_with("1 deleted, 0 left\n"),
        "{}",
        ended.text
    );
    assert_eq!(service.left().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_run_on_any_endpoint_leaves_nothing() {
    let service = StandIn::start(Throttling::Off).await;
    service.hurry();
    let url = service.url();
    let words = ["check", "--endpoint", &url, "--filter", "restore/*"];
    let mut running = command::plain(&words).start();
    service.after(60, &mut running).await;
    running.signal("TERM");
    let ended = running.end(PATIENCE).await;
    assert_eq!(ended.status, 130, "{}", ended.text);
    assert!(
        ended.text.contains("interrupted: cleaning up"),
        "{}",
        ended.text
    );
    assert_eq!(service.left().await, Vec::<String>::new(), "{}", ended.text);
}
