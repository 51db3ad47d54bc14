//! The lanes: panels, bands, calls, allowed cuts, and the distances that show the contradiction.

use maud::{Markup, html};

use super::{Figure, LABEL_X, MARGIN, PLOT_FROM, PLOT_TO, Placed, Px, ROW, WIDTH};
use crate::picture::scene::{Cuts, Distance, Row, Span};
use crate::picture::wording::{fit, visible};
use crate::verdict::Role;

/// Bands are shaded through all lanes as long as there are no more than so many artefacts.
const BEHIND_MAX: usize = 2;
/// How wide a letter is on average, of the labels and of names in the fixed-width font.
const LABEL_LETTER: f64 = 7.0;
const NAME_LETTER: f64 = 6.7;
const BAR: f64 = 14.0;

impl Figure<'_> {
    pub(super) fn panel(&self, placed: &Placed<'_>) -> Markup {
        let lane = placed.lane;
        let name = visible(lane.name);
        let baseline = placed.top + if lane.artefact { 24.0 } else { 17.0 };
        html! {
            rect class="panel" x=(Px(MARGIN)) y=(Px(placed.top)) width=(Px(WIDTH - 2.0 * MARGIN))
                height=(Px(placed.height)) rx="8" {}
            g {
                title { (name) }
                text class="lane" x=(Px(LABEL_X)) y=(Px(baseline)) { (fit(&name, 40, "…")) }
            }
        }
    }

    /// The band through all lanes, so that one sees what lies outside of it.
    pub(super) fn band_behind(&self, placed: &Placed<'_>) -> Markup {
        let artefacts = self
            .lanes
            .iter()
            .filter(|other| other.lane.artefact)
            .count();
        let Some(band) = placed.lane.band.filter(|_| artefacts <= BEHIND_MAX) else {
            return html!();
        };
        let (from, to) = self.ends(band);
        let (top, bottom) = (
            self.lanes.first().map_or(self.top, |first| first.top),
            self.plot_bottom(),
        );
        html! {
            rect class="behind" x=(Px(from)) y=(Px(top)) width=(Px(to - from)) height=(Px(bottom - top)) {}
            @for edge in [band.from_us, band.to_us].into_iter().flatten() {
                line class="edge" x1=(Px(self.x(edge))) x2=(Px(self.x(edge))) y1=(Px(top)) y2=(Px(bottom)) {}
            }
        }
    }

    /// The band in its own lane, and the call that asked for the artefact.
    pub(super) fn band(&self, placed: &Placed<'_>) -> Markup {
        html! {
            @if let Some(band) = placed.lane.band {
                @let (from, to) = self.ends(band);
                rect class="band" x=(Px(from)) y=(Px(placed.top)) width=(Px(to - from))
                    height=(Px(placed.height)) {}
            }
        }
    }

    pub(super) fn anchors(&self, placed: &Placed<'_>) -> Markup {
        let lane = placed.lane;
        let y = placed.top + 18.0;
        let bottom = placed.bottom();
        let top = self.lanes.first().map_or(self.top, |first| first.top);
        html! {
            @for anchor in &lane.anchors_us {
                @let x = self.x(*anchor);
                line class="anchor" x1=(Px(x)) x2=(Px(x)) y1=(Px(placed.top)) y2=(Px(bottom)) {}
                line class="anchor-behind" x1=(Px(x)) x2=(Px(x)) y1=(Px(top)) y2=(Px(placed.top)) {}
                path class="anchor-head" d={ "M" (Px(x)) " " (Px(y - 6.0)) "l6 6l-6 6l-6-6z" } {}
            }
            @if let (Some(band), first) = (lane.band, lane.anchors_us.first()) {
                @let (from, to) = self.ends(band);
                @let wide = first.map_or(to, |us| self.x(*us)) - from;
                @if wide > 250.0 {
                    text class="note halo" x=(Px(from + 8.0)) y=(Px(y + 4.0)) { "band: " (self.interval(band)) }
                }
            }
            @if let [anchor] = lane.anchors_us.as_slice() {
                @let x = self.x(*anchor);
                @let flip = x + 160.0 > PLOT_TO;
                text class="note anchor-note halo" text-anchor=(if flip { "end" } else { "start" })
                    x=(Px(if flip { x - 11.0 } else { x + 11.0 })) y=(Px(y + 4.0)) {
                    "anchor " (self.scene.clock.time(*anchor))
                }
            }
            @for call in &lane.calls {
                (self.bar(*call, placed.top + 42.0, "call"))
                @let (from, to) = self.ends(*call);
                @let flip = to + 52.0 > PLOT_TO;
                text class="note halo" text-anchor=(if flip { "end" } else { "start" })
                    x=(Px(if flip { from - 8.0 } else { to + 8.0 })) y=(Px(placed.top + 46.0)) { "its call" }
            }
        }
    }

    fn interval(&self, span: Span) -> String {
        let end =
            |us: Option<i64>| us.map_or_else(|| "open".to_owned(), |us| self.scene.clock.time(us));
        format!("{} to {}", end(span.from_us), end(span.to_us))
    }

    /// The bars and the allowed cuts of all rows.
    pub(super) fn rows(&self, placed: &Placed<'_>) -> Markup {
        let lane = placed.lane;
        html! {
            @for (at, row) in lane.rows.iter().enumerate() {
                @let y = placed.row_top(at) + ROW / 2.0;
                @if at > 0 || lane.artefact {
                    line class="rule" x1=(Px(LABEL_X)) x2=(Px(PLOT_TO)) y1=(Px(y - ROW / 2.0)) y2=(Px(y - ROW / 2.0)) {}
                }
                g {
                    title { (visible(&row.fact.words)) }
                    @if !lane.artefact { (self.bar(row.shown, y, class(row))) }
                    (self.cuts(placed, row, y))
                }
            }
        }
    }

    /// A call, with an arrow at an open end.
    fn bar(&self, span: Span, y: f64, class: &str) -> Markup {
        let (from, to) = self.ends(span);
        let width = (to - from).max(4.0);
        let (top, middle) = (y - BAR / 2.0, y);
        html! {
            @if span.to_us.is_some() && span.from_us.is_some() {
                rect class={ "bar " (class) } x=(Px(from)) y=(Px(top)) width=(Px(width)) height=(Px(BAR)) rx="3" {}
            } @else {
                @let right = if span.to_us.is_none() { to - 12.0 } else { to };
                @let left = if span.from_us.is_none() { from + 12.0 } else { from };
                path class={ "bar " (class) } d={
                    "M" (Px(left)) " " (Px(top)) "H" (Px(right))
                    @if span.to_us.is_none() { "L" (Px(to)) " " (Px(middle)) }
                    "L" (Px(right)) " " (Px(top + BAR)) "H" (Px(left))
                    @if span.from_us.is_none() { "L" (Px(from)) " " (Px(middle)) }
                    "Z"
                } {}
            }
        }
    }

    /// Numbers, what happened, and the items, left of the plot.
    pub(super) fn labels(&self, placed: &Placed<'_>) -> Markup {
        let room = PLOT_FROM - LABEL_X - 34.0;
        html! {
            @for (at, row) in placed.lane.rows.iter().enumerate() {
                @let y = placed.row_top(at) + ROW / 2.0;
                @let item = row.fact.item.as_deref().map(visible);
                @if row.cuts == Cuts::Impossible {
                    (self.nothing_words(placed.lane.band, y, "no instant explains it"))
                }
                @if !placed.lane.artefact && row.shown.to_us.is_none() {
                    text class="note halo" text-anchor="end" x=(Px(PLOT_TO - 16.0)) y=(Px(y - 11.0)) { "never answered" }
                }
                g {
                    title { (visible(&row.fact.words)) }
                    (badge(row, y))
                    text class="what" x=(Px(LABEL_X + 28.0)) y=(Px(if item.is_some() { y - 2.0 } else { y + 5.0 })) {
                        (fit(&visible(&row.fact.what), (room / LABEL_LETTER) as usize, "…"))
                    }
                    @if let Some(item) = &item {
                        text class="item" x=(Px(LABEL_X + 28.0)) y=(Px(y + 13.0)) {
                            (fit(item, (room / NAME_LETTER) as usize, "…"))
                        }
                    }
                }
            }
        }
    }

    /// The arrow that measures the contradiction, with its words.
    pub(super) fn distance(&self, distance: &Distance) -> Markup {
        let Some(placed) = self.lanes.iter().find(|placed| placed.at == distance.lane) else {
            return html!();
        };
        let row = placed
            .lane
            .rows
            .iter()
            .position(|row| Some(row.number) == distance.number);
        let y = row.map_or(placed.top + 42.0, |row| placed.row_top(row) + ROW / 2.0);
        let (from, to) = (self.x(distance.from_us), self.x(distance.to_us));
        let way = (to - from).signum();
        let length = distance.words.len() as f64 * 7.2;
        let middle =
            f64::midpoint(from, to).clamp(PLOT_FROM + length / 2.0, PLOT_TO - length / 2.0);
        html! {
            line class="distance" x1=(Px(from)) x2=(Px(to - way * 7.0)) y1=(Px(y)) y2=(Px(y)) {}
            line class="distance" x1=(Px(from)) x2=(Px(from)) y1=(Px(y - 7.0)) y2=(Px(y + 7.0)) {}
            path class="distance-head" d={
                "M" (Px(to)) " " (Px(y)) "l" (Px(-way * 10.0)) " -5v10z"
            } {}
            text class="verdict halo" text-anchor="middle" x=(Px(middle)) y=(Px(y - 8.0)) { (distance.words) }
        }
    }
}

fn class(row: &Row<'_>) -> &'static str {
    match row.fact.role {
        Role::UncertainWrite => "uncertain",
        Role::Read => "read",
        _ => "write",
    }
}

/// The number of a fact: filled where the contradiction shows, a ring elsewhere.
fn badge(row: &Row<'_>, y: f64) -> Markup {
    let class = if row.culprit { "culprit" } else { "plain" };
    html! {
        circle class={ "badge " (class) } cx=(Px(LABEL_X + 9.0)) cy=(Px(y)) r="10" {}
        text class={ "number " (class) } text-anchor="middle" x=(Px(LABEL_X + 9.0)) y=(Px(y + 4.0)) { (row.number) }
    }
}
