//! BatchWriteItem and BatchGetItem (ITEM-016, ITEM-017): many calls in one, not atomic. The reference leaves nothing
//! unprocessed but the reads beyond 16 MB.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lookback_protocol::error::ServiceError;
use lookback_protocol::item_op::{delete, get, put};
use lookback_protocol::key::Key;
use lookback_protocol::value::{Item, item_size_bytes};
use lookback_protocol::wire::batch::{
    BatchGetItemInput, BatchGetItemOutput, BatchWriteItemInput, BatchWriteItemOutput,
    KeysAndAttributes,
};
use lookback_protocol::wire::item_from_wire;

use super::capacity::{Consumptions, Detail, Kind, Reading};
use super::get_item::selected;
use super::item_call::{Target, bare_name, lone_projection};
use super::item_collection::Collections;
use crate::service::{Call, Service};

/// Writes of one BatchWriteItem.
const WRITES_MAX: usize = 25;
/// Keys of one BatchGetItem.
const KEYS_MAX: usize = 100;
/// The bytes of the items that one BatchGetItem answers. Those of a BatchWriteItem are bounded by its body.
const READ_BYTES_MAX: usize = 16 * 1024 * 1024;

/// One write of a batch, judged.
struct Write {
    table: String,
    target: Target,
    key: Key,
    /// The item of a put, the key of a deletion.
    argument: Item,
    is_put: bool,
}

fn too_many(operation: &str) -> ServiceError {
    ServiceError::validation(format!("Too many items requested for the {operation} call"))
}

fn duplicates() -> ServiceError {
    ServiceError::validation("Provided list of item keys contains duplicates")
}

pub(crate) fn batch_write_item(
    service: &mut Service,
    call: &Call<'_>,
    input: BatchWriteItemInput,
) -> Result<BatchWriteItemOutput, ServiceError> {
    if input.request_items.values().map(Vec::len).sum::<usize>() > WRITES_MAX {
        return Err(too_many("BatchWriteItem"));
    }
    // Everything is judged before anything is written: a refused call leaves no trace.
    let mut writes = Vec::new();
    for (table, requests) in input.request_items {
        let mut items = Vec::with_capacity(requests.len());
        for request in requests {
            items.push(match (request.put_request, request.delete_request) {
                (Some(put), None) => (true, item_from_wire(put.item)?),
                (None, Some(delete)) => (false, item_from_wire(delete.key)?),
                _ => {
                    return Err(ServiceError::validation(
                        // The service has no better text for it (record 10.27).
                        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the \
                         supported datatypes",
                    ));
                }
            });
        }
        let mut keys = BTreeSet::new();
        for (is_put, item) in items {
            let target = Target::find(service, call, &table)?;
            let key = if is_put {
                put::admit(&target.rules, &item)?
            } else {
                delete::admit(&target.rules, &item)?
            };
            if !keys.insert(key.clone()) {
                return Err(duplicates());
            }
            writes.push(Write {
                table: table.clone(),
                target,
                key,
                argument: item,
                is_put,
            });
        }
    }
    let detail = Detail::read(input.return_consumed_capacity.as_deref());
    let mut consumed = Consumptions::default();
    let mut collections = Collections::asked(input.return_item_collection_metrics.as_deref());
    for Write {
        table,
        target,
        key,
        argument,
        is_put,
    } in writes
    {
        let argument = Arc::new(argument);
        let item = is_put.then(|| Arc::clone(&argument));
        let existing = target.get(service, &key);
        if detail.is_told() {
            let of_table = consumed.of(bare_name(&table));
            of_table.write(
                &target.definition,
                existing.as_deref(),
                item.as_deref(),
                1.0,
            );
        }
        if item.is_some() || existing.is_some() {
            target.commit(service, &key, item)?;
        }
        collections.touch(service, bare_name(&table), &target, &argument)?;
    }
    Ok(BatchWriteItemOutput {
        unprocessed_items: Some(BTreeMap::new()),
        consumed_capacity: consumed.to_wire(detail, Kind::Plain),
        item_collection_metrics: collections.into_wire(),
    })
}

pub(crate) fn batch_get_item(
    service: &mut Service,
    call: &Call<'_>,
    input: BatchGetItemInput,
) -> Result<BatchGetItemOutput, ServiceError> {
    if input
        .request_items
        .values()
        .map(|wanted| wanted.keys.len())
        .sum::<usize>()
        > KEYS_MAX
    {
        return Err(too_many("BatchGetItem"));
    }
    let mut responses = BTreeMap::new();
    let mut unprocessed = BTreeMap::new();
    let detail = Detail::read(input.return_consumed_capacity.as_deref());
    let mut consumed = Consumptions::default();
    let mut bytes = 0;
    for (table, wanted) in input.request_items {
        let names = wanted.expression_attribute_names.as_ref();
        let projection = lone_projection(
            wanted.projection_expression.as_deref(),
            names,
            wanted.attributes_to_get.as_deref(),
        )?;
        let items: Vec<Item> = wanted
            .keys
            .iter()
            .cloned()
            .map(item_from_wire)
            .collect::<Result<_, _>>()?;
        let target = Target::find(service, call, &table)?;
        let mut keys = BTreeSet::new();
        let mut found = Vec::new();
        let mut left = Vec::new();
        for (item, wire) in items.iter().zip(&wanted.keys) {
            let key = get::admit(&target.rules, item)?;
            let existing = target.get(service, &key);
            let size_bytes = existing.as_deref().map_or(0, item_size_bytes);
            bytes += size_bytes;
            if bytes > READ_BYTES_MAX {
                left.push(wire.clone());
            } else {
                if detail.is_told() {
                    let units = Reading::consistent(wanted.consistent_read).units(size_bytes);
                    consumed.of(bare_name(&table)).read(units);
                }
                found.extend(existing.map(|item| selected(item, projection.as_ref())));
            }
            if !keys.insert(key) {
                return Err(duplicates());
            }
        }
        responses.insert(table.clone(), found);
        if !left.is_empty() {
            let rest = KeysAndAttributes {
                keys: left,
                ..wanted.clone()
            };
            unprocessed.insert(table, rest);
        }
    }
    Ok(BatchGetItemOutput {
        responses: Some(responses),
        unprocessed_keys: Some(unprocessed),
        consumed_capacity: consumed.to_wire(detail, Kind::Plain),
    })
}
