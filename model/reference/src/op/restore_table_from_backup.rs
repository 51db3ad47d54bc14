//! RestoreTableFromBackup (RESTORE).

use lookback_protocol::error::{ErrorCode, ServiceError};
use lookback_protocol::wire::restore::{RestoreTableFromBackupInput, RestoreTableFromBackupOutput};

use super::backup_by_arn::{backup_address, backup_not_found};
use super::start_restore::{Restoration, check_target, start_restore};
use crate::caller::Caller;
use crate::restore::{Overrides, restored_definition};
use crate::service::{Call, Service};
use crate::table::{Billing, RestoreOrigin};

pub(crate) fn restore_table_from_backup(
    service: &mut Service,
    call: &Call<'_>,
    input: &RestoreTableFromBackupInput,
) -> Result<RestoreTableFromBackupOutput, ServiceError> {
    let arn = &input.backup_arn;
    let target = &input.target_table_name;
    let address = backup_address(arn, call.caller)?;
    if address.region != call.caller.region && input.sse_specification_override.is_none() {
        return Err(ServiceError::validation(
            "Invalid Request: sseSpecificationOverride must be provided for cross-region restores",
        ));
    }
    let home = Caller::new(call.caller.account.as_str(), address.region);
    service.settle(&home);
    let backup = service
        .tenants
        .get(&home)
        .and_then(|tenant| tenant.backup(&address.key, call.now_us))
        .ok_or_else(|| backup_not_found(arn))?;
    let overrides = Overrides {
        billing: input
            .billing_mode_override
            .as_deref()
            .map(Billing::from_name),
        throughput: input.provisioned_throughput_override.as_ref(),
        on_demand: input.on_demand_throughput_override.as_ref(),
        global_indexes: input.global_secondary_index_override.as_deref(),
        local_indexes: input.local_secondary_index_override.as_deref(),
        encryption: input.sse_specification_override.as_ref(),
    };
    let definition = restored_definition(&backup.source.definition, &overrides, call.caller)?;
    let restoration = Restoration {
        definition,
        source: backup.store,
        cut: backup.cut,
        origin: RestoreOrigin {
            source_backup_arn: Some(arn.clone()),
            source_table_arn: backup.source.arn.clone(),
            restored_to_us: backup.created_us,
        },
    };
    let (available_us, restoring_until_us) = (backup.available_us, backup.restoring_until_us);
    check_target(service, call, target)?;
    let in_use = |text: &str| {
        Err(ServiceError::new(
            ErrorCode::BackupInUseException,
            format!("{text}: {arn}"),
        ))
    };
    if call.now_us < available_us {
        return in_use("Backup is being created");
    }
    if call.now_us < restoring_until_us {
        return in_use("Backup is being used to restore another table");
    }
    let (description, active_us) = start_restore(service, call, target, restoration)?;
    if let Some(backup) = service.tenant(&home).backups.get_mut(&address.key) {
        backup.restoring_until_us = active_us;
    }
    Ok(RestoreTableFromBackupOutput {
        table_description: Some(description),
    })
}
