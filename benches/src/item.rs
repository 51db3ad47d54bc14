//! The items that are written and read: one of seven attributes of three types, 1,024 bytes as DynamoDB counts
//! (ITEM-006), and a small one of 100 bytes, of which millions of versions fit into memory.

use lookback_protocol::wire::{WireItem, WireValue};

/// The bytes of every item, as DynamoDB counts them.
pub const ITEM_SIZE_BYTES: usize = 1_024;

/// The name of the hash attribute.
pub const HASH_ATTRIBUTE: &str = "AlbumId";

/// The attribute by which small items expire.
pub const EXPIRY_ATTRIBUTE: &str = "Until";

/// An attribute to index.
pub const TITLE_ATTRIBUTE: &str = "Title";

/// The bytes of `Notes`: what the other attributes leave of the item's size.
const NOTES_BYTES: usize = 915;

/// The item with this number.
pub fn item(number: u32) -> WireItem {
    let text = |text: &str| WireValue::S(text.to_owned());
    let attributes = [
        ("Artist", text("The Second Quartet")),
        ("InStock", WireValue::Bool(true)),
        ("Notes", WireValue::S(notes(number))),
        ("Price", WireValue::N("19.95".to_owned())),
        (
            TITLE_ATTRIBUTE,
            WireValue::S(format!("Recordings, volume {number:010}")),
        ),
        ("Year", WireValue::N("1959".to_owned())),
    ];
    let mut item = key(number);
    item.extend(named(attributes));
    item
}

/// A small item: its key has this number, its values differ from version to version.
pub fn small_item(number: u32, version: u32) -> WireItem {
    let mut item = key(number);
    item.extend(named([
        (
            TITLE_ATTRIBUTE,
            WireValue::S(format!("{version:010} {}", "-".repeat(45))),
        ),
        // Instants late in this century.
        (
            EXPIRY_ATTRIBUTE,
            WireValue::N((4_000_000_000 + u64::from(version)).to_string()),
        ),
    ]));
    item
}

/// The key of the item with this number.
pub fn key(number: u32) -> WireItem {
    named([(HASH_ATTRIBUTE, WireValue::S(format!("album-{number:010}")))])
}

fn named<const N: usize>(attributes: [(&str, WireValue); N]) -> WireItem {
    attributes
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// A text that differs from item to item.
fn notes(number: u32) -> String {
    let mut notes = format!("{number:010} ").repeat(NOTES_BYTES / 11 + 1);
    notes.truncate(NOTES_BYTES);
    notes
}

#[cfg(test)]
mod tests {
    use super::*;
    use lookback_protocol::value::item_size_bytes;
    use lookback_protocol::wire::item_from_wire;

    #[test]
    fn every_item_has_the_stated_size() {
        for number in [0, 1, 999_999, u32::MAX] {
            let item = item_from_wire(item(number)).unwrap();
            assert_eq!(item_size_bytes(&item), ITEM_SIZE_BYTES, "item {number}");
        }
    }

    #[test]
    fn a_small_item_has_at_most_a_hundred_bytes() {
        for version in [0, 7, u32::MAX] {
            let item = item_from_wire(small_item(version, version)).unwrap();
            assert!(
                (90..=100).contains(&item_size_bytes(&item)),
                "{}",
                item_size_bytes(&item)
            );
        }
    }

    #[test]
    fn items_differ_in_more_than_their_key() {
        assert_ne!(item(1).get("Notes"), item(2).get("Notes"));
    }
}
