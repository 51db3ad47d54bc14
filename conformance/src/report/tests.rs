use std::collections::BTreeMap;

use super::{About, Figures, Report, TargetReport, compare, json, junit, terminal};
use crate::case::load;
use crate::corpus::Corpus;
use crate::expectations::standing::Rules;
use crate::expectations::{Expectations, Expected};
use crate::pattern::Difference;
use crate::run::{CaseRun, Failure, Verdict};

fn corpus() -> Corpus {
    let clause = |id: &str, strength: &str| {
        let text = format!(
            r#"{{"id": "{id}", "statement": "What {id} states.", "strength": "{strength}", "sources": ["MODEL"],
                 "observe": {{"how": "instant", "text": ""}}}}"#
        );
        (id.to_owned(), serde_json::from_str(&text).unwrap())
    };
    let record = r#"{"id": "1.4", "class": "L", "fact": "CREATING appears once"}"#;
    let case = |id: &str, clause: &str, more: &str| {
        let text = format!(
            r#"{{"title": "Title of {id}", "clauses": ["{clause}"]{more}, "steps": [{{"call": "ListTables"}}]}}"#
        );
        load::parse(id, id, &text).unwrap()
    };
    Corpus {
        cases: vec![
            case("backup/creating", "B-001", r#", "records": ["1.4"]"#),
            case(
                "backup/hidden",
                "B-001",
                r#", "unspecified": "sources disagree""#,
            ),
            case("backup/weak", "B-002", ""),
            case("restore/away", "B-001", ""),
            case("restore/mended", "B-001", ""),
            case("restore/slow", "B-001", ""),
            case("wire/fine", "B-001", ""),
        ],
        clauses: BTreeMap::from([
            clause("B-001", "documented-and-observed"),
            clause("B-002", "observed-by-one"),
        ]),
        records: BTreeMap::from([("1.4".to_owned(), serde_json::from_str(record).unwrap())]),
        ..Corpus::default()
    }
}

fn run(id: &str, verdict: Verdict) -> CaseRun {
    let failure = Failure {
        step: "steps/0 CreateBackup".to_owned(),
        differences: vec![Difference::words(
            "/BackupDetails/BackupStatus",
            "\"CREATING\"",
            "\"AVAILABLE\"",
        )],
        request: Some("CreateBackup {}".to_owned()),
        answer: Some("HTTP 200 {\"BackupDetails\":{\"BackupStatus\":\"AVAILABLE\"}}".to_owned()),
    };
    let reason = match verdict {
        Verdict::Pass | Verdict::Fail => None,
        Verdict::Unsupported => Some("UnknownOperationException".to_owned()),
        _ => Some("no answer within 30 s".to_owned()),
    };
    CaseRun {
        id: id.to_owned(),
        verdict,
        reason,
        failure: (verdict == Verdict::Fail).then_some(failure),
        observed: Vec::new(),
        leftovers: Vec::new(),
        took_s: 0.5,
    }
}

fn report(rules: &Rules) -> Report {
    let runs = vec![
        run("backup/creating", Verdict::Fail),
        run("backup/hidden", Verdict::Unspecified),
        run("backup/weak", Verdict::Fail),
        run("restore/away", Verdict::Unsupported),
        run("restore/mended", Verdict::Pass),
        run("restore/slow", Verdict::Indeterminate),
        run("wire/fine", Verdict::Pass),
    ];
    let about = About {
        target: TargetReport {
            name: "somebody".to_owned(),
            url: Some("http://127.0.0.1:9".to_owned()),
            versions: vec!["somebody 1.0".to_owned()],
            movable_clock: false,
        },
        profile: "full".to_owned(),
        took_s: 3.25,
        repeat: "lookback check --endpoint http://127.0.0.1:9".to_owned(),
    };
    Report {
        tool: "lookback".to_owned(),
        ..Report::new(&corpus(), runs, rules, about)
    }
}

fn known() -> Rules {
    let expected = |verdict| Expected {
        verdict,
        reason: "known defect".to_owned(),
    };
    let expectations = Expectations {
        expectations: BTreeMap::from([
            ("backup/creating".to_owned(), expected(Verdict::Fail)),
            ("restore/away".to_owned(), expected(Verdict::Unsupported)),
            ("restore/mended".to_owned(), expected(Verdict::Fail)),
        ]),
        ..Expectations::default()
    };
    Rules {
        expectations: Some(expectations),
        wants_everything: true,
        strict: false,
    }
}

#[test]
fn the_terminal_report_of_an_unknown_target() {
    insta::assert_snapshot!(terminal::text(&report(&Rules::default()), false));
}

#[test]
fn the_terminal_report_of_a_known_target() {
    insta::assert_snapshot!(terminal::text(&report(&known()), false));
}

#[test]
fn the_json_report() {
    insta::assert_snapshot!(json::text(&report(&known())));
}

#[test]
fn the_junit_report() {
    insta::assert_snapshot!(junit::text(&report(&known())).unwrap());
}

#[test]
fn targets_side_by_side() {
    let one = report(&Rules::default());
    let other = Report {
        target: TargetReport {
            versions: Vec::new(),
            ..one.target.clone()
        },
        ..one.clone()
    };
    insta::assert_snapshot!(compare::markdown(&[(&one).into(), (&other).into()]));
}

#[test]
fn the_two_figures_have_one_denominator() {
    let figures = report(&Rules::default()).figures;
    assert_eq!(
        (figures.cases, figures.specified, figures.attempted),
        (7, 6, 4)
    );
    assert_eq!((figures.divergence, figures.coverage), (0.1667, 0.6667));
    assert_eq!(Figures::of([]).divergence, 0.0);
}

#[test]
fn the_exit_status_says_what_happened() {
    assert_eq!(report(&known()).exit_status(), 1);
    let mut calm = report(&known());
    calm.cases.retain(|case| case.id != "restore/mended");
    assert_eq!(calm.exit_status(), 3);
    calm.cases.retain(|case| case.id != "restore/slow");
    assert_eq!(calm.exit_status(), 0);
}

#[test]
fn strict_makes_weak_failures_count() {
    let strict = Rules {
        strict: true,
        ..known()
    };
    let mut report = report(&strict);
    report.cases.retain(|case| case.id == "backup/weak");
    assert_eq!(report.exit_status(), 1);
}
