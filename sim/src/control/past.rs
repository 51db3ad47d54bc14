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
        let needed = window
            .into_iter()
            .chain(backups.map(|it| it.at_us))
            .chain(exports.map(|it| it.span.begins_us()))
            .chain(self.restores_of(id));
        needed.min().unwrap_or(self.stamp_us)
    }

    /// Whether a backup or an export of a table is being built, or its past restored.
    pub(super) fn is_being_read(&self, id: u64) -> bool {
        let mut backups = self.backups.values();
        let mut exports = self.exports.values();
        backups.any(|it| it.table == id && !it.available)
            || exports.any(|it| it.table == id && !it.completed)
            || self.restores_of(id).next().is_some()
    }

    /// The times that a table's past is being restored to.
    fn restores_of(&self, id: u64) -> impl Iterator<Item = i64> {
        self.tables.values().filter_map(move |table| {
            let reads = matches!(table.stage, Stage::Creating | Stage::Loading);
            match &table.restored {
                Some((Origin::Table(source), at_us)) if reads && *source == id => Some(*at_us),
                _ => None,
            }
        })
    }

    pub(super) fn is_worth_collecting(&self, id: u64, table: &Table) -> bool {
        self.oldest_needed_us(id).saturating_sub(table.collected_us) >= WORTH_US
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::{ControlCommand, Work};

    const DAY_US: i64 = 86_400_000_000;

    fn ask(control: &mut Control, at_us: i64, operation: &str, body: &str) {
        let command = ControlCommand::Api(operation.to_owned(), body.to_owned());
        control.apply(at_us, &command, None);
    }

    /// A control plane with one table, that can be restored to any time since `at_us`.
    fn recoverable(at_us: i64) -> Control {
        let mut control = Control::new(vec![1, 2, 3], 1);
        let create = r#"{"TableName":"t","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],
            "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}]}"#;
        ask(&mut control, at_us - 2, "CreateTable", create);
        control.apply(at_us - 1, &ControlCommand::Made(1), None);
        let on = r#"{"TableName":"t","PointInTimeRecoverySpecification":{"PointInTimeRecoveryEnabled":true}}"#;
        ask(&mut control, at_us, "UpdateContinuousBackups", on);
        control
    }

    #[test]
    fn what_lies_outside_the_window_is_needed_no_more() {
        let begun_us = 100 * DAY_US;
        let mut control = recoverable(begun_us);
        let mut later = |days: i64| {
            let at_us = begun_us + days * DAY_US;
            control.apply(at_us, &ControlCommand::Collected(9, 0), None);
            control.oldest_needed_us(1)
        };
        assert_eq!(later(34), begun_us - 1);
        assert_eq!(later(36), begun_us + DAY_US - 1);
        assert_eq!(later(80), begun_us + 45 * DAY_US - 1);
    }

    #[test]
    fn a_deleted_table_is_forgotten_when_nobody_reads_it_any_more() {
        let mut control = recoverable(10);
        ask(&mut control, 20, "DeleteTable", r#"{"TableName":"t"}"#);
        assert_eq!(control.work(), [Work::Close(1)]);
        control.apply(30, &ControlCommand::Closed(1), None);
        let work = control.work();
        let [Work::Build(arn)] = work.as_slice() else {
            panic!("{work:?}");
        };
        control.apply(40, &ControlCommand::Built(arn.clone()), None);
        assert_eq!(control.work(), [Work::Retire(1)]);
        control.apply(50, &ControlCommand::Retired(1), None);
        assert_eq!(control.work(), [Work::Forget(1)]);
        control.apply(60, &ControlCommand::Forgotten(1), None);
        assert_eq!(control.work(), []);
    }
}
