//! Scan (ITEM-021, ITEM-022): a whole table or index, optionally in parallel segments.

use std::sync::Arc;

use lookback_protocol::error::ServiceError;
use lookback_protocol::expression::Placeholders;
use lookback_protocol::expression::legacy::{Conditions, check_not_mixed};
use lookback_protocol::key::KeyRange;
use lookback_protocol::value::{AttributeValue, Item};
use lookback_protocol::wire::query::{ScanInput, ScanOutput};

use super::capacity::{Detail, Reading};
use super::cursor::Cursor;
use super::item_call::{refuse_unused, values_from_wire};
use super::page::{Filtering, FilteringInput, Page, Selection, Source, Told, read_page};
use super::query::items;
use crate::draw::draw;
use crate::service::{Call, Service, internal_error};
use crate::tenant::table_name;

pub(crate) fn scan(
    service: &mut Service,
    call: &Call<'_>,
    input: ScanInput,
) -> Result<ScanOutput, ServiceError> {
    let name = table_name(&input.table_name, "tableName", call.caller)?;
    let operator = input.conditional_operator.as_deref();
    check_not_mixed(
        &[
            ("AttributesToGet", input.attributes_to_get.is_some()),
            ("ScanFilter", input.scan_filter.is_some()),
            ("ConditionalOperator", operator.is_some()),
        ],
        &[
            (
                "ProjectionExpression",
                input.projection_expression.is_some(),
            ),
            ("FilterExpression", input.filter_expression.is_some()),
        ],
    )?;
    let names = input.expression_attribute_names.as_ref();
    if input.filter_expression.is_none() && input.projection_expression.is_none() {
        let values = input.expression_attribute_values.as_ref();
        refuse_unused(names, values, "FilterExpression is null")?;
    }
    // Segments come before other faults of names, values and expressions (record 10.33).
    let scan_filter = Conditions::of_filter(input.scan_filter, operator)?;
    let segment = segment(input.segment, input.total_segments)?;
    let values = values_from_wire(input.expression_attribute_values)?;
    let mut placeholders = Placeholders::new(names, values.as_ref())?;
    let filtering = FilteringInput {
        filter_expression: input.filter_expression.as_deref(),
        projection_expression: input.projection_expression.as_deref(),
        filter: &scan_filter,
        attributes_to_get: input.attributes_to_get.as_deref(),
    };
    let Filtering { filter, wanted } = Filtering::parse(filtering, &mut placeholders)?;
    placeholders.finish()?;

    let table = service.tenant(call.caller).data_table(name, call.now_us)?;
    let (definition, store) = (Arc::clone(&table.definition), table.store);
    let source = Source::find(
        &definition,
        input.index_name.as_deref(),
        input.consistent_read.unwrap_or(false),
        call.now_us,
    )?;
    let selection = Selection::new(source, input.select.as_deref(), wanted, false)?;
    let cursor = Cursor::read(input.exclusive_start_key, source)?;
    if let (Some(segment), Some(cursor)) = (segment, &cursor) {
        segment.admit(cursor)?;
    }
    let store = service.stores.get_mut(store).ok_or_else(internal_error)?;
    if let Some(index) = source.index {
        store.settle_index(&index.name, call.now_us);
    }
    let hash = &source.schema().hash.name;
    let inside = |item: &&Arc<Item>| segment.is_none_or(|segment| segment.holds(item.get(hash)));
    let items = items(store, source, KeyRange::all(), cursor.as_ref(), true)?.filter(inside);
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
    Ok(ScanOutput {
        items,
        count: Some(count),
        scanned_count: Some(scanned_count),
        last_evaluated_key,
        consumed_capacity,
    })
}

/// One segment of a parallel scan.
#[derive(Clone, Copy)]
struct Segment {
    number: u64,
    total: u64,
}

impl Segment {
    /// Whether the items of this hash value belong to this segment: all of them belong to the same one.
    fn holds(self, hash: Option<&AttributeValue>) -> bool {
        let text = hash.map(|value| format!("{value:?}")).unwrap_or_default();
        draw(0, text.as_bytes()) % self.total == self.number
    }

    /// A segment goes on after one of its own keys only (record 10.26).
    fn admit(self, cursor: &Cursor) -> Result<(), ServiceError> {
        if self.holds(Some(cursor.hash())) {
            return Ok(());
        }
        Err(ServiceError::validation(format!(
            "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with \
             correct Segment. TotalSegments: {} Segment: {}",
            self.total, self.number
        )))
    }
}

/// Segment and TotalSegments come together, and the one is below the other (ITEM-021).
fn segment(number: Option<i32>, total: Option<i32>) -> Result<Option<Segment>, ServiceError> {
    match (number, total) {
        (None, None) => Ok(None),
        (Some(number), Some(total)) if number < total => {
            let (number, total) = (number.max(0).unsigned_abs(), total.max(1).unsigned_abs());
            Ok(Some(Segment {
                number: number.into(),
                total: total.into(),
            }))
        }
        (Some(number), Some(total)) => Err(ServiceError::validation(format!(
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: {number} is \
             not less than TotalSegments: {total}"
        ))),
        (Some(_), None) => Err(ServiceError::validation(
            "The TotalSegments parameter is required but was not present in the request when Segment parameter is \
             present",
        )),
        (None, Some(_)) => Err(ServiceError::validation(
            "The Segment parameter is required but was not present in the request when parameter TotalSegments is \
             present",
        )),
    }
}
