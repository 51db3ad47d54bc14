//! ListBackups (LIST-BACKUPS).

use std::ops::Bound;

use lookback_protocol::error::ServiceError;
use lookback_protocol::wire::backup::{BackupSummary, ListBackupsInput, ListBackupsOutput};

use super::backup_by_arn::backup_address;
use crate::backup::{Backup, BackupKey, BackupKind};
use crate::service::{Call, Service};
use crate::tenant::{Tenant, table_name};

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
    // Compared in whole milliseconds, both ends included (record C2): a lower bound inside a millisecond still
    // admits a backup of that millisecond.
    let lower_us = if lower_us == i64::MIN {
        lower_us
    } else {
        lower_us - lower_us.rem_euclid(1_000)
    };
    let filter = input.backup_type.as_deref().unwrap_or("USER");
    let matches = |backup: &Backup| {
        backup.created_us >= lower_us
            && backup.created_us <= upper_us
            && is_listed(backup.kind, filter)
    };
    let limit = input
        .limit
        .map_or(PAGE_MAX, |limit| usize::try_from(limit).unwrap_or(PAGE_MAX));
    let tenant = service.tenant(call.caller);
    let mut found = positions(tenant, table, start.as_ref())
        .filter_map(|key| tenant.backup(key, call.now_us))
        .filter(|backup| matches(backup));
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

/// The keys after the cursor in creation order, of one table name or of all.
fn positions<'a>(
    tenant: &'a Tenant,
    table: Option<&str>,
    start: Option<&BackupKey>,
) -> Box<dyn Iterator<Item = &'a BackupKey> + 'a> {
    let start = start.map_or(Bound::Unbounded, |key| Bound::Excluded(key.clone()));
    match table {
        Some(table) => match tenant.backups_of.get(table) {
            Some(keys) => Box::new(keys.range((start, Bound::Unbounded))),
            None => Box::new(std::iter::empty()),
        },
        None => Box::new(
            tenant
                .backups
                .range((start, Bound::Unbounded))
                .map(|(key, _)| key),
        ),
    }
}

/// Whether the BackupType filter shows this kind: USER unless asked otherwise (LIST-BACKUPS-002, -003).
fn is_listed(kind: BackupKind, filter: &str) -> bool {
    filter == "ALL" || filter == kind.name()
}
