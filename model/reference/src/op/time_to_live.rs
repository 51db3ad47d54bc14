//! UpdateTimeToLive and DescribeTimeToLive (TTL-001..004, TTL-008).

use lookback_protocol::error::{ErrorCode, ServiceError};
use lookback_protocol::wire::ttl::{
    DescribeTimeToLiveInput, DescribeTimeToLiveOutput, TimeToLiveDescription,
    UpdateTimeToLiveInput, UpdateTimeToLiveOutput,
};

use crate::quotas::{TableOperation, admit_table_operation};
use crate::service::{Call, Service, internal_error};
use crate::table::Status;
use crate::tenant::table_name;

pub(crate) fn update_time_to_live(
    service: &mut Service,
    call: &Call<'_>,
    input: &UpdateTimeToLiveInput,
) -> Result<UpdateTimeToLiveOutput, ServiceError> {
    let name = table_name(&input.table_name, "tableName", call.caller)?;
    let serial = service.next_serial();
    let fixed_until_us = call.now_us + service.choices.ttl_change_interval_us(serial);
    let operations = admit_table_operation(service, call, TableOperation::Change);
    let wanted = &input.time_to_live_specification;
    let table = service
        .tenant(call.caller)
        .settled_table(name, call.now_us)?;
    match table.status(call.now_us) {
        Status::Active | Status::Updating => {}
        status => {
            let state = if status == Status::Creating {
                "created"
            } else {
                "deleted"
            };
            return Err(ServiceError::new(
                ErrorCode::ResourceInUseException,
                format!(
                    "Attempt to change a resource which is still in use: Table is being {state}: {name}"
                ),
            ));
        }
    }
    // What is asked for is judged before how often (TTL-004).
    match (&table.ttl.attribute, wanted.enabled) {
        (Some(current), _) if *current != wanted.attribute_name => {
            return Err(ServiceError::validation(format!(
                "TimeToLive is active on a different AttributeName: current AttributeName is {current}"
            )));
        }
        (Some(_), true) => return Err(ServiceError::validation("TimeToLive is already enabled")),
        (None, false) => return Err(ServiceError::validation("TimeToLive is already disabled")),
        (Some(_), false) | (None, true) => {}
    }
    if table
        .ttl
        .fixed_until_us
        .is_some_and(|until_us| call.now_us < until_us)
    {
        return Err(ServiceError::validation(
            "Time to live has been modified multiple times within a fixed interval",
        ));
    }
    operations?;
    table.ttl.fixed_until_us = Some(fixed_until_us);
    table.ttl.attribute = wanted.enabled.then(|| wanted.attribute_name.clone());
    let (store, name) = (table.store, table.name.clone());
    let lag = service.choices.expiry_lag(serial);
    let store = service.stores.get_mut(store).ok_or_else(internal_error)?;
    let tenant = service.tenants.entry(call.caller.clone()).or_default();
    if wanted.enabled {
        store.expire_by(wanted.attribute_name.clone(), call.now_us, lag);
        tenant.expiring.insert(name);
    } else {
        store.expire_nothing();
        tenant.expiring.remove(&name);
    }
    Ok(UpdateTimeToLiveOutput {
        time_to_live_specification: Some(wanted.clone()),
    })
}

pub(crate) fn describe_time_to_live(
    service: &mut Service,
    call: &Call<'_>,
    input: &DescribeTimeToLiveInput,
) -> Result<DescribeTimeToLiveOutput, ServiceError> {
    let name = table_name(&input.table_name, "tableName", call.caller)?;
    let table = service
        .tenant(call.caller)
        .settled_table(name, call.now_us)?;
    let status = table.status(call.now_us);
    if matches!(status, Status::Creating | Status::Deleting) {
        let state = status.name();
        return Err(ServiceError::validation(format!(
            "Cannot describe time to live while table is in {state} state: Current table state is {state}"
        )));
    }
    let description = match &table.ttl.attribute {
        Some(attribute) => TimeToLiveDescription {
            time_to_live_status: Some("ENABLED".to_owned()),
            attribute_name: Some(attribute.clone()),
        },
        None => TimeToLiveDescription {
            time_to_live_status: Some("DISABLED".to_owned()),
            attribute_name: None,
        },
    };
    Ok(DescribeTimeToLiveOutput {
        time_to_live_description: Some(description),
    })
}
