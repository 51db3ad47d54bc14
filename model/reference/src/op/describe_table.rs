//! DescribeTable (TABLE-002, ERRORS-021).

use lookback_protocol::error::ServiceError;
use lookback_protocol::wire::table::{DescribeTableInput, DescribeTableOutput, TableDescription};

use crate::service::{Call, Service};
use crate::tenant::table_name;

pub(crate) fn describe_table(
    service: &mut Service,
    call: &Call<'_>,
    input: &DescribeTableInput,
) -> Result<DescribeTableOutput, ServiceError> {
    let name = table_name(&input.table_name, "tableName", call.caller)?;
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
    let store = service.tenant(call.caller).known_table(name)?.store;
    let statistics = service
        .stores
        .get(store)
        .map_or((0, 0), |store| store.statistics(call.now_us));
    let table = service.tenant(call.caller).known_table(name)?;
    table.settle_indexes(call.now_us);
    Ok(table.describe(call.now_us, statistics))
}
