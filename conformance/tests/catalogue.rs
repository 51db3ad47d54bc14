//! Every case of the catalogue on the reference model in process: one test for each, named by its id.
//!
//! What needs HTTP is left out here and run by `lookback check` and by `tests/reference.rs`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use std::path::Path;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use lookback_conformance::case::Case;
use lookback_conformance::corpus::{Corpus, Source};
use lookback_conformance::run::{Options, Verdict, run_case};
use lookback_conformance::target::model::Model;
use lookback_reference::Settings;

fn main() {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus");
    let corpus = Corpus::load(&Source::Folder(folder)).unwrap_or_else(|error| panic!("{error:?}"));
    let runtime = Arc::new(
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap(),
    );
    let trials = corpus
        .cases
        .into_iter()
        .enumerate()
        .map(|(number, case)| {
            let handle = runtime.handle().clone();
            Trial::test(case.id.clone(), move || {
                handle.block_on(passes(number, &case))
            })
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit();
}

async fn passes(number: usize, case: &Case) -> Result<(), Failed> {
    let options = Options {
        prefix: "lb-test".to_owned(),
        ..Options::new()
    };
    let model = Model::new(Settings::default());
    let run = run_case(&model, case, number, &options).await?;
    let left_out =
        run.verdict == Verdict::Unsupported && run.reason.as_deref() == Some("needs HTTP");
    let passed = matches!(run.verdict, Verdict::Pass | Verdict::Unspecified) || left_out;
    if passed && run.leftovers.is_empty() {
        return Ok(());
    }
    let text = serde_json::to_string_pretty(&run).unwrap_or_default();
    Err(text.into())
}
