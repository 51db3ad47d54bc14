//! What every restore does once it is admitted: a new table that holds a cut of the old one.

use std::sync::Arc;

use lookback_protocol::error::{ErrorCode, ServiceError};
use lookback_protocol::wire::table::TableDescription;

use crate::arn::table_arn;
use crate::ids::table_id;
use crate::service::{Call, Service, internal_error};
use crate::store::{Cut, IndexStore, Store};
use crate::stores::StoreId;
use crate::table::{
    Billing, Definition, PointInTimeRecovery, RestoreOrigin, Table, Tags, ThroughputChanges, Ttl,
};

/// Restores of one account at one time, of any kind (RESTORE-028, record 2.26).
const CONCURRENT_RESTORES_MAX: usize = 50;

/// An admitted restore: which settings, and whose items as of which cut.
pub(crate) struct Restoration {
    pub definition: Definition,
    pub source: StoreId,
    pub cut: Cut,
    pub origin: RestoreOrigin,
}

/// The target must be a new name (RESTORE-005, -012, -013).
pub(crate) fn check_target(
    service: &mut Service,
    call: &Call<'_>,
    target: &str,
) -> Result<(), ServiceError> {
    let Some(table) = service.tenant(call.caller).tables.get(target) else {
        return Ok(());
    };
    let origin = table
        .restored
        .as_ref()
        .filter(|_| table.is_restoring(call.now_us));
    Err(
        match origin.map(|origin| origin.source_backup_arn.as_ref()) {
            Some(Some(arn)) => ServiceError::new(
                ErrorCode::TableInUseException,
                format!("Table: {target} is already being restored from backup: {arn}"),
            ),
            Some(None) => ServiceError::new(
                ErrorCode::TableInUseException,
                format!("Table: {target} is already being restored"),
            ),
            None => ServiceError::new(
                ErrorCode::TableAlreadyExistsException,
                format!("Table already exists: {target}"),
            ),
        },
    )
}

/// Makes the table, CREATING and already filled; gives its description and when it turns ACTIVE.
pub(crate) fn start_restore(
    service: &mut Service,
    call: &Call<'_>,
    target: &str,
    restoration: Restoration,
) -> Result<(TableDescription, i64), ServiceError> {
    if service.tenant(call.caller).restores.len() >= CONCURRENT_RESTORES_MAX {
        return Err(ServiceError::new(
            ErrorCode::LimitExceededException,
            "Subscriber limit exceeded: Only 50 restore operations can be done simultaneously",
        ));
    }
    let Restoration {
        definition,
        source,
        cut,
        origin,
    } = restoration;
    let serial = service.next_serial();
    let position = service.next_position();
    let source = service.stores.get(source).ok_or_else(internal_error)?;
    let mut store = Store::restored(source, &cut, position);
    for index in definition.indexes() {
        store.add_index(IndexStore::new(index.name.clone(), index.schema.clone()));
    }
    let active_us = call.now_us + service.choices.restore_us(serial);
    let backups_ready_us = active_us + service.choices.backups_enabling_us(serial);
    let on_demand = definition.billing == Billing::PayPerRequest;
    let table = Table {
        name: target.to_owned(),
        id: table_id(service.choices.seed, serial),
        arn: table_arn(call.caller, target),
        created_us: call.now_us,
        active_us,
        backups_ready_us,
        updated_us: active_us,
        restored: Some(origin),
        deletion: None,
        rules: Arc::new(definition.item_rules()),
        definition: Arc::new(definition),
        store: service.stores.add(store),
        ttl: Ttl::default(),
        tags: Tags::default(),
        pitr: PointInTimeRecovery::default(),
        stream_since_us: call.now_us,
        on_demand_since_us: on_demand.then_some(call.now_us),
        billing_was_switched: false,
        class_changed_us: None,
        throughput_changes: ThroughputChanges::default(),
    };
    service.schedule(active_us);
    service.schedule(backups_ready_us);
    let description = table.describe(call.now_us, (0, 0));
    let tenant = service.tenant(call.caller);
    tenant.restores.insert((active_us, target.to_owned()));
    tenant.tables.insert(target.to_owned(), table);
    Ok((description, active_us))
}
