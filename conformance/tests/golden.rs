//! The recorded scenario of point-in-time recovery (records S1 to S20): every one of them has cases, and the reference
//! passes those at the recorded pace. What only these records know is shown by it and demanded of nobody: there a case
//! passes here and is unspecified where a target does not show it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use lookback_conformance::case::Case;
use lookback_conformance::corpus::{Corpus, Source};
use lookback_conformance::run::{CaseRun, Options, Verdict, run_many};
use lookback_conformance::target::{Identities, Target, reference};
use lookback_reference::{Choices, Settings};

/// The cases that rest on what one record shows of a member, a text or a duration.
const RECORDED_ONLY: [&str; 3] = [
    "pitr-cfg/recorded-twin-of-the-period",
    "pitr-restore/recorded-duration",
    "pitr-restore/recorded-nanoseconds-of-a-refused-time",
];

fn corpus() -> Corpus {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus");
    Corpus::load(&Source::Folder(folder)).unwrap()
}

/// Whether this is one of S1 to S20.
fn is_golden(record: &str) -> bool {
    let number = record
        .strip_prefix('S')
        .and_then(|number| number.parse().ok());
    number.is_some_and(|number: u8| (1..=20).contains(&number))
}

async fn run(choices: Choices, cases: &[&Case]) -> Vec<CaseRun> {
    let settings = Settings {
        choices,
        ..Settings::default()
    };
    let started = reference::start(settings, Identities::default())
        .await
        .unwrap();
    let target: Arc<dyn Target> = Arc::new(started.endpoint);
    let runs = run_many(|| target.clone(), cases, 1, &Options::new(), |_| {}).await;
    started.running.shutdown().await;
    runs.unwrap()
}

fn golden(corpus: &Corpus) -> Vec<&Case> {
    let cases = corpus.cases.iter();
    cases
        .filter(|case| case.records.iter().any(|record| is_golden(record)))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_record_has_a_case_that_passes_at_the_recorded_pace() {
    let corpus = corpus();
    let cases = golden(&corpus);
    let mut passes: BTreeMap<String, usize> = (1..=20).map(|n| (format!("S{n}"), 0)).collect();
    for (case, run) in cases.iter().zip(run(Choices::typical(), &cases).await) {
        assert_eq!(case.id, run.id);
        let passed = run.verdict == Verdict::Pass;
        assert!(passed || case.unspecified.is_some(), "{run:#?}");
        for record in case.records.iter().filter(|record| is_golden(record)) {
            *passes.get_mut(record).unwrap() += usize::from(passed);
        }
    }
    assert!(passes.values().all(|passes| *passes > 0), "{passes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_a_record_shows_fails_nobody() {
    let corpus = corpus();
    let cases = corpus.cases.iter();
    let cases: Vec<&Case> = cases
        .filter(|case| RECORDED_ONLY.contains(&case.id.as_str()))
        .collect();
    assert_eq!(cases.len(), RECORDED_ONLY.len());
    for seed in 0..3 {
        for run in run(Choices::adversarial(seed), &cases).await {
            let right = matches!(run.verdict, Verdict::Pass | Verdict::Unspecified);
            assert!(right, "{run:#?}");
        }
    }
    // Without the member and at another pace: recorded, not judged.
    let unspecified = run(Choices::adversarial(0), &cases).await;
    let unspecified = unspecified
        .iter()
        .filter(|run| run.verdict == Verdict::Unspecified);
    assert!(unspecified.count() >= 2);
}
