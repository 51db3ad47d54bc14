//! DescribeBackup (BACKUP-DESCRIBE).

use lookback_protocol::error::ServiceError;
use lookback_protocol::wire::backup::{DescribeBackupInput, DescribeBackupOutput};

use super::backup_by_arn::{backup_address, backup_not_found};
use crate::service::{Call, Service};

pub(crate) fn describe_backup(
    service: &mut Service,
    call: &Call<'_>,
    input: &DescribeBackupInput,
) -> Result<DescribeBackupOutput, ServiceError> {
    let address = backup_address(&input.backup_arn, call.caller)?;
    let tenant = service.tenant(call.caller);
    let backup = tenant
        .backup(&address.key, call.now_us)
        .ok_or_else(|| backup_not_found(&input.backup_arn))?;
    let description = backup.describe(input.backup_arn.clone(), backup.status(call.now_us));
    Ok(DescribeBackupOutput {
        backup_description: Some(description),
    })
}
