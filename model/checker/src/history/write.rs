//! Entries to lines.

use memchr::{memchr, memchr2};

use super::{Entry, Header, History, VERSION};

/// Appends an entry as one line with its newline. A header is written with the current [`VERSION`].
///
/// Bodies stand as they are, but for newlines between their tokens, which are left out.
pub fn append_line(entry: &Entry, lines: &mut Vec<u8>) {
    if let Entry::History(header) = entry
        && header.version != VERSION
    {
        let version = VERSION;
        let header = header.clone();
        return append_line(&Entry::History(Header { version, ..header }), lines);
    }
    let start = lines.len();
    // Writing to memory cannot fail, nor can names and numbers be refused.
    let written = serde_json::to_writer(&mut *lines, entry);
    debug_assert!(written.is_ok(), "{written:?}");
    let line = lines.get(start..).unwrap_or_default();
    if memchr2(b'\n', b'\r', line).is_some() {
        let mut line = lines.split_off(start);
        // A string has no raw newlines: those that are there are between tokens.
        line.retain(|byte| !matches!(byte, b'\n' | b'\r'));
        lines.append(&mut line);
    }
    debug_assert!(memchr(b'\n', lines.get(start..).unwrap_or_default()).is_none());
    lines.push(b'\n');
}

/// The whole history as lines, as [`read`](super::read) reads them.
pub fn to_lines(history: &History) -> Vec<u8> {
    let mut lines = Vec::new();
    append_line(&Entry::History(history.header.clone()), &mut lines);
    for entry in &history.entries {
        append_line(entry, &mut lines);
    }
    lines
}
