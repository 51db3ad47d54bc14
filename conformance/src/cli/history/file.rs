//! A file to entries, piece by piece.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use lookback_checker::History;
use lookback_checker::history::{Entry, Reader, Truncation};

use crate::cli::NotMade;

/// How much is read at a time, in bytes.
const PIECE: usize = 1 << 20;

/// Gives each entry of a file; `-` is standard input. Tells where the file was cut.
///
/// # Errors
/// It cannot be read, or is no history: with the place.
pub fn each(path: &Path, mut give: impl FnMut(Entry)) -> Result<Option<Truncation>, NotMade> {
    let wrong = |reason: String| NotMade(format!("{}: {reason}", name(path)));
    let mut input: Box<dyn Read> = if path == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        Box::new(File::open(path).map_err(|error| wrong(error.to_string()))?)
    };
    let mut reader = Reader::new();
    let mut piece = vec![0; PIECE];
    loop {
        match input.read(&mut piece) {
            Ok(0) => break,
            Ok(length) => {
                let read = piece.get(..length).unwrap_or_default();
                let fed = reader.feed(read, &mut give);
                fed.map_err(|error| wrong(error.to_string()))?;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(wrong(error.to_string())),
        }
    }
    reader
        .finish(give)
        .map_err(|error| wrong(error.to_string()))
}

/// The whole history.
///
/// # Errors
/// As [`each`].
pub fn read(path: &Path) -> Result<History, NotMade> {
    let mut history = History::default();
    history.truncated = each(path, |entry| history.push(entry))?;
    Ok(history)
}

/// What a file is called in a sentence.
pub fn name(path: &Path) -> String {
    if path == Path::new("-") {
        "standard input".to_owned()
    } else {
        path.display().to_string()
    }
}

/// What is said of a file that ends in the middle of a line.
pub fn told(truncated: Truncation) -> String {
    format!(
        "cut in line {}: the first {} bytes were read",
        truncated.line, truncated.offset
    )
}
