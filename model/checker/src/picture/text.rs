//! The picture for a terminal.

mod frame;
mod line;

use textwrap::core::display_width;

use super::scale::{Room, Scale};
use super::scene::{Cuts, Distance, Lane, Row, Scene, Span};
use super::wording::{self, fit};
use crate::verdict::{Fact, Role, Violation};
pub use line::Glyphs;
use line::Line;

/// Indent of the words below the picture, and of the rows in a lane.
const INDENT: usize = 2;

pub(super) fn draw(violation: &Violation, columns: usize, glyphs: Glyphs) -> String {
    let scene = Scene::of(violation);
    let mut out = String::new();
    let witness = &violation.witness;
    paragraph(&mut out, columns, "", &glyphs.clean(&witness.summary));
    if violation.also > 0 {
        paragraph(&mut out, columns, "", &wording::also(violation.also));
    }
    let mut about = vec![violation.rule.name(), wording::grade(violation.grade)];
    about.extend(violation.clauses.iter().map(String::as_str));
    paragraph(&mut out, columns, "", &glyphs.clean(&about.join(", ")));

    Drawing::new(&scene, columns, glyphs).draw(&mut out);

    let indent = display_width(&witness.facts.len().to_string()) + INDENT;
    for (number, fact) in (1..).zip(&witness.facts) {
        told(
            &mut out,
            columns,
            &format!("{number:>indent$}"),
            fact,
            glyphs,
        );
    }
    for mark in scene
        .marks
        .iter()
        .filter(|mark| mark.name.parse::<usize>().is_err())
    {
        told(
            &mut out,
            columns,
            &format!("{:>indent$}", mark.name),
            mark.fact,
            glyphs,
        );
    }
    if scene.marks_left_out > 0 {
        let more = format!(
            "{} more faults and moves of the clock are not shown",
            scene.marks_left_out
        );
        paragraph(&mut out, columns, &" ".repeat(indent + INDENT), &more);
    }
    out
}

fn told(out: &mut String, columns: usize, name: &str, fact: &Fact, glyphs: Glyphs) {
    paragraph(
        out,
        columns,
        &format!("{name}  "),
        &glyphs.clean(&fact.words),
    );
}

fn paragraph(out: &mut String, columns: usize, first: &str, words: &str) {
    let next = " ".repeat(first.len());
    let options = textwrap::Options::new(columns)
        .initial_indent(first)
        .subsequent_indent(&next);
    for line in textwrap::wrap(words, options) {
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

struct Drawing<'a> {
    scene: &'a Scene<'a>,
    scale: Scale,
    glyphs: Glyphs,
    gutter: usize,
    width: usize,
}

impl<'a> Drawing<'a> {
    fn new(scene: &'a Scene<'a>, columns: usize, glyphs: Glyphs) -> Self {
        let rows = scene.lanes.iter().flat_map(|lane| &lane.rows);
        let labels = rows.map(|row| display_width(&label(row, glyphs)) + INDENT);
        let names = scene
            .lanes
            .iter()
            .map(|lane| display_width(&glyphs.clean(lane.name)));
        let gutter = labels
            .chain(names)
            .max()
            .unwrap_or(0)
            .clamp(12, columns * 2 / 5)
            + 1;
        let width = columns - gutter;
        let room = Room {
            left: 0.0,
            from: 1.0,
            to: (width - 5) as f64,
            right: (width - 1) as f64,
            gap_min: 2.0,
        };
        Self {
            scene,
            scale: Scale::new(scene.events_us.iter().copied(), room),
            glyphs,
            gutter,
            width,
        }
    }

    fn draw(&self, out: &mut String) {
        if self.scene.lanes.is_empty() && self.scene.marks.is_empty() {
            return;
        }
        out.push('\n');
        for (at, lane) in self.scene.lanes.iter().enumerate() {
            let distance = self.distance(|one| one.lane == at && one.number.is_none());
            self.row(out, lane.name.to_owned(), self.heading(lane, distance));
            self.words(out, distance);
            for row in &lane.rows {
                let distance = self.distance(|one| one.number == Some(row.number));
                let mut line = self.empty();
                if !lane.artefact {
                    let certain = row.fact.role != Role::UncertainWrite;
                    self.bar(&mut line, row.shown, certain);
                }
                self.cuts(&mut line, row);
                self.measure(&mut line, distance);
                self.row(out, format!("  {}", label(row, self.glyphs)), line);
                self.words(out, distance);
            }
        }
        if let Some(common) = &self.scene.common {
            let mut line = self.empty();
            self.spans(&mut line, common, self.glyphs.allowed);
            if common.is_empty() {
                line.write(1, "no instant is allowed to all of them");
            }
            self.row(out, "one cut for all".to_owned(), line);
        }
        if !self.scene.marks.is_empty() {
            let mut line = self.empty();
            for mark in &self.scene.marks {
                let name = mark.name.chars().next().unwrap_or(self.glyphs.mark);
                line.put(self.column(mark.at_us), name);
            }
            self.row(out, "faults, clock moves".to_owned(), line);
        }
        self.axis(out);
        self.legend(out);
    }

    fn row(&self, out: &mut String, label: String, line: Line) {
        let label = fit(
            &self.glyphs.clean(&label),
            self.gutter - 1,
            self.glyphs.ellipsis,
        );
        out.push_str(&label);
        out.push_str(&" ".repeat(self.gutter - display_width(&label)));
        out.push_str(line.finish().trim_end());
        while out.ends_with(' ') {
            out.pop();
        }
        out.push('\n');
    }

    fn distance(&self, is: impl Fn(&Distance) -> bool) -> Option<&Distance> {
        self.scene.distances.iter().find(|one| is(one))
    }

    fn column(&self, us: i64) -> usize {
        (self.scale.at(us).round().max(0.0) as usize).min(self.width - 1)
    }

    fn columns(&self, span: Span) -> (usize, usize) {
        (self.column(span.low()), self.column(span.high()))
    }

    /// A line with the guides of all bands: their edges and anchors.
    fn empty(&self) -> Line {
        let mut line = Line::new(self.width);
        for lane in &self.scene.lanes {
            for edge in lane
                .band
                .iter()
                .flat_map(|band| [band.from_us, band.to_us])
                .flatten()
            {
                line.put(self.column(edge), self.glyphs.guide);
            }
        }
        for lane in &self.scene.lanes {
            for anchor in &lane.anchors_us {
                line.put(self.column(*anchor), self.glyphs.anchor);
            }
        }
        line
    }

    /// The band, the anchor, and the call that asked for the artefact.
    fn heading(&self, lane: &Lane<'_>, distance: Option<&Distance>) -> Line {
        let mut line = self.empty();
        self.band(&mut line, lane);
        for call in &lane.calls {
            self.bar(&mut line, *call, true);
        }
        for anchor in &lane.anchors_us {
            line.put(self.column(*anchor), self.glyphs.anchor);
        }
        self.measure(&mut line, distance);
        line
    }

    fn band(&self, line: &mut Line, lane: &Lane<'_>) {
        if let Some(band) = lane.band {
            let (from, to) = self.columns(band);
            line.fill(from, to, self.glyphs.band);
        }
        for cut in self.scale.breaks() {
            let middle = f64::midpoint(cut.from, cut.to).round() as usize;
            if line.get(middle) == Some(self.glyphs.band) {
                line.put(middle, self.glyphs.cut);
            }
        }
    }

    fn bar(&self, line: &mut Line, span: Span, certain: bool) {
        let (from, to) = self.columns(span);
        line.fill(from, to, if certain { '-' } else { self.glyphs.uncertain });
        match (span.from_us, span.to_us) {
            (Some(begin), Some(end)) if begin == end || from == to => {
                line.put(from, self.glyphs.instant)
            }
            (begin, end) => {
                line.put(from, if begin.is_some() { '[' } else { '<' });
                line.put(to, if end.is_some() { ']' } else { '>' });
            }
        }
    }

    /// The cuts that are allowed to what a read shows.
    fn cuts(&self, line: &mut Line, row: &Row<'_>) {
        match row.cuts {
            Cuts::Unasked => {}
            Cuts::Allowed => self.spans(line, &row.allowed, self.glyphs.allowed),
            Cuts::Contradicted => self.spans(line, &row.allowed, self.glyphs.contradicted),
            Cuts::Impossible => line.write(1, "no instant explains it"),
        }
    }

    fn spans(&self, line: &mut Line, spans: &[Span], glyph: char) {
        for span in spans {
            let (from, to) = self.columns(*span);
            line.fill(from, to, glyph);
        }
    }

    /// An arrow; its words follow in a line of their own.
    fn measure(&self, line: &mut Line, distance: Option<&Distance>) {
        let Some(distance) = distance else { return };
        let (from, to) = (self.column(distance.from_us), self.column(distance.to_us));
        let (low, high) = (from.min(to) + 1, from.max(to).saturating_sub(1));
        if low <= high {
            line.fill(low, high, self.glyphs.arrow);
            line.put(
                if from < to { high } else { low },
                if from < to { '>' } else { '<' },
            );
        }
    }

    fn words(&self, out: &mut String, distance: Option<&Distance>) {
        let Some(distance) = distance else { return };
        let (from, to) = (self.column(distance.from_us), self.column(distance.to_us));
        let length = distance.words.len();
        let room = (self.gutter + self.width).saturating_sub(length);
        let place = (self.gutter + usize::midpoint(from, to))
            .saturating_sub(length / 2)
            .min(room);
        if let Some(inside) = place.checked_sub(self.gutter) {
            let mut line = self.empty();
            line.write(inside.saturating_sub(1), &format!(" {} ", distance.words));
            self.row(out, String::new(), line);
        } else {
            out.push_str(&" ".repeat(place));
            out.push_str(&distance.words);
            out.push('\n');
        }
    }
}

fn label(row: &Row<'_>, glyphs: Glyphs) -> String {
    let item = row.fact.item.as_ref().map(|item| format!("  {item}"));
    glyphs.clean(&format!(
        "{} {}{}",
        row.number,
        row.fact.what,
        item.unwrap_or_default()
    ))
}
