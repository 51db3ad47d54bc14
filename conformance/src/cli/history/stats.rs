//! `lookback history stats`: how much of what happened.

use std::collections::BTreeMap;
use std::fmt::Write;

use comfy_table::{CellAlignment, Table, presets};
use lookback_checker::history::{OperationStats, Stats, Tally};

use super::args::StatsHistoryArgs;
use super::file;
use crate::cli::{NotMade, print};

/// Prints a table, or JSON.
///
/// # Errors
/// The history cannot be read.
pub fn run(args: &StatsHistoryArgs) -> Result<(), NotMade> {
    let mut tally = Tally::default();
    let truncated = file::each(&args.file, |entry| tally.add(&entry))?;
    let stats = tally.finish(truncated);
    print(&if args.json {
        let json = serde_json::to_string_pretty(&stats);
        json.map_err(|error| NotMade(error.to_string()))? + "\n"
    } else {
        text(&stats)
    });
    Ok(())
}

/// The figures for people.
pub fn text(stats: &Stats) -> String {
    let mut text = format!("{}\n", table(stats));
    let mut line = |name: &str, words: String| {
        let _ = writeln!(text, "{name:<11} {words}");
    };
    if let Some(target) = &stats.header.target {
        line("target", target.clone());
    }
    let ending = match stats.truncated {
        Some(truncated) => format!(", {}", file::told(truncated)),
        None if stats.ended => String::new(),
        None => ", without an end".to_owned(),
    };
    line("entries", format!("{}{ending}", stats.entries));
    line("clients", stats.clients.to_string());
    let moved = match stats.moved_us {
        0 => String::new(),
        us => format!(", and the clock was moved by {:.3} s", us as f64 / 1e6),
    };
    let duration_s = stats.duration_us as f64 / 1e6;
    line("duration", format!("{duration_s:.3} s{moved}"));
    line("throughput", format!("{:.0} calls/s", stats.returns_per_s));
    line("calls on", counts(&stats.tables));
    let artefacts = counts(&stats.artefacts);
    line(
        "artefacts",
        format!("{artefacts}; items in them: {}", stats.artefact_items),
    );
    line("faults", counts(&stats.faults));
    for (op, operation) in &stats.operations {
        if !operation.refused.is_empty() {
            line("refused", format!("{op}: {}", counts(&operation.refused)));
        }
    }
    text
}

/// A row for each operation, latencies in milliseconds.
fn table(stats: &Stats) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_header([
        "operation",
        "calls",
        "answered",
        "refused",
        "uncertain",
        "unanswered",
        "p50 ms",
        "p90 ms",
        "p99 ms",
        "max ms",
    ]);
    for (op, operation) in &stats.operations {
        table.add_row(row(op, operation));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn row(op: &str, operation: &OperationStats) -> Vec<String> {
    let latency = operation.latency_us;
    let latencies = [latency.p50, latency.p90, latency.p99, latency.max];
    let counts = [
        operation.calls,
        operation.answered,
        operation.refused.values().sum(),
        operation.uncertain,
        operation.unanswered,
    ];
    std::iter::once(op.to_owned())
        .chain(counts.map(|count| {
            if count == 0 {
                String::new()
            } else {
                count.to_string()
            }
        }))
        .chain(latencies.map(|us| {
            if latency.max == 0 {
                String::new()
            } else {
                format!("{:.3}", us as f64 / 1e3)
            }
        }))
        .collect()
}

fn counts(counts: &BTreeMap<String, u64>) -> String {
    if counts.is_empty() {
        return "none".to_owned();
    }
    let all = counts.iter().map(|(name, count)| format!("{name} {count}"));
    all.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use lookback_checker::history::read;

    use super::*;

    #[test]
    fn of_the_golden_history() {
        let golden = include_bytes!("../../../../model/checker/tests/history/golden.jsonl");
        let stats = Stats::of(&read(golden).unwrap());
        insta::assert_snapshot!(text(&stats));
    }
}
