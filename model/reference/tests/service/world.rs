//! A service, a caller and a clock, with short words for what most tests do.

mod exports;
mod imports;
mod recovery;
mod script;
mod shapes;
mod value;

use std::collections::BTreeMap;

use lookback_reference::{Caller, Choices, Service, Settings, Throttling};
use serde_json::{Value, json};

pub use exports::{Exported, export_at, period, records, table_arn};
pub use imports::{imported_table, no_item, source_item};
pub use recovery::{at, counting, latest, micros, missing, v};
pub use script::Script;
pub use shapes::{
    capacity, full_table, global_index, indexed, key_schema, local_index, merged, restore_input,
    table_input, text,
};
pub use value::{plain, wire_item};

pub const ACCOUNT: &str = "111122223333";
pub const HOME: &str = "us-east-1";
/// 2023-11-14T22:13:20Z: where every clock starts.
pub const START_US: i64 = 1_700_000_000_000_000;
pub const SECOND_US: i64 = 1_000_000;
pub const HOUR_US: i64 = 3_600 * SECOND_US;
pub const DAY_US: i64 = 24 * HOUR_US;

/// The items of a table by the text of their keys, as plain values.
pub type Items = BTreeMap<String, Value>;

/// Why a call was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub code: String,
    pub message: String,
}

/// A refusal of this code and text.
pub fn refusal(code: &str, message: impl Into<String>) -> Refusal {
    Refusal {
        code: code.to_owned(),
        message: message.into(),
    }
}

/// A ValidationException.
pub fn invalid(message: impl Into<String>) -> Refusal {
    refusal("ValidationException", message)
}

pub struct World {
    pub service: Service,
    pub now_us: i64,
    pub caller: Caller,
    /// Every body that was answered, once a test asks for it.
    pub transcript: Option<Vec<Vec<u8>>>,
}

impl World {
    pub fn new(settings: Settings, start_us: i64) -> Self {
        Self {
            service: Service::new(settings),
            now_us: start_us,
            caller: Caller::new(ACCOUNT, HOME),
            transcript: None,
        }
    }

    fn of(choices: Choices) -> Self {
        let settings = Settings {
            choices,
            ..Settings::default()
        };
        Self::new(settings, START_US)
    }

    pub fn exact() -> Self {
        Self::of(Choices::exact())
    }

    pub fn typical() -> Self {
        Self::of(Choices::typical())
    }

    pub fn adversarial(seed: u64) -> Self {
        Self::of(Choices::adversarial(seed))
    }

    pub fn throttled(throttling: Throttling) -> Self {
        let settings = Settings {
            throttling,
            ..Settings::default()
        };
        Self::new(settings, START_US)
    }

    // --- calls

    /// The answer as it is on the wire: status and body.
    pub fn raw(&mut self, operation: &str, body: &[u8]) -> (u16, Vec<u8>) {
        let target = format!("DynamoDB_20120810.{operation}");
        let answer = self
            .service
            .answer(self.now_us, &self.caller, Some(&target), body);
        if let Some(transcript) = &mut self.transcript {
            transcript.push(answer.body.clone());
        }
        (answer.status, answer.body)
    }

    pub fn call(&mut self, operation: &str, input: Value) -> Result<Value, Refusal> {
        let (status, body) = self.raw(operation, input.to_string().as_bytes());
        let body: Value = if body.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&body).unwrap()
        };
        if status == 200 {
            return Ok(body);
        }
        assert!(
            (400..500).contains(&status),
            "{operation} {input}: {status} {body}"
        );
        let name = body["__type"].as_str().unwrap();
        let message = body.get("message").or(body.get("Message"));
        Err(refusal(
            name.split_once('#').unwrap().1,
            message.and_then(Value::as_str).unwrap_or_default(),
        ))
    }

    /// The answer to a call that must succeed.
    pub fn ok(&mut self, operation: &str, input: Value) -> Value {
        match self.call(operation, input.clone()) {
            Ok(body) => body,
            Err(refusal) => panic!("{operation} {input}: {refusal:?}"),
        }
    }

    /// The refusal of a call that must not succeed.
    pub fn refused(&mut self, operation: &str, input: Value) -> Refusal {
        match self.call(operation, input.clone()) {
            Ok(body) => panic!("{operation} {input} was accepted: {body}"),
            Err(refusal) => refusal,
        }
    }

    // --- time

    pub fn advance_us(&mut self, us: i64) {
        self.now_us += us;
    }

    pub fn advance_ms(&mut self, ms: i64) {
        self.now_us += ms * 1_000;
    }

    pub fn advance_s(&mut self, s: i64) {
        self.now_us += s * SECOND_US;
    }

    /// Moves the clock until nothing is pending.
    pub fn settle(&mut self) {
        while let Some(due_us) = self.service.next_due(self.now_us) {
            self.now_us = due_us;
        }
    }

    /// The present as it is on the wire: whole seconds without a fraction.
    pub fn now_s(&self) -> Value {
        let ms = self.now_us / 1_000;
        if ms % 1_000 == 0 {
            json!(ms / 1_000)
        } else {
            json!(ms as f64 / 1_000.0)
        }
    }

    // --- tables

    /// An on-demand table with the key `pk`, ready for backups.
    pub fn table(&mut self, name: &str) {
        self.table_with(name, json!({}));
    }

    /// The same with other or further members.
    pub fn table_with(&mut self, name: &str, members: Value) {
        self.ok("CreateTable", table_input(name, members));
        self.settle();
    }

    /// A provisioned table with the keys `pk` and `sk`, a global and a local index: capacity 5/6, index 7/8.
    pub fn indexed_table(&mut self, name: &str) {
        self.table_with(name, indexed());
    }

    pub fn describe(&mut self, table: &str) -> Value {
        self.ok("DescribeTable", json!({"TableName": table}))["Table"].take()
    }

    /// TableStatus, or `gone`. DescribeTable may be late to know a new table: ListTables is not.
    pub fn status(&mut self, table: &str) -> String {
        match self.call("DescribeTable", json!({"TableName": table})) {
            Ok(body) => body["Table"]["TableStatus"].as_str().unwrap().to_owned(),
            Err(_) if self.tables().iter().any(|name| name == table) => "CREATING".to_owned(),
            Err(_) => "gone".to_owned(),
        }
    }

    /// The names of all tables.
    pub fn tables(&mut self) -> Vec<String> {
        let mut names = Vec::new();
        let mut input = json!({});
        loop {
            let page = self.ok("ListTables", input);
            names.extend(page["TableNames"].as_array().unwrap().iter().map(text));
            match page.get("LastEvaluatedTableName") {
                Some(last) => input = json!({"ExclusiveStartTableName": last}),
                None => return names,
            }
        }
    }

    pub fn start_drop(&mut self, table: &str) -> Value {
        self.ok("DeleteTable", json!({"TableName": table}))["TableDescription"].take()
    }

    /// Deletes a table and waits until it is gone.
    pub fn drop(&mut self, table: &str) {
        self.start_drop(table);
        self.settle();
        assert_eq!(self.status(table), "gone");
    }

    // --- items, as plain values: see `value`

    pub fn put(&mut self, table: &str, item: Value) {
        self.ok(
            "PutItem",
            json!({"TableName": table, "Item": wire_item(&item)}),
        );
    }

    pub fn get(&mut self, table: &str, key: Value) -> Option<Value> {
        let input = json!({"TableName": table, "Key": wire_item(&key), "ConsistentRead": true});
        self.ok("GetItem", input).get("Item").map(plain)
    }

    pub fn delete(&mut self, table: &str, key: Value) {
        self.ok(
            "DeleteItem",
            json!({"TableName": table, "Key": wire_item(&key)}),
        );
    }

    /// All items, page by page.
    pub fn items(&mut self, table: &str) -> Items {
        self.items_of(table, json!({"TableName": table, "ConsistentRead": true}))
    }

    /// All entries of an index.
    pub fn entries(&mut self, table: &str, index: &str) -> Items {
        self.items_of(table, json!({"TableName": table, "IndexName": index}))
    }

    fn items_of(&mut self, table: &str, mut scan: Value) -> Items {
        let keys: Vec<String> = self.describe(table)["KeySchema"]
            .as_array()
            .unwrap()
            .iter()
            .map(|element| element["AttributeName"].as_str().unwrap().to_owned())
            .collect();
        let mut items = Items::new();
        loop {
            let page = self.ok("Scan", scan.clone());
            for item in page["Items"].as_array().unwrap() {
                let item = plain(item);
                let key: Vec<String> = keys.iter().map(|key| text(&item[key])).collect();
                assert_eq!(
                    items.insert(key.join("/"), item),
                    None,
                    "an item came twice"
                );
            }
            match page.get("LastEvaluatedKey") {
                Some(key) => scan["ExclusiveStartKey"] = key.clone(),
                None => return items,
            }
        }
    }

    // --- backups and restores

    /// CreateBackup; the answer's BackupDetails.
    pub fn start_backup(&mut self, table: &str) -> Value {
        let input = json!({"TableName": table, "BackupName": "nightly"});
        self.ok("CreateBackup", input)["BackupDetails"].take()
    }

    /// The ARN of a new backup that is AVAILABLE.
    pub fn backup(&mut self, table: &str) -> String {
        let details = self.start_backup(table);
        self.settle();
        details["BackupArn"].as_str().unwrap().to_owned()
    }

    pub fn describe_backup(&mut self, arn: &str) -> Value {
        self.ok("DescribeBackup", json!({"BackupArn": arn}))["BackupDescription"].take()
    }

    /// BackupStatus, or `gone`.
    pub fn backup_status(&mut self, arn: &str) -> String {
        match self.call("DescribeBackup", json!({"BackupArn": arn})) {
            Ok(body) => text(&body["BackupDescription"]["BackupDetails"]["BackupStatus"]),
            Err(_) => "gone".to_owned(),
        }
    }

    pub fn delete_backup(&mut self, arn: &str) -> Value {
        self.ok("DeleteBackup", json!({"BackupArn": arn}))["BackupDescription"].take()
    }

    /// The ARNs that ListBackups lists.
    pub fn listed(&mut self, input: Value) -> Vec<String> {
        let body = self.ok("ListBackups", input);
        let summaries = body["BackupSummaries"].as_array().unwrap();
        summaries
            .iter()
            .map(|summary| text(&summary["BackupArn"]))
            .collect()
    }

    /// RestoreTableFromBackup; the answer's TableDescription.
    pub fn start_restore(&mut self, arn: &str, target: &str, overrides: Value) -> Value {
        self.ok(
            "RestoreTableFromBackup",
            restore_input(arn, target, overrides),
        )["TableDescription"]
            .take()
    }

    /// Restores and waits until the table is ACTIVE.
    pub fn restore(&mut self, arn: &str, target: &str) {
        self.restore_with(arn, target, json!({}));
    }

    pub fn restore_with(&mut self, arn: &str, target: &str, overrides: Value) {
        self.start_restore(arn, target, overrides);
        self.settle();
        assert_eq!(self.status(target), "ACTIVE");
    }

    pub fn restore_refused(&mut self, arn: &str, target: &str, overrides: Value) -> Refusal {
        self.refused(
            "RestoreTableFromBackup",
            restore_input(arn, target, overrides),
        )
    }
}
