//! GetItem: an absent item is no error (ITEM-011).

use std::borrow::Cow;

use super::ItemRules;
use crate::error::ServiceError;
use crate::expression::Projection;
use crate::key::Key;
use crate::value::Item;

/// Judges the Key argument, and gives the key.
///
/// # Errors
/// A Key that does not match the schema (ITEM-005).
pub fn admit(rules: &ItemRules, key: &Item) -> Result<Key, ServiceError> {
    rules.key.key_of_argument(key)
}

/// What the caller sees of the item that is there: all of it, or the projected part, which may be empty.
pub fn apply<'i>(
    existing: Option<&'i Item>,
    projection: Option<&Projection<'_>>,
) -> Option<Cow<'i, Item>> {
    let item = existing?;
    Some(match projection {
        Some(projection) => Cow::Owned(projection.project(item)),
        None => Cow::Borrowed(item),
    })
}
