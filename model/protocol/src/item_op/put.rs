//! PutItem: the whole item is replaced (ITEM-003).

use super::{Guard, ItemRules};
use crate::error::ServiceError;
use crate::key::Key;
use crate::value::Item;

/// Judges the item that is to be stored, and gives its key.
///
/// # Errors
/// A wrong key, a value that an index key cannot have, too deep or too large an item.
pub fn admit(rules: &ItemRules, item: &Item) -> Result<Key, ServiceError> {
    rules.admit(item)
}

/// Lets the item replace what is there, if the condition holds.
///
/// # Errors
/// ConditionalCheckFailedException (ITEM-014).
pub fn apply(existing: Option<&Item>, item: Item, guard: Guard<'_>) -> Result<Item, ServiceError> {
    guard.check(existing)?;
    Ok(item)
}
