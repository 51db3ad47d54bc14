//! Memory stays bounded: what nothing can reach is let go, a little with every call. What is in reach is never
//! touched: that is the law of the property tests over the public interface.

use serde_json::{Value, json};

use crate::{Caller, Service};

const SECOND_US: i64 = 1_000_000;
const DAY_US: i64 = 86_400 * SECOND_US;
const START_US: i64 = 1_700_000_000_000_000;

/// The most versions that one call may let go.
const FREED_BY_ONE_CALL_MAX: usize = 80;

struct Aws {
    service: Service,
    now_us: i64,
    caller: Caller,
}

impl Aws {
    fn new() -> Self {
        let mut aws = Self {
            service: Service::default(),
            now_us: START_US,
            caller: Caller::new("111122223333", "us-east-1"),
        };
        aws.table();
        aws
    }

    fn table(&mut self) {
        self.call(
            "CreateTable",
            json!({
                "TableName": "music",
                "BillingMode": "PAY_PER_REQUEST",
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            }),
        );
        self.now_us += SECOND_US;
    }

    fn call(&mut self, operation: &str, input: Value) -> Value {
        let target = format!("DynamoDB_20120810.{operation}");
        let body = input.to_string();
        let answer = self
            .service
            .answer(self.now_us, &self.caller, Some(&target), body.as_bytes());
        let text = String::from_utf8(answer.body).unwrap();
        assert_eq!(answer.status, 200, "{operation} {input}: {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    fn put(&mut self, key: i64, value: i64) {
        let item = json!({"pk": {"S": key.to_string()}, "v": {"N": value.to_string()}});
        self.call("PutItem", json!({"TableName": "music", "Item": item}));
    }

    fn delete(&mut self, key: i64) {
        let key = json!({"pk": {"S": key.to_string()}});
        self.call("DeleteItem", json!({"TableName": "music", "Key": key}));
    }

    fn recovery(&mut self, on: bool, days: Option<i64>) {
        let mut specification = json!({"PointInTimeRecoveryEnabled": on});
        if let Some(days) = days {
            specification["RecoveryPeriodInDays"] = json!(days);
        }
        self.call(
            "UpdateContinuousBackups",
            json!({"TableName": "music", "PointInTimeRecoverySpecification": specification}),
        );
    }

    fn backup(&mut self) -> String {
        let input = json!({"TableName": "music", "BackupName": "nightly"});
        let body = self.call("CreateBackup", input);
        self.now_us += SECOND_US;
        body["BackupDetails"]["BackupArn"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    fn drop_table(&mut self) {
        self.call("DeleteTable", json!({"TableName": "music"}));
        self.now_us += SECOND_US;
    }

    fn versions(&self) -> usize {
        self.service.stores.versions()
    }

    /// Calls that ask for nothing; none of them pays for a whole table.
    fn idle(&mut self, calls: usize) {
        for _ in 0..calls {
            let before = self.versions();
            self.call("ListTables", json!({}));
            let freed = before - self.versions();
            assert!(freed <= FREED_BY_ONE_CALL_MAX, "{freed} with one call");
        }
    }

    fn count(&mut self, table: &str) -> Value {
        self.call("Scan", json!({"TableName": table, "Select": "COUNT"}))["Count"].take()
    }
}

#[test]
fn updates_under_a_window_of_one_day_take_what_one_day_takes() {
    let mut aws = Aws::new();
    aws.recovery(true, Some(1));
    let mut of_day_2 = 0;
    for minute in 0..11 * 1_440 {
        aws.now_us += 60 * SECOND_US;
        aws.put(minute % 100, minute);
        if minute == 2 * 1_440 {
            of_day_2 = aws.versions();
        }
    }
    let now = aws.versions();
    assert!(now * 10 <= of_day_2 * 12, "{of_day_2}, then {now}");
    assert!(now >= 1_440, "{now}");
}

#[test]
fn a_queue_takes_what_passed_through_it_within_the_window() {
    let mut aws = Aws::new();
    aws.recovery(true, Some(1));
    for minute in 0..6 * 1_440 {
        aws.now_us += 60 * SECOND_US;
        aws.put(minute, 0);
        if minute >= 10 {
            aws.delete(minute - 10);
        }
    }
    let versions = aws.versions();
    assert!((1_440..1_440 * 12 / 10).contains(&versions), "{versions}");
    aws.now_us += 2 * DAY_US;
    aws.idle(2_000);
    assert_eq!(aws.versions(), 10);
}

#[test]
fn a_queue_without_a_window_takes_what_is_in_it() {
    let mut aws = Aws::new();
    for number in 0..500 {
        aws.put(number, 0);
        aws.delete(number);
    }
    assert_eq!(aws.versions(), 0);
}

#[test]
fn a_window_that_is_closed_is_let_go_while_the_table_is_idle() {
    let mut aws = Aws::new();
    aws.recovery(true, None);
    for number in 0..500 {
        aws.now_us += SECOND_US;
        aws.put(number % 50, number);
    }
    assert_eq!(aws.versions(), 500);
    aws.recovery(false, None);
    aws.idle(200);
    assert_eq!(aws.versions(), 50);
}

#[test]
fn a_window_that_slides_is_let_go_while_the_table_is_idle() {
    let mut aws = Aws::new();
    aws.recovery(true, None);
    for number in 0..500 {
        aws.put(number % 50, number);
        aws.now_us += SECOND_US;
    }
    aws.now_us += 34 * DAY_US;
    aws.idle(200);
    assert_eq!(aws.versions(), 500);
    aws.now_us += DAY_US;
    aws.idle(200);
    assert_eq!(aws.versions(), 50);
}

#[test]
fn a_deleted_table_without_backups_is_freed_little_by_little() {
    let mut aws = Aws::new();
    for number in 0..1_000 {
        aws.put(number, 0);
    }
    aws.drop_table();
    aws.idle(2);
    assert!(aws.versions() > 800, "freed at once");
    aws.idle(30);
    assert_eq!(aws.versions(), 0);
}

#[test]
fn a_deleted_table_keeps_what_its_backup_holds() {
    let mut aws = Aws::new();
    for number in 0..300 {
        aws.put(number, 0);
    }
    let arn = aws.backup();
    for number in 100..600 {
        aws.put(number, 1);
    }
    aws.drop_table();
    aws.idle(1_000);
    assert_eq!(aws.versions(), 300);
    let restore = json!({"BackupArn": arn, "TargetTableName": "again"});
    aws.call("RestoreTableFromBackup", restore);
    aws.now_us += 2 * SECOND_US;
    assert_eq!(aws.count("again"), 300);
    aws.call("DeleteBackup", json!({"BackupArn": arn}));
    aws.idle(30);
    assert_eq!(aws.versions(), 300, "what was restored stays");
}

#[test]
fn a_deleted_backup_is_freed_little_by_little() {
    let mut aws = Aws::new();
    for number in 0..500 {
        aws.put(number, 0);
    }
    let arn = aws.backup();
    for number in 0..500 {
        aws.put(number, 1);
    }
    assert_eq!(aws.versions(), 1_000);
    aws.call("DeleteBackup", json!({"BackupArn": arn}));
    assert!(aws.versions() > 900, "freed at once");
    aws.idle(1_000);
    assert_eq!(aws.versions(), 500);
}

#[test]
fn a_system_backup_is_freed_after_it_expired() {
    let mut aws = Aws::new();
    aws.recovery(true, None);
    for number in 0..300 {
        aws.put(number % 100, number);
    }
    aws.drop_table();
    aws.idle(500);
    assert_eq!(aws.versions(), 100, "the last state is kept");
    aws.now_us += 35 * DAY_US;
    aws.idle(10);
    assert_eq!(aws.versions(), 0);
}

#[test]
fn an_account_that_never_calls_again_is_tidied_up_by_the_calls_of_others() {
    let mut aws = Aws::new();
    aws.recovery(true, None);
    for number in 0..100 {
        aws.put(number, 0);
    }
    aws.drop_table();
    aws.caller = Caller::new("444455556666", "eu-west-1");
    aws.idle(10);
    aws.now_us += 36 * DAY_US;
    aws.idle(20);
    assert_eq!(aws.versions(), 0);
}

#[test]
fn naming_a_region_makes_no_entry_for_it() {
    let mut aws = Aws::new();
    aws.idle(1);
    let tenants = aws.service.tenants.len();
    let target = "DynamoDB_20120810.RestoreTableToPointInTime";
    for number in 1..10 {
        let body = json!({
            "SourceTableArn": format!("arn:aws:dynamodb:eu-west-{number}:111122223333:table/music"),
            "TargetTableName": "again",
            "UseLatestRestorableTime": true,
            "SSESpecificationOverride": {"Enabled": true},
        });
        let body = body.to_string();
        let answer = aws
            .service
            .answer(aws.now_us, &aws.caller, Some(target), body.as_bytes());
        let text = String::from_utf8(answer.body).unwrap();
        assert!(text.contains("TableNotFoundException"), "{text}");
    }
    assert_eq!(aws.service.tenants.len(), tenants);
}
