//! The whole catalogue on the reference: in process, with a model for each case; and over HTTP through the AWS SDK,
//! as `lookback check` runs it. Starting the server is measured, reading the corpus is not.
//!
//! A run in which a case fails is no measurement: the bench stops.

#![allow(missing_docs, clippy::expect_used)] // Criterion's macros make public functions; a bench may stop.

use std::sync::Arc;
use std::time::Duration;

use criterion::{Criterion, SamplingMode, criterion_group, criterion_main};
use lookback_conformance::case::Case;
use lookback_conformance::corpus::{Corpus, Source};
use lookback_conformance::run::{CaseRun, Options, Verdict, run_many};
use lookback_conformance::target::model::Model;
use lookback_conformance::target::{Identities, Target, reference};
use lookback_reference::Settings;
use tokio::runtime::Runtime;

fn catalogue(criterion: &mut Criterion) {
    let source = Source::find(None).expect("there is a corpus");
    let corpus = Corpus::load(&source).expect("the corpus is good");
    let cases: Vec<&Case> = corpus.cases.iter().collect();
    let runtime = Runtime::new().expect("tokio starts");
    let mut group = criterion.benchmark_group("catalogue");
    group.sampling_mode(SamplingMode::Flat);
    group.bench_function("in process", |bencher| {
        bencher.iter(|| runtime.block_on(in_process(&cases)));
    });
    group.bench_function("over HTTP", |bencher| {
        bencher.iter(|| runtime.block_on(over_http(&cases)));
    });
    group.finish();
}

async fn in_process(cases: &[&Case]) {
    let fresh = || -> Arc<dyn Target> { Arc::new(Model::new(Settings::default())) };
    judge_all(fresh, cases).await;
}

async fn over_http(cases: &[&Case]) {
    let started = reference::start(Settings::default(), Identities::default()).await;
    let started = started.expect("the server starts");
    let target: Arc<dyn Target> = Arc::new(started.endpoint);
    judge_all(|| Arc::clone(&target), cases).await;
    started.running.shutdown().await;
}

/// Runs all cases one after the other, as on any clock that cases move.
async fn judge_all(target: impl Fn() -> Arc<dyn Target>, cases: &[&Case]) {
    let runs = run_many(target, cases, 1, &Options::new(), |_| {}).await;
    let runs = runs.expect("the target answers");
    let failed = |run: &&CaseRun| run.verdict == Verdict::Fail;
    let failed: Vec<&str> = runs
        .iter()
        .filter(failed)
        .map(|run| run.id.as_str())
        .collect();
    assert!(failed.is_empty(), "failed: {}", failed.join(", "));
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(30));
    targets = catalogue
}
criterion_main!(benches);
