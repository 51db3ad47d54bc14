//! Query (ITEM-020, ITEM-022): one item collection of a table or an index, in range-key order.

use lookback_protocol::error::ServiceError;
use lookback_protocol::expression::Placeholders;
use lookback_protocol::expression::key_condition::KeyTerms;
use lookback_protocol::key::KeyRange;
use lookback_protocol::wire::query::{QueryInput, QueryOutput};

use super::cursor::Cursor;
use super::item_call::{refuse_legacy, values_from_wire};
use super::page::{Expressions, Page, Selection, Source, read_page};
use crate::service::{Call, Service, internal_error};
use crate::store::Store;
use crate::tenant::table_name;

pub(crate) fn query(
    service: &mut Service,
    call: &Call<'_>,
    input: QueryInput,
) -> Result<QueryOutput, ServiceError> {
    let name = table_name(&input.table_name, "tableName", call.caller)?;
    refuse_legacy(&[
        ("KeyConditions", input.key_conditions.is_some()),
        ("QueryFilter", input.query_filter.is_some()),
        ("AttributesToGet", input.attributes_to_get.is_some()),
        ("ConditionalOperator", input.conditional_operator.is_some()),
    ])?;
    let values = values_from_wire(input.expression_attribute_values)?;
    let mut placeholders =
        Placeholders::new(input.expression_attribute_names.as_ref(), values.as_ref())?;
    let Some(text) = input.key_condition_expression.as_deref() else {
        return Err(ServiceError::validation(
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
        ));
    };
    let Expressions { filter, projection } = Expressions::parse(
        input.filter_expression.as_deref(),
        input.projection_expression.as_deref(),
        &mut placeholders,
    )?;
    let terms = KeyTerms::parse(text, &mut placeholders)?;
    placeholders.finish()?;

    let table = service.tenant(call.caller).data_table(name, call.now_us)?;
    let (definition, store) = (std::sync::Arc::clone(&table.definition), table.store);
    let source = Source::find(
        &definition,
        input.index_name.as_deref(),
        input.consistent_read.unwrap_or(false),
    )?;
    let condition = terms.for_schema(source.schema())?;
    if let Some(filter) = &filter {
        for attribute in source.schema().attributes() {
            if filter.mentions(&attribute.name) {
                return Err(ServiceError::validation(format!(
                    "Filter Expression can only contain non-primary key attributes: Primary key attribute: {}",
                    attribute.name
                )));
            }
        }
    }
    let selection = Selection::new(source, input.select.as_deref(), projection, true)?;
    let range = source
        .schema()
        .key_range(&condition.hash, condition.range.as_ref())?;
    let cursor = Cursor::read(input.exclusive_start_key, source)?;
    let collection = KeyRange::prefix(source.schema().hash_prefix(&condition.hash)?);
    if cursor
        .as_ref()
        .is_some_and(|cursor| !collection.contains(cursor.position().as_bytes()))
    {
        return Err(ServiceError::validation(
            "The provided starting key is outside query boundaries based on provided conditions",
        ));
    }
    let store = service.stores.get(store).ok_or_else(internal_error)?;
    let forward = input.scan_index_forward.unwrap_or(true);
    let items = items(store, source, range, cursor.as_ref(), forward)?;
    let Page {
        items,
        count,
        scanned_count,
        last_evaluated_key,
    } = read_page(items, source, filter.as_ref(), &selection, input.limit);
    Ok(QueryOutput {
        items,
        count: Some(count),
        scanned_count: Some(scanned_count),
        last_evaluated_key,
        consumed_capacity: None,
    })
}

/// The items of a range in either direction, from the cursor on.
pub(super) fn items<'s>(
    store: &'s Store,
    source: Source<'_>,
    range: KeyRange,
    cursor: Option<&Cursor>,
    forward: bool,
) -> Result<
    Box<dyn Iterator<Item = &'s std::sync::Arc<lookback_protocol::value::Item>> + 's>,
    ServiceError,
> {
    if let Some(index) = source.index {
        let entries = store.index(&index.name).ok_or_else(internal_error)?;
        let after = cursor.and_then(Cursor::entry);
        return Ok(entries.range(&range, after, forward));
    }
    let range = match (cursor, forward) {
        (Some(cursor), true) => range.after(cursor.position().as_bytes()),
        (Some(cursor), false) => range.before(cursor.position().as_bytes()),
        (None, _) => range,
    };
    let items = store.range(&range).map(|(_, item)| item);
    Ok(if forward {
        Box::new(items)
    } else {
        Box::new(items.rev())
    })
}
