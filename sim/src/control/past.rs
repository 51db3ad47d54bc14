//! What of a table's past somebody may still want to see.

use super::{Control, Origin, Stage, Table};

/// How much must have become useless until it is looked for, in microseconds.
const WORTH_US: i64 = 8_000_000;

impl Control {
    /// The earliest time as of which the items of a table may still be read: no window, backup, export or restore goes
    /// further back.
    pub fn oldest_needed_us(&self, id: u64) -> i64 {
        let window = self
            .tables
            .get(&id)
            .and_then(|it| it.window_us(self.stamp_us));
        let window = window.map(|(earliest_us, _)| earliest_us - 1);
        let backups = self.backups.values();
        let backups = backups.filter(|it| it.table == id && !it.available && !it.system);
        let exports = self.exports.values();
        let exports = exports.filter(|it| it.table == id && !it.completed);
        let restores = self.tables.values().filter_map(|table| {
            let reads = matches!(table.stage, Stage::Creating | Stage::Loading);
            match &table.restored {
                Some((Origin::Table(source), at_us)) if reads && *source == id => Some(*at_us),
                _ => None,
            }
        });
        let needed = window
            .into_iter()
            .chain(backups.map(|it| it.at_us))
            .chain(exports.map(|it| it.span.begins_us()))
            .chain(restores);
        needed.min().unwrap_or(self.stamp_us)
    }

    /// Whether a backup or an export of a table is being built.
    pub(super) fn is_being_read(&self, id: u64) -> bool {
        let mut backups = self.backups.values();
        let mut exports = self.exports.values();
        backups.any(|it| it.table == id && !it.available)
            || exports.any(|it| it.table == id && !it.completed)
    }

    pub(super) fn is_worth_collecting(&self, id: u64, table: &Table) -> bool {
        self.oldest_needed_us(id).saturating_sub(table.collected_us) >= WORTH_US
    }
}
