//! Short words for point-in-time recovery and what deleted tables leave behind.

use serde_json::{Value, json};

use super::{Refusal, SECOND_US, START_US, World, merged, refusal, table_input};

/// An instant as a caller writes it: seconds with a fraction.
pub fn seconds(us: i64) -> Value {
    json!(us as f64 / 1e6)
}

/// An instant on the wire, in microseconds.
pub fn micros(seconds: &Value) -> i64 {
    (seconds.as_f64().unwrap() * 1e3).round() as i64 * 1_000
}

/// The members that ask for the latest restorable time.
pub fn latest() -> Value {
    json!({"UseLatestRestorableTime": true})
}

/// The member that asks for an instant.
pub fn at(us: i64) -> Value {
    json!({"RestoreDateTime": seconds(us)})
}

/// The refusal of a table that the backup family does not know.
pub fn missing(name: &str) -> Refusal {
    refusal("TableNotFoundException", format!("Table not found: {name}"))
}

/// One item that gets a new number every ten seconds: 0 at second 10, 1 at second 20 and so on, up to second 100.
pub fn counting() -> World {
    let mut aws = World::exact();
    aws.recoverable_table("music");
    for v in 0..10 {
        aws.now_us = START_US + (10 + 10 * v) * SECOND_US;
        aws.put("music", json!({"pk": "a", "v": v}));
    }
    aws
}

/// The number in the item `a`.
pub fn v(aws: &mut World, table: &str) -> Option<i64> {
    aws.get(table, json!({"pk": "a"}))?["v"].as_i64()
}

/// The input of RestoreTableToPointInTime to a time, or with other members.
fn restore_to_input(source: &str, target: &str, members: Value) -> Value {
    merged(
        json!({"SourceTableName": source, "TargetTableName": target}),
        members,
    )
}

impl World {
    /// The input and the answer of UpdateContinuousBackups: PointInTimeRecoveryDescription.
    pub fn switch_recovery(&mut self, table: &str, on: bool, days: Option<i64>) -> Value {
        self.try_switch_recovery(table, on, days).unwrap()
    }

    pub fn try_switch_recovery(
        &mut self,
        table: &str,
        on: bool,
        days: Option<i64>,
    ) -> Result<Value, Refusal> {
        let specification = merged(
            json!({"PointInTimeRecoveryEnabled": on, "RecoveryPeriodInDays": days}),
            json!({}),
        );
        let input = json!({"TableName": table, "PointInTimeRecoverySpecification": specification});
        let mut body = self.call("UpdateContinuousBackups", input)?;
        Ok(body["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"].take())
    }

    /// PointInTimeRecoveryDescription.
    pub fn recovery(&mut self, table: &str) -> Value {
        let body = self.ok("DescribeContinuousBackups", json!({"TableName": table}));
        body["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"].clone()
    }

    /// Earliest and latest restorable time, in microseconds.
    pub fn window_us(&mut self, table: &str) -> (i64, i64) {
        let recovery = self.recovery(table);
        (
            micros(&recovery["EarliestRestorableDateTime"]),
            micros(&recovery["LatestRestorableDateTime"]),
        )
    }

    /// A table with recovery on.
    pub fn recoverable_table(&mut self, table: &str) {
        self.table(table);
        self.switch_recovery(table, true, None);
    }

    /// The same while something is pending for days.
    pub fn recoverable_table_now(&mut self, table: &str) {
        self.ok("CreateTable", table_input(table, json!({})));
        self.until_status(table, "ACTIVE");
        self.switch_recovery(table, true, None);
    }

    /// RestoreTableToPointInTime; the answer's TableDescription.
    pub fn start_restore_to(&mut self, source: &str, target: &str, members: Value) -> Value {
        let input = restore_to_input(source, target, members);
        self.ok("RestoreTableToPointInTime", input)["TableDescription"].take()
    }

    /// Restores to an instant, and waits until the table is ACTIVE.
    pub fn restore_to(&mut self, source: &str, target: &str, us: i64) {
        self.start_restore_to(source, target, json!({"RestoreDateTime": seconds(us)}));
        self.until_status(target, "ACTIVE");
    }

    /// Restores to the latest restorable time, and waits until the table is ACTIVE.
    pub fn restore_to_latest(&mut self, source: &str, target: &str) {
        self.start_restore_to(source, target, json!({"UseLatestRestorableTime": true}));
        self.until_status(target, "ACTIVE");
    }

    pub fn restore_to_refused(&mut self, source: &str, target: &str, members: Value) -> Refusal {
        self.refused(
            "RestoreTableToPointInTime",
            restore_to_input(source, target, members),
        )
    }

    /// Moves the clock until the table is in this state: not to whatever is pending, because SYSTEM backups are pending
    /// for 35 days.
    pub fn until_status(&mut self, table: &str, status: &str) {
        let until_us = self.now_us + 1_000 * SECOND_US;
        while self.status(table) != status {
            let due_us = self.service.next_due(self.now_us).unwrap();
            assert!(due_us <= until_us, "{table} is not {status} for too long");
            self.now_us = due_us;
        }
    }

    /// Deletes a table and waits until it is gone and its SYSTEM backup, if any, is listed.
    pub fn drop_recoverable(&mut self, table: &str) {
        self.start_drop(table);
        self.until_status(table, "gone");
        self.advance_s(20);
    }

    /// The summaries of the SYSTEM backups.
    pub fn system_backups(&mut self) -> Vec<Value> {
        let body = self.ok("ListBackups", json!({"BackupType": "SYSTEM"}));
        body["BackupSummaries"].as_array().unwrap().clone()
    }

    /// The ARN of the only SYSTEM backup.
    pub fn system_backup(&mut self) -> String {
        let backups = self.system_backups();
        assert_eq!(backups.len(), 1, "{backups:?}");
        backups[0]["BackupArn"].as_str().unwrap().to_owned()
    }
}
