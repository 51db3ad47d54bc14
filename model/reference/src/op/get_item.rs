//! GetItem (ITEM-011). The reference answers every read with the latest commit, also an eventually consistent one.

use std::sync::Arc;

use lookback_protocol::error::ServiceError;
use lookback_protocol::expression::Projection;
use lookback_protocol::item_op::get;
use lookback_protocol::value::{Item, item_size_bytes};
use lookback_protocol::wire::item::{GetItemInput, GetItemOutput};
use lookback_protocol::wire::{AnswerItem, item_from_wire};

use super::capacity::{Consumption, Detail, Kind, Reading};
use super::item_call::{Target, bare_name, lone_projection};
use crate::service::{Call, Service};

pub(crate) fn get_item(
    service: &mut Service,
    call: &Call<'_>,
    input: GetItemInput,
) -> Result<GetItemOutput, ServiceError> {
    let key = item_from_wire(input.key)?;
    let names = input.expression_attribute_names.as_ref();
    let projection = lone_projection(
        input.projection_expression.as_deref(),
        names,
        input.attributes_to_get.as_deref(),
    )?;

    let target = Target::find(service, call, &input.table_name)?;
    let key = get::admit(&target.rules, &key)?;
    let item = target.get(service, &key);
    let detail = Detail::read(input.return_consumed_capacity.as_deref());
    let mut consumption = Consumption::default();
    consumption.read(
        Reading::consistent(input.consistent_read)
            .units(item.as_deref().map_or(0, item_size_bytes)),
    );
    Ok(GetItemOutput {
        item: item.map(|item| selected(item, projection.as_ref())),
        consumed_capacity: consumption.to_wire(bare_name(&input.table_name), detail, Kind::Plain),
    })
}

/// The item, shared, or its projected part.
pub(super) fn selected(item: Arc<Item>, projection: Option<&Projection<'_>>) -> AnswerItem {
    match projection {
        Some(projection) => AnswerItem::from(projection.project(&item)),
        None => AnswerItem::from(item),
    }
}
