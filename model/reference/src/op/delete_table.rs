//! DeleteTable (TABLE-012..014). Deleting a table deletes no item: backups go on holding their cuts.

use lookback_protocol::error::{ErrorCode, ServiceError};
use lookback_protocol::wire::table::{DeleteTableInput, DeleteTableOutput};

use super::describe_table::description;
use crate::quotas::{TableOperation, admit_table_operation};
use crate::service::{Call, Service};
use crate::table::{Deletion, Status};
use crate::tenant::table_name;

pub(crate) fn delete_table(
    service: &mut Service,
    call: &Call<'_>,
    input: &DeleteTableInput,
) -> Result<DeleteTableOutput, ServiceError> {
    let name = table_name(&input.table_name, "tableName", call.caller)?;
    let serial = service.next_serial();
    let gone_us = call.now_us + service.choices.table_deletion_us(serial);
    let admits_until_us = gone_us.min(call.now_us + service.choices.deletion_admission_us(serial));
    // Recovery that is switched off while it can be leaves none (SYSTEM-BACKUP-010).
    let system_backup_us =
        admits_until_us.max(call.now_us + service.choices.system_backup_us(serial));
    let operations = admit_table_operation(service, call, TableOperation::Change);
    let tenant = service.tenant(call.caller);
    let table = tenant.known_table(name)?;
    let state = match table.status(call.now_us) {
        Status::Creating => Some("created"),
        Status::Updating => Some("updated"),
        Status::Active | Status::Deleting => None,
    };
    if let Some(state) = state {
        return Err(ServiceError::new(
            ErrorCode::ResourceInUseException,
            format!(
                "Attempt to change a resource which is still in use: Table is being {state}: {name}"
            ),
        ));
    }
    if table.deletion.is_none() {
        if table.definition.deletion_protection {
            return Err(ServiceError::validation(
                "Resource cannot be deleted as it is currently protected against deletion. Disable deletion \
                 protection first.",
            ));
        }
        operations?;
        table.deletion = Some(Deletion {
            requested_us: call.now_us,
            admits_until_us,
            system_backup_us,
            backed_up: false,
        });
        tenant.deletions.insert((gone_us, name.to_owned()));
        if system_backup_us < gone_us {
            tenant.farewells.insert((system_backup_us, name.to_owned()));
            service.schedule(system_backup_us);
        }
        service.schedule(admits_until_us);
        service.schedule(gone_us);
    }
    Ok(DeleteTableOutput {
        table_description: Some(description(service, call, name)?),
    })
}
