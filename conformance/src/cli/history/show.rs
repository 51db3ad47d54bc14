//! `lookback history show`: a line for each call with its answer, and for whatever else happened.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use lookback_checker::History;
use lookback_checker::history::{Artefact, Call, Entry, Return};

use super::args::ShowHistoryArgs;
use super::filter::Filter;
use super::{answer, file};
use crate::cli::NotMade;

/// How many characters of a request and of an answer are shown, unless all are asked for.
const SHOWN: usize = 72;

/// Prints it.
///
/// # Errors
/// The history cannot be read.
pub fn run(args: &ShowHistoryArgs) -> Result<(), NotMade> {
    let history = file::read(&args.file)?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    // A reader that has closed the pipe is no error.
    let _ = lines(args, &history, |line| writeln!(out, "{line}")).and_then(|()| out.flush());
    Ok(())
}

/// Gives each line, the header of the columns first.
fn lines(
    args: &ShowHistoryArgs,
    history: &History,
    mut give: impl FnMut(&str) -> io::Result<()>,
) -> io::Result<()> {
    let returns = answer::returns(&history.entries);
    let filter = Filter::new(args, &history.entries);
    let columns = Columns { wide: args.wide };
    give(&columns.line("time", "client", "took", "call", "answer"))?;
    for entry in history.entries.iter().filter(|entry| filter.wants(entry)) {
        let line = match entry {
            Entry::Call(call) => columns.call(call, returns.get(&call.id).copied()),
            Entry::History(_) | Entry::Return(_) => continue,
            Entry::Table(table) => {
                let what = format!("table {}, items: {}", table.name, table.items.len());
                columns.event(Some(table.at_us), &what)
            }
            Entry::Artefact(artefact) => columns.artefact(artefact, &filter),
            Entry::Fault(fault) => {
                let mut what = format!("fault: {}", fault.kind);
                if let Some(call) = fault.call {
                    let _ = write!(what, " of call {call}");
                }
                if let Some(note) = &fault.note {
                    let _ = write!(what, " ({note})");
                }
                columns.event(Some(fault.at_us), &what)
            }
            Entry::Clock(clock) => {
                let what = format!("clock moved by {} s", seconds(clock.moved_us));
                columns.event(Some(clock.at_us), &what)
            }
            Entry::Estimate(estimate) => {
                let (min, max) = (estimate.offset_us_min, estimate.offset_us_max);
                let what = format!(
                    "target's clock is {} to {} s ahead",
                    seconds(min),
                    seconds(max)
                );
                columns.event(Some(estimate.at_us), &what)
            }
            Entry::End(end) => columns.event(Some(end.at_us), "end"),
        };
        give(&line)?;
    }
    match history.truncated {
        Some(truncated) => give(&columns.event(None, &file::told(truncated))),
        None => Ok(()),
    }
}

/// How lines are laid out.
struct Columns {
    wide: bool,
}

impl Columns {
    fn call(&self, call: &Call, returned: Option<&Return>) -> String {
        let took = returned.map_or(String::new(), |returned| {
            let took_us = returned.at_us.saturating_sub(call.at_us);
            format!("{:.3} ms", took_us as f64 / 1e3)
        });
        let asked = format!("{} {} {}", call.id, call.op, call.input.get());
        let (time, client) = (seconds(call.at_us), call.client.to_string());
        self.line(&time, &client, &took, &asked, &answer::words(returned))
    }

    fn artefact(&self, artefact: &Artefact, filter: &Filter<'_>) -> String {
        let mut what = format!("{} {} of {}", artefact.kind, artefact.id, artefact.table);
        if let Some(call) = artefact.call {
            let _ = write!(what, " by call {call}");
        }
        if let Some(anchor_us) = artefact.anchor_us {
            let _ = write!(what, ", anchor {}", seconds(anchor_us));
        }
        if let Some(position) = artefact.position {
            let _ = write!(what, ", position {position}");
        }
        let items = filter.items(&artefact.items);
        if filter.by_key() {
            let texts: Vec<&str> = items.iter().map(|item| item.get()).collect();
            let shows = if texts.is_empty() {
                "no item".to_owned()
            } else {
                texts.join(", ")
            };
            let _ = write!(what, " shows {shows}");
        } else {
            let _ = write!(what, ", items: {}", items.len());
        }
        self.event(None, &what)
    }

    /// What has neither client nor answer.
    fn event(&self, at_us: Option<i64>, what: &str) -> String {
        let time = at_us.map(seconds).unwrap_or_default();
        format!("{time:>18}  {:6}  {:>12}  {}", "-", "", one_line(what))
    }

    fn line(&self, time: &str, client: &str, took: &str, call: &str, answer: &str) -> String {
        let (call, answer) = (one_line(call), one_line(answer));
        let (call, answer) = if self.wide {
            (call, answer)
        } else {
            (shortened(call), shortened(answer))
        };
        format!("{time:>18}  {client:6}  {took:>12}  {call:SHOWN$}  {answer}")
    }
}

/// So much of a text as fits into its column.
fn shortened(text: String) -> String {
    if text.chars().count() <= SHOWN {
        return text;
    }
    text.chars().take(SHOWN - 1).chain(['…']).collect()
}

/// Control characters from names must not reach the terminal.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|letter| {
            if letter.is_control() {
                '\u{fffd}'
            } else {
                letter
            }
        })
        .collect()
}

/// Microseconds as seconds.
fn seconds(us: i64) -> String {
    let sign = if us < 0 { "-" } else { "" };
    let us = us.unsigned_abs();
    format!("{sign}{}.{:06}", us / 1_000_000, us % 1_000_000)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use lookback_checker::history::read;
    use serde_json::json;

    use super::*;

    const GOLDEN: &[u8] = include_bytes!("../../../../model/checker/tests/history/golden.jsonl");

    fn shown(args: &ShowHistoryArgs, history: &[u8]) -> String {
        let mut text = String::new();
        let give = |line: &str| {
            text.push_str(line.trim_end());
            text.push('\n');
            Ok(())
        };
        lines(args, &read(history).unwrap(), give).unwrap();
        text
    }

    fn args() -> ShowHistoryArgs {
        ShowHistoryArgs {
            file: PathBuf::from("-"),
            table: None,
            key: None,
            wide: false,
        }
    }

    #[test]
    fn everything() {
        insta::assert_snapshot!(shown(&args(), GOLDEN));
    }

    #[test]
    fn a_table_and_a_key() {
        let args = ShowHistoryArgs {
            table: Some("music".to_owned()),
            key: json!({ "pk": { "S": "b" } }).as_object().cloned(),
            wide: true,
            ..args()
        };
        insta::assert_snapshot!(shown(&args, GOLDEN));
    }

    #[test]
    fn a_cut_file_says_so_at_its_end() {
        let text = shown(&args(), &GOLDEN[..GOLDEN.len() - 4]);
        assert!(text.trim_end().ends_with("bytes were read"), "{text}");
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        let text =
            "{\"history\":{\"version\":1}}\n{\"fault\":{\"at_us\":1,\"kind\":\"\\u001b[31m\"}}\n";
        assert!(!shown(&args(), text.as_bytes()).contains('\u{1b}'));
    }
}
