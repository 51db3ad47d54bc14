//! The line of time: a lane for each node, for the faults, for each client.

use std::collections::BTreeMap;

use lookback_checker::history::Entry;
use lookback_checker::picture::scale::{Room, Scale};
use lookback_sim::{Report, time};
use maud::{Markup, html};

const LABEL_X: f64 = 4.0;
const PLOT_FROM: f64 = 150.0;
const ROW: f64 = 22.0;
const BAR: f64 = 14.0;
const TOP: f64 = 30.0;
/// The plot is at least so wide, and at most.
const WIDTH: (f64, f64) = (1_000.0, 6_000.0);
/// How much room an event asks for.
const EVENT: f64 = 5.0;
/// The narrowest bar.
const NARROW: f64 = 2.0;
/// A fault's bar wider than this has its name on it.
const NAMED: f64 = 36.0;

/// Something with a beginning and an end, in microseconds since the run began.
struct Bar {
    from_us: i64,
    to_us: i64,
    class: &'static str,
    words: String,
}

/// Lanes by name, in their order, each with rows in which nothing lies over another thing.
#[derive(Default)]
struct Lanes(Vec<(String, Vec<Vec<Bar>>)>);

impl Lanes {
    /// Puts a bar into the first row of its lane that is free then.
    fn put(&mut self, name: &str, bar: Bar) {
        let place = self.0.iter().position(|(known, _)| known == name);
        let place = place.unwrap_or_else(|| {
            self.0.push((name.to_owned(), Vec::new()));
            self.0.len() - 1
        });
        let Some((_, rows)) = self.0.get_mut(place) else {
            return;
        };
        let free = |row: &&mut Vec<Bar>| row.last().is_none_or(|it| it.to_us <= bar.from_us);
        match rows.iter_mut().find(free) {
            Some(row) => row.push(bar),
            None => rows.push(vec![bar]),
        }
    }

    fn bars(&self) -> impl Iterator<Item = &Bar> {
        self.0.iter().flat_map(|(_, rows)| rows.iter().flatten())
    }
}

/// The cut of an artefact.
struct Cut {
    at_us: i64,
    words: String,
}

/// The picture of a run.
pub fn of(report: &Report) -> Markup {
    let mut lanes = Lanes::default();
    nodes(report, &mut lanes);
    faults(report, &mut lanes);
    let cuts = clients(report, &mut lanes);
    let times = lanes.bars().flat_map(|bar| [bar.from_us, bar.to_us]);
    let times = times.chain(cuts.iter().map(|cut| cut.at_us)).chain([0]);
    let times: Vec<i64> = times.collect();
    let width = (times.len() as f64 * EVENT).clamp(WIDTH.0, WIDTH.1);
    let room = Room {
        left: PLOT_FROM,
        from: PLOT_FROM + 6.0,
        to: PLOT_FROM + width,
        right: PLOT_FROM + width + 6.0,
        gap_min: 3.0,
    };
    let scale = Scale::new(times, room);
    let rows: usize = lanes.0.iter().map(|(_, rows)| rows.len()).sum();
    let bottom = TOP + rows as f64 * ROW;
    let size = (PLOT_FROM + width + 20.0, bottom + 24.0);
    html! {
        svg.timeline xmlns="http://www.w3.org/2000/svg" width=(px(size.0)) height=(px(size.1))
            viewBox={ "0 0 " (px(size.0)) " " (px(size.1)) } role="img" aria-label="The run on a line of time" {
            (tears(&scale, bottom))
            (drawn(&lanes, &scale, room))
            @for cut in &cuts {
                line.cut x1=(px(scale.at(cut.at_us))) x2=(px(scale.at(cut.at_us))) y1=(px(TOP)) y2=(px(bottom)) {
                    title { (cut.words) }
                }
            }
            (axis(&scale, room, bottom))
        }
    }
}

fn drawn(lanes: &Lanes, scale: &Scale, room: Room) -> Markup {
    let mut y = TOP;
    html! {
        @for (name, rows) in &lanes.0 {
            @for (number, row) in rows.iter().enumerate() {
                @if number == 0 { text x=(px(LABEL_X)) y=(px(y + BAR)) { (name) } }
                line.row x1=(px(LABEL_X)) x2=(px(room.right)) y1=(px(y + ROW - 2.0)) y2=(px(y + ROW - 2.0)) {}
                @for bar in row {
                    @let x = scale.at(bar.from_us);
                    @let width = (scale.at(bar.to_us) - x).max(NARROW);
                    rect class=(bar.class) x=(px(x)) y=(px(y + 3.0)) height=(px(BAR)) width=(px(width)) {
                        title { (bar.words) }
                    }
                    @if bar.class == "fault" && width > NAMED {
                        // A picture within the picture: what does not fit is cut off at its edge.
                        svg x=(px(x)) y=(px(y + 3.0)) height=(px(BAR)) width=(px(width)) {
                            text.on x="3" y=(px(BAR - 3.5)) { (bar.words) }
                        }
                    }
                }
                ({ y += ROW; "" })
            }
        }
    }
}

fn tears(scale: &Scale, bottom: f64) -> Markup {
    html! {
        @for tear in scale.breaks() {
            @let x = f64::midpoint(tear.from, tear.to);
            line.tear x1=(px(x)) x2=(px(x)) y1=(px(TOP)) y2=(px(bottom)) {}
            @if tear.to - tear.from > 30.0 {
                text.dim x=(px(tear.from)) y=(px(TOP - 6.0)) { (format!("{:.1} s", tear.length_us as f64 / 1e6)) }
            }
        }
    }
}

fn axis(scale: &Scale, room: Room, bottom: f64) -> Markup {
    let marks = (0..=8_u32).map(|mark| room.from + (room.to - room.from) * f64::from(mark) / 8.0);
    html! {
        @for x in marks {
            text.dim x=(px(x)) y=(px(bottom + 16.0)) { (format!("{:.3} s", time_at(scale, x) as f64 / 1e6)) }
        }
    }
}

/// The time that is drawn at a place: the scale only grows.
fn time_at(scale: &Scale, x: f64) -> i64 {
    let (mut low, mut high) = (0_i64, 1_i64 << 50);
    while low < high {
        let middle = low.midpoint(high);
        if scale.at(middle) < x {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// Lives and elections, from the log.
fn nodes(report: &Report, lanes: &mut Lanes) {
    let end_us = report.stats.virtual_us;
    let mut begun: BTreeMap<String, i64> = BTreeMap::new();
    let mut bars: BTreeMap<String, Vec<Bar>> = BTreeMap::new();
    for line in report.logged.text.lines().skip(1) {
        let mut words = line.split_whitespace();
        let (Some(at), Some(who), Some(what)) = (words.next(), words.next(), words.next()) else {
            continue;
        };
        let at_us = at.replace('.', "").parse().unwrap_or(0);
        let rest = words.collect::<Vec<_>>().join(" ");
        let mut bar = |from_us, to_us, class, words| {
            let bar = Bar {
                from_us,
                to_us,
                class,
                words,
            };
            bars.entry(who.to_owned()).or_default().push(bar);
        };
        match what {
            "start" => {
                begun.insert(who.to_owned(), at_us);
            }
            "crash" => {
                let from_us = begun.remove(who).unwrap_or(at_us);
                bar(from_us, at_us, "lives", format!("{who} lives until {at} s"));
            }
            "lead" => bar(
                at_us,
                at_us,
                "leads",
                format!("{who} leads {rest} at {at} s"),
            ),
            _ => {}
        }
    }
    for (who, from_us) in begun {
        let words = format!("{who} lives to the end");
        let bar = Bar {
            from_us,
            to_us: end_us,
            class: "lives",
            words,
        };
        bars.entry(who).or_default().push(bar);
    }
    for (who, mut bars) in bars {
        bars.sort_by_key(|bar| (bar.class == "leads", bar.from_us));
        for bar in bars {
            lanes.put(&who, bar);
        }
    }
}

/// The faults of the plan.
fn faults(report: &Report, lanes: &mut Lanes) {
    for planned in &report.plan.faults {
        let what = serde_json::to_string(&planned.fault).unwrap_or_default();
        let what: String = what.chars().filter(|it| !"{}\"".contains(*it)).collect();
        lanes.put(
            "faults",
            Bar {
                from_us: planned.at_us,
                to_us: planned.at_us + planned.lasts_us,
                class: "fault",
                words: format!("{what}, for {:.1} s", planned.lasts_us as f64 / 1e6),
            },
        );
    }
}

/// The calls of the clients, from the history; and the cuts of the artefacts.
fn clients(report: &Report, lanes: &mut Lanes) -> Vec<Cut> {
    let mut open = BTreeMap::new();
    let mut cuts = Vec::new();
    let mut bars = Vec::new();
    let since = |us: i64| us - time::EPOCH_US;
    for entry in &report.history.entries {
        match entry {
            Entry::Call(call) => {
                open.insert(call.id, call);
            }
            Entry::Return(returned) => {
                let Some(call) = open.remove(&returned.id) else {
                    continue;
                };
                let ended = match (&returned.error, &returned.uncertain) {
                    (Some(error), _) => error.as_str(),
                    (None, Some(why)) => why.as_str(),
                    (None, None) => "ok",
                };
                let class = if ended == "ok" {
                    class(&call.op)
                } else {
                    "failed"
                };
                let lane = if call.client < report.plan.profile.clients {
                    format!("client {}", call.client)
                } else {
                    "deeds".to_owned()
                };
                bars.push((
                    lane,
                    Bar {
                        from_us: since(call.at_us),
                        to_us: since(returned.at_us),
                        class,
                        words: format!("{} {}: {ended}\n{}", call.id, call.op, call.input.get()),
                    },
                ));
            }
            Entry::Artefact(artefact) => {
                if let Some(anchor_us) = artefact.anchor_us {
                    let (kind, table, items) =
                        (&artefact.kind, &artefact.table, artefact.items.len());
                    cuts.push(Cut {
                        at_us: since(anchor_us).max(0),
                        words: format!("{kind} {} of {table}: {items} items", artefact.id),
                    });
                }
            }
            _ => {}
        }
    }
    bars.sort_by(|(one, left), (other, right)| (one, left.from_us).cmp(&(other, right.from_us)));
    for (lane, bar) in bars {
        lanes.put(&lane, bar);
    }
    cuts
}

fn class(operation: &str) -> &'static str {
    match operation {
        "PutItem" | "UpdateItem" | "DeleteItem" | "BatchWriteItem" | "TransactWriteItems" => {
            "write"
        }
        "GetItem" | "BatchGetItem" | "TransactGetItems" | "Query" | "Scan" => "read",
        _ => "control",
    }
}

fn px(at: f64) -> String {
    format!("{at:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(from_us: i64, to_us: i64) -> Bar {
        Bar {
            from_us,
            to_us,
            class: "fault",
            words: String::new(),
        }
    }

    #[test]
    fn what_overlaps_gets_a_row_of_its_own() {
        let mut lanes = Lanes::default();
        for (from_us, to_us) in [(0, 10), (5, 8), (10, 12), (9, 11)] {
            lanes.put("faults", bar(from_us, to_us));
        }
        let rows: Vec<usize> = lanes
            .0
            .iter()
            .flat_map(|(_, rows)| rows.iter().map(Vec::len))
            .collect();
        assert_eq!(rows, [2, 2]);
    }
}
