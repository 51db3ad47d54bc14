//! Where an item is: its hash value, then its key.
//!
//! A place is text, eight hexadecimal digits of the hash value and then those of the encoded key, so that the order of
//! places is the same whatever the partitions are: a scan goes on where it was after a split.

use std::fmt::Write as _;

use lookback_protocol::item_op::ItemRules;
use lookback_protocol::value::Item;

/// The hash value of an item, or of a key.
pub fn hash_of(rules: &ItemRules, item: &Item) -> Option<u32> {
    let value = item.get(&rules.key.hash.name)?;
    let prefix = rules.key.hash_prefix(value).ok()?;
    Some(mixed(crc32fast::hash(&prefix)))
}

/// The place of an item, or of what a key names.
pub fn place_of(rules: &ItemRules, item: &Item) -> Option<String> {
    let key = rules.key.key_of_item(item).ok()?;
    let hash = hash_of(rules, item)?;
    let mut place = String::with_capacity(8 + 2 * key.as_bytes().len());
    // Writing to memory does not fail.
    let _written = write!(place, "{hash:08x}");
    for byte in key.as_bytes() {
        let _written = write!(place, "{byte:02x}");
    }
    Some(place)
}

/// Short keys differ in a few bits: they are to lie far apart all the same.
fn mixed(hash: u32) -> u32 {
    let hash = (hash ^ (hash >> 16)).wrapping_mul(0x85eb_ca6b);
    let hash = (hash ^ (hash >> 13)).wrapping_mul(0xc2b2_ae35);
    hash ^ (hash >> 16)
}
