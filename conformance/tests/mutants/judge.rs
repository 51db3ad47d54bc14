//! Runs cases on a mutant.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use lookback_conformance::case::Case;
use lookback_conformance::run::{CaseRun, Options, Verdict, run_many};
use lookback_conformance::target::endpoint::Endpoint;
use lookback_conformance::target::model::Model as ModelTarget;
use lookback_conformance::target::{
    Description, Identities, RawAnswer, Request, Target, Unreachable, reference,
};
use lookback_reference::Settings;

use crate::files::Forged;
use crate::model::{Behaviour, Mutated};
use crate::mutant::Layer;

/// Runs cases on a mutant; each case has a service of its own, except over HTTP.
pub fn run(layer: Layer, cases: &[&Case]) -> Vec<CaseRun> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        match layer {
            Layer::Model(behaviour) => in_process(behaviour, cases).await,
            Layer::Http(wrong) => over_http(wrong, cases).await,
            Layer::Files(forge) => {
                let target = || -> Arc<dyn Target> { Arc::new(Forged::new(forge)) };
                run_many(target, cases, 1, &options(), |_| {})
                    .await
                    .unwrap()
            }
        }
    })
}

/// The ids of the cases that fail.
pub fn failures(runs: &[CaseRun]) -> Vec<String> {
    let failed = runs.iter().filter(|run| run.verdict == Verdict::Fail);
    failed.map(|run| run.id.clone()).collect()
}

async fn in_process(behaviour: Behaviour, cases: &[&Case]) -> Vec<CaseRun> {
    let target =
        || -> Arc<dyn Target> { Arc::new(ModelTarget::with(Box::new(Mutated::new(behaviour)))) };
    run_many(target, cases, 1, &options(), |_| {})
        .await
        .unwrap()
}

async fn over_http(wrong: fn(&Request, &mut RawAnswer), cases: &[&Case]) -> Vec<CaseRun> {
    let started = reference::start(Settings::default(), Identities::default())
        .await
        .unwrap();
    let target: Arc<dyn Target> = Arc::new(Distorted {
        endpoint: started.endpoint,
        wrong,
    });
    let runs = run_many(|| target.clone(), cases, 1, &options(), |_| {})
        .await
        .unwrap();
    started.running.shutdown().await;
    runs
}

fn options() -> Options {
    Options {
        prefix: "mutant".to_owned(),
        ..Options::new()
    }
}

/// The reference server behind something that distorts its answers.
struct Distorted {
    endpoint: Endpoint,
    wrong: fn(&Request, &mut RawAnswer),
}

impl Target for Distorted {
    fn describe(&self) -> &Description {
        self.endpoint.describe()
    }

    fn call<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<RawAnswer, Unreachable>> {
        Box::pin(async move {
            let mut answer = self.endpoint.call(request).await?;
            (self.wrong)(request, &mut answer);
            Ok(answer)
        })
    }

    fn wait(&self, time: Duration) -> BoxFuture<'_, Result<(), Unreachable>> {
        self.endpoint.wait(time)
    }

    fn now(&self) -> BoxFuture<'_, Result<f64, Unreachable>> {
        self.endpoint.now()
    }
}
