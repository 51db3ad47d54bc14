//! TransactGetItems (ITEM-018): several items as of one instant.

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
use super::transact_write_items::{TRANSACTION_BYTES_MAX, transaction_too_large};
use crate::service::{Call, Service};

pub(crate) fn transact_get_items(
    service: &mut Service,
    call: &Call<'_>,
    input: TransactGetItemsInput,
) -> Result<TransactGetItemsOutput, ServiceError> {
    let detail = Detail::read(input.return_consumed_capacity.as_deref());
    let mut consumed = Consumptions::default();
    let mut bytes = 0;
    let mut responses = Vec::with_capacity(input.transact_items.len());
    for member in input.transact_items {
        let wanted = member.get;
        let key = item_from_wire(wanted.key)?;
        let names = wanted.expression_attribute_names.as_ref();
        let projection = lone_projection(wanted.projection_expression.as_deref(), names, None)?;
        let target = Target::find(service, call, &wanted.table_name)?;
        let key = get::admit(&target.rules, &key)?;
        let item = target.get(service, &key);
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
