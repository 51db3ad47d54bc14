//! DeleteBackup (BACKUP-DELETE): at once and for good.

use lookback_protocol::error::{ErrorCode, ServiceError};
use lookback_protocol::wire::backup::{DeleteBackupInput, DeleteBackupOutput};

use super::backup_by_arn::{backup_address, backup_not_found};
use crate::backup::BackupKind;
use crate::calendar::iso_8601_shortest;
use crate::service::{Call, Service};

pub(crate) fn delete_backup(
    service: &mut Service,
    call: &Call<'_>,
    input: &DeleteBackupInput,
) -> Result<DeleteBackupOutput, ServiceError> {
    let arn = &input.backup_arn;
    let address = backup_address(arn, call.caller)?;
    let tenant = service.tenant(call.caller);
    let backup = tenant
        .backup(&address.key, call.now_us)
        .ok_or_else(|| backup_not_found(arn))?;
    if let (BackupKind::System, Some(expires_us)) = (backup.kind, backup.expires_us) {
        return Err(ServiceError::validation(format!(
            "Invalid Request: User is not allowed to delete the system backup with arn {arn}. It will automatically \
             expire on {}",
            iso_8601_shortest(expires_us)
        )));
    }
    let in_use = |text: String| Err(ServiceError::new(ErrorCode::BackupInUseException, text));
    if call.now_us < backup.restoring_until_us {
        return in_use(format!("Backup is being used to restore table: {arn}"));
    }
    if call.now_us < backup.available_us {
        // Documented, never seen on the live service: its backups are ready too soon (LIFECYCLE-009).
        return in_use(format!("Backup is being created: {arn}"));
    }
    let backup = tenant
        .remove_backup(&address.key)
        .ok_or_else(|| backup_not_found(arn))?;
    service.stores.let_go(&backup);
    let description = backup.describe(arn.clone(), "DELETED");
    Ok(DeleteBackupOutput {
        backup_description: Some(description),
    })
}
