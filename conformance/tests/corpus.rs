//! The corpus agrees with itself.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use std::path::Path;

use lookback_conformance::case::lint::{self, Finding};
use lookback_conformance::case::load;
use lookback_conformance::corpus::{Corpus, Source};
use lookback_conformance::expectations::Expectations;
use lookback_conformance::explore::known::{Class, Known, Matchers};
use lookback_conformance::explore::table;
use lookback_conformance::report::compare::{Column, MARKS, markdown, placed};
use lookback_conformance::run::Verdict;

fn source() -> Source {
    Source::Folder(Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus"))
}

fn corpus() -> Corpus {
    Corpus::load(&source()).unwrap_or_else(|error| panic!("{error:?}"))
}

fn listed(findings: &[Finding]) -> String {
    findings
        .iter()
        .map(|finding| format!("\n{} {}", finding.about, finding.text))
        .collect()
}

#[test]
fn every_case_can_be_read() {
    let corpus = corpus();
    assert!(corpus.cases.len() >= 400, "{} cases", corpus.cases.len());
}

#[test]
fn cases_cite_what_exists_and_make_tables_that_clean_up_finds() {
    let findings = lint::cases(&corpus());
    assert!(findings.is_empty(), "{}", listed(&findings));
}

#[test]
fn every_observable_clause_of_the_complete_groups_has_a_case_or_a_reason() {
    let findings = lint::open_clauses(&corpus());
    assert!(findings.is_empty(), "{}", listed(&findings));
}

#[test]
fn every_record_has_a_case_or_a_reason() {
    let findings = lint::idle_records(&corpus());
    println!("records without a case:{}", listed(&findings));
    assert!(
        findings.is_empty(),
        "records without a case and without `later`:{}",
        listed(&findings)
    );
}

#[test]
fn what_is_built_in_is_what_is_checked_in() {
    for folder in ["cases", "clauses", "records", "targets"] {
        assert_eq!(
            Source::BuiltIn.files(folder).unwrap(),
            source().files(folder).unwrap(),
            "{folder}"
        );
    }
}

#[test]
fn every_expectation_is_about_a_case_and_in_its_one_shape() {
    let corpus = corpus();
    for name in Expectations::names(&source()).unwrap() {
        let file = Expectations::load(&source(), &name).unwrap().unwrap();
        assert_eq!(file.target, name);
        assert_eq!(
            source().file(&Expectations::path(&name)).unwrap().unwrap(),
            file.text(),
            "{name}"
        );
        for (id, expected) in &file.expectations {
            assert!(
                corpus.cases.iter().any(|case| case.id == *id),
                "{name}: there is no case {id}"
            );
            assert_ne!(expected.verdict, Verdict::Pass, "{name}: {id}");
        }
    }
}

/// A corpus with the clauses and records that exist and one case.
fn with(text: &str) -> Corpus {
    let case = load::parse("group/name", "name.json", text).unwrap();
    Corpus {
        cases: vec![case],
        ..corpus()
    }
}

#[test]
fn an_unknown_clause_is_found() {
    let corpus =
        with(r#"{"title": "t", "clauses": ["WIRE-999"], "steps": [{"call": "ListTables"}]}"#);
    assert_eq!(lint::cases(&corpus).len(), 1);
}

#[test]
fn an_unknown_record_is_found() {
    let corpus = with(
        r#"{"title": "t", "clauses": ["WIRE-001"], "records": ["0.0"], "steps": [{"call": "ListTables"}]}"#,
    );
    assert_eq!(lint::cases(&corpus).len(), 1);
}

#[test]
fn a_table_without_the_prefix_is_found() {
    let with_name = |name: &str| {
        with(&format!(
            r#"{{"title": "t", "clauses": ["WIRE-001"], "steps": [{{"call": "CreateTable", "in": {{"TableName": "{name}"}}}}]}}"#
        ))
    };
    assert_eq!(lint::cases(&with_name("music")).len(), 1);
    assert_eq!(lint::cases(&with_name("${case}-music")), []);
}

#[test]
fn a_case_without_a_clause_is_refused() {
    let error = load::parse(
        "g/n",
        "n.json",
        r#"{"title": "t", "clauses": [], "steps": [{"call": "ListTables"}]}"#,
    );
    assert!(error.unwrap_err().to_string().contains("cites no clause"));
}

#[test]
fn the_table_of_the_readme_is_what_the_expectations_say() {
    let (source, corpus) = (source(), corpus());
    let columns: Vec<Column> = Expectations::names(&source)
        .unwrap()
        .iter()
        .map(|name| {
            let known = Expectations::load(&source, name).unwrap().unwrap();
            Column::of_expectations(&corpus, &known)
        })
        .collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let readme = std::fs::read_to_string(path).unwrap();
    let current = placed(&readme, MARKS, &markdown(&columns)).expect("marks for the table");
    assert!(
        readme == current,
        "run: cargo run --release -- table --into README.md"
    );
}

#[test]
fn what_exploration_found_stands_in_the_readme() {
    let known = Known::all(&source()).unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let readme = std::fs::read_to_string(path).unwrap();
    let current = placed(&readme, table::MARKS, &table::markdown(&known)).expect("marks for it");
    assert!(
        readme == current,
        "run: cargo run --release -- explore --known --into README.md"
    );
}

#[test]
fn what_exploration_judged_is_cited() {
    let corpus = corpus();
    for known in Known::all(&source()).unwrap() {
        Matchers::new(&known).unwrap();
        for judged in &known.causes {
            let about = format!("{}: {}", known.target, judged.about);
            let is_open = judged.class == Class::Undecided;
            assert!(is_open || !judged.cite.is_empty(), "{about}: cites nothing");
            for id in &judged.cite {
                let exists = corpus.clauses.contains_key(id)
                    || corpus.records.contains_key(id)
                    || corpus.conflicts.contains_key(id);
                assert!(
                    exists,
                    "{about}: cites {id}, which is no clause and no record"
                );
            }
        }
    }
}

#[test]
fn programs_in_the_traces_are_cases_that_gate_nothing_unjudged() {
    for (path, text) in source().files("traces").unwrap() {
        if path.ends_with(".verdict.json") {
            continue;
        }
        let case = load::parse(&path, &path, &text).unwrap_or_else(|error| panic!("{error:?}"));
        assert!(!case.steps.is_empty(), "{path}");
    }
}
