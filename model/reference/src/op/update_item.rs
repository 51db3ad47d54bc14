//! UpdateItem (ITEM-015).

use std::sync::Arc;

use lookback_protocol::error::ServiceError;
use lookback_protocol::expression::legacy::WriteParameters;
use lookback_protocol::expression::{Placeholders, Update};
use lookback_protocol::item_op::{Guard, update};
use lookback_protocol::wire::item::{UpdateItemInput, UpdateItemOutput};
use lookback_protocol::wire::{AnswerItem, item_from_wire};

use super::item_call::{
    Target, WriteReport, condition, refuse_unused, return_values, values_from_wire,
};
use crate::service::{Call, Service};

pub(crate) fn update_item(
    service: &mut Service,
    call: &Call<'_>,
    input: UpdateItemInput,
) -> Result<UpdateItemOutput, ServiceError> {
    let names = input.expression_attribute_names.as_ref();
    if input.condition_expression.is_none() && input.update_expression.is_none() {
        let values = input.expression_attribute_values.as_ref();
        let absent = "UpdateExpression and ConditionExpression are null";
        refuse_unused(names, values, absent)?;
    }
    let legacy = WriteParameters {
        attribute_updates: input.attribute_updates,
        expected: input.expected,
        conditional_operator: input.conditional_operator,
    };
    let legacy = legacy.read(
        input.update_expression.as_deref(),
        input.condition_expression.as_deref(),
    )?;
    let returned = return_values(input.return_values.as_deref());
    let values = values_from_wire(input.expression_attribute_values)?;
    let argument = item_from_wire(input.key)?;
    let mut placeholders = Placeholders::new(names, values.as_ref())?.counted();
    let update = match input.update_expression.as_deref() {
        Some(text) => Update::parse(text, &mut placeholders)?,
        None => legacy.update(),
    };
    let condition = condition(input.condition_expression.as_deref(), &mut placeholders)?
        .or_else(|| legacy.condition());
    placeholders.finish()?;

    let report = WriteReport::asked(
        input.return_consumed_capacity.as_deref(),
        input.return_item_collection_metrics.as_deref(),
    );
    let target = Target::find(service, call, &input.table_name)?;
    let key = update::admit(&target.rules, &argument, &update)?;
    let existing = target.get(service, &key);
    let guard = Guard {
        condition: condition.as_ref(),
        item_on_failure: input.return_values_on_condition_check_failure.as_deref()
            == Some("ALL_OLD"),
    };
    let item = update::apply(
        &target.rules,
        existing.as_deref(),
        &argument,
        &update,
        guard,
    )?;
    let item = item.map(Arc::new);
    if let Some(item) = &item {
        target.commit(service, &key, Some(Arc::clone(item)))?;
    }
    let attributes = returned
        .of_updated(existing.as_deref(), item.as_deref(), &update)
        .map(AnswerItem::from);
    Ok(UpdateItemOutput {
        attributes,
        consumed_capacity: report.consumed(
            &target,
            &input.table_name,
            existing.as_deref(),
            item.as_deref(),
        ),
        item_collection_metrics: report.collection(service, &target, &argument)?,
    })
}
