//! DeleteItem (ITEM-012).

use lookback_protocol::error::ServiceError;
use lookback_protocol::item_op::{Guard, delete};
use lookback_protocol::wire::item::{DeleteItemInput, DeleteItemOutput};
use lookback_protocol::wire::{AnswerItem, item_from_wire};

use super::item_call::{
    Target, WriteReport, lone_condition, lone_expected, return_values, values_from_wire,
};
use crate::service::{Call, Service};

pub(crate) fn delete_item(
    service: &mut Service,
    call: &Call<'_>,
    input: DeleteItemInput,
) -> Result<DeleteItemOutput, ServiceError> {
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
    let key = item_from_wire(input.key)?;
    let condition = lone_condition(text, names, values.as_ref(), &expected)?;

    let report = WriteReport::asked(
        input.return_consumed_capacity.as_deref(),
        input.return_item_collection_metrics.as_deref(),
    );
    let target = Target::find(service, call, &input.table_name)?;
    let argument = key;
    let key = delete::admit(&target.rules, &argument)?;
    let existing = target.get(service, &key);
    let guard = Guard {
        condition: condition.as_ref(),
        item_on_failure: input.return_values_on_condition_check_failure.as_deref()
            == Some("ALL_OLD"),
    };
    if delete::apply(existing.as_deref(), guard)? {
        target.commit(service, &key, None)?;
    }
    let attributes = returned
        .of_replaced(existing.as_deref())
        .map(AnswerItem::from);
    Ok(DeleteItemOutput {
        attributes,
        consumed_capacity: report.consumed(&target, &input.table_name, existing.as_deref(), None),
        item_collection_metrics: report.collection(service, &target, &argument)?,
    })
}
