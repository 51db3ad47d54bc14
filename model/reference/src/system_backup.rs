//! SYSTEM backups: what deleting a table with point-in-time recovery leaves behind (SYSTEM-BACKUP).

use std::sync::Arc;

use crate::backup::{Backup, BackupKind, SourceTable};
use crate::choices::DAY_US;
use crate::store::{Cut, Position};
use crate::stores::Stores;
use crate::table::Table;

/// What follows the table's name in the backup's: `$` cannot occur in names that users choose (SYSTEM-BACKUP-002).
const NAME_SUFFIX: &str = "$DeletedTableBackup";

/// How long a SYSTEM backup is kept, whatever the recovery period was (SYSTEM-BACKUP-004, -005).
const LIFETIME_US: i64 = 35 * DAY_US;

/// The backup that a table leaves, taken when its deletion is over or its backup is due, whatever comes first: its
/// last state, if recovery was on at the end of the deletion's first moment (SYSTEM-BACKUP-001, -009, -010).
pub(crate) fn left_behind(table: &Table, stores: &mut Stores, end: Position) -> Option<Backup> {
    let deletion = table.deletion.filter(|deletion| !deletion.backed_up)?;
    table.pitr.window()?;
    // Nothing is written to a table that is being deleted: every commit so far is in.
    let cut = Cut::Before { first_out: end };
    let store = stores.get_mut(table.store)?;
    store.retention_mut().pin(&cut);
    let figures = store.statistics(end.instant_us);
    stores.hold(table.store);
    let created_us = deletion.requested_us - deletion.requested_us.rem_euclid(1_000);
    let mut source = SourceTable::freeze(table, Arc::clone(&table.definition), figures);
    source.features_recorded = false;
    Some(Backup {
        // The digits are the creation time, the suffix eight zeros (SYSTEM-BACKUP-003).
        id: format!("{:014}-00000000", created_us / 1_000),
        name: format!("{}{NAME_SUFFIX}", table.name),
        kind: BackupKind::System,
        created_us,
        visible_us: deletion.system_backup_us,
        available_us: i64::MIN,
        expires_us: Some(created_us + LIFETIME_US),
        source,
        store: table.store,
        cut,
        restoring_until_us: i64::MIN,
    })
}
