use std::collections::BTreeMap;

use super::standing::Rules;
use super::{Expectations, Expected, Standing};
use crate::case::load;
use crate::pattern::Difference;
use crate::run::{CaseRun, Failure, Verdict};

fn run(id: &str, verdict: Verdict) -> CaseRun {
    let differences = vec![Difference::words("/Name", "\"a\"", "\"lb-r1-17-music\"")];
    let failure = Failure {
        step: "steps/0 DescribeTable".to_owned(),
        differences,
        request: None,
        answer: None,
    };
    CaseRun {
        id: id.to_owned(),
        verdict,
        reason: (verdict == Verdict::Unsupported).then(|| "UnknownOperationException".to_owned()),
        failure: (verdict == Verdict::Fail).then_some(failure),
        observed: Vec::new(),
        leftovers: Vec::new(),
        took_s: 0.0,
    }
}

fn rules(verdict: Verdict) -> Rules {
    let expected = Expected {
        verdict,
        reason: "known".to_owned(),
    };
    let expectations = Expectations {
        expectations: BTreeMap::from([("a/b".to_owned(), expected)]),
        ..Expectations::default()
    };
    Rules {
        expectations: Some(expectations),
        wants_everything: true,
        strict: false,
    }
}

#[test]
fn an_expected_failure_stands_as_expected() {
    assert_eq!(
        rules(Verdict::Fail).standing(&run("a/b", Verdict::Fail), false),
        Standing::Expected
    );
}

#[test]
fn an_unexpected_pass_is_unexpected() {
    assert_eq!(
        rules(Verdict::Fail).standing(&run("a/b", Verdict::Pass), false),
        Standing::Unexpected
    );
    assert_eq!(
        rules(Verdict::Fail).standing(&run("a/b", Verdict::Pass), true),
        Standing::Unexpected
    );
}

#[test]
fn a_lost_capability_is_unexpected() {
    assert_eq!(
        rules(Verdict::Fail).standing(&run("a/c", Verdict::Unsupported), false),
        Standing::Unexpected
    );
    assert_eq!(
        Rules::default().standing(&run("a/c", Verdict::Unsupported), false),
        Standing::Expected
    );
}

#[test]
fn a_weak_failure_counts_only_when_strict() {
    let strict = Rules {
        strict: true,
        ..Rules::default()
    };
    assert_eq!(
        Rules::default().standing(&run("a/c", Verdict::Fail), true),
        Standing::Weak
    );
    assert_eq!(
        strict.standing(&run("a/c", Verdict::Fail), true),
        Standing::Unexpected
    );
    assert_eq!(
        Rules::default().standing(&run("a/c", Verdict::Fail), false),
        Standing::Unexpected
    );
}

#[test]
fn no_verdict_is_unsettled_unless_expected() {
    assert_eq!(
        rules(Verdict::Fail).standing(&run("a/b", Verdict::Indeterminate), false),
        Standing::Unsettled
    );
    assert_eq!(
        rules(Verdict::Indeterminate).standing(&run("a/b", Verdict::Indeterminate), false),
        Standing::Expected
    );
}

fn case(id: &str) -> crate::case::Case {
    load::parse(
        id,
        id,
        r#"{"title": "t", "clauses": ["WIRE-001"], "steps": [{"call": "ListTables"}]}"#,
    )
    .unwrap()
}

#[test]
fn an_update_drops_passes_and_cases_that_are_gone() {
    let mut file = rules(Verdict::Fail).expectations.unwrap();
    file.expectations.insert(
        "gone/x".to_owned(),
        Expected {
            verdict: Verdict::Fail,
            reason: String::new(),
        },
    );
    file.update(
        &[run("a/b", Verdict::Pass)],
        &[case("a/b")],
        "lb-r1",
        "2026-01-01",
    );
    assert!(file.expectations.is_empty());
    assert_eq!(file.measured_on, "2026-01-01");
}

#[test]
fn an_update_keeps_reasons_that_people_wrote() {
    let mut file = rules(Verdict::Fail).expectations.unwrap();
    file.measured_on = "2025-01-01".to_owned();
    file.update(
        &[run("a/b", Verdict::Fail)],
        &[case("a/b")],
        "lb-r1",
        "2026-01-01",
    );
    assert_eq!(file.expectations["a/b"].reason, "known");
    assert_eq!(file.measured_on, "2025-01-01");
}

#[test]
fn a_reason_is_the_same_in_every_run() {
    let mut file = Expectations::default();
    file.update(
        &[run("a/b", Verdict::Fail)],
        &[case("a/b")],
        "lb-r1",
        "2026-01-01",
    );
    assert_eq!(
        file.expectations["a/b"].reason,
        "steps/0 DescribeTable: at /Name: expected \"a\", got \"${case}-music\""
    );
}

#[test]
fn a_failure_that_a_shorter_run_cannot_see_again_stands() {
    let mut cut = run("a/b", Verdict::Indeterminate);
    assert_eq!(
        rules(Verdict::Fail).standing(&cut, false),
        Standing::Unsettled
    );
    cut.reason = Some(format!(
        "{}, the case allows 60 s",
        crate::run::verdict::CUT_SHORT
    ));
    assert_eq!(
        rules(Verdict::Fail).standing(&cut, false),
        Standing::Expected
    );
    let mut file = rules(Verdict::Fail).expectations.unwrap();
    file.update(&[cut], &[case("a/b")], "lb-r1", "2026-01-01");
    assert_eq!(file.expectations["a/b"].verdict, Verdict::Fail);
}
