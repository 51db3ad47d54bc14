//! An error located in a case file: the file, the line and the column, and what to do.

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};

use super::locate::Places;
use super::walk::Problem;

/// A case that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{file}:{line}:{column}: {message}")]
pub struct CaseError {
    /// The file, as given.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    source_code: NamedSource<String>,
    offset: usize,
    length: usize,
}

impl CaseError {
    /// The error for a problem at a JSON pointer.
    pub fn at_pointer(file: &str, text: &str, problem: &Problem) -> Self {
        let (offset, length) = Places::of(text).find(&problem.pointer).unwrap_or((0, 1));
        // A long value is marked at its start only: a screen of underlining hides the text.
        Self::at_offset(
            file,
            text,
            offset,
            length.min(60),
            &problem.message,
            &problem.help,
        )
    }

    /// The error for a text that is not JSON.
    pub fn not_json(file: &str, text: &str, error: &serde_json::Error) -> Self {
        let before: usize = text
            .split_inclusive('\n')
            .take(error.line().saturating_sub(1))
            .map(str::len)
            .sum();
        let offset = (before + error.column().saturating_sub(1)).min(text.len());
        Self::at_offset(
            file,
            text,
            offset,
            1,
            &format!("this is not JSON: {error}"),
            "mend the syntax at this place",
        )
    }

    fn at_offset(
        file: &str,
        text: &str,
        offset: usize,
        length: usize,
        message: &str,
        help: &str,
    ) -> Self {
        let before = text.get(..offset).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .chars()
            .count()
            + 1;
        Self {
            file: file.to_owned(),
            line,
            column,
            message: message.to_owned(),
            help: help.to_owned(),
            source_code: NamedSource::new(file, text.to_owned()),
            offset,
            length,
        }
    }
}

impl Diagnostic for CaseError {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new(&self.help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source_code)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(LabeledSpan::new(
            Some("here".to_owned()),
            self.offset,
            self.length,
        ))))
    }
}
