//! Every body of the backup calls, as it is on the wire.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::world::{Script, World, full_table, table_input, text};

fn arn_of(created: &Value) -> String {
    text(&created["BackupDetails"]["BackupArn"])
}

#[test]
fn the_life_of_a_backup() {
    let (mut aws, mut script) = (World::exact(), Script::default());
    aws.table("music");
    aws.put("music", json!({"pk": "a", "v": 1}));
    let input = json!({"TableName": "music", "BackupName": "nightly"});
    let arn = arn_of(&script.call(&mut aws, "CreateBackup", input));
    script.call(&mut aws, "DescribeBackup", json!({"BackupArn": arn}));
    script.note("50 ms later");
    aws.advance_ms(50);
    script.call(&mut aws, "DescribeBackup", json!({"BackupArn": arn}));
    script.call(&mut aws, "ListBackups", json!({}));
    script.call(&mut aws, "DeleteBackup", json!({"BackupArn": arn}));
    script.call(&mut aws, "DescribeBackup", json!({"BackupArn": arn}));
    script.call(&mut aws, "ListBackups", json!({}));
    assert_snapshot!(script.text());
}

#[test]
fn a_backup_of_a_table_with_everything() {
    let (mut aws, mut script) = (World::exact(), Script::default());
    full_table(&mut aws, "music");
    let input = json!({"TableName": "music", "BackupName": "nightly"});
    let arn = arn_of(&script.call(&mut aws, "CreateBackup", input));
    aws.settle();
    script.call(&mut aws, "DescribeBackup", json!({"BackupArn": arn}));
    assert_snapshot!(script.text());
}

#[test]
fn a_backup_after_its_table_was_deleted_and_made_again() {
    let (mut aws, mut script) = (World::exact(), Script::default());
    aws.table("music");
    aws.put("music", json!({"pk": "a", "v": 1}));
    aws.advance_s(6 * 3_600);
    let old = aws.backup("music");
    aws.drop("music");
    aws.ok(
        "CreateTable",
        table_input(
            "music",
            json!({"BillingMode": "PROVISIONED", "ProvisionedThroughput": {
        "ReadCapacityUnits": 1, "WriteCapacityUnits": 2}}),
        ),
    );
    aws.settle();
    aws.backup("music");
    script.call(&mut aws, "DescribeBackup", json!({"BackupArn": old}));
    script.call(&mut aws, "ListBackups", json!({"TableName": "music"}));
    assert_snapshot!(script.text());
}

#[test]
fn pages_of_a_listing() {
    let (mut aws, mut script) = (World::exact(), Script::default());
    aws.table("music");
    for _ in 0..3 {
        aws.backup("music");
    }
    let page = script.call(&mut aws, "ListBackups", json!({"Limit": 2}));
    let cursor = &page["LastEvaluatedBackupArn"];
    script.call(
        &mut aws,
        "ListBackups",
        json!({"Limit": 2, "ExclusiveStartBackupArn": cursor}),
    );
    script.call(&mut aws, "ListBackups", json!({"TableName": "never-there"}));
    assert_snapshot!(script.text());
}

#[test]
fn continuous_backups() {
    let (mut aws, mut script) = (World::typical(), Script::default());
    aws.ok("CreateTable", table_input("music", json!({})));
    aws.advance_s(3);
    script.note("just ACTIVE");
    script.call(
        &mut aws,
        "DescribeContinuousBackups",
        json!({"TableName": "music"}),
    );
    script.note("backups can be taken");
    aws.settle();
    script.call(
        &mut aws,
        "DescribeContinuousBackups",
        json!({"TableName": "music"}),
    );
    let switch = |on: bool, days: Option<i64>| {
        let mut specification = json!({"PointInTimeRecoveryEnabled": on});
        if let Some(days) = days {
            specification["RecoveryPeriodInDays"] = json!(days);
        }
        json!({"TableName": "music", "PointInTimeRecoverySpecification": specification})
    };
    script.call(&mut aws, "UpdateContinuousBackups", switch(true, None));
    aws.advance_s(400);
    script.call(&mut aws, "UpdateContinuousBackups", switch(true, Some(7)));
    script.call(&mut aws, "UpdateContinuousBackups", switch(false, None));
    assert_snapshot!(script.text());
}
