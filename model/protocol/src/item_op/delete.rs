//! DeleteItem: deleting nothing succeeds too (ITEM-012).

use super::{Guard, ItemRules};
use crate::error::ServiceError;
use crate::key::Key;
use crate::value::Item;

/// Judges the Key argument, and gives the key.
///
/// # Errors
/// A Key that does not match the schema (ITEM-005).
pub fn admit(rules: &ItemRules, key: &Item) -> Result<Key, ServiceError> {
    rules.key.key_of_argument(key)
}

/// Lets the deletion pass, if the condition holds; tells whether there is anything to delete.
///
/// # Errors
/// ConditionalCheckFailedException (ITEM-014).
pub fn apply(existing: Option<&Item>, guard: Guard<'_>) -> Result<bool, ServiceError> {
    guard.check(existing)?;
    Ok(existing.is_some())
}
