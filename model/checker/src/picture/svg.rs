//! The picture as an image: where everything lies. What it looks like is in `svg/picture.css`.

mod cuts;
mod frame;
mod lanes;

use maud::{Markup, PreEscaped, Render, html};

use super::scale::{Room, Scale};
use super::scene::{Lane, Scene, Span};
use super::wording::{self, visible};
use crate::verdict::Violation;

const WIDTH: f64 = 1080.0;
const MARGIN: f64 = 16.0;
/// Where the labels begin.
const LABEL_X: f64 = 28.0;
/// Where the plot begins and ends.
const PLOT_FROM: f64 = 316.0;
const PLOT_TO: f64 = 1048.0;
/// Between two neighbouring events, where there is room.
const GAP_MIN: f64 = 26.0;

const HEADLINE_COLUMNS: usize = 96;
const HEADLINE_LINE: f64 = 24.0;
const TEARS_HEIGHT: f64 = 26.0;
const CLIENT_HEADING: f64 = 22.0;
const ANCHOR_HEADING: f64 = 36.0;
const CALL_HEIGHT: f64 = 22.0;
const ROW: f64 = 40.0;
const LANE_GAP: f64 = 8.0;
const MARKS_HEIGHT: f64 = 48.0;
const AXIS_HEIGHT: f64 = 52.0;
const LEGEND_HEIGHT: f64 = 34.0;

/// A coordinate, to a tenth of a pixel.
#[derive(Clone, Copy)]
struct Px(f64);

impl Render for Px {
    fn render_to(&self, out: &mut String) {
        let tenths = format!("{:.1}", self.0);
        out.push_str(tenths.strip_suffix(".0").unwrap_or(&tenths));
    }
}

/// A lane and where it lies.
struct Placed<'a> {
    at: usize,
    lane: &'a Lane<'a>,
    top: f64,
    height: f64,
}

impl Placed<'_> {
    fn row_top(&self, row: usize) -> f64 {
        self.top + heading(self.lane) + row as f64 * ROW
    }

    fn bottom(&self) -> f64 {
        self.top + self.height
    }
}

/// What is drawn, and where.
struct Figure<'a> {
    scene: &'a Scene<'a>,
    scale: Scale,
    lanes: Vec<Placed<'a>>,
    top: f64,
    common_top: f64,
    marks_top: f64,
    axis_top: f64,
    height: f64,
}

/// The image as a file of its own.
pub(super) fn image(violation: &Violation) -> Markup {
    let headline = textwrap::wrap(&visible(&violation.witness.summary), HEADLINE_COLUMNS)
        .into_iter()
        .map(|line| line.into_owned())
        .collect::<Vec<_>>();
    draw(violation, &headline)
}

/// The image inside a page that tells the summary itself.
pub(super) fn inline(violation: &Violation) -> Markup {
    draw(violation, &[])
}

fn draw(violation: &Violation, headline: &[String]) -> Markup {
    let scene = Scene::of(violation);
    let top = if headline.is_empty() {
        MARGIN
    } else {
        MARGIN + headline.len() as f64 * HEADLINE_LINE + 26.0
    };
    let figure = Figure::new(&scene, top);
    let also = (violation.also > 0).then(|| wording::also(violation.also));
    let about = std::iter::once(violation.rule.name())
        .chain([wording::grade(violation.grade)])
        .chain(violation.clauses.iter().map(String::as_str))
        .chain(also.as_deref())
        .collect::<Vec<_>>()
        .join("  ·  ");
    let described: String = violation
        .witness
        .facts
        .iter()
        .map(|fact| visible(&fact.words) + "\n")
        .collect();
    html! {
        svg xmlns="http://www.w3.org/2000/svg" class="lookback" role="img"
            viewBox={ "0 0 " (Px(WIDTH)) " " (Px(figure.height)) }
            width=(Px(WIDTH)) height=(Px(figure.height))
            aria-labelledby="lookback-title lookback-desc" {
            title id="lookback-title" { (visible(&violation.witness.summary)) }
            desc id="lookback-desc" { (described) }
            style { (PreEscaped(include_str!("svg/picture.css"))) }
            defs {
                pattern id="lookback-hatch" width="7" height="7" patternUnits="userSpaceOnUse"
                    patternTransform="rotate(45)" {
                    rect class="hatch-ground" width="7" height="7" {}
                    rect class="hatch-line" width="3" height="7" {}
                }
            }
            rect class="ground" width=(Px(WIDTH)) height=(Px(figure.height)) rx="12" {}
            @if !headline.is_empty() {
                text class="headline" x=(Px(LABEL_X - 4.0)) y=(Px(MARGIN + 18.0)) {
                    @for (at, line) in headline.iter().enumerate() {
                        tspan x=(Px(LABEL_X - 4.0)) dy=(if at == 0 { Px(0.0) } else { Px(HEADLINE_LINE) }) { (line) }
                    }
                }
                text class="muted" x=(Px(LABEL_X - 4.0)) y=(Px(top - 14.0)) { (visible(&about)) }
            }
            (figure.render())
        }
    }
}

fn heading(lane: &Lane<'_>) -> f64 {
    match (lane.artefact, lane.calls.is_empty()) {
        (false, _) => CLIENT_HEADING,
        (true, true) => ANCHOR_HEADING,
        (true, false) => ANCHOR_HEADING + CALL_HEIGHT,
    }
}

impl<'a> Figure<'a> {
    fn new(scene: &'a Scene<'a>, top: f64) -> Self {
        let room = Room {
            left: PLOT_FROM,
            from: PLOT_FROM + 14.0,
            to: PLOT_TO - 40.0,
            right: PLOT_TO,
            gap_min: GAP_MIN,
        };
        let mut lanes = Vec::with_capacity(scene.lanes.len());
        let mut y = top + TEARS_HEIGHT;
        for (at, lane) in scene.lanes.iter().enumerate() {
            let height = heading(lane) + lane.rows.len() as f64 * ROW + 6.0;
            lanes.push(Placed {
                at,
                lane,
                top: y,
                height,
            });
            y += height + LANE_GAP;
        }
        let common_top = y;
        if scene.common.is_some() {
            y += ROW + LANE_GAP;
        }
        let marks_top = y;
        if !scene.marks.is_empty() {
            y += MARKS_HEIGHT + LANE_GAP;
        }
        Self {
            scene,
            scale: Scale::new(scene.events_us.iter().copied(), room),
            lanes,
            top,
            common_top,
            marks_top,
            axis_top: y,
            height: y + AXIS_HEIGHT + LEGEND_HEIGHT,
        }
    }

    fn render(&self) -> Markup {
        html! {
            @for placed in &self.lanes { (self.panel(placed)) }
            (self.common_panel())
            (self.marks_panel())
            @for placed in &self.lanes { (self.band_behind(placed)) }
            @for placed in &self.lanes { (self.band(placed)) }
            (self.mark_lines())
            @for placed in &self.lanes { (self.rows(placed)) }
            (self.common())
            (self.tears())
            @for placed in &self.lanes { (self.anchors(placed)) }
            @for placed in &self.lanes { (self.labels(placed)) }
            (self.common_labels())
            (self.mark_labels())
            @for distance in &self.scene.distances { (self.distance(distance)) }
            (self.axis())
            (self.legend())
        }
    }

    fn x(&self, us: i64) -> f64 {
        self.scale.at(us)
    }

    fn ends(&self, span: Span) -> (f64, f64) {
        (self.x(span.low()), self.x(span.high()))
    }

    fn plot_bottom(&self) -> f64 {
        self.axis_top
    }
}
