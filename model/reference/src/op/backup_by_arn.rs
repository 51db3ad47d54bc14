//! Which backup an ARN means, or why it means none (VALIDATION-006, -009, -010; record 1.17).

use lookback_protocol::error::{ErrorCode, ServiceError};

use crate::arn::{Arn, is_artefact_id, is_resource_name};
use crate::backup::BackupKey;
use crate::caller::Caller;
use crate::tenant::access_denied;

/// A well-formed backup ARN of the caller's account.
pub(crate) struct BackupAddress<'a> {
    pub key: BackupKey,
    /// The region that the ARN names: DescribeBackup and DeleteBackup do not care, a restore does.
    pub region: &'a str,
}

/// Reads a backup ARN.
pub(crate) fn backup_address<'a>(
    text: &'a str,
    caller: &Caller,
) -> Result<BackupAddress<'a>, ServiceError> {
    let invalid = || ServiceError::validation("Invalid Backup ARN");
    let arn = Arn::parse(text).ok_or_else(invalid)?;
    let Some(("backup", id)) = arn.child else {
        return Err(invalid());
    };
    if !is_resource_name(arn.table) || !is_artefact_id(id) {
        return Err(invalid());
    }
    if arn.region.is_empty() || arn.account != caller.account {
        return Err(access_denied());
    }
    if !arn.is_of_dynamodb(caller) {
        return Err(ServiceError::validation("BackupArn is not valid"));
    }
    Ok(BackupAddress {
        key: BackupKey {
            id: id.to_owned(),
            table: arn.table.to_owned(),
        },
        region: arn.region,
    })
}

/// `Backup not found: <arn>` (ERRORS-003).
pub(crate) fn backup_not_found(arn: &str) -> ServiceError {
    ServiceError::new(
        ErrorCode::BackupNotFoundException,
        format!("Backup not found: {arn}"),
    )
}
