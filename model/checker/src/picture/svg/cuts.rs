//! The cuts that are allowed to what each read shows, and to all of them together.

use maud::{Markup, html};

use super::{Figure, LABEL_X, MARGIN, PLOT_FROM, PLOT_TO, Placed, Px, ROW, WIDTH};
use crate::picture::scene::{Cuts, Row, Span};

impl Figure<'_> {
    /// The cuts of one read, around the middle `y` of its row.
    pub(super) fn cuts(&self, placed: &Placed<'_>, row: &Row<'_>, y: f64) -> Markup {
        let class = match row.cuts {
            Cuts::Unasked => return html!(),
            Cuts::Impossible => return self.nothing(placed.lane.band, y),
            Cuts::Allowed => "allowed",
            Cuts::Contradicted => "contradicted",
        };
        html! { @for span in &row.allowed { (self.cut(*span, y, class)) } }
    }

    /// An interval of cuts: closed ends have caps.
    fn cut(&self, span: Span, y: f64, class: &str) -> Markup {
        let (from, to) = self.ends(span);
        html! {
            rect class={ "cut " (class) } x=(Px(from)) y=(Px(y - 5.0)) width=(Px((to - from).max(3.0))) height="10" {}
            @for edge in [span.from_us, span.to_us].into_iter().flatten() {
                line class={ "cap " (class) } x1=(Px(self.x(edge))) x2=(Px(self.x(edge)))
                    y1=(Px(y - 9.0)) y2=(Px(y + 9.0)) {}
            }
        }
    }

    /// Where an interval should be and none is: a line with a cross.
    fn nothing(&self, within: Option<Span>, y: f64) -> Markup {
        let (from, to) = self.ends(within.unwrap_or(Span::ALL));
        html! {
            line class="nothing" x1=(Px(from)) x2=(Px(to)) y1=(Px(y)) y2=(Px(y)) {}
            path class="cross" d={ "M" (Px(from + 16.0)) " " (Px(y - 6.0)) "l12 12m0-12l-12 12" } {}
        }
    }

    /// Its words, above everything else.
    pub(super) fn nothing_words(&self, within: Option<Span>, y: f64, words: &str) -> Markup {
        let (from, to) = self.ends(within.unwrap_or(Span::ALL));
        let middle = f64::midpoint(from, to).clamp(PLOT_FROM + 140.0, PLOT_TO - 140.0);
        html! {
            text class="verdict halo" text-anchor="middle" x=(Px(middle)) y=(Px(y + 4.5)) { (words) }
        }
    }

    /// What the line of the cuts that all reads share lies in.
    fn hull(&self) -> Option<Span> {
        Span::hull(self.lanes.iter().filter_map(|placed| placed.lane.band))
    }

    pub(super) fn common_panel(&self) -> Markup {
        html! {
            @if self.scene.common.is_some() {
                rect class="panel" x=(Px(MARGIN)) y=(Px(self.common_top)) width=(Px(WIDTH - 2.0 * MARGIN))
                    height=(Px(ROW)) rx="8" {}
            }
        }
    }

    /// The cuts that all reads allow.
    pub(super) fn common(&self) -> Markup {
        let y = self.common_top + ROW / 2.0;
        html! {
            @if let Some(common) = &self.scene.common {
                @for span in common { (self.cut(*span, y, "allowed")) }
                @if common.is_empty() { (self.nothing(self.hull(), y)) }
            }
        }
    }

    pub(super) fn common_labels(&self) -> Markup {
        let y = self.common_top + ROW / 2.0;
        html! {
            @if let Some(common) = &self.scene.common {
                text class="what" x=(Px(LABEL_X + 28.0)) y=(Px(y + 5.0)) {
                    (if common.is_empty() { "one cut for all: none" } else { "one cut for all" })
                }
                @if common.is_empty() {
                    (self.nothing_words(self.hull(), y, "no instant is allowed to all of them"))
                }
            }
        }
    }
}
