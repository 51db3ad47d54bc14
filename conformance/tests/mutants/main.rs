//! The catalogue judges targets; mutants of the model judge the catalogue.
//!
//! Each mutant is the reference model with one named wrong behaviour, among them every one of
//! `corpus/clauses/common-mistakes.json` whose clause has cases. A mutant is caught when a case **that cites the
//! clause it breaks** fails on it, in its steps and not while it is prepared; the model as it is, behind the same
//! harness, fails no case.
//!
//! - [`model`]: what a mutant sees: JSON requests and answers, and calls of its own;
//! - [`mutant`]: a name, a clause, a sentence, a behaviour; one file of mutants for each group of clauses;
//! - [`content`]: how a mutant changes what a backup holds; [`files`]: how one forges what an export wrote;
//! - [`judge`]: runs cases on a mutant; [`table`]: who is caught by what.
//!
//! ```text
//! cargo test -p lookback-conformance --test mutants                # one test for each mutant
//! cargo test -p lookback-conformance --test mutants -- incremental # mutants with this in their name
//! LOOKBACK_MUTANTS=table cargo test -p lookback-conformance --test mutants   # which cases catch which mutant
//! LOOKBACK_MUTANTS=matrix cargo test -p lookback-conformance --test mutants  # every mutant against every case
//! ```
//!
//! A mutant that is not caught shows a gap in the catalogue: a case is missing. The mutant is right as it is.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    missing_docs
)]

mod backup_create;
mod backup_describe;
mod content;
mod errors;
mod exports;
mod exports_written;
mod files;
mod imports;
mod item_reads;
mod item_reports;
mod item_values;
mod item_writes;
mod judge;
mod legacy;
mod lifecycle;
mod list_backups;
mod list_backups_pages;
mod model;
mod mutant;
mod rates;
mod recovery;
mod recovery_admission;
mod recovery_content;
mod recovery_window;
mod restore;
mod restore_overrides;
mod restore_targets;
mod restored_settings;
mod settings;
mod survival;
mod system_backups;
mod table;
mod tables;
mod tables_described;
mod transactions;
mod validation;
mod validation_tables;
mod validation_values;
mod wire;

use std::path::Path;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use lookback_conformance::case::Case;
use lookback_conformance::corpus::{Corpus, Source};
use lookback_conformance::run::Verdict;

use mutant::{Layer, Mutant};
use table::Extent;

/// Every mutant, group by group.
fn mutants() -> Vec<Mutant> {
    [
        wire::MUTANTS,
        validation::MUTANTS,
        validation_values::MUTANTS,
        validation_tables::MUTANTS,
        errors::MUTANTS,
        tables::MUTANTS,
        tables_described::MUTANTS,
        settings::MUTANTS,
        backup_create::MUTANTS,
        backup_describe::MUTANTS,
        lifecycle::MUTANTS,
        content::MUTANTS,
        list_backups::MUTANTS,
        list_backups_pages::MUTANTS,
        survival::MUTANTS,
        restore::MUTANTS,
        restore_targets::MUTANTS,
        restore_overrides::MUTANTS,
        restored_settings::MUTANTS,
        recovery::MUTANTS,
        recovery_window::MUTANTS,
        recovery_admission::MUTANTS,
        recovery_content::MUTANTS,
        system_backups::MUTANTS,
        rates::MUTANTS,
        item_values::MUTANTS,
        item_writes::MUTANTS,
        item_reads::MUTANTS,
        item_reports::MUTANTS,
        legacy::MUTANTS,
        transactions::MUTANTS,
        exports::MUTANTS,
        exports_written::MUTANTS,
        imports::MUTANTS,
    ]
    .concat()
}

fn main() {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus");
    let source = Source::Folder(folder);
    let corpus = Arc::new(Corpus::load(&source).unwrap());
    let extent = match std::env::var("LOOKBACK_MUTANTS").as_deref() {
        Ok("table") => Some(Extent::Citing),
        Ok("matrix") => Some(Extent::Every),
        _ => None,
    };
    if let Some(extent) = extent {
        table::print(&mutants(), &corpus.cases, extent);
        return;
    }
    let mut trials = vec![
        Trial::test("the-model-as-it-is-fails-no-case", {
            let corpus = Arc::clone(&corpus);
            move || unmutated(Layer::Model(|model, call| model.pass(&call)), &corpus.cases)
        }),
        Trial::test("the-server-as-it-is-fails-no-case", {
            let corpus = Arc::clone(&corpus);
            // The clauses that mutants of HTTP break: everything else is the model's.
            move || {
                let over_http = |mutant: &Mutant| matches!(mutant.layer, Layer::Http(_));
                let cases: Vec<Case> = corpus
                    .cases
                    .iter()
                    .filter(|case| {
                        mutants().iter().any(|it| {
                            over_http(it) && case.clauses.iter().any(|cited| cited == it.clause)
                        })
                    })
                    .cloned()
                    .collect();
                unmutated(Layer::Http(|_, _| {}), &cases)
            }
        }),
        Trial::test("common-mistakes-have-mutants", {
            let corpus = Arc::clone(&corpus);
            move || mistakes_have_mutants(&corpus, &source)
        }),
        Trial::test("names-are-unique-and-clauses-known", {
            let corpus = Arc::clone(&corpus);
            move || well_formed(&corpus)
        }),
    ];
    trials.extend(mutants().into_iter().map(|mutant| {
        let corpus = Arc::clone(&corpus);
        Trial::test(mutant.name, move || caught(&mutant, &corpus.cases))
    }));
    libtest_mimic::run(&arguments, trials).exit();
}

/// At least one case that cites the clause fails on the mutant.
fn caught(mutant: &Mutant, cases: &[Case]) -> Result<(), Failed> {
    let citing = citing(mutant.clause, cases);
    let runs = judge::run(mutant.layer, &citing);
    // A case that cannot even be prepared says nothing of its clause.
    if !runs.iter().any(|run| {
        run.failure
            .as_ref()
            .is_some_and(|failure| failure.step.starts_with("steps/"))
    }) {
        let verdicts: Vec<String> = runs
            .iter()
            .map(|run| format!("  {} {}", run.verdict.word(), run.id))
            .collect();
        return Err(Failed::from(format!(
            "not caught: {}\nno case that cites {} fails:\n{}",
            mutant.does,
            mutant.clause,
            verdicts.join("\n")
        )));
    }
    Ok(())
}

/// The cases that cite a clause.
fn citing<'a>(clause: &str, cases: &'a [Case]) -> Vec<&'a Case> {
    cases
        .iter()
        .filter(|case| case.clauses.iter().any(|cited| cited == clause))
        .collect()
}

/// Without a mutation nothing fails: what a mutant fails is the mutation's doing.
fn unmutated(layer: Layer, cases: &[Case]) -> Result<(), Failed> {
    let cases: Vec<&Case> = cases.iter().collect();
    let runs = judge::run(layer, &cases);
    let over_http = matches!(layer, Layer::Http(_));
    let wrong: Vec<String> = runs
        .iter()
        .filter(|run| match run.verdict {
            Verdict::Pass | Verdict::Unspecified => false,
            Verdict::Unsupported => over_http,
            Verdict::Fail | Verdict::Indeterminate | Verdict::Pending => true,
        })
        .map(|run| format!("{} {}: {:?}", run.verdict.word(), run.id, run.failure))
        .collect();
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(Failed::from(wrong.join("\n")))
    }
}

/// Each wrong behaviour that was seen in mocks and emulators has a mutant, as soon as its clause has cases.
fn mistakes_have_mutants(corpus: &Corpus, source: &Source) -> Result<(), Failed> {
    let text = source
        .file("clauses/common-mistakes.json")
        .unwrap()
        .unwrap();
    let mistakes: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mutants = mutants();
    for mistake in mistakes["mistakes"].as_array().unwrap() {
        let clause = mistake["clause"].as_str().unwrap();
        if !citing(clause, &corpus.cases).is_empty()
            && mutants.iter().all(|mutant| mutant.clause != clause)
        {
            return Err(Failed::from(format!(
                "no mutant breaks {clause}: {}",
                mistake["wrong"]
            )));
        }
    }
    Ok(())
}

/// Each name tells one mutant, and each clause exists.
fn well_formed(corpus: &Corpus) -> Result<(), Failed> {
    let mutants = mutants();
    for (place, mutant) in mutants.iter().enumerate() {
        if mutants
            .iter()
            .skip(place + 1)
            .any(|other| other.name == mutant.name)
        {
            return Err(Failed::from(format!(
                "two mutants are called {}",
                mutant.name
            )));
        }
        if !corpus.clauses.contains_key(mutant.clause) {
            return Err(Failed::from(format!(
                "{} breaks the unknown clause {}",
                mutant.name, mutant.clause
            )));
        }
    }
    Ok(())
}
