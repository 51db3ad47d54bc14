//! ListTables (TABLE-017).

use std::ops::Bound;

use lookback_protocol::error::ServiceError;
use lookback_protocol::wire::table::{ListTablesInput, ListTablesOutput};

use crate::service::{Call, Service};

/// Names on one page.
const PAGE_MAX: usize = 100;

pub(crate) fn list_tables(
    service: &mut Service,
    call: &Call<'_>,
    input: &ListTablesInput,
) -> Result<ListTablesOutput, ServiceError> {
    let limit = input
        .limit
        .map_or(PAGE_MAX, |limit| usize::try_from(limit).unwrap_or(PAGE_MAX));
    let start = input
        .exclusive_start_table_name
        .as_deref()
        .map_or(Bound::Unbounded, Bound::Excluded);
    let tables = &service.tenant(call.caller).tables;
    let mut rest = tables
        .range::<str, _>((start, Bound::Unbounded))
        .map(|(name, _)| name);
    let names: Vec<String> = rest.by_ref().take(limit).cloned().collect();
    let last = rest.next().and_then(|_| names.last().cloned());
    Ok(ListTablesOutput {
        table_names: Some(names),
        last_evaluated_table_name: last,
    })
}
