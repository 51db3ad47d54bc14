//! One line of characters, and the characters that lines are drawn with.

use textwrap::core::display_width;

use crate::picture::wording::{visible, visible_ascii};

/// What the picture for a terminal is drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyphs {
    pub(super) band: char,
    pub(super) anchor: char,
    pub(super) guide: char,
    pub(super) allowed: char,
    pub(super) contradicted: char,
    pub(super) uncertain: char,
    pub(super) instant: char,
    pub(super) arrow: char,
    pub(super) cut: char,
    pub(super) mark: char,
    pub(super) ellipsis: &'static str,
    ascii: bool,
}

impl Glyphs {
    /// Shades and box lines.
    pub const UNICODE: Self = Self {
        band: '░',
        anchor: '│',
        guide: '┊',
        allowed: '━',
        contradicted: '╳',
        uncertain: '╌',
        instant: '▪',
        arrow: '─',
        cut: '≈',
        mark: '▼',
        ellipsis: "…",
        ascii: false,
    };

    /// ASCII alone, also in names: what is not ASCII is written as `\u{e9}`.
    pub const ASCII: Self = Self {
        band: '.',
        anchor: '|',
        guide: ':',
        allowed: '=',
        contradicted: 'X',
        uncertain: '~',
        instant: '#',
        arrow: '-',
        cut: '%',
        mark: 'v',
        ellipsis: "..",
        ascii: true,
    };

    pub(super) fn clean(self, text: &str) -> String {
        if self.ascii {
            visible_ascii(text)
        } else {
            visible(text)
        }
    }
}

/// A line of a fixed number of columns. What lies outside of it is not drawn.
pub(super) struct Line {
    cells: Vec<Option<char>>,
}

impl Line {
    pub fn new(columns: usize) -> Self {
        Self {
            cells: vec![None; columns],
        }
    }

    pub fn put(&mut self, column: usize, letter: char) {
        if let Some(cell) = self.cells.get_mut(column) {
            *cell = Some(letter);
        }
    }

    pub fn get(&self, column: usize) -> Option<char> {
        self.cells.get(column).copied().flatten()
    }

    /// Both ends are drawn too.
    pub fn fill(&mut self, from: usize, to: usize, letter: char) {
        for column in from..=to {
            self.put(column, letter);
        }
    }

    /// One letter in each column: for words of the picture itself, which are ASCII.
    pub fn write(&mut self, column: usize, words: &str) {
        debug_assert_eq!(display_width(words), words.chars().count());
        for (column, letter) in (column..).zip(words.chars()) {
            self.put(column, letter);
        }
    }

    pub fn is_free(&self, from: usize, to: usize) -> bool {
        (from..=to).all(|column| self.get(column).is_none())
    }

    pub fn finish(self) -> String {
        self.cells
            .into_iter()
            .map(|cell| cell.unwrap_or(' '))
            .collect()
    }
}
