//! The items of exports: 400 bytes as DynamoDB counts them, of words like those of a text, so that gzip shrinks their
//! lines three to five times.

use lookback_protocol::wire::{WireItem, WireValue};
use oorandom::Rand32;

use crate::item::key;

/// How many different words there are.
const WORDS: u32 = 2_000;
/// The bytes of `Notes`: what the other attributes leave of 400.
const NOTES_BYTES: usize = 331;

/// The item with this number; the same in every run.
pub fn exported_item(number: u32) -> WireItem {
    let mut draws = Rand32::new(u64::from(number));
    let mut notes = String::with_capacity(NOTES_BYTES + 12);
    while notes.len() < NOTES_BYTES {
        // Some words come much more often than others.
        let (one, other) = (draws.rand_range(0..WORDS), draws.rand_range(0..WORDS));
        push_word(one * other / WORDS, &mut notes);
        notes.push(' ');
    }
    notes.truncate(NOTES_BYTES);
    let mut artist = format!("{:02} ", number % 97);
    push_word(draws.rand_range(0..WORDS), &mut artist);
    let artist = format!("{artist:<12.12}");
    let mut item = key(number);
    item.extend([
        ("Artist".to_owned(), WireValue::S(artist)),
        (
            "InStock".to_owned(),
            WireValue::Bool(!number.is_multiple_of(3)),
        ),
        ("Notes".to_owned(), WireValue::S(notes)),
        (
            "Price".to_owned(),
            WireValue::N(format!("{}.95", 10 + number % 80)),
        ),
        (
            "Year".to_owned(),
            WireValue::N(format!("{}", 1901 + number % 99)),
        ),
    ]);
    item
}

/// Appends the word with this number: three to ten letters that follow from it.
fn push_word(number: u32, text: &mut String) {
    let mut draws = Rand32::new_inc(u64::from(number), 7);
    for _ in 0..draws.rand_range(3..11) {
        text.push(char::from(b'a' + draws.rand_range(0..26) as u8));
    }
}

#[cfg(test)]
mod tests {
    use lookback_protocol::value::item_size_bytes;
    use lookback_protocol::wire::item_from_wire;

    use super::*;

    #[test]
    fn every_item_has_400_bytes() {
        for number in [0, 1, 98, 999_999] {
            let item = item_from_wire(exported_item(number)).unwrap();
            let bytes = item_size_bytes(&item);
            assert!((398..=402).contains(&bytes), "item {number}: {bytes}");
        }
    }
}
