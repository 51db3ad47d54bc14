//! CreateBackup (BACKUP-CREATE): a cut, a name and a frozen description. Costs the same for any size of table.

use lookback_protocol::error::{ErrorCode, ServiceError};
use lookback_protocol::wire::backup::{CreateBackupInput, CreateBackupOutput};

use crate::backup::{Backup, BackupKind, SourceTable};
use crate::choices::Mode;
use crate::draw::draw;
use crate::service::{Call, Service, internal_error};
use crate::store::Cut;
use crate::tenant::table_name;

pub(crate) fn create_backup(
    service: &mut Service,
    call: &Call<'_>,
    input: &CreateBackupInput,
) -> Result<CreateBackupOutput, ServiceError> {
    let name = table_name(&input.table_name, "tableName", call.caller)?;
    let serial = service.next_serial();
    let seed = service.choices.seed;
    let cut = cut_of_now(service, call, serial);
    let told_us = call.now_us - service.choices.backup_metadata_lag_us(serial);
    let available_us = call.now_us + service.choices.backup_creation_us(serial);
    let table = service
        .tenant(call.caller)
        .backup_table(name, call.now_us)?;
    if table.deletion.is_none() && call.now_us < table.backups_ready_us {
        return Err(backups_are_being_enabled(name));
    }
    let store_id = table.store;
    let store = service
        .stores
        .get_mut(store_id)
        .ok_or_else(internal_error)?;
    store.retention_mut().pin(&cut);
    let statistics = store.statistics(call.now_us);
    service.stores.hold(store_id);
    let tenant = service.tenant(call.caller);
    let table = tenant.known_table(name)?;
    let source = SourceTable::freeze(table, table.definition_at(told_us), statistics);
    let created_us = call.now_us - call.now_us.rem_euclid(1_000);
    let backup = Backup {
        id: tenant.backup_ids.next(seed, serial, created_us),
        name: input.backup_name.clone(),
        kind: BackupKind::User,
        created_us,
        visible_us: call.now_us,
        available_us,
        expires_us: None,
        source,
        store: store_id,
        cut,
        restoring_until_us: i64::MIN,
    };
    // The answer says CREATING whatever comes next (BACKUP-CREATE-003).
    let details = backup.details(backup.arn(), "CREATING");
    tenant.add_backup(backup);
    service.schedule(available_us);
    Ok(CreateBackupOutput {
        backup_details: Some(details),
    })
}

/// The cut of a backup, or of an export without a time, requested now (CONSISTENCY-001, EXPORT-FULL-009).
pub(super) fn cut_of_now(service: &Service, call: &Call<'_>, serial: u64) -> Cut {
    match service.choices.mode {
        Mode::Exact | Mode::Typical => Cut::Before {
            first_out: service.position(),
        },
        Mode::Adversarial => Cut::Spread {
            anchor_us: call.now_us,
            band_us: service.choices.band_us(),
            seed: draw(service.choices.seed, &serial.to_le_bytes()),
        },
    }
}

/// `Backups are being enabled for the table: <name>. Please retry later` (ERRORS-007).
pub(crate) fn backups_are_being_enabled(name: &str) -> ServiceError {
    ServiceError::new(
        ErrorCode::ContinuousBackupsUnavailableException,
        format!("Backups are being enabled for the table: {name}. Please retry later"),
    )
}
