//! ListBackups (LIST-BACKUPS).

use std::ops::Bound;

use lookback_protocol::error::ServiceError;
use lookback_protocol::wire::backup::{BackupSummary, ListBackupsInput, ListBackupsOutput};

use super::backup_by_arn::backup_address;
use crate::backup::{BackupKey, BackupKind};
use crate::listing::Wanted;
use crate::service::{Call, Service};
use crate::tenant::table_name;

/// Backups on one page (VALIDATION-014).
const PAGE_MAX: usize = 100;

pub(crate) fn list_backups(
    service: &mut Service,
    call: &Call<'_>,
    input: &ListBackupsInput,
) -> Result<ListBackupsOutput, ServiceError> {
    let table = input
        .table_name
        .as_deref()
        .map(|text| table_name(text, "tableName", call.caller))
        .transpose()?;
    let start = cursor(input, call)?;
    let lower_us = input
        .time_range_lower_bound
        .map_or(i64::MIN, |bound| bound.0);
    let upper_us = input
        .time_range_upper_bound
        .map_or(i64::MAX, |bound| bound.0);
    if lower_us > upper_us {
        return Err(ServiceError::validation(
            "Time range lower bound must be less than or equal to upper bound",
        ));
    }
    let wanted = Wanted {
        kinds: kinds(input.backup_type.as_deref()),
        table,
        from: from(start, lower_us),
        to: to(upper_us),
    };
    let limit = input
        .limit
        .map_or(PAGE_MAX, |limit| usize::try_from(limit).unwrap_or(PAGE_MAX));
    let tenant = service.tenant(call.caller);
    let mut found = tenant
        .listing
        .keys(&wanted)
        .filter_map(|key| tenant.backup(key, call.now_us));
    let page: Vec<BackupSummary> = found
        .by_ref()
        .take(limit)
        .map(|backup| backup.summary(call.now_us))
        .collect();
    // A page that ends with the last match has no cursor (LIST-BACKUPS-014).
    let more = found.next().is_some();
    let last = page
        .last()
        .and_then(|summary| summary.backup_arn.clone())
        .filter(|_| more);
    Ok(ListBackupsOutput {
        backup_summaries: Some(page),
        last_evaluated_backup_arn: last,
    })
}

/// The position to resume after: a pure position that need not name a backup (LIST-BACKUPS-015), of this region
/// (LIST-BACKUPS-016).
fn cursor(input: &ListBackupsInput, call: &Call<'_>) -> Result<Option<BackupKey>, ServiceError> {
    let Some(arn) = input.exclusive_start_backup_arn.as_deref() else {
        return Ok(None);
    };
    let address = backup_address(arn, call.caller)?;
    if address.region != call.caller.region {
        return Err(ServiceError::validation(format!(
            "ExclusiveStartBackupArn {arn} does not match the region {}",
            call.caller.region
        )));
    }
    Ok(Some(address.key))
}

/// The kinds that the BackupType filter shows: USER unless asked otherwise (LIST-BACKUPS-002, -003).
fn kinds(filter: Option<&str>) -> &'static [BackupKind] {
    match filter {
        None | Some("USER") => &[BackupKind::User],
        Some("SYSTEM") => &[BackupKind::System],
        Some("ALL") => &[BackupKind::User, BackupKind::System],
        // AWS_BACKUP: the service AWS Backup makes none here.
        Some(_) => &[],
    }
}

/// Where the list begins: after the cursor, and not before the lower bound. Times are compared in whole milliseconds,
/// both ends included (record C2): a lower bound inside a millisecond still admits a backup of that millisecond.
fn from(start: Option<BackupKey>, lower_us: i64) -> Bound<BackupKey> {
    let lower = BackupKey::first_of_ms(lower_us.div_euclid(1_000));
    match start {
        Some(start) if start >= lower => Bound::Excluded(start),
        _ => Bound::Included(lower),
    }
}

/// Where the list ends: with the last backup of the upper bound's millisecond.
fn to(upper_us: i64) -> Bound<BackupKey> {
    Bound::Excluded(BackupKey::first_of_ms(upper_us.div_euclid(1_000) + 1))
}
