//! What several targets answer alike and the model does not: the first place to look for a fault of the model.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::difference::Cause;
use super::known::{Class, Known, Matchers};
use super::report::{Report, cut};

/// How many sides have to agree, where there are so many.
pub const SIDES: usize = 3;

/// One answer that several targets give and the model does not.
#[derive(Clone, Debug, PartialEq)]
pub struct Agreement {
    /// What differs, and what all of them answer.
    pub cause: Cause,
    /// Those that answer so, by name.
    pub sides: BTreeMap<String, Side>,
    /// A request that one of them answered so.
    pub request: String,
}

/// One target's part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Side {
    /// How often it answered so.
    pub count: u64,
    /// As what that was judged, each once; `None`: nobody has judged it.
    pub classes: Vec<Option<Class>>,
}

impl Agreement {
    /// Whether somebody has decided it, for one target at least: what a record or a document says holds for all.
    pub fn is_decided(&self) -> bool {
        let classes = self.sides.values().flat_map(|side| &side.classes);
        classes
            .flatten()
            .any(|class| !matches!(class, Class::Undecided))
    }

    fn count(&self) -> u64 {
        self.sides.values().map(|side| side.count).sum()
    }
}

/// What at least `sides` targets answer alike: what nobody has decided first, then what was seen most often. Each report is
/// judged once more by what is known of its target.
///
/// # Errors
/// A regular expression of `known` that cannot be read.
pub fn agreements(
    reports: Vec<Report>,
    known: &[Known],
    sides: usize,
) -> Result<Vec<Agreement>, String> {
    let nothing = Known::default();
    let mut found: BTreeMap<Cause, Agreement> = BTreeMap::new();
    for mut report in reports {
        let of_target = known.iter().find(|known| known.target == report.target);
        let of_target = of_target.unwrap_or(&nothing);
        report.judge(&Matchers::new(of_target)?);
        for line in report.causes {
            let (_, request) = line.first();
            let agreement = found
                .entry(line.cause.clone())
                .or_insert_with(|| Agreement {
                    cause: line.cause.clone(),
                    sides: BTreeMap::new(),
                    request: request.to_owned(),
                });
            let side = agreement.sides.entry(report.target.clone()).or_default();
            side.count += line.count();
            let judged = line.judged.and_then(|place| of_target.causes.get(place));
            let class = judged.map(|judged| judged.class);
            if !side.classes.contains(&class) {
                side.classes.push(class);
            }
        }
    }
    let mut found: Vec<Agreement> = found
        .into_values()
        .filter(|agreement| agreement.sides.len() >= sides)
        .collect();
    found.sort_by_key(|agreement| {
        (
            agreement.is_decided(),
            std::cmp::Reverse((agreement.sides.len(), agreement.count())),
        )
    });
    Ok(found)
}

/// For a person.
pub fn text(found: &[Agreement], sides: usize, reports: usize) -> String {
    let open = found.iter().filter(|one| !one.is_decided()).count();
    let mut text = format!(
        "{} answers that at least {sides} of {reports} targets give alike and the model does not; nobody has decided {open}\n",
        found.len()
    );
    for agreement in found {
        let cause = &agreement.cause;
        let sides: Vec<String> = agreement
            .sides
            .iter()
            .map(|(name, side)| {
                let classes = side.classes.iter();
                let words = classes.map(|class| class.map_or("nobody has judged it", Class::words));
                format!(
                    "{name} {} ({})",
                    side.count,
                    words.collect::<Vec<_>>().join("; ")
                )
            })
            .collect();
        let kind = serde_json::to_string(&cause.kind).unwrap_or_default();
        let at = match cause.at.as_str() {
            "" => String::new(),
            at => format!(" at {at}"),
        };
        let _ = writeln!(
            text,
            "\n{}, {}{at}: {}\n  request   {}\n  model     {}\n  they      {}",
            cause.operation,
            kind.trim_matches('"'),
            sides.join(", "),
            cut(&agreement.request),
            cut(&cause.expected),
            cut(&cause.found)
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::campaign::Example;
    use crate::explore::coverage::Coverage;
    use crate::explore::difference::Kind;
    use crate::explore::known::Judged;
    use crate::explore::report::Line;

    fn report(target: &str, answers: &[(&str, usize)]) -> Report {
        let line = |(found, count): &(&str, usize)| Line {
            cause: Cause {
                operation: "Query".to_owned(),
                kind: Kind::Message,
                at: String::new(),
                expected: "ValidationException: one".to_owned(),
                found: format!("ValidationException: {found}"),
            },
            judged: None,
            expected: String::new(),
            found: String::new(),
            examples: vec![
                Example {
                    program: 1,
                    request: r#"{"TableName":"t"}"#.to_owned(),
                };
                *count
            ],
        };
        Report {
            version: 1,
            target: target.to_owned(),
            against: "model".to_owned(),
            seed: 7,
            steps: 10,
            programs: 1,
            accepted: 5,
            took_s: 1.0,
            indeterminate: 0,
            deaths: 0,
            missing: Vec::new(),
            differences: 1,
            causes: answers.iter().map(line).collect(),
            coverage: Coverage::default(),
            gaps: Vec::new(),
            lost: None,
            interrupted: false,
            command: String::new(),
        }
    }

    fn three() -> Vec<Report> {
        vec![
            report("a", &[("two", 3), ("three", 40), ("alone", 9)]),
            report("b", &[("two", 1), ("three", 1)]),
            report("c", &[("two", 1), ("three", 1), ("other", 1)]),
        ]
    }

    fn decided(text: &str) -> Known {
        Known {
            target: "b".to_owned(),
            causes: vec![Judged {
                about: "a text".to_owned(),
                class: Class::RecordSaysModel,
                cite: vec!["7.1".to_owned()],
                operation: None,
                kinds: Vec::new(),
                at: None,
                model: None,
                found: Some(text.to_owned()),
                request: None,
                seen: 0,
            }],
            ..Known::default()
        }
    }

    fn answers(found: &[Agreement]) -> Vec<&str> {
        let texts = found.iter().map(|one| one.cause.found.as_str());
        texts
            .map(|text| text.trim_start_matches("ValidationException: "))
            .collect()
    }

    #[test]
    fn what_enough_sides_answer_alike_is_told_those_seen_most_often_first() {
        let found = agreements(three(), &[], 3).unwrap();
        assert_eq!(answers(&found), ["three", "two"]);
        let found = agreements(three(), &[], 1).unwrap();
        assert_eq!(answers(&found), ["three", "two", "alone", "other"]);
    }

    #[test]
    fn what_was_decided_for_one_target_comes_last() {
        let found = agreements(three(), &[decided("three")], 3).unwrap();
        assert_eq!(answers(&found), ["two", "three"]);
        assert!(found[1].is_decided() && !found[0].is_decided());
    }

    #[test]
    fn a_person_reads_who_answers_so_and_how_it_was_judged() {
        let found = agreements(three(), &[decided("three")], 3).unwrap();
        insta::assert_snapshot!(text(&found, 3, 3));
    }
}
