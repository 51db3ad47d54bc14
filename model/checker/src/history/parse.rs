//! Lines to entries: strict, located, without I/O of its own.

mod error;
mod ids;
mod order;

use memchr::{memchr, memrchr};

pub use error::{HistoryError, Place, Problem, Truncation};
use order::Order;

use super::{Entry, History, VERSION};

/// Reads a whole history.
///
/// A text that ends in the middle of its last line gives what stands before it, and [`History::truncated`].
///
/// # Errors
/// Whatever is no history of a version up to [`VERSION`], or contradicts itself: with its place.
pub fn read(text: &[u8]) -> Result<History, HistoryError> {
    let mut history = History::default();
    let mut reader = Reader::new();
    reader.feed(text, |entry| history.push(entry))?;
    history.truncated = reader.finish(|entry| history.push(entry))?;
    Ok(history)
}

/// Reads a history piece by piece, for one that is larger than memory.
///
/// It keeps the beginning of a line whose end has not come yet, the calls that have no answer yet, and which ids
/// were there: a few bytes for ids that are counted up.
///
/// ```
/// use lookback_checker::history::{History, Reader};
///
/// let mut history = History::default();
/// let mut reader = Reader::new();
/// for piece in [&b"{\"history\":{\"vers"[..], b"ion\":1}}\n{\"end\":{\"at_us\":7}}\n"] {
///     reader.feed(piece, |entry| history.push(entry))?;
/// }
/// history.truncated = reader.finish(|entry| history.push(entry))?;
/// assert_eq!((history.header.version, history.entries.len()), (1, 1));
/// # Ok::<(), lookback_checker::history::HistoryError>(())
/// ```
#[derive(Debug, Default)]
pub struct Reader {
    /// The beginning of a line whose end has not come yet.
    begun: Vec<u8>,
    /// How many lines have been read.
    lines: u64,
    /// Where the line that is read next begins, in bytes.
    offset: u64,
    order: Order,
}

impl Reader {
    /// At the beginning of a history.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next piece of the text, cut anywhere, and gives every entry whose line it ends; the header is the
    /// first.
    ///
    /// # Errors
    /// A line that is no entry, or contradicts what was read before. Nothing more can be read then.
    pub fn feed(
        &mut self,
        mut piece: &[u8],
        mut give: impl FnMut(Entry),
    ) -> Result<(), HistoryError> {
        if !self.begun.is_empty()
            && let Some((rest, after)) = cut(piece)
        {
            let mut line = std::mem::take(&mut self.begun);
            line.extend_from_slice(rest);
            self.line(&line, &mut give)?;
            line.clear();
            self.begun = line;
            piece = after;
        }
        let whole = memrchr(b'\n', piece).map_or(0, |last| last + 1);
        let (mut lines, begun) = piece.split_at(whole);
        while let Some((line, after)) = cut(lines) {
            self.line(line, &mut give)?;
            lines = after;
        }
        self.begun.extend_from_slice(begun);
        Ok(())
    }

    /// The text has ended. Tells where it was cut, if it ends in the middle of a line.
    ///
    /// # Errors
    /// A last line that is no entry and was not merely cut; a text without a header.
    pub fn finish(
        mut self,
        mut give: impl FnMut(Entry),
    ) -> Result<Option<Truncation>, HistoryError> {
        let last = std::mem::take(&mut self.begun);
        if !last.is_empty() && is_cut(&last) && self.order.has_header() {
            return Ok(Some(Truncation {
                line: self.lines + 1,
                offset: self.offset,
            }));
        }
        if !last.is_empty() {
            self.line(&last, &mut give)?;
        }
        if self.order.has_header() {
            Ok(None)
        } else {
            Err(self.at(1, Problem::Empty))
        }
    }

    /// One line, without its newline. A blank one is let pass.
    fn line(&mut self, line: &[u8], give: &mut impl FnMut(Entry)) -> Result<(), HistoryError> {
        let blank = || line.iter().all(u8::is_ascii_whitespace);
        match serde_json::from_slice::<Entry>(line) {
            Ok(entry) => {
                self.admit(&entry)?;
                give(entry);
            }
            Err(_) if blank() => {}
            Err(error) => {
                let (column, problem) = error::of_line(line, &error);
                let problem = self.without_header(problem);
                return Err(self.at(column, problem));
            }
        }
        self.lines += 1;
        // The newline counts.
        self.offset += line.len() as u64 + 1;
        Ok(())
    }

    fn admit(&mut self, entry: &Entry) -> Result<(), HistoryError> {
        let newer = matches!(entry, Entry::History(header) if header.version > VERSION);
        let admitted = match entry {
            Entry::History(header) if newer => Err(Problem::Newer {
                version: u64::from(header.version),
            }),
            entry => self.order.admit(self.lines + 1, entry),
        };
        admitted.map_err(|problem| self.at(1, problem))
    }

    /// Before there is a header, a line that is no entry most likely belongs to no history at all.
    fn without_header(&self, problem: Problem) -> Problem {
        if self.order.has_header() {
            return problem;
        }
        let reason = match problem {
            Problem::Json { reason } => format!("not JSON: {reason}"),
            Problem::NotAnEntry => "the first line is something else".to_owned(),
            Problem::UnknownKind { kind } => format!("the first line is a `{kind}`"),
            problem => return problem,
        };
        Problem::NoHistory { reason }
    }

    fn at(&self, column: u64, problem: Problem) -> HistoryError {
        HistoryError {
            place: Place {
                line: self.lines + 1,
                column,
                offset: self.offset + column.saturating_sub(1),
            },
            problem,
        }
    }
}

/// The first line without its newline, and what comes after it.
fn cut(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let newline = memchr(b'\n', text)?;
    let (line, after) = text.split_at_checked(newline)?;
    Some((line, after.get(1..)?))
}

/// Whether a line without a newline is the beginning of one, and not something else.
fn is_cut(line: &[u8]) -> bool {
    let misses_its_end =
        |line: &[u8]| serde_json::from_slice::<Entry>(line).is_err_and(|error| error.is_eof());
    // `1.` is no number, and may become one.
    misses_its_end(line) || misses_its_end(&[line, b"0"].concat())
}
