//! What exploration found, for the README: figures by target, and the causes that nobody can decide.

use std::fmt::Write as _;

use super::known::{Class, Known};

/// Between these lines of a Markdown file the section is written.
pub const MARKS: (&str, &str) = ("<!-- exploration:begin -->\n", "<!-- exploration:end -->");

/// The section.
pub fn markdown(all: &[Known]) -> String {
    let mut text = String::from(
        "| target | steps | accepted by the model | answered differently | a record says the model is right | a document does | undecided |\n\
         | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for known in all {
        let Some(measured) = &known.measured else {
            continue;
        };
        let title = if known.versions.is_empty() {
            known.target.clone()
        } else {
            known.versions.join(", ")
        };
        let percent = measured.accepted as f64 * 100.0 / (measured.steps.max(1)) as f64;
        let _ = writeln!(
            text,
            "| {title} | {} | {percent:.0} % | {} | {} | {} | {} |",
            measured.steps,
            measured.differences,
            of(known, Class::RecordSaysModel),
            of(known, Class::DocumentSaysModel),
            of(known, Class::Undecided)
        );
    }
    for known in all.iter().filter(|known| known.measured.is_some()) {
        let undecided: Vec<_> = known
            .causes
            .iter()
            .filter(|judged| judged.class == Class::Undecided && judged.seen > 0)
            .collect();
        if undecided.is_empty() {
            continue;
        }
        let _ = writeln!(text, "\nUndecided with {}, and how often:\n", known.target);
        for judged in undecided {
            let _ = writeln!(text, "- {} ({})", judged.about, judged.seen);
        }
    }
    text
}

/// Causes and calls of a class.
fn of(known: &Known, class: Class) -> String {
    let found: Vec<u64> = known
        .causes
        .iter()
        .filter(|judged| judged.class == class && judged.seen > 0)
        .map(|judged| judged.seen)
        .collect();
    match found.len() {
        0 => "-".to_owned(),
        1 => format!("1 cause, {}", found.iter().sum::<u64>()),
        count => format!("{count} causes, {}", found.iter().sum::<u64>()),
    }
}
