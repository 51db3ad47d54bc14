//! SYSTEM backups: what deleting a table with point-in-time recovery leaves behind (SYSTEM-BACKUP).

use std::sync::Arc;

use crate::backup::{Backup, BackupKind, SourceTable};
use crate::choices::DAY_US;
use crate::store::{Cut, Figures};
use crate::table::Table;

/// What follows the table's name in the backup's: `$` cannot occur in names that users choose (SYSTEM-BACKUP-002).
const NAME_SUFFIX: &str = "$DeletedTableBackup";

/// How long a SYSTEM backup is kept, whatever the recovery period was (SYSTEM-BACKUP-004, -005).
const LIFETIME_US: i64 = 35 * DAY_US;

/// The backup that a table leaves when its deletion is over: its last state, if recovery was on at the end of the
/// deletion's first moment (SYSTEM-BACKUP-001, -009, -010).
pub(crate) fn left_behind(table: &Table, statistics: Figures, sequence: u64) -> Option<Backup> {
    let deletion = table.deletion?;
    table.pitr.window()?;
    let created_us = deletion.requested_us - deletion.requested_us.rem_euclid(1_000);
    let mut source = SourceTable::freeze(table, Arc::clone(&table.definition), statistics);
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
        // Nothing is written to a table that is being deleted: every commit so far is in.
        cut: Cut::Before { sequence },
        restoring_until_us: i64::MIN,
    })
}
