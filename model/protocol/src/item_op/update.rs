//! UpdateItem: some attributes change; an absent item is created from its key (ITEM-015).

use super::{Guard, ItemRules};
use crate::error::ServiceError;
use crate::expression::Update;
use crate::key::Key;
use crate::value::Item;

/// Judges the Key argument and the expression, and gives the key.
///
/// # Errors
/// A Key that does not match the schema (ITEM-005), an update of a key attribute (ITEM-015), a value of a
/// wrong type for an index key.
pub fn admit(rules: &ItemRules, key: &Item, update: &Update<'_>) -> Result<Key, ServiceError> {
    let encoded = rules.key.key_of_argument(key)?;
    rules.admit_update(update)?;
    Ok(encoded)
}

/// The updated item, if the condition holds; `None` when there is nothing to store: an update that only takes away does not
/// create an item that is absent. `key` is the Key argument: what an absent item starts from. An update without
/// actions stores at least the key.
///
/// # Errors
/// ConditionalCheckFailedException, or a ValidationException when the update does not fit the item or its
/// outcome is no item of this table.
pub fn apply(
    rules: &ItemRules,
    existing: Option<&Item>,
    key: &Item,
    update: &Update<'_>,
    guard: Guard<'_>,
) -> Result<Option<Item>, ServiceError> {
    guard.check(existing)?;
    let updated = update.apply(existing.unwrap_or(key).clone())?.item;
    rules.admit_updated(&updated, update)?;
    Ok((existing.is_some() || !update.only_takes_away()).then_some(updated))
}
