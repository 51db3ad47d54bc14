//! Quotas that only sources of one kind know: enforced where they are asked for, see [`Throttling`].
//!
//! Six documented quotas are enforced nowhere, because nothing that fits a reference server reaches them: 50 TB of
//! restores and 100 TB of exports at once (RATE-007, RATE-008), 15 TB and 5,000 objects of imports (RATE-009, RATE-010), item collections of 10 GB (TABLE-008), and pages of ListBackups of 1 MB, which a hundred
//! entries never fill (LIST-BACKUPS-012). How many backups are kept has no limit at all (RATE-014).

use lookback_protocol::error::{ErrorCode, ServiceError};

use crate::choices::{DAY_US, SECOND_US};
use crate::service::{Call, Service};
use crate::table::{Status, Table};
use crate::throttle::Throttling;

/// Table operations in progress at once: creations, updates, deletions and restores (RATE-012).
const TABLE_OPERATIONS_MAX: usize = 500;
/// Creations of tables with indexes in progress at once (RATE-012).
const INDEXED_CREATIONS_MAX: usize = 250;
/// Tables of one account in one region, by default (RATE-012).
const TABLES_MAX: usize = 2_500;
/// Exports of one account in one region at once (RATE-008).
const EXPORTS_MAX: usize = 300;
/// Imports of one account in one region at once (RATE-009).
const IMPORTS_MAX: usize = 50;
/// Decreases of capacity on one UTC day (TABLE-022).
const DECREASES_MAX: u64 = 27;
/// Decreases on one UTC day that need no quiet hour before them (TABLE-022).
const FREE_DECREASES: u64 = 4;
/// The quiet time before every other decrease.
const QUIET_US: i64 = 3_600 * SECOND_US;
/// Changes of the table class within [`CLASS_CHANGES_SPAN_US`] (TABLE-020).
pub(crate) const CLASS_CHANGES_MAX: usize = 2;
/// The time that counts for changes of the table class.
const CLASS_CHANGES_SPAN_US: i64 = 30 * DAY_US;
/// From one change of the deletion protection to the next (TABLE-015).
const PROTECTION_CHANGE_INTERVAL_US: i64 = 15 * SECOND_US;

/// What is about to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TableOperation {
    /// A table comes up, with or without secondary indexes.
    Create { indexed: bool },
    /// A table is filled by a restore.
    Restore,
    /// A table is changed or deleted.
    Change,
}

/// Whether one more table operation may begin (RATE-012).
///
/// # Errors
/// LimitExceededException.
pub(crate) fn admit_table_operation(
    service: &Service,
    call: &Call<'_>,
    operation: TableOperation,
) -> Result<(), ServiceError> {
    if service.throttling() != Throttling::Documented {
        return Ok(());
    }
    let Some(tenant) = service.tenants.get(call.caller) else {
        return Ok(());
    };
    let count = |counts: &dyn Fn(&Table) -> bool| {
        let tables = tenant.tables.values();
        tables.filter(|table| counts(table)).count()
    };
    if operation != TableOperation::Change && tenant.tables.len() >= TABLES_MAX {
        return Err(exceeded(format_args!(
            "There is a limit of {TABLES_MAX} tables per account and region"
        )));
    }
    if count(&|table| table.status(call.now_us) != Status::Active) >= TABLE_OPERATIONS_MAX {
        return Err(exceeded(format_args!(
            "Only {TABLE_OPERATIONS_MAX} table operations can be done simultaneously"
        )));
    }
    let indexed_creation = |table: &Table| {
        table.status(call.now_us) == Status::Creating
            && table.restored.is_none()
            && table.definition.indexes().next().is_some()
    };
    if operation == (TableOperation::Create { indexed: true })
        && count(&indexed_creation) >= INDEXED_CREATIONS_MAX
    {
        return Err(exceeded(format_args!(
            "Only {INDEXED_CREATIONS_MAX} tables with secondary indexes can be created simultaneously"
        )));
    }
    Ok(())
}

/// Whether one more export may begin (RATE-008).
///
/// # Errors
/// LimitExceededException.
pub(crate) fn admit_export(service: &Service, call: &Call<'_>) -> Result<(), ServiceError> {
    if service.throttling() != Throttling::Documented {
        return Ok(());
    }
    let tenant = service.tenants.get(call.caller);
    if tenant.is_none_or(|tenant| tenant.exports.running() < EXPORTS_MAX) {
        return Ok(());
    }
    Err(exceeded(format_args!(
        "Only {EXPORTS_MAX} exports can be done simultaneously"
    )))
}

/// Whether one more import may begin (RATE-009).
///
/// # Errors
/// LimitExceededException.
pub(crate) fn admit_import(service: &Service, call: &Call<'_>) -> Result<(), ServiceError> {
    if service.throttling() != Throttling::Documented {
        return Ok(());
    }
    let tenant = service.tenants.get(call.caller);
    if tenant.is_none_or(|tenant| tenant.imports.running(call.now_us) < IMPORTS_MAX) {
        return Ok(());
    }
    Err(exceeded(format_args!(
        "Only {IMPORTS_MAX} imports can be done simultaneously"
    )))
}

/// Whether the capacity of a table may be lowered now (TABLE-022).
///
/// # Errors
/// LimitExceededException.
pub(crate) fn admit_decrease(
    throttling: Throttling,
    table: &Table,
    now_us: i64,
) -> Result<(), ServiceError> {
    let changes = &table.throughput_changes;
    let today = changes.decreases_today(now_us);
    let quiet = changes
        .last_decrease_us(now_us)
        .is_none_or(|last_us| now_us >= last_us + QUIET_US);
    let admitted = today < FREE_DECREASES || today < DECREASES_MAX && quiet;
    if throttling != Throttling::Documented || admitted {
        return Ok(());
    }
    Err(exceeded(format_args!(
        "Provisioned throughput decreases are limited within a given UTC day: {today} were made today"
    )))
}

/// Whether the class of a table may be changed now (TABLE-020).
///
/// # Errors
/// LimitExceededException.
pub(crate) fn admit_class_change(
    throttling: Throttling,
    table: &Table,
    now_us: i64,
) -> Result<(), ServiceError> {
    let recent = |changed_us: &&i64| now_us < **changed_us + CLASS_CHANGES_SPAN_US;
    let changes = table.class_changes_us.iter().filter(recent).count();
    if throttling != Throttling::Documented || changes < CLASS_CHANGES_MAX {
        return Ok(());
    }
    Err(exceeded(format_args!(
        "The table class can be changed {CLASS_CHANGES_MAX} times within 30 days"
    )))
}

/// Whether the deletion protection of a table may be changed now (TABLE-015).
///
/// # Errors
/// ThrottlingException, with a time after which to try again.
pub(crate) fn admit_protection_change(
    throttling: Throttling,
    table: &Table,
    now_us: i64,
) -> Result<(), ServiceError> {
    let until_us = table.protection_changed_us.map_or(now_us, |changed_us| {
        changed_us + PROTECTION_CHANGE_INTERVAL_US
    });
    if throttling != Throttling::Observed || now_us >= until_us {
        return Ok(());
    }
    let wait_s = (until_us - now_us).div_euclid(SECOND_US) + 1;
    Err(ServiceError::new(
        ErrorCode::ThrottlingException,
        format!("Deletion protection was changed a moment ago. Retry after {wait_s} seconds"),
    ))
}

/// LimitExceededException (ERRORS-016).
fn exceeded(what: std::fmt::Arguments<'_>) -> ServiceError {
    ServiceError::new(
        ErrorCode::LimitExceededException,
        format!("Subscriber limit exceeded: {what}"),
    )
}
