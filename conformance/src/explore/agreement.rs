//! What several targets answer alike and the model does not: the first place to look for a fault of the model.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::campaign::Example;
use super::difference::Cause;
use super::known::{Class, Known, Matchers};
use super::report::{Report, cut};

/// How many sides have to agree, where there are so many.
pub const SIDES: usize = 3;

/// One answer that several targets give to the same request of the same program, and the model does not.
#[derive(Clone, Debug, PartialEq)]
pub struct Agreement {
    /// What differs, and what all of them answer.
    pub cause: Cause,
    /// As what it was judged for each of them, each once; `None`: nobody has judged it.
    pub sides: BTreeMap<String, Vec<Option<Class>>>,
    /// The requests that enough of them answered so, in the order of their programs.
    pub requests: Vec<Example>,
}

impl Agreement {
    /// Whether somebody has decided it, for one target at least: what a record or a document says holds for all.
    pub fn is_decided(&self) -> bool {
        let classes = self.sides.values().flatten().flatten();
        classes
            .copied()
            .any(|class| !matches!(class, Class::Undecided))
    }
}

/// Who answered a request in one way, and as what that was judged.
type Answered = BTreeMap<String, Option<Class>>;

/// What at least `sides` targets answer alike to one request: what nobody has decided first, then what was seen most often.
/// Each report is judged once more by what is known of its target.
///
/// # Errors
/// The programs of the reports are not the same, or a regular expression of `known` cannot be read.
pub fn agreements(
    reports: Vec<Report>,
    known: &[Known],
    sides: usize,
) -> Result<Vec<Agreement>, String> {
    let seeds: BTreeSet<u64> = reports.iter().map(|report| report.seed).collect();
    if seeds.len() > 1 {
        return Err(format!(
            "the reports are of other programs, from the seeds {seeds:?}; explore each target with the same --seed"
        ));
    }
    let nothing = Known::default();
    let mut found: BTreeMap<Cause, BTreeMap<(u64, String), Answered>> = BTreeMap::new();
    for mut report in reports {
        let of_target = known.iter().find(|known| known.target == report.target);
        let of_target = of_target.unwrap_or(&nothing);
        report.judge(&Matchers::new(of_target)?);
        for line in report.causes {
            let judged = line.judged.and_then(|place| of_target.causes.get(place));
            let class = judged.map(|judged| judged.class);
            let requests = found.entry(line.cause).or_default();
            for example in line.examples {
                let answered = requests.entry((example.program, example.request));
                answered.or_default().insert(report.target.clone(), class);
            }
        }
    }
    let agreed = found
        .into_iter()
        .map(|(cause, requests)| of_cause(cause, requests, sides));
    let mut found: Vec<Agreement> = agreed.filter(|one| !one.requests.is_empty()).collect();
    found.sort_by_key(|one| (one.is_decided(), Reverse(one.requests.len())));
    Ok(found)
}

fn of_cause(cause: Cause, requests: BTreeMap<(u64, String), Answered>, sides: usize) -> Agreement {
    let mut agreement = Agreement {
        cause,
        sides: BTreeMap::new(),
        requests: Vec::new(),
    };
    for ((program, request), answered) in requests {
        if answered.len() < sides {
            continue;
        }
        agreement.requests.push(Example { program, request });
        for (name, class) in answered {
            let classes = agreement.sides.entry(name).or_default();
            if !classes.contains(&class) {
                classes.push(class);
            }
        }
    }
    agreement
}

/// For a person.
pub fn text(found: &[Agreement], sides: usize, reports: usize) -> String {
    let open = found.iter().filter(|one| !one.is_decided()).count();
    let mut text = format!(
        "{} answers that at least {sides} of {reports} targets give alike, to the same requests, and the model does not; nobody has decided {open}\n",
        found.len()
    );
    for agreement in found {
        let cause = &agreement.cause;
        let sides: Vec<String> = agreement
            .sides
            .iter()
            .map(|(name, classes)| {
                let classes = classes.iter();
                let words = classes.map(|class| class.map_or("nobody has judged it", Class::words));
                format!("{name} ({})", words.collect::<Vec<_>>().join("; "))
            })
            .collect();
        let kind = serde_json::to_string(&cause.kind).unwrap_or_default();
        let at = match cause.at.as_str() {
            "" => String::new(),
            at => format!(" at {at}"),
        };
        let (program, request) = agreement
            .requests
            .first()
            .map_or((0, ""), |first| (first.program, &first.request));
        let _ = writeln!(
            text,
            "\n{} times: {}, {}{at} (program {program})\n  {}\n  request   {}\n  model     {}\n  they      {}",
            agreement.requests.len(),
            cause.operation,
            kind.trim_matches('"'),
            sides.join(", "),
            cut(request),
            cut(&cause.expected),
            cut(&cause.found)
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::coverage::Coverage;
    use crate::explore::difference::Kind;
    use crate::explore::known::Judged;
    use crate::explore::report::Line;

    /// In programs 1 to this number.
    fn report(target: &str, answers: &[(&str, u64)]) -> Report {
        let line = |(found, count): &(&str, u64)| Line {
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
            examples: (1..=*count)
                .map(|program| Example {
                    program,
                    request: r#"{"TableName":"t"}"#.to_owned(),
                })
                .collect(),
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
            report("b", &[("two", 1), ("three", 2)]),
            report("c", &[("two", 1), ("three", 2), ("other", 1)]),
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
        assert_eq!(answers(&found), ["three", "alone", "two", "other"]);
    }

    #[test]
    fn what_was_decided_for_one_target_comes_last() {
        let found = agreements(three(), &[decided("three")], 3).unwrap();
        assert_eq!(answers(&found), ["two", "three"]);
        assert!(found[1].is_decided() && !found[0].is_decided());
    }

    #[test]
    fn the_same_answer_to_other_requests_is_no_agreement() {
        let mut reports = three();
        for line in &mut reports[2].causes {
            line.examples[0].request = "{}".to_owned();
        }
        let found = agreements(reports, &[], 3).unwrap();
        assert_eq!(answers(&found), ["three"]);
        assert_eq!(found[0].requests[0].program, 2);
    }

    #[test]
    fn reports_of_other_programs_are_refused() {
        let mut reports = three();
        reports[1].seed = 8;
        let refused = agreements(reports, &[], 3).unwrap_err();
        assert!(refused.contains("{7, 8}"), "{refused}");
    }

    #[test]
    fn a_person_reads_who_answers_so_and_how_it_was_judged() {
        let found = agreements(three(), &[decided("three")], 3).unwrap();
        insta::assert_snapshot!(text(&found, 3, 3));
    }
}
