//! The witness of a violation as a picture: for the terminal ([`text`]), as a page ([`html`]), as an image ([`svg`]).
//!
//! Each client and each artefact has a lane of time. Calls are bars; the band of an artefact is shaded, with its anchor
//! as a line; below it each item has the cuts that are allowed to it; faults and moves of the clock are marks. Long
//! times in which nothing happens are cut out and marked. The facts are numbered, and told in words below.
//!
//! The pictures need nothing but themselves: no network, no script, no font. Names come from users, and are escaped.

mod html;
pub mod scale;
mod scene;
mod svg;
mod text;
pub(crate) mod wording;

use crate::verdict::Violation;

pub use text::Glyphs;

/// What a page says about the run that the violation comes from. What is not known is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meta {
    /// The title of the page.
    pub title: String,
    /// What was tested, in words: name and version.
    pub target: Option<String>,
    /// The name of the contract that it was judged by.
    pub contract: Option<String>,
    /// The command that shows the violation again.
    pub command: Option<String>,
    /// The file of the history.
    pub history: Option<String>,
}

/// The picture for a terminal of so many columns (those below 40 count as 40, those above 400 as 400).
///
/// Lines end with `\n` and hold no control character, whatever the names hold.
pub fn text(violation: &Violation, columns: usize, glyphs: Glyphs) -> String {
    text::draw(violation, columns.clamp(40, 400), glyphs)
}

/// The picture as a page: one HTML file that needs nothing else.
pub fn html(violation: &Violation, meta: &Meta) -> String {
    html::page(violation, meta).into_string()
}

/// The picture as an image: one SVG file that needs nothing else, with the summary as its headline.
pub fn svg(violation: &Violation) -> String {
    svg::image(violation).into_string() + "\n"
}
