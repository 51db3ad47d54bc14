//! DescribeContinuousBackups and UpdateContinuousBackups (PITR-CFG).

use lookback_protocol::error::ServiceError;
use lookback_protocol::wire::Timestamp;
use lookback_protocol::wire::continuous_backups::{
    ContinuousBackupsDescription, DescribeContinuousBackupsInput, DescribeContinuousBackupsOutput,
    PointInTimeRecoveryDescription, UpdateContinuousBackupsInput, UpdateContinuousBackupsOutput,
};

use super::create_backup::backups_are_being_enabled;
use crate::service::{Call, Service};
use crate::table::Table;
use crate::tenant::table_name;

pub(crate) fn describe_continuous_backups(
    service: &mut Service,
    call: &Call<'_>,
    input: &DescribeContinuousBackupsInput,
) -> Result<DescribeContinuousBackupsOutput, ServiceError> {
    let name = table_name(&input.table_name, "tableName", call.caller)?;
    let tells_window_days = service.choices.tells_window_days();
    let table = service
        .tenant(call.caller)
        .backup_table(name, call.now_us)?;
    Ok(DescribeContinuousBackupsOutput {
        continuous_backups_description: Some(describe(table, call.now_us, tells_window_days)),
    })
}

pub(crate) fn update_continuous_backups(
    service: &mut Service,
    call: &Call<'_>,
    input: &UpdateContinuousBackupsInput,
) -> Result<UpdateContinuousBackupsOutput, ServiceError> {
    let name = table_name(&input.table_name, "tableName", call.caller)?;
    let wanted = &input.point_in_time_recovery_specification;
    let period_days = wanted.recovery_period_in_days.map(i64::from);
    if !wanted.point_in_time_recovery_enabled && period_days.is_some() {
        return Err(ServiceError::validation(
            "Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery.",
        ));
    }
    let serial = service.next_serial();
    let tells_window_days = service.choices.tells_window_days();
    let lag_us = service.choices.latest_restorable_lag_us(serial);
    let position = service.position();
    let table = service
        .tenant(call.caller)
        .backup_table(name, call.now_us)?;
    if wanted.point_in_time_recovery_enabled {
        if table.deletion.is_none() && call.now_us < table.backups_ready_us {
            return Err(backups_are_being_enabled(name));
        }
        table.pitr.enable(position, period_days, lag_us);
    } else {
        table.pitr.disable();
    }
    let description = describe(table, call.now_us, tells_window_days);
    let (store, window) = (table.store, table.pitr.window().copied());
    if let Some(store) = service.stores.get_mut(store) {
        store.retention_mut().set_window(window);
    }
    Ok(UpdateContinuousBackupsOutput {
        continuous_backups_description: Some(description),
    })
}

/// ContinuousBackupsStatus turns ENABLED by itself and is not the recovery switch (PITR-CFG-002); the window is
/// only told while recovery is on (PITR-CFG-003, -004).
fn describe(table: &Table, now_us: i64, tells_window_days: bool) -> ContinuousBackupsDescription {
    let ready = now_us >= table.backups_ready_us || table.pitr.window().is_some();
    let recovery = match table.pitr.window() {
        Some(window) => PointInTimeRecoveryDescription {
            point_in_time_recovery_status: Some("ENABLED".to_owned()),
            recovery_period_in_days: Some(window.period_days as i32),
            earliest_restorable_date_time: Some(Timestamp(window.earliest_us(now_us))),
            latest_restorable_date_time: Some(Timestamp(window.latest_us(now_us))),
            point_in_time_recovery_window_days: tells_window_days
                .then_some(window.period_days as i32),
        },
        None => PointInTimeRecoveryDescription {
            point_in_time_recovery_status: Some("DISABLED".to_owned()),
            ..PointInTimeRecoveryDescription::default()
        },
    };
    ContinuousBackupsDescription {
        continuous_backups_status: if ready { "ENABLED" } else { "DISABLED" }.to_owned(),
        point_in_time_recovery_description: Some(recovery),
    }
}
