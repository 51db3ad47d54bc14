//! PutItem (ITEM-003).

use std::sync::Arc;

use lookback_protocol::error::ServiceError;
use lookback_protocol::item_op::{Guard, ReturnValues, put};
use lookback_protocol::wire::item::{PutItemInput, PutItemOutput};
use lookback_protocol::wire::{AnswerItem, item_from_wire};

use super::item_call::{
    Target, WriteReport, lone_condition, lone_expected, return_values, values_from_wire,
};
use crate::service::{Call, Service};

pub(crate) fn put_item(
    service: &mut Service,
    call: &Call<'_>,
    input: PutItemInput,
) -> Result<PutItemOutput, ServiceError> {
    let text = input.condition_expression.as_deref();
    let names = input.expression_attribute_names.as_ref();
    let values = input.expression_attribute_values.as_ref();
    let expected = lone_expected(
        text,
        names,
        values,
        input.expected,
        input.conditional_operator,
    )?;
    let returned = return_values(input.return_values.as_deref());
    returned.check_put_or_delete()?;
    let values = values_from_wire(input.expression_attribute_values)?;
    let item = item_from_wire(input.item)?;
    let condition = lone_condition(text, names, values.as_ref(), &expected)?;

    let report = WriteReport::asked(
        input.return_consumed_capacity.as_deref(),
        input.return_item_collection_metrics.as_deref(),
    );
    let target = Target::find(service, call, &input.table_name)?;
    let key = put::admit(&target.rules, &item)?;
    // Without a condition and a wish to see it, nothing depends on what is there.
    let existing = if condition.is_some() || returned != ReturnValues::None || report.needs_old() {
        target.get(service, &key)
    } else {
        None
    };
    let guard = Guard {
        condition: condition.as_ref(),
        item_on_failure: input.return_values_on_condition_check_failure.as_deref()
            == Some("ALL_OLD"),
    };
    let item = Arc::new(put::apply(existing.as_deref(), item, guard)?);
    target.commit(service, &key, Some(Arc::clone(&item)))?;
    let attributes = returned
        .of_replaced(existing.as_deref())
        .map(AnswerItem::from);
    Ok(PutItemOutput {
        attributes,
        consumed_capacity: report.consumed(
            &target,
            &input.table_name,
            existing.as_deref(),
            Some(&item),
        ),
        item_collection_metrics: report.collection(service, &target, &item)?,
    })
}
