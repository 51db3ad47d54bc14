//! What a verification tells, for people.

use std::fmt::Write;

use serde_json::Value;

use super::compare::DifferenceKind;
use super::finding::Finding;
use super::lookup::{Difference, Location};
use super::report::{Comparison, ExportReport, Report};

/// How much of a value is shown, in characters.
const VALUE_CHARACTERS_MAX: usize = 60;

/// The report as a text.
pub fn text(report: &Report) -> String {
    let mut text = String::new();
    for export in &report.exports {
        told(&mut text, export);
    }
    let _ = match &report.key {
        Some(key) => writeln!(text, "key         {}", key.join(", ")),
        None => writeln!(text, "key         not known: items are compared as a whole"),
    };
    for note in &report.notes {
        let _ = writeln!(text, "note        {note}");
    }
    if !report.findings.is_empty() {
        text.push('\n');
    }
    for one in &report.findings {
        finding(&mut text, one);
    }
    let found: u64 = report.finding_counts.values().sum();
    more(&mut text, found, report.findings.len(), "--findings");
    if let Some(comparison) = &report.comparison {
        compared(&mut text, comparison);
    }
    text.push('\n');
    text.push_str(&verdict(report, found));
    text.push('\n');
    text
}

fn told(text: &mut String, export: &ExportReport) {
    let _ = writeln!(text, "{}", export.place);
    let Some(read) = &export.read else {
        let _ = writeln!(text, "            its manifests cannot be used");
        return;
    };
    let _ = writeln!(text, "            {}, {}", read.kind, read.format);
    let _ = writeln!(
        text,
        "            {}, {}, {} bytes, {} bytes decompressed",
        plural(read.files, "data file"),
        plural(read.records, "record"),
        read.stored_bytes,
        read.plain_bytes
    );
}

fn finding(text: &mut String, one: &Finding) {
    let mut place = one.object.clone();
    if let Some(line) = one.line {
        let _ = write!(place, " line {line}");
    }
    if let Some(offset) = one.offset {
        let _ = write!(place, " byte {offset}");
    }
    let _ = writeln!(
        text,
        "{:<11} {place}\n            {}",
        one.check.name(),
        one.what
    );
}

fn more(text: &mut String, all: u64, shown: usize, option: &str) {
    let left = all.saturating_sub(shown as u64);
    if left > 0 {
        let _ = writeln!(text, "            and {left} more: see them by {option}");
    }
}

fn compared(text: &mut String, comparison: &Comparison) {
    let _ = writeln!(text, "\ncompared    {}", comparison.law);
    for one in &comparison.differences {
        difference(text, one);
    }
    let all: u64 = comparison.difference_counts.values().sum();
    more(text, all, comparison.differences.len(), "--differences");
}

fn difference(text: &mut String, one: &Difference) {
    let kind = match one.kind {
        DifferenceKind::Missing => "missing",
        DifferenceKind::Unexpected => "unexpected",
        DifferenceKind::Differs => "differs",
        DifferenceKind::OldImage => "old image",
    };
    let _ = writeln!(text, "{kind:<11} {}", one.key);
    let mut at = |word: &str, location: &Option<Location>| {
        if let Some(location) = location {
            let _ = writeln!(
                text,
                "            {word} {} line {}",
                location.object, location.line
            );
        }
    };
    at("expected", &one.expected_at);
    at("found   ", &one.found_at);
    for attribute in &one.attributes {
        let _ = writeln!(
            text,
            "            {}: {} expected, {} found",
            attribute.name,
            value(attribute.expected.as_ref()),
            value(attribute.found.as_ref())
        );
    }
}

fn value(value: Option<&Value>) -> String {
    let Some(value) = value else {
        return "nothing".to_owned();
    };
    let mut shown = value.to_string();
    if let Some((end, _)) = shown.char_indices().nth(VALUE_CHARACTERS_MAX) {
        shown.truncate(end);
        shown.push('…');
    }
    shown
}

fn verdict(report: &Report, found: u64) -> String {
    let mut parts = Vec::new();
    if found > 0 {
        let counts = report.finding_counts.iter();
        let counts = counts.map(|(check, count)| format!("{} {count}", check.name()));
        parts.push(format!(
            "{} ({})",
            plural(found, "finding"),
            counts.collect::<Vec<_>>().join(", ")
        ));
    }
    if let Some(comparison) = &report.comparison {
        let all: u64 = comparison.difference_counts.values().sum();
        parts.push(match all {
            0 => "no difference".to_owned(),
            _ => plural(all, "difference"),
        });
    }
    let word = if report.sound { "sound" } else { "NOT SOUND" };
    if parts.is_empty() {
        word.to_owned()
    } else {
        format!("{word}: {}", parts.join(", "))
    }
}

fn plural(count: u64, what: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {what}{s}")
}
