//! A verdict for people and for tools.

use std::fmt::Write;

use lookback_checker::Outcome;
use lookback_checker::contract::Grade;
use lookback_checker::picture::{self, Glyphs};
use lookback_checker::verdict::{Fact, Source};
use serde_json::{Value, json};

use super::check::Judged;
use super::file;

/// How wide a picture is, in columns.
const COLUMNS: usize = 110;

/// How many unknowns and remarks are told; the JSON has all of them.
const TOLD_MAX: usize = 20;

/// The verdict for people: pictures of the first violations, what could not be judged, what was applied.
pub fn text(judged: &Judged, violations: usize, ascii: bool) -> String {
    let verdict = &judged.verdict;
    let glyphs = if ascii {
        Glyphs::ASCII
    } else {
        Glyphs::UNICODE
    };
    let mut text = String::new();
    let all = verdict.violations.len();
    for (number, violation) in verdict.violations.iter().take(violations).enumerate() {
        let _ = writeln!(text, "violation {} of {all}", number + 1);
        let _ = writeln!(text, "{}", picture::text(violation, COLUMNS, glyphs));
    }
    let unknowns = verdict.unknowns.iter();
    let unknowns = unknowns.map(|unknown| (unknown.rule, &unknown.subject, &unknown.reason));
    told(
        &mut text,
        "unknown",
        unknowns.map(|(rule, about, why)| format!("{} of {about}: {why}", rule.name())),
    );
    let remarks = verdict.remarks.iter();
    told(
        &mut text,
        "remark",
        remarks.map(|remark| format!("{}: {}", remark.subject, remark.text)),
    );
    let mut line = |name: &str, words: &str| {
        let _ = writeln!(text, "{name:<9} {words}");
    };
    if let Some(truncated) = judged.truncated {
        line("history", &file::told(truncated));
    }
    let contract = &judged.contract;
    line(
        "contract",
        &format!("{}: {}", contract.name, contract.about),
    );
    for applied in &verdict.rules {
        let (rule, times) = (applied.rule, applied.times);
        line(
            "rule",
            &format!("{} ({times} times): {}", rule.name(), rule.about()),
        );
    }
    if let (Some(command), true) = (&judged.header.command, all > 0) {
        line("again", command);
    }
    line("verdict", &outcome(judged));
    text
}

/// The verdict in a sentence.
fn outcome(judged: &Judged) -> String {
    let verdict = &judged.verdict;
    let documented = verdict
        .violations
        .iter()
        .filter(|one| one.grade == Grade::Documented);
    let (all, documented) = (verdict.violations.len(), documented.count());
    match verdict.outcome() {
        Outcome::Pass if verdict.rules.is_empty() => {
            "pass, but there was nothing to apply a rule to".to_owned()
        }
        Outcome::Pass => "pass: these rules found no violation".to_owned(),
        Outcome::Violation => {
            format!("violation: {all} found, {documented} of them of a documented bound")
        }
        Outcome::Unknown => format!(
            "unknown: no violation was found, and {} could not be judged",
            verdict.unknowns.len()
        ),
    }
}

fn told(text: &mut String, name: &str, all: impl ExactSizeIterator<Item = String>) {
    let more = all.len().saturating_sub(TOLD_MAX);
    for one in all.take(TOLD_MAX) {
        let _ = writeln!(text, "{name:<9} {one}");
    }
    if more > 0 {
        let _ = writeln!(text, "{name:<9} and {more} more (--json tells all)");
    }
}

/// The verdict for tools.
pub fn json(judged: &Judged) -> String {
    let verdict = &judged.verdict;
    let outcome = match verdict.outcome() {
        Outcome::Pass => "pass",
        Outcome::Violation => "violation",
        Outcome::Unknown => "unknown",
    };
    let violations = verdict.violations.iter().map(|violation| {
        let witness = &violation.witness;
        json!({
            "rule": violation.rule.name(),
            "grade": violation.grade,
            "clauses": violation.clauses,
            "summary": witness.summary,
            "facts": witness.facts.iter().map(fact).collect::<Vec<_>>(),
            "context": witness.context.iter().map(fact).collect::<Vec<_>>(),
        })
    });
    let unknowns = verdict.unknowns.iter().map(|unknown| {
        json!({ "rule": unknown.rule.name(), "subject": unknown.subject, "reason": unknown.reason })
    });
    let remarks = verdict.remarks.iter().map(|remark| {
        json!({ "rule": remark.rule.name(), "subject": remark.subject, "text": remark.text })
    });
    let rules = verdict.rules.iter().map(|applied| {
        json!({ "rule": applied.rule.name(), "about": applied.rule.about(), "times": applied.times })
    });
    let all = json!({
        "version": 1,
        "outcome": outcome,
        "contract": judged.contract.name,
        "history": judged.header,
        "truncated": judged.truncated,
        "rules": rules.collect::<Vec<_>>(),
        "violations": violations.collect::<Vec<_>>(),
        "unknowns": unknowns.collect::<Vec<_>>(),
        "remarks": remarks.collect::<Vec<_>>(),
    });
    format!("{all:#}\n")
}

fn fact(fact: &Fact) -> Value {
    let (call, artefact) = match fact.source {
        Source::Call(id) => (Some(id), None),
        Source::Artefact(id) => (None, Some(id)),
        Source::Table | Source::Other => (None, None),
    };
    let (from_us, to_us) = fact.shown_us;
    json!({
        "words": fact.words,
        "lane": fact.lane,
        "item": fact.item,
        "what": fact.what,
        "call": call,
        "artefact": artefact,
        "from_us": from_us,
        // A call that was never answered has no end.
        "to_us": (to_us < i64::MAX).then_some(to_us),
        "allowed_us": fact.allowed_us,
        "anchor_us": fact.anchor_us,
    })
}

#[cfg(test)]
mod tests {
    use lookback_checker::history::read;
    use lookback_checker::{Contract, judge};

    use super::*;

    /// What is said of the golden history with an artefact that shows a value that nobody wrote.
    fn of_a_violation() -> Judged {
        let golden = include_str!("../../../../model/checker/tests/history/golden.jsonl");
        let wrong = golden.replace(
            r#""n":{"N":"1"}}],"indexes""#,
            r#""n":{"N":"9"}}],"indexes""#,
        );
        assert_ne!(golden, wrong);
        let history = read(wrong.as_bytes()).unwrap();
        let contract = Contract::dynamodb();
        Judged {
            header: history.header.clone(),
            verdict: judge(&history, &contract, &lookback_checker::Options::default()),
            contract,
            truncated: None,
        }
    }

    #[test]
    fn a_violation_is_drawn_and_ends_with_the_command_and_the_verdict() {
        let text = text(&of_a_violation(), 1, true);
        assert!(text.starts_with("violation 1 of "), "{text}");
        assert!(text.is_ascii(), "{text}");
        assert!(!text.contains("violation 2 of "), "{text}");
        let last: Vec<&str> = text.lines().rev().take(2).collect();
        assert!(last[0].starts_with("verdict   violation: "), "{text}");
        assert!(last[1].starts_with("again     lookback soak"), "{text}");
    }

    #[test]
    fn the_json_has_all_of_it() {
        let judged = of_a_violation();
        let json: Value = serde_json::from_str(&json(&judged)).unwrap();
        assert_eq!(json["outcome"], "violation");
        let violations = json["violations"].as_array().unwrap();
        assert_eq!(violations.len(), judged.verdict.violations.len());
        let fact = &violations[0]["facts"][0];
        assert!(
            fact["words"]
                .as_str()
                .is_some_and(|words| words.contains("nightly")),
            "{fact}"
        );
        assert_eq!(fact["artefact"], 1);
    }
}
