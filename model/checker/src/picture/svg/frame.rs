//! What surrounds the lanes: the axis, the places where time is left out, faults and moves of the clock, the legend.

use maud::{Markup, html};

use super::{
    Figure, LABEL_X, LANE_GAP, MARGIN, MARKS_HEIGHT, PLOT_FROM, PLOT_TO, Px, TEARS_HEIGHT, WIDTH,
};
use crate::picture::scale::Break;
use crate::picture::scene::Cuts;
use crate::picture::wording::{duration, fit, visible};
use crate::verdict::Role;

/// Half the width of a label on the axis.
const TICK_HALF: f64 = 46.0;
/// Half the width of a torn strip.
const TEAR_HALF: f64 = 5.0;
/// Height of one zigzag of a torn edge.
const ZIGZAG: f64 = 8.0;

impl Figure<'_> {
    /// Where time is left out the paper is torn.
    pub(super) fn tears(&self) -> Markup {
        let top = self.top + TEARS_HEIGHT - 6.0;
        html! { @for cut in self.scale.breaks() { (self.tear(*cut, top)) } }
    }

    fn tear(&self, cut: Break, top: f64) -> Markup {
        let x = f64::midpoint(cut.from, cut.to);
        let steps = ((self.axis_top + 6.0 - top) / (2.0 * ZIGZAG))
            .floor()
            .max(1.0) as usize;
        let down = format!("l3 {0}l-3 {0}", Px(ZIGZAG).0).repeat(steps);
        let up = format!("l3-{0}l-3-{0}", Px(ZIGZAG).0).repeat(steps);
        html! {
            g {
                title { (duration(cut.length_us)) " between two events, not drawn to scale" }
                path class="tear" d={
                    "M" (Px(x - TEAR_HALF)) " " (Px(top)) (down) "h" (Px(2.0 * TEAR_HALF)) (up) "z"
                } {}
                path class="tear-edge" d={
                    "M" (Px(x - TEAR_HALF)) " " (Px(top)) (down)
                    "M" (Px(x + TEAR_HALF)) " " (Px(top)) (down)
                } {}
                text class="note" text-anchor="middle" x=(Px(x)) y=(Px(top - 6.0)) { (duration(cut.length_us)) }
            }
        }
    }

    pub(super) fn marks_panel(&self) -> Markup {
        if self.scene.marks.is_empty() {
            return html!();
        }
        let more = self.scene.marks_left_out;
        html! {
            rect class="panel" x=(Px(MARGIN)) y=(Px(self.marks_top)) width=(Px(WIDTH - 2.0 * MARGIN))
                height=(Px(MARKS_HEIGHT)) rx="8" {}
            text class="lane" x=(Px(LABEL_X)) y=(Px(self.marks_top + 20.0)) { "faults, moves of the clock" }
            text class="item" x=(Px(LABEL_X)) y=(Px(self.marks_top + 36.0)) {
                "around it, no part of the contradiction"
                @if more > 0 { "; " (more) " more" }
            }
        }
    }

    pub(super) fn mark_lines(&self) -> Markup {
        let top = self.lanes.first().map_or(self.top, |first| first.top);
        html! {
            @for mark in &self.scene.marks {
                @let x = self.x(mark.at_us);
                line class="mark-line" x1=(Px(x)) x2=(Px(x)) y1=(Px(top)) y2=(Px(self.axis_top)) {}
            }
        }
    }

    pub(super) fn mark_labels(&self) -> Markup {
        let y = self.marks_top + MARKS_HEIGHT / 2.0;
        // What happened is told beside the mark as far as there is room up to the next one.
        let next = self
            .scene
            .marks
            .iter()
            .skip(1)
            .map(|mark| self.x(mark.at_us))
            .chain([PLOT_TO + 8.0]);
        html! {
            @for (mark, end) in self.scene.marks.iter().zip(next) {
                @let x = self.x(mark.at_us);
                @let columns = ((end - x - 24.0) / 7.0).max(0.0) as usize;
                g {
                    title { (visible(&mark.fact.words)) }
                    @if mark.fact.role == Role::ClockMove {
                        path class="mark" d={ "M" (Px(x - 9.0)) " " (Px(y - 9.0)) "l9 9l-9 9zm9 0l9 9l-9 9z" } {}
                    } @else {
                        path class="mark" d={ "M" (Px(x)) " " (Px(y - 9.0)) "l10 18h-20z" } {}
                    }
                    @if columns > 4 {
                        text class="note halo" x=(Px(x + 14.0)) y=(Px(y + 4.0)) {
                            (mark.name) " " (fit(&visible(&mark.fact.what), columns - 2, "…"))
                        }
                    }
                }
            }
        }
    }

    /// A tick at each event, a label where there is room: the important ones first.
    pub(super) fn axis(&self) -> Markup {
        let y = self.axis_top + 4.0;
        let mut labels: Vec<(f64, usize, String)> = Vec::new();
        for us in self.scene.ticks_us() {
            let x = self.x(us).clamp(PLOT_FROM, PLOT_TO + MARGIN - TICK_HALF);
            let is_free = |line: usize| {
                labels
                    .iter()
                    .all(|(other, taken, _)| *taken != line || (other - x).abs() > 2.0 * TICK_HALF)
            };
            if let Some(line) = (0..2).find(|line| is_free(*line)) {
                labels.push((x, line, self.scene.clock.time(us)));
            }
        }
        html! {
            line class="axis" x1=(Px(PLOT_FROM)) x2=(Px(PLOT_TO)) y1=(Px(y)) y2=(Px(y)) {}
            @for us in &self.scene.events_us {
                line class="axis" x1=(Px(self.x(*us))) x2=(Px(self.x(*us))) y1=(Px(y)) y2=(Px(y + 6.0)) {}
            }
            text class="lane" x=(Px(LABEL_X)) y=(Px(y + 18.0)) { (self.scene.clock.name()) }
            @for (x, line, label) in &labels {
                text class="tick" text-anchor="middle" x=(Px(*x)) y=(Px(y + 19.0 + *line as f64 * 15.0)) { (label) }
            }
        }
    }

    /// What the signs mean: only those that are drawn.
    pub(super) fn legend(&self) -> Markup {
        let scene = self.scene;
        let signs = [
            (scene.has(Role::Write), "bar write", "write"),
            (
                scene.has(Role::UncertainWrite),
                "bar uncertain",
                "write, effect unknown",
            ),
            (scene.has(Role::Read), "bar read", "read"),
            (
                self.lanes.iter().any(|placed| placed.lane.band.is_some()),
                "band-sign",
                "band",
            ),
            (scene.draws(Cuts::Allowed), "cut allowed", "allowed cuts"),
            (
                scene.draws(Cuts::Contradicted),
                "cut contradicted",
                "no cut explains it",
            ),
            (!self.scale.breaks().is_empty(), "", "time left out"),
        ];
        let y = self.axis_top + super::AXIS_HEIGHT + LANE_GAP;
        let mut x = PLOT_FROM;
        let mut placed = Vec::new();
        for (_, class, words) in signs.into_iter().filter(|(is_drawn, ..)| *is_drawn) {
            placed.push((x, class, words));
            x += 28.0 + 6.6 * words.len() as f64 + 18.0;
        }
        html! {
            @for (x, class, words) in placed {
                @if class.is_empty() {
                    path class="tear-edge" d={
                        "M" (Px(x + 4.0)) " " (Px(y - 2.0)) "l3 4l-3 4l3 4M" (Px(x + 11.0)) " " (Px(y - 2.0)) "l3 4l-3 4l3 4"
                    } {}
                } @else {
                    rect class=(class) x=(Px(x)) y=(Px(y)) width="20" height="10" rx="2" {}
                }
                text class="note" x=(Px(x + 28.0)) y=(Px(y + 9.0)) { (words) }
            }
        }
    }
}
