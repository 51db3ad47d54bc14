//! Damage is an error with its place, or gives a history that is written differently; never a panic.

use lookback_checker::history::{Truncation, read, to_lines};
use proptest::prelude::*;

use crate::{GOLDEN, any};

/// The lines of a text that are whole at this length.
fn whole_lines(text: &[u8], length: usize) -> usize {
    text[..length].iter().filter(|byte| **byte == b'\n').count()
}

/// What must hold of a text cut at this length.
fn cut_gives_the_readable_prefix(text: &[u8], length: usize) -> Result<(), TestCaseError> {
    let lines = whole_lines(text, length);
    let begins = text[..length]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    let whole = length == begins || text.get(length) == Some(&b'\n');
    match read(&text[..length]) {
        Ok(history) => {
            prop_assert!(lines > 0 || whole);
            let readable = if whole { length } else { begins };
            let written = to_lines(&history);
            prop_assert_eq!(written.trim_ascii_end(), text[..readable].trim_ascii_end());
            let cut = Truncation {
                line: lines as u64 + 1,
                offset: begins as u64,
            };
            prop_assert_eq!(history.truncated, (!whole).then_some(cut));
        }
        Err(error) => {
            prop_assert_eq!(lines, 0, "{}", error);
            prop_assert_eq!(error.place.line, 1);
        }
    }
    Ok(())
}

#[test]
fn the_golden_history_may_be_cut_anywhere() {
    for length in 0..=GOLDEN.len() {
        cut_gives_the_readable_prefix(GOLDEN, length).unwrap();
    }
}

/// What must hold of a text with one damaged byte: an error whose place is in the text, or another text that is a
/// history, too.
fn damage_is_located_or_legal(text: &[u8], at: usize, byte: u8) -> Result<(), TestCaseError> {
    let mut damaged = text.to_vec();
    damaged[at] = byte;
    match read(&damaged) {
        Ok(history) => {
            let written = to_lines(&history);
            let again = read(&written);
            prop_assert!(again.is_ok(), "{:?}", again);
            prop_assert_eq!(to_lines(&again.unwrap()), written);
        }
        Err(error) => {
            let place = error.place;
            let line = whole_lines(&damaged, (place.offset as usize).min(damaged.len())) as u64 + 1;
            prop_assert_eq!(place.line, line, "{}", error);
            prop_assert!(place.offset <= damaged.len() as u64, "{}", error);
            // The error shows at the damaged line or at a later one that does not fit it; never before.
            let first = whole_lines(&damaged, at) as u64 + 1;
            prop_assert!(
                place.line >= first.min(whole_lines(text, at) as u64 + 1),
                "{}",
                error
            );
        }
    }
    Ok(())
}

#[test]
fn every_bit_of_the_golden_history_may_be_flipped() {
    for (at, byte) in GOLDEN.iter().enumerate() {
        for bit in 0..8 {
            damage_is_located_or_legal(GOLDEN, at, byte ^ (1 << bit)).unwrap();
        }
    }
}

#[test]
fn a_damaged_line_in_the_middle_is_told_with_its_place() {
    let mut text = GOLDEN.to_vec();
    let line = text
        .split(|byte| *byte == b'\n')
        .take(3)
        .map(|line| line.len() + 1)
        .sum::<usize>();
    text[line + 5] = b'\0';
    let error = read(&text).unwrap_err();
    assert_eq!(error.place.line, 4);
    // The parser stands on the byte or before it.
    assert!((5..=6).contains(&error.place.column), "{error}");
    assert_eq!(error.place.offset, line as u64 + error.place.column - 1);
}

proptest! {
    #[test]
    fn any_history_may_be_cut_anywhere(history in any::history(), at in any::<prop::sample::Index>()) {
        let text = to_lines(&history);
        cut_gives_the_readable_prefix(&text, at.index(text.len() + 1))?;
    }

    #[test]
    fn any_byte_of_any_history_may_be_damaged(
        history in any::history(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let text = to_lines(&history);
        damage_is_located_or_legal(&text, at.index(text.len()), byte)?;
    }

    #[test]
    fn a_line_may_be_missing(history in any::history(), at in any::<prop::sample::Index>()) {
        let text = to_lines(&history);
        let mut lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
        let missing = at.index(lines.len());
        lines.remove(missing);
        if let Err(error) = read(&lines.concat()) {
            prop_assert!(error.place.line > missing as u64 || missing == 0, "{}", error);
        } else {
            prop_assert!(missing > 0, "a history begins with its header");
        }
    }

    #[test]
    fn anything_else_is_refused(text in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(read(&text).is_err());
    }
}
