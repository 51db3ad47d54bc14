//! DescribeTable (TABLE-002, ERRORS-021).

use lookback_protocol::error::ServiceError;
use lookback_protocol::wire::table::{DescribeTableInput, DescribeTableOutput, TableDescription};

use crate::service::{Call, Service, internal_error};
use crate::tenant::{resource_not_found, table_name};

pub(crate) fn describe_table(
    service: &mut Service,
    call: &Call<'_>,
    input: &DescribeTableInput,
) -> Result<DescribeTableOutput, ServiceError> {
    let name = table_name(&input.table_name, "tableName", call.caller)?;
    let visible_us = service.tenant(call.caller).known_table(name)?.visible_us;
    if call.now_us < visible_us {
        return Err(resource_not_found(name));
    }
    Ok(DescribeTableOutput {
        table: Some(description(service, call, name)?),
    })
}

/// The description of a table with the statistics of its store.
pub(crate) fn description(
    service: &mut Service,
    call: &Call<'_>,
    name: &str,
) -> Result<TableDescription, ServiceError> {
    let table = service.tenant(call.caller).known_table(name)?;
    table.settle_indexes(call.now_us);
    let tenant = service.tenants.get(call.caller);
    let table = tenant
        .and_then(|tenant| tenant.tables.get(name))
        .ok_or_else(internal_error)?;
    let store = service.stores.get(table.store);
    let figures = |index: Option<&str>| {
        let figures = store.and_then(|store| match index {
            None => Some(store.statistics(call.now_us)),
            Some(name) => Some(store.index(name)?.statistics(call.now_us)),
        });
        figures.unwrap_or_default()
    };
    Ok(table.describe(call.now_us, &figures))
}
