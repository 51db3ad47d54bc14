//! Query (ITEM-020, ITEM-022): one item collection of a table or an index, in range-key order.

use lookback_protocol::error::ServiceError;
use lookback_protocol::expression::key_condition::{KeyCondition, KeyTerms};
use lookback_protocol::expression::legacy::{Conditions, KeyConditions, check_not_mixed};
use lookback_protocol::expression::{Condition, Placeholders};
use lookback_protocol::key::KeyRange;
use lookback_protocol::wire::query::{QueryInput, QueryOutput};

use super::capacity::{Detail, Reading};
use super::cursor::Cursor;
use super::item_call::{refuse_unused, values_from_wire};
use super::page::{Filtering, FilteringInput, Page, Selection, Source, Told, read_page};
use crate::service::{Call, Service, internal_error};
use crate::store::Store;
use crate::tenant::table_name;

pub(crate) fn query(
    service: &mut Service,
    call: &Call<'_>,
    input: QueryInput,
) -> Result<QueryOutput, ServiceError> {
    let name = table_name(&input.table_name, "tableName", call.caller)?;
    let operator = input.conditional_operator.as_deref();
    let key_expression = input.key_condition_expression.as_deref();
    check_not_mixed(
        &[
            ("AttributesToGet", input.attributes_to_get.is_some()),
            ("QueryFilter", input.query_filter.is_some()),
            ("ConditionalOperator", operator.is_some()),
            // With other expressions KeyConditions are accepted.
            (
                "KeyConditions",
                input.key_conditions.is_some() && key_expression.is_some(),
            ),
        ],
        &[
            (
                "ProjectionExpression",
                input.projection_expression.is_some(),
            ),
            ("FilterExpression", input.filter_expression.is_some()),
            ("KeyConditionExpression", key_expression.is_some()),
        ],
    )?;
    let names = input.expression_attribute_names.as_ref();
    if key_expression.is_none()
        && input.filter_expression.is_none()
        && input.projection_expression.is_none()
    {
        let absent = "FilterExpression and KeyConditionExpression are null";
        refuse_unused(names, input.expression_attribute_values.as_ref(), absent)?;
    }
    let query_filter = Conditions::of_filter(input.query_filter, operator)?;
    let values = values_from_wire(input.expression_attribute_values)?;
    let mut placeholders = Placeholders::new(names, values.as_ref())?;
    let key_conditions = input.key_conditions.map(KeyConditions::new).transpose()?;
    if key_expression.is_none() && key_conditions.is_none() {
        return Err(ServiceError::validation(
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
        ));
    }
    let filtering = FilteringInput {
        filter_expression: input.filter_expression.as_deref(),
        projection_expression: input.projection_expression.as_deref(),
        filter: &query_filter,
        attributes_to_get: input.attributes_to_get.as_deref(),
    };
    let Filtering { filter, wanted } = Filtering::parse(filtering, &mut placeholders)?;
    let terms = match (key_expression, &key_conditions) {
        (Some(text), _) => KeyTerms::parse(text, &mut placeholders)?,
        (None, Some(conditions)) => conditions.terms()?,
        (None, None) => return Err(internal_error()),
    };
    placeholders.finish()?;

    let table = service.tenant(call.caller).data_table(name, call.now_us)?;
    let (definition, store) = (std::sync::Arc::clone(&table.definition), table.store);
    let source = Source::find(
        &definition,
        input.index_name.as_deref(),
        input.consistent_read.unwrap_or(false),
        call.now_us,
    )?;
    let cursor = Cursor::read(input.exclusive_start_key, source)?;
    let condition = terms.for_schema(source.schema())?;
    let range = source
        .schema()
        .key_range(&condition.hash, condition.range.as_ref())?;
    if let Some(cursor) = &cursor {
        starts_inside(cursor, source, &condition)?;
    }
    let mut attributes = source.schema().attributes();
    let filtered = |name: &str| filter.as_ref().is_some_and(|filter| filter.mentions(name));
    if let Some(attribute) = attributes.find(|attribute| filtered(&attribute.name)) {
        let member = if input.filter_expression.is_some() {
            "Filter Expression"
        } else {
            "QueryFilter"
        };
        return Err(ServiceError::validation(format!(
            "{member} can only contain non-primary key attributes: Primary key attribute: {}",
            attribute.name
        )));
    }
    if let (Some(index), Some(filter)) = (source.index, &filter) {
        filter_is_projected(source, &index.name, filter)?;
    }
    let selection = Selection::new(source, input.select.as_deref(), wanted, true)?;
    let store = service.stores.get_mut(store).ok_or_else(internal_error)?;
    if let Some(index) = source.index {
        store.settle_index(&index.name, call.now_us);
    }
    let forward = input.scan_index_forward.unwrap_or(true);
    let items = items(store, source, range, cursor.as_ref(), forward)?;
    let told = Told {
        table: name,
        detail: Detail::read(input.return_consumed_capacity.as_deref()),
        reading: Reading::consistent(input.consistent_read),
    };
    let Page {
        items,
        count,
        scanned_count,
        consumed_capacity,
        last_evaluated_key,
    } = read_page(
        items,
        source,
        filter.as_ref(),
        &selection,
        input.limit,
        &told,
    );
    Ok(QueryOutput {
        items,
        count: Some(count),
        scanned_count: Some(scanned_count),
        last_evaluated_key,
        consumed_capacity,
    })
}

/// A filter sees what the index holds, and nothing else, also where a local index could fetch the rest.
fn filter_is_projected(
    source: Source<'_>,
    index: &str,
    filter: &Condition<'_>,
) -> Result<(), ServiceError> {
    let Some(held) = source.projected_names() else {
        return Ok(());
    };
    let mut missing: Vec<String> = Vec::new();
    filter.each_attribute(&mut |name| {
        if !held.contains(&name) && !missing.iter().any(|known| known == name) {
            missing.push(name.to_owned());
        }
    });
    if missing.is_empty() {
        return Ok(());
    }
    Err(ServiceError::invalid_parameter(format_args!(
        "Secondary index {index} does not project one or more filter attributes: [{}]",
        missing.join(", ")
    )))
}

/// Whether a start key lies in what is queried. Its range key is looked at first, whatever its hash key is (record 10.25).
fn starts_inside(
    cursor: &Cursor,
    source: Source<'_>,
    condition: &KeyCondition,
) -> Result<(), ServiceError> {
    let (schema, position) = (source.schema(), cursor.position().as_bytes());
    let refused = |text: &str| Err(ServiceError::validation(text));
    let ranged = condition.range.is_some();
    if ranged {
        let range = schema.key_range(cursor.hash(), condition.range.as_ref())?;
        if !range.contains(position) {
            return refused("The provided starting key does not match the range key predicate");
        }
    }
    let collection = KeyRange::prefix(schema.hash_prefix(&condition.hash)?);
    match (collection.contains(position), ranged) {
        (true, _) => Ok(()),
        (false, true) => refused("The query can return at most one row and cannot be restarted"),
        (false, false) => refused(
            "The provided starting key is outside query boundaries based on provided conditions",
        ),
    }
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
