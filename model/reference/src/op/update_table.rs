//! UpdateTable (TABLE-009, -010, -011, -015, -020, -024).

use std::collections::BTreeSet;

use lookback_protocol::error::{ErrorCode, ServiceError};
use lookback_protocol::wire::index::GlobalSecondaryIndexUpdate;
use lookback_protocol::wire::table::{UpdateTableInput, UpdateTableOutput};

use super::describe_table::description;
use crate::quotas::{
    TableOperation, admit_class_change, admit_decrease, admit_protection_change,
    admit_table_operation,
};
use crate::service::{Call, Service};
use crate::store::IndexStore;
use crate::table::{
    Billing, Definition, GLOBAL_INDEXES_MAX, GlobalIndex, Status, Table, Throughput, WarmTimes,
    attribute_kinds, check_update, encryption, index, index_throughput, on_demand_maxima, stream,
    table_throughput, too_many_global_indexes,
};
use crate::tenant::table_name;
use crate::throttle::Throttling;

pub(crate) fn update_table(
    service: &mut Service,
    call: &Call<'_>,
    input: &UpdateTableInput,
) -> Result<UpdateTableOutput, ServiceError> {
    let name = table_name(&input.table_name, "tableName", call.caller)?;
    if changes_nothing(input) {
        return Err(ServiceError::validation(
            "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, \
             SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, \
             MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is \
             required",
        ));
    }
    check_update(input)?;
    let serial = service.next_serial();
    let updated_us = call.now_us + service.choices.table_update_us(serial);
    let index_active_us = call.now_us + service.choices.index_creation_us(serial);
    let lag = service.choices.global_index_lag(serial);
    let times = WarmTimes {
        now_us: call.now_us,
        updated_us,
        warm_us: call.now_us + service.choices.warming_us(serial),
    };
    let throttling = service.throttling();
    let operations = admit_table_operation(service, call, TableOperation::Change);
    let table = service
        .tenant(call.caller)
        .settled_table(name, call.now_us)?;
    match table.status(call.now_us) {
        Status::Active => operations?,
        status => {
            return Err(ServiceError::new(
                ErrorCode::ResourceInUseException,
                format!(
                    "Attempt to change a resource which is still in use: Table is being {}: {name}",
                    match status {
                        Status::Creating => "created",
                        Status::Deleting => "deleted",
                        Status::Active | Status::Updating => "updated",
                    }
                ),
            ));
        }
    }
    let store = table.store;
    let mut definition = (*table.definition).clone();
    change_billing(&mut definition, input)?;
    change_stream(&mut definition, input, name)?;
    if input.sse_specification.is_some() {
        definition.encryption = encryption(input.sse_specification.as_ref(), call.caller)?;
    }
    if let Some(protection) = input.deletion_protection_enabled {
        definition.deletion_protection = protection;
    }
    if let Some(class) = &input.table_class {
        definition.infrequent_access = class == "STANDARD_INFREQUENT_ACCESS";
    }
    let updates = input
        .global_secondary_index_updates
        .as_deref()
        .unwrap_or_default();
    let added = change_indexes(&mut definition, input, updates, index_active_us)?;
    definition.check_names()?;
    let warm = table.warm.updated(input, &definition, times)?;
    admit_changes(throttling, table, &definition, call.now_us)?;
    remember_changes(table, &definition, call.now_us);
    let removed: Vec<String> = definition
        .global_indexes
        .iter()
        .filter(|global| global.gone_us == Some(index_active_us))
        .map(|global| global.index.name.clone())
        .collect();
    table.redefine(definition);
    table.warm = warm;
    table.updated_us = if updates.is_empty() {
        updated_us
    } else {
        index_active_us.max(updated_us)
    };
    let due_us = table.updated_us;
    service.schedule(due_us);
    if input.warm_throughput.is_some() {
        service.schedule(times.warm_us);
    }
    if let Some(store) = service.stores.get_mut(store) {
        for index in added {
            store.add_index(index.lagging(lag));
        }
        for name in removed {
            store.remove_index(&name);
        }
    }
    Ok(UpdateTableOutput {
        table_description: Some(description(service, call, name)?),
    })
}

/// Whether a request asks for no change at all (TABLE-009).
fn changes_nothing(input: &UpdateTableInput) -> bool {
    let unchanged = UpdateTableInput {
        table_name: input.table_name.clone(),
        attribute_definitions: input.attribute_definitions.clone(),
        ..UpdateTableInput::default()
    };
    *input == unchanged
}

fn change_billing(
    definition: &mut Definition,
    input: &UpdateTableInput,
) -> Result<(), ServiceError> {
    let billing = input
        .billing_mode
        .as_deref()
        .map_or(definition.billing, Billing::from_name);
    let switched = billing != definition.billing;
    let given = input.provisioned_throughput.as_ref();
    if switched || given.is_some() {
        let throughput = table_throughput(billing, given)?;
        if !switched && throughput == definition.throughput {
            return Err(ServiceError::validation(format!(
                "The provisioned throughput for the table will not change. The requested value equals the current \
                 value. Current ReadCapacityUnits provisioned for the table: {}. Requested ReadCapacityUnits: {}. \
                 Current WriteCapacityUnits provisioned for the table: {}. Requested WriteCapacityUnits: {}.",
                definition.throughput.read,
                throughput.read,
                definition.throughput.write,
                throughput.write
            )));
        }
        definition.throughput = throughput;
    }
    if switched {
        definition.billing = billing;
        definition.on_demand = None;
        for global in &mut definition.global_indexes {
            global.on_demand = None;
            let updates = input
                .global_secondary_index_updates
                .as_deref()
                .unwrap_or_default();
            let given = updates
                .iter()
                .filter_map(|update| update.update.as_ref())
                .find(|update| update.index_name == global.index.name)
                .and_then(|update| update.provisioned_throughput.as_ref());
            global.throughput = match billing {
                Billing::PayPerRequest => Throughput::default(),
                Billing::Provisioned => index_throughput(&global.index.name, billing, given)?,
            };
        }
    }
    if input.on_demand_throughput.is_some() {
        definition.on_demand = on_demand_maxima(billing, input.on_demand_throughput.as_ref())?;
    }
    Ok(())
}

fn change_stream(
    definition: &mut Definition,
    input: &UpdateTableInput,
    name: &str,
) -> Result<(), ServiceError> {
    if input.stream_specification.is_none() {
        return Ok(());
    }
    let wanted = stream(input.stream_specification.as_ref())?;
    match (&definition.stream, &wanted) {
        (Some(_), Some(_)) => {
            return Err(ServiceError::validation(format!(
                "Table already has an enabled stream: TableName: {name}"
            )));
        }
        (None, None) => {
            return Err(ServiceError::validation(format!(
                "Table has no stream to disable: TableName: {name}"
            )));
        }
        _ => definition.stream = wanted,
    }
    Ok(())
}

/// Adds, changes and removes global indexes; gives the ones to fill.
fn change_indexes(
    definition: &mut Definition,
    input: &UpdateTableInput,
    updates: &[GlobalSecondaryIndexUpdate],
    done_us: i64,
) -> Result<Vec<IndexStore>, ServiceError> {
    let online = updates
        .iter()
        .filter(|update| update.create.is_some() || update.delete.is_some())
        .count();
    if online > 1 {
        return Err(ServiceError::new(
            ErrorCode::LimitExceededException,
            "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
        ));
    }
    check_one_change_each(updates)?;
    let mut added = Vec::new();
    for update in updates {
        if let Some(create) = &update.create {
            let mut definitions = definition.attribute_definitions();
            for given in input.attribute_definitions.as_deref().unwrap_or_default() {
                if !definitions
                    .iter()
                    .any(|known| known.attribute_name == given.attribute_name)
                {
                    definitions.push(given.clone());
                }
            }
            let kinds = attribute_kinds(&definitions)?;
            let index = index(
                &create.index_name,
                &create.key_schema,
                &create.projection,
                &kinds,
            )?;
            if definition.indexes().any(|known| known.name == index.name) {
                return Err(ServiceError::validation(
                    "Attempting to create an index which already exists",
                ));
            }
            if definition.kept_global_indexes().count() >= GLOBAL_INDEXES_MAX {
                return Err(too_many_global_indexes());
            }
            added.push(definition.index_store(&index));
            definition.global_indexes.push(GlobalIndex {
                throughput: index_throughput(
                    &create.index_name,
                    definition.billing,
                    create.provisioned_throughput.as_ref(),
                )?,
                on_demand: on_demand_maxima(
                    definition.billing,
                    create.on_demand_throughput.as_ref(),
                )?,
                active_us: done_us,
                gone_us: None,
                index,
            });
        }
        if let Some(delete) = &update.delete {
            index_mut(definition, &delete.index_name)?.gone_us = Some(done_us);
        }
        if let Some(change) = &update.update {
            let billing = definition.billing;
            let global = index_mut(definition, &change.index_name)?;
            if change.provisioned_throughput.is_some() {
                global.throughput = index_throughput(
                    &change.index_name,
                    billing,
                    change.provisioned_throughput.as_ref(),
                )?;
            }
            if change.on_demand_throughput.is_some() {
                global.on_demand = on_demand_maxima(billing, change.on_demand_throughput.as_ref())?;
            }
        }
    }
    Ok(added)
}

/// Each entry asks for one change, and of each index only one.
fn check_one_change_each(updates: &[GlobalSecondaryIndexUpdate]) -> Result<(), ServiceError> {
    let mut names = BTreeSet::new();
    for update in updates {
        let updated = update.update.as_ref().map(|it| &it.index_name);
        let created = update.create.as_ref().map(|it| &it.index_name);
        let deleted = update.delete.as_ref().map(|it| &it.index_name);
        let mut asked = [updated, created, deleted].into_iter().flatten();
        let (Some(name), None) = (asked.next(), asked.next()) else {
            return Err(ServiceError::invalid_parameter(
                "Each GlobalSecondaryIndexUpdate must have exactly one of Update, Create and Delete",
            ));
        };
        if !names.insert(name) {
            return Err(ServiceError::invalid_parameter(format_args!(
                "Only one global secondary index update per index is allowed simultaneously. Index: {name}"
            )));
        }
    }
    Ok(())
}

fn index_mut<'a>(
    definition: &'a mut Definition,
    name: &str,
) -> Result<&'a mut GlobalIndex, ServiceError> {
    definition
        .global_indexes
        .iter_mut()
        .find(|global| global.index.name == name && global.gone_us.is_none())
        .ok_or_else(|| {
            ServiceError::new(
                ErrorCode::ResourceNotFoundException,
                "Requested resource not found",
            )
        })
}

/// Whether the quotas on how often settings change admit these.
fn admit_changes(
    throttling: Throttling,
    table: &Table,
    definition: &Definition,
    now_us: i64,
) -> Result<(), ServiceError> {
    let before = &table.definition;
    if lowers_capacity(before, definition) {
        admit_decrease(throttling, table, now_us)?;
    }
    if definition.infrequent_access != before.infrequent_access {
        admit_class_change(throttling, table, now_us)?;
    }
    if definition.deletion_protection != before.deletion_protection {
        admit_protection_change(throttling, table, now_us)?;
    }
    Ok(())
}

/// Whether a table that was and stays provisioned gets less capacity.
fn lowers_capacity(before: &Definition, after: &Definition) -> bool {
    let (old, new) = (before.throughput, after.throughput);
    before.billing == after.billing
        && before.billing == Billing::Provisioned
        && (new.read < old.read || new.write < old.write)
}

/// Notes when which kind of change was made, as DescribeTable tells it.
fn remember_changes(table: &mut Table, definition: &Definition, now_us: i64) {
    if definition.billing != table.definition.billing {
        table.forget_on_demand();
    } else if definition.on_demand != table.definition.on_demand {
        table.remember_on_demand(now_us);
    }
    let before = &table.definition;
    if definition.billing != before.billing {
        table.billing_was_switched = true;
        if definition.billing == Billing::PayPerRequest {
            table.on_demand_since_us = Some(now_us);
        }
    } else if definition.billing == Billing::Provisioned {
        let (old, new) = (before.throughput, definition.throughput);
        if new.read > old.read || new.write > old.write {
            table.throughput_changes.increased_us = Some(now_us);
        }
        if lowers_capacity(before, definition) {
            table.throughput_changes.decrease(now_us);
        }
    }
    if definition.infrequent_access != before.infrequent_access {
        table.remember_class_change(now_us);
    }
    if table.definition.deletion_protection != definition.deletion_protection {
        table.protection_changed_us = Some(now_us);
    }
    if definition.stream.is_some() && table.definition.stream.is_none() {
        table.stream_since_us = now_us;
    }
}
