//! GetItem (ITEM-011). The reference answers every read with the latest commit, also an eventually consistent one.

use std::sync::Arc;

use lookback_protocol::error::ServiceError;
use lookback_protocol::expression::Projection;
use lookback_protocol::item_op::get;
use lookback_protocol::value::Item;
use lookback_protocol::wire::item::{GetItemInput, GetItemOutput};
use lookback_protocol::wire::{AnswerItem, item_from_wire};

use super::item_call::{Target, lone_projection, refuse_legacy};
use crate::service::{Call, Service};

pub(crate) fn get_item(
    service: &mut Service,
    call: &Call<'_>,
    input: GetItemInput,
) -> Result<GetItemOutput, ServiceError> {
    refuse_legacy(&[("AttributesToGet", input.attributes_to_get.is_some())])?;
    let key = item_from_wire(input.key)?;
    let names = input.expression_attribute_names.as_ref();
    let projection = lone_projection(input.projection_expression.as_deref(), names)?;

    let target = Target::find(service, call, &input.table_name)?;
    let key = get::admit(&target.rules, &key)?;
    let item = target
        .get(service, &key)
        .map(|item| selected(item, projection.as_ref()));
    Ok(GetItemOutput {
        item,
        consumed_capacity: None,
    })
}

/// The item, shared, or its projected part.
pub(super) fn selected(item: Arc<Item>, projection: Option<&Projection<'_>>) -> AnswerItem {
    match projection {
        Some(projection) => AnswerItem::from(projection.project(&item)),
        None => AnswerItem::from(item),
    }
}
