//! What needs HTTP, on the reference server: the cases that `tests/catalogue.rs` leaves out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use std::path::Path;
use std::sync::Arc;

use lookback_conformance::case::Case;
use lookback_conformance::corpus::{Corpus, Source};
use lookback_conformance::run::{CaseRun, Options, Verdict, run_many};
use lookback_conformance::target::{Identities, Target, reference};
use lookback_reference::Settings;

fn corpus() -> Corpus {
    Corpus::load(&Source::Folder(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus"),
    ))
    .unwrap()
}

async fn run(cases: &[&Case]) -> Vec<CaseRun> {
    let started = reference::start(Settings::default(), Identities::default())
        .await
        .unwrap();
    let target: Arc<dyn Target> = Arc::new(started.endpoint);
    let runs = run_many(|| target.clone(), cases, 1, &Options::new(), |_| {})
        .await
        .unwrap();
    started.running.shutdown().await;
    runs
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wire_case_passes_over_http() {
    let corpus = corpus();
    let cases: Vec<&Case> = corpus
        .cases
        .iter()
        .filter(|case| case.capability() == "wire")
        .collect();
    assert!(cases.len() > 20, "{} wire cases", cases.len());
    for run in run(&cases).await {
        assert!(
            matches!(run.verdict, Verdict::Pass | Verdict::Unspecified),
            "{run:#?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_behind() {
    let corpus = corpus();
    let cases: Vec<&Case> = corpus
        .cases
        .iter()
        .filter(|case| case.capability() == "restore")
        .take(10)
        .collect();
    let started = reference::start(Settings::default(), Identities::default())
        .await
        .unwrap();
    let target: Arc<dyn Target> = Arc::new(started.endpoint);
    let runs = run_many(|| target.clone(), &cases, 1, &Options::new(), |_| {})
        .await
        .unwrap();
    assert!(runs.iter().all(|run| run.leftovers.is_empty()), "{runs:#?}");
    target
        .wait(std::time::Duration::from_secs(3600))
        .await
        .unwrap();
    for (operation, list) in [
        ("ListTables", "TableNames"),
        ("ListBackups", "BackupSummaries"),
    ] {
        let request = lookback_conformance::target::Request::of(operation, &serde_json::json!({}));
        let answer = target.call(&request).await.unwrap();
        let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(body[list], serde_json::json!([]), "{operation}");
    }
    started.running.shutdown().await;
}
