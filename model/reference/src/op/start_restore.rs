//! What every restore does once it is admitted: a new table that holds a cut of the old one.

use lookback_protocol::error::{ErrorCode, ServiceError};
use lookback_protocol::wire::table::TableDescription;

use crate::quotas::{TableOperation, admit_table_operation};
use crate::service::{Call, NewTable, Service, internal_error};
use crate::store::{Cut, Store};
use crate::stores::StoreId;
use crate::table::{Billing, Definition, RestoreOrigin, Tags};

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
    admit_table_operation(service, call, TableOperation::Restore)?;
    let Restoration {
        definition,
        source,
        cut,
        origin,
    } = restoration;
    let serial = service.next_serial();
    let position = service.next_position();
    let source = service.stores.get(source).ok_or_else(internal_error)?;
    let table = NewTable {
        name: target.to_owned(),
        serial,
        creation_us: service.choices.restore_us(serial),
        restored: Some(origin),
        definition,
        store: Store::restored(source, &cut, position, service.choices.band_us()),
        tags: Tags::default(),
    };
    let (description, active_us) = service.add_table(call, table);
    let lowers_capacity = service.choices.restore_lowers_capacity();
    let tenant = service.tenant(call.caller);
    tenant.restores.insert((active_us, target.to_owned()));
    if lowers_capacity
        && let Some(table) = tenant.tables.get_mut(target)
        && table.definition.billing == Billing::Provisioned
    {
        table.throughput_changes.decrease(active_us);
    }
    Ok((description, active_us))
}
