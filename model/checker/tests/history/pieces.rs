//! A text that comes in pieces is the same text.

use lookback_checker::history::{History, HistoryError, Reader, read, to_lines};
use proptest::prelude::*;

use crate::{GOLDEN, any};

fn in_pieces(text: &[u8], size: usize) -> Result<History, HistoryError> {
    let mut history = History::default();
    let mut reader = Reader::new();
    for piece in text.chunks(size) {
        reader.feed(piece, |entry| history.push(entry))?;
    }
    history.truncated = reader.finish(|entry| history.push(entry))?;
    Ok(history)
}

proptest! {
    #[test]
    fn the_size_of_the_pieces_changes_nothing(
        history in any::history(),
        size in 1_usize..300,
        cut in any::<prop::sample::Index>(),
    ) {
        let mut lines = to_lines(&history);
        lines.truncate(cut.index(lines.len() + 1));
        let (pieces, whole) = (in_pieces(&lines, size), read(&lines));
        prop_assert_eq!(format!("{pieces:?}"), format!("{whole:?}"));
    }
}

#[test]
fn entries_are_given_as_soon_as_their_line_ends() {
    let mut given = Vec::new();
    let mut reader = Reader::new();
    let lines: Vec<&[u8]> = GOLDEN.split_inclusive(|byte| *byte == b'\n').collect();
    for (number, line) in lines.iter().enumerate() {
        reader.feed(line, |entry| given.push(entry.kind())).unwrap();
        assert_eq!(given.len(), number + 1);
    }
    assert_eq!(reader.finish(|_| panic!("nothing is left")).unwrap(), None);
}
