//! What items hold.

use lookback_protocol::wire::{WireItem, WireValue};

use crate::draws::Draws;
use crate::profile::{Sizes, Values};

/// The attribute whose value names the write that it comes from.
pub const VALUE: &str = "v";
/// The attribute that is counted up.
pub const COUNTER: &str = "n";
/// The attribute that the global index is over: some items lack it.
pub const GROUP: &str = "g";
/// The attribute that the local index is over: some items lack it.
pub const ORDER: &str = "l";
/// What makes items large.
const PAD: &str = "pad";

/// How many groups there are.
const GROUPS: u64 = 4;
/// How many values are written again and again.
const REPEATED: u64 = 3;

/// The value of a write: its own name, or one of a few that are written again and again.
pub(crate) fn value(draws: &mut Draws, values: Values, name: &str) -> String {
    if draws.chance(values.repeated_per_mille) {
        format!("again-{}", draws.below(REPEATED))
    } else {
        name.to_owned()
    }
}

/// A group that the global index knows.
pub(crate) fn group(draws: &mut Draws) -> WireValue {
    WireValue::S(format!("g{}", draws.below(GROUPS)))
}

/// A place in the order of the local index.
pub(crate) fn order(draws: &mut Draws) -> WireValue {
    WireValue::N(draws.below(100).to_string())
}

/// A whole item with this key and value.
pub(crate) fn item(draws: &mut Draws, sizes: Sizes, mut key: WireItem, value: String) -> WireItem {
    key.insert(VALUE.to_owned(), WireValue::S(value));
    if draws.chance(300) {
        let from = draws.below(1_000);
        key.insert(COUNTER.to_owned(), WireValue::N(from.to_string()));
    }
    if draws.chance(700) {
        key.insert(GROUP.to_owned(), group(draws));
    }
    if draws.chance(700) {
        key.insert(ORDER.to_owned(), order(draws));
    }
    let pad = draws.between(u64::from(sizes.bytes_min), u64::from(sizes.bytes_max));
    if pad > 0 {
        key.insert(PAD.to_owned(), WireValue::S("x".repeat(pad as usize)));
    }
    key
}
