//! The indexes of a restored table: a subset of the source's, renamed or not, never extended
//! (RESTORE-017..021, -025, -026).

use std::collections::BTreeSet;

use lookback_protocol::error::ServiceError;
use lookback_protocol::wire::index::Projection;
use lookback_protocol::wire::table::KeySchemaElement;

use super::settings::Overrides;
use crate::table::{
    Billing, Definition, GlobalIndex, Index, Throughput, key_schema_to_wire, on_demand_maxima,
};

pub(super) fn restored_local_indexes(
    source: &Definition,
    overrides: &Overrides<'_>,
) -> Result<Vec<Index>, ServiceError> {
    let Some(wanted) = overrides.local_indexes else {
        return Ok(source.local_indexes.clone());
    };
    wanted
        .iter()
        .map(|wish| {
            let matching = source
                .local_indexes
                .iter()
                .find(|index| is_like(index, &wish.key_schema, &wish.projection));
            let index = matching.ok_or_else(|| no_such_index(&wish.index_name))?;
            Ok(Index {
                name: wish.index_name.clone(),
                ..index.clone()
            })
        })
        .collect()
}

pub(super) fn restored_global_indexes(
    source: &Definition,
    overrides: &Overrides<'_>,
    billing: Billing,
) -> Result<Vec<GlobalIndex>, ServiceError> {
    let Some(wanted) = overrides.global_indexes else {
        return inherited(source, billing);
    };
    wanted
        .iter()
        .map(|wish| {
            let name = &wish.index_name;
            let matching = source
                .kept_global_indexes()
                .find(|global| is_like(&global.index, &wish.key_schema, &wish.projection))
                .ok_or_else(|| no_such_index(name))?;
            let throughput = match (billing, &wish.provisioned_throughput) {
                (Billing::Provisioned, Some(throughput)) => throughput.into(),
                (Billing::Provisioned, None) => {
                    return Err(ServiceError::validation(format!(
                        "Must specify provisioned throughput for index {name}"
                    )));
                }
                (Billing::PayPerRequest, None) => Throughput::default(),
                (Billing::PayPerRequest, Some(_)) => {
                    return Err(ServiceError::validation(format!(
                        "Cannot override ProvisionedThroughput if BillingMode is overridden to PAY_PER_REQUEST for \
                         index {name}"
                    )));
                }
            };
            Ok(GlobalIndex {
                index: Index { name: name.clone(), ..matching.index.clone() },
                throughput,
                on_demand: match &wish.on_demand_throughput {
                    Some(maxima) => on_demand_maxima(billing, Some(maxima))?,
                    None if billing == Billing::PayPerRequest => matching.on_demand.clone(),
                    None => None,
                },
                active_us: i64::MIN,
                gone_us: None,
            })
        })
        .collect()
}

/// All global indexes of the source, with capacity that fits the billing mode (record 2.19, 2.22).
fn inherited(source: &Definition, billing: Billing) -> Result<Vec<GlobalIndex>, ServiceError> {
    source
        .kept_global_indexes()
        .map(|global| {
            if billing == Billing::Provisioned && source.billing == Billing::PayPerRequest {
                return Err(ServiceError::invalid_parameter(format_args!(
                    "GlobalSecondaryIndexOverride must be specified for index: {} when BillingModeOverride is \
                     PROVISIONED",
                    global.index.name
                )));
            }
            let (throughput, on_demand) = match billing {
                Billing::Provisioned => (global.throughput, None),
                Billing::PayPerRequest => (Throughput::default(), global.on_demand.clone()),
            };
            let index = global.index.clone();
            Ok(GlobalIndex { index, throughput, on_demand, active_us: i64::MIN, gone_us: None })
        })
        .collect()
}

/// Whether an override means this index: by key schema and projection; its name does not matter (RESTORE-021).
fn is_like(index: &Index, key_schema: &[KeySchemaElement], projection: &Projection) -> bool {
    fn included(projection: &Projection) -> BTreeSet<&str> {
        projection
            .non_key_attributes
            .iter()
            .flatten()
            .map(String::as_str)
            .collect()
    }
    key_schema_to_wire(&index.schema) == key_schema
        && index.projection.projection_type == projection.projection_type
        && included(&index.projection) == included(projection)
}

fn no_such_index(name: &str) -> ServiceError {
    ServiceError::validation(format!(
        "Index {name} does not match a secondary index that existed in the source table and cannot be created during \
         the restore operation"
    ))
}
