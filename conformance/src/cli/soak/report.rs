//! What a soak has found, for people and for tools.

use std::fmt::Write;

use comfy_table::{CellAlignment, Table, presets};
use lookback_checker::history::Stats;
use serde_json::{Value, json};

use crate::cli::history::check::Judged;
use crate::cli::history::verdict;
use crate::soak::artefact::Notes;

/// How many violations are told in full.
const VIOLATIONS_TOLD: usize = 3;

/// All that is to be told.
pub struct Report<'a> {
    /// The figures of the history.
    pub stats: &'a Stats,
    /// What was left out, and why.
    pub notes: &'a Notes,
    /// The verdict.
    pub judged: &'a Judged,
    /// How long the run took, in seconds of this machine.
    pub took_s: f64,
    /// The command that does it again.
    pub command: &'a str,
    /// What the run was, in words.
    pub about: &'a str,
    /// Tables that nobody has deleted and that are gone.
    pub lost: &'a [String],
    /// Whether it was ended early.
    pub interrupted: bool,
    /// What was done how often.
    pub profile: &'a lookback_traffic::Profile,
}

/// For people.
pub fn text(report: &Report<'_>) -> String {
    let stats = report.stats;
    let mut text = String::new();
    let mut line = |name: &str, words: &str| {
        let _ = writeln!(text, "{name:<9} {words}");
    };
    line("soak", report.about);
    line(
        "calls",
        &format!(
            "{} in {:.1} s, {:.0} each second",
            stats.calls,
            report.took_s,
            stats.calls as f64 / report.took_s.max(0.001)
        ),
    );
    let counted = |counts: &std::collections::BTreeMap<String, u64>| {
        let counts = counts.iter().map(|(name, times)| format!("{times} {name}"));
        counts.collect::<Vec<_>>().join(", ")
    };
    if stats.artefacts.is_empty() {
        line("artefacts", "none");
    } else {
        let items = format!(
            "{} with {} items",
            counted(&stats.artefacts),
            stats.artefact_items
        );
        line("artefacts", &items);
    }
    if !stats.faults.is_empty() {
        line("faults", &counted(&stats.faults));
    }
    for operation in &report.notes.lacks {
        line(
            "lacking",
            &format!("{operation}: the target has not got it"),
        );
    }
    for (why, times) in &report.notes.oddities {
        line("left out", &format!("{times} times: {why}"));
    }
    for (why, times) in &report.notes.contradictions {
        line("violated", &format!("{times} times: {why}"));
    }
    for table in report.lost {
        line(
            "lost",
            &format!("{table}: nobody has deleted it, and it is gone"),
        );
    }
    if report.interrupted {
        line("ended", "early: what came after is not known");
    }
    text.push_str(&latencies(stats));
    let mut judged = verdict::text(report.judged, VIOLATIONS_TOLD, false);
    let _ = writeln!(judged, "{:<9} {}", "again", report.command);
    text + &judged
}

/// Calls and latencies by operation.
fn latencies(stats: &Stats) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header([
        "operation",
        "calls",
        "refused",
        "uncertain",
        "p50 ms",
        "p90 ms",
        "p99 ms",
        "max ms",
    ]);
    for (name, operation) in &stats.operations {
        let refused: u64 = operation.refused.values().sum();
        let ms = |us: u64| format!("{:.1}", us as f64 / 1_000.0);
        let latency = operation.latency_us;
        table.add_row([
            name.clone(),
            operation.calls.to_string(),
            refused.to_string(),
            (operation.uncertain + operation.unanswered).to_string(),
            ms(latency.p50),
            ms(latency.p90),
            ms(latency.p99),
            ms(latency.max),
        ]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let lines = table.to_string();
    let lines = lines.lines().map(|line| format!("{}\n", line.trim_end()));
    lines.collect()
}

/// For tools.
pub fn json(report: &Report<'_>) -> String {
    let verdict: Value = serde_json::from_str(&verdict::json(report.judged)).unwrap_or_default();
    let all = json!({
        "version": 1,
        "about": report.about,
        "command": report.command,
        "took_s": report.took_s,
        "interrupted": report.interrupted,
        "profile": report.profile,
        "lacks": report.notes.lacks,
        "left_out": report.notes.oddities,
        "contradictions": report.notes.contradictions,
        "lost": report.lost,
        "stats": report.stats,
        "verdict": verdict,
    });
    format!("{all:#}\n")
}

#[cfg(test)]
mod tests {
    use lookback_checker::history::read;
    use lookback_checker::judge::{Options, judge};

    use super::*;
    use crate::cli::history::check::contract;

    /// What is told of the golden history, with something in every line.
    fn told<T>(of: impl FnOnce(&Report<'_>) -> T) -> T {
        let golden = include_bytes!("../../../../model/checker/tests/history/golden.jsonl");
        let history = read(golden).unwrap();
        let contract = contract(Some("dynamodb"), &history.header).unwrap();
        let judged = Judged {
            verdict: judge(&history, &contract, &Options::default()),
            header: history.header.clone(),
            contract,
            truncated: None,
        };
        let mut notes = Notes::default();
        notes.lacks.insert("ExportTableToPointInTime".to_owned());
        notes.oddities.insert("ListBackups: HTTP 500".to_owned(), 2);
        let files =
            "the files of an export contradict each other: a data file is not as it is listed";
        notes.contradictions.insert(files.to_owned(), 1);
        of(&Report {
            stats: &Stats::of(&history),
            notes: &notes,
            judged: &judged,
            took_s: 1.5,
            command: "lookback soak --seed 7 --clients 2 --seconds 60",
            about: "2 clients, 60 s, seed 7",
            lost: &["lb-t".to_owned()],
            interrupted: true,
            profile: &lookback_traffic::Profile::steady(),
        })
    }

    #[test]
    fn the_text_tells_load_artefacts_what_was_left_out_and_the_verdict() {
        insta::assert_snapshot!(told(text));
    }

    #[test]
    fn the_json_holds_the_profile_and_the_verdict() {
        let json: Value = serde_json::from_str(&told(json)).unwrap();
        assert_eq!(json["lost"][0], "lb-t");
        assert_eq!(json["left_out"]["ListBackups: HTTP 500"], 2);
        assert!(json["verdict"]["outcome"].is_string());
        let profile: lookback_traffic::Profile =
            serde_json::from_value(json["profile"].clone()).unwrap();
        assert_eq!(profile, lookback_traffic::Profile::steady());
    }
}
