//! What a table asks of every item: keys of the table and of its indexes, size, nesting.

use crate::error::ServiceError;
use crate::expression::Update;
use crate::key::{HASH_KEY_BYTES_MAX, Key, KeySchema, RANGE_KEY_BYTES_MAX, empty_key_value};
use crate::value::{
    AttributeValue, ITEM_SIZE_BYTES_MAX, Item, NESTED_TOO_DEEP, NESTING_LEVELS_MAX, item_size_bytes,
};

/// The key of a secondary index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexKey {
    /// The index's name.
    pub name: String,
    /// Its key attributes.
    pub schema: KeySchema,
}

/// What a table asks of every item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemRules {
    /// The primary key.
    pub key: KeySchema,
    /// The keys of the secondary indexes, in the order of their definition.
    pub indexes: Vec<IndexKey>,
}

/// How a value cannot be an index key.
enum IndexFault {
    Type,
    Empty(&'static str),
    Size { hash: bool },
}

impl ItemRules {
    /// Judges a whole item that is to be stored, and gives its key.
    ///
    /// # Errors
    /// A wrong primary key (ITEM-002, ITEM-004), a value that an index key cannot have, too deep a nesting
    /// (ITEM-009), too large an item (ITEM-006).
    pub(super) fn admit(&self, item: &Item) -> Result<Key, ServiceError> {
        let key = self.key.key_of_item(item)?;
        if let Some((index, attribute, value, fault)) = self.index_fault(item, |_| true) {
            return Err(match fault {
                IndexFault::Type => index_type_mismatch(index, attribute, value.descriptor()),
                IndexFault::Empty(kind) => ServiceError::validation(format!(
                    "One or more parameter values are not valid. A value specified for a secondary index key is \
                     not supported. The AttributeValue for a key attribute cannot contain an empty {kind} value. \
                     IndexName: {}, IndexKey: {}",
                    index.name, attribute.name
                )),
                IndexFault::Size { hash: true } => ServiceError::invalid_parameter(
                    "Size of hashkey has exceeded the maximum size limit of2048 bytes",
                ),
                IndexFault::Size { hash: false } => ServiceError::invalid_parameter(
                    "Aggregated size of all range keys has exceeded the size limit of 1024 bytes",
                ),
            });
        }
        check_nesting(item)?;
        if item_size_bytes(item) > ITEM_SIZE_BYTES_MAX {
            return Err(ServiceError::validation(
                "Item size has exceeded the maximum allowed size",
            ));
        }
        Ok(key)
    }

    /// Judges what an update expression alone shows: it leaves the primary key alone, and writes no value
    /// of a wrong type to an index key.
    ///
    /// # Errors
    /// See above (ITEM-015).
    pub(super) fn admit_update(&self, update: &Update<'_>) -> Result<(), ServiceError> {
        for attribute in self.key.attributes() {
            if update.touches(&attribute.name) {
                return Err(ServiceError::invalid_parameter(format_args!(
                    "Cannot update attribute {}. This attribute is part of the key",
                    attribute.name
                )));
            }
        }
        for index in &self.indexes {
            for attribute in index.schema.attributes() {
                let written = update
                    .actions
                    .iter()
                    .filter(|action| action.path.root == attribute.name);
                for action in written {
                    if !action.path.steps.is_empty() {
                        return Err(ServiceError::validation(format!(
                            "Key attributes must be scalars; list random access '[]' and map lookup '.' are not \
                             allowed: IndexKey: {}",
                            attribute.name
                        )));
                    }
                    if let Some(kind) = action.change.written_type()
                        && kind != attribute.kind.name()
                    {
                        return Err(index_type_mismatch(index, attribute, kind));
                    }
                }
            }
        }
        Ok(())
    }

    /// Judges an item that an update made. `update` tells which attributes it wrote: others were judged
    /// when they were stored.
    ///
    /// # Errors
    /// A value that an index key cannot have, too deep a nesting, too large an item.
    pub(super) fn admit_updated(
        &self,
        item: &Item,
        update: &Update<'_>,
    ) -> Result<(), ServiceError> {
        if let Some((_, _, _, fault)) = self.index_fault(item, |name| update.touches(name)) {
            return Err(ServiceError::validation(match fault {
                IndexFault::Type => {
                    "The update expression attempted to update the secondary index key to \
                                     unsupported type"
                        .to_owned()
                }
                IndexFault::Empty(kind) => format!(
                    "One or more parameter values are not valid. The update expression attempted to update a \
                     secondary index key to a value that is not supported. The AttributeValue for a key \
                     attribute cannot contain an empty {kind} value."
                ),
                IndexFault::Size { .. } => {
                    "The update expression attempted to update the secondary index key \
                                            beyond allowed size limits"
                        .to_owned()
                }
            }));
        }
        check_nesting(item)?;
        if item_size_bytes(item) > ITEM_SIZE_BYTES_MAX {
            return Err(ServiceError::validation(
                "Item size to update has exceeded the maximum allowed size",
            ));
        }
        Ok(())
    }

    /// The first of the relevant attributes whose value an index key cannot have.
    fn index_fault<'s>(
        &'s self,
        item: &'s Item,
        relevant: impl Fn(&str) -> bool,
    ) -> Option<(
        &'s IndexKey,
        &'s crate::key::KeyAttribute,
        &'s AttributeValue,
        IndexFault,
    )> {
        self.indexes.iter().find_map(|index| {
            index.schema.attributes().find_map(|attribute| {
                let value = item
                    .get(&attribute.name)
                    .filter(|_| relevant(&attribute.name))?;
                let hash = attribute == &index.schema.hash;
                let fault = if !attribute.kind.accepts(value) {
                    IndexFault::Type
                } else if let Some(kind) = empty_key_value(value) {
                    IndexFault::Empty(kind)
                } else if value.size_bytes()
                    > if hash {
                        HASH_KEY_BYTES_MAX
                    } else {
                        RANGE_KEY_BYTES_MAX
                    }
                {
                    IndexFault::Size { hash }
                } else {
                    return None;
                };
                Some((index, attribute, value, fault))
            })
        })
    }
}

fn index_type_mismatch(
    index: &IndexKey,
    attribute: &crate::key::KeyAttribute,
    actual: &str,
) -> ServiceError {
    ServiceError::invalid_parameter(format_args!(
        "Type mismatch for Index Key {} Expected: {} Actual: {actual} IndexName: {}",
        attribute.name,
        attribute.kind.name(),
        index.name
    ))
}

fn check_nesting(item: &Item) -> Result<(), ServiceError> {
    if item
        .values()
        .all(|value| nests_within(value, NESTING_LEVELS_MAX))
    {
        return Ok(());
    }
    Err(ServiceError::validation(NESTED_TOO_DEEP))
}

/// Whether the value has at most this many levels, itself being the first.
fn nests_within(value: &AttributeValue, levels: usize) -> bool {
    let Some(inside) = levels.checked_sub(1) else {
        return false;
    };
    match value {
        AttributeValue::M(map) => map.values().all(|value| nests_within(value, inside)),
        AttributeValue::L(list) => list.iter().all(|value| nests_within(value, inside)),
        _ => true,
    }
}
