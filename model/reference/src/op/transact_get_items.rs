//! TransactGetItems (ITEM-018): several items as of one instant.

use std::collections::BTreeSet;

use lookback_protocol::error::ServiceError;
use lookback_protocol::item_op::get;
use lookback_protocol::value::item_size_bytes;
use lookback_protocol::wire::item_from_wire;
use lookback_protocol::wire::transaction::{
    ItemResponse, TransactGetItemsInput, TransactGetItemsOutput,
};

use super::capacity::{Consumptions, Detail, Kind, Reading};
use super::get_item::selected;
use super::item_call::{Target, bare_name, lone_projection};
use super::transact_write_items::{
    TRANSACTION_BYTES_MAX, cancelled, one_item_twice, transaction_too_large,
};
use crate::service::{Call, Service};

pub(crate) fn transact_get_items(
    service: &mut Service,
    call: &Call<'_>,
    input: TransactGetItemsInput,
) -> Result<TransactGetItemsOutput, ServiceError> {
    let detail = Detail::read(input.return_consumed_capacity.as_deref());
    let mut members = Vec::with_capacity(input.transact_items.len());
    for member in input.transact_items {
        let key = item_from_wire(member.get.key.clone())?;
        members.push((member.get, key));
    }
    // What the request alone shows comes before any table is looked at (VALIDATION-029, record 10.9).
    let projections = members
        .iter()
        .map(|(wanted, _)| {
            let names = wanted.expression_attribute_names.as_ref();
            lone_projection(wanted.projection_expression.as_deref(), names, None)
        })
        .collect::<Result<Vec<_>, _>>()?;
    let mut admitted = Vec::with_capacity(members.len());
    let mut keys = BTreeSet::new();
    for (wanted, key) in &members {
        let target = Target::find(service, call, &wanted.table_name)?;
        target.rules.key.refuse_empty(key)?;
        let key = get::admit(&target.rules, key);
        if let Ok(key) = &key
            && !keys.insert((target.store, key.clone()))
        {
            return Err(one_item_twice());
        }
        admitted.push((target, key));
    }
    if admitted.iter().any(|(_, key)| key.is_err()) {
        return Err(cancelled(
            admitted.into_iter().map(|(_, key)| key.err()).collect(),
        ));
    }
    let mut consumed = Consumptions::default();
    let mut bytes = 0;
    let mut responses = Vec::with_capacity(members.len());
    for (((wanted, _), projection), (target, key)) in members.iter().zip(&projections).zip(admitted)
    {
        let item = target.get(service, &key?);
        let size_bytes = item.as_deref().map_or(0, item_size_bytes);
        if detail.is_told() {
            let units = Reading::Transactional.units(size_bytes);
            consumed.of(bare_name(&wanted.table_name)).read(units);
        }
        bytes += size_bytes;
        if bytes > TRANSACTION_BYTES_MAX {
            return Err(transaction_too_large());
        }
        let item = item.map(|item| selected(item, projection.as_ref()));
        responses.push(ItemResponse { item });
    }
    Ok(TransactGetItemsOutput {
        consumed_capacity: consumed.to_wire(detail, Kind::TransactionRead),
        responses: Some(responses),
    })
}
