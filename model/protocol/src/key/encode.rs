//! The bytes of one key attribute.

use crate::value::AttributeValue;

/// Ends the hash part of a string or binary; a zero byte inside the value becomes `ESCAPED_ZERO`, which is
/// larger, so that a shorter value stays before its extensions.
const END: [u8; 2] = [0, 0];
const ESCAPED_ZERO: [u8; 2] = [0, 0xFF];

/// Appends a hash value so that no encoding is a prefix of another one. `None`: not a key type.
pub(super) fn encode_hash(value: &AttributeValue, out: &mut Vec<u8>) -> Option<()> {
    let bytes = match value {
        AttributeValue::S(text) => text.as_bytes(),
        AttributeValue::B(bytes) => bytes.as_slice(),
        AttributeValue::N(number) => {
            number.encode_ordered(out);
            return Some(());
        }
        _ => return None,
    };
    let mut pieces = bytes.split(|&byte| byte == 0);
    out.extend_from_slice(pieces.next().unwrap_or_default());
    for piece in pieces {
        out.extend_from_slice(&ESCAPED_ZERO);
        out.extend_from_slice(piece);
    }
    out.extend_from_slice(&END);
    Some(())
}

/// Appends a range value: the rest of the key, so its bytes need no end. `None`: not a key type.
pub(super) fn encode_range(value: &AttributeValue, out: &mut Vec<u8>) -> Option<()> {
    match value {
        AttributeValue::S(text) => out.extend_from_slice(text.as_bytes()),
        AttributeValue::B(bytes) => out.extend_from_slice(bytes),
        AttributeValue::N(number) => number.encode_ordered(out),
        _ => return None,
    }
    Some(())
}

/// The first byte string after all that start with `prefix`; `None` when there is none.
pub(super) fn after_prefix(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|&byte| byte != 0xFF)?;
    let mut next = prefix.get(..=last)?.to_vec();
    *next.last_mut()? += 1;
    Some(next)
}
