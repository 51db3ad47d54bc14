//! Every refusal of the backup family, as it is on the wire.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::world::{Script, World, capacity, global_index, restore_input, table_input};

#[test]
fn what_is_not_there() {
    let (mut aws, mut script) = (World::exact(), Script::default());
    aws.table("music");
    let arn = aws.backup("music");
    aws.delete_backup(&arn);
    let table = json!({"TableName": "none"});
    script.refused(
        &mut aws,
        "CreateBackup",
        json!({"TableName": "none", "BackupName": "nightly"}),
    );
    script.refused(&mut aws, "DescribeContinuousBackups", table.clone());
    script.refused(&mut aws, "UpdateContinuousBackups", json!({
        "TableName": "none", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true}}));
    script.refused(&mut aws, "DescribeBackup", json!({"BackupArn": arn}));
    script.refused(&mut aws, "DeleteBackup", json!({"BackupArn": arn}));
    script.refused(
        &mut aws,
        "RestoreTableFromBackup",
        restore_input(&arn, "again", json!({})),
    );
    script.refused(&mut aws, "DescribeTable", table.clone());
    script.refused(&mut aws, "DeleteTable", table.clone());
    script.refused(&mut aws, "DescribeTimeToLive", table.clone());
    script.refused(&mut aws, "Scan", table);
    script.refused(
        &mut aws,
        "GetItem",
        json!({"TableName": "none", "Key": {"pk": {"S": "a"}}}),
    );
    assert_snapshot!(script.text());
}

#[test]
fn what_is_in_use() {
    let (mut aws, mut script) = (World::exact(), Script::default());
    aws.table("music");
    let arn = aws.start_backup("music")["BackupArn"].clone();
    let arn = arn.as_str().unwrap();
    script.note("the backup is CREATING");
    script.refused(&mut aws, "DeleteBackup", json!({"BackupArn": arn}));
    script.refused(
        &mut aws,
        "RestoreTableFromBackup",
        restore_input(arn, "again", json!({})),
    );
    aws.settle();
    let other = aws.backup("music");
    aws.start_restore(arn, "again", json!({}));
    script.note("the backup feeds a restore");
    script.refused(&mut aws, "DeleteBackup", json!({"BackupArn": arn}));
    script.refused(
        &mut aws,
        "RestoreTableFromBackup",
        restore_input(arn, "third", json!({})),
    );
    script.note("the target is being restored");
    script.refused(
        &mut aws,
        "RestoreTableFromBackup",
        restore_input(&other, "again", json!({})),
    );
    script.refused(&mut aws, "CreateTable", table_input("again", json!({})));
    script.refused(&mut aws, "DeleteTable", json!({"TableName": "again"}));
    script.refused(
        &mut aws,
        "CreateBackup",
        json!({"TableName": "again", "BackupName": "nightly"}),
    );
    script.refused(&mut aws, "Scan", json!({"TableName": "again"}));
    script.note("the target exists");
    script.refused(
        &mut aws,
        "RestoreTableFromBackup",
        restore_input(&other, "music", json!({})),
    );
    script.refused(&mut aws, "CreateTable", table_input("music", json!({})));
    assert_snapshot!(script.text());
}

#[test]
fn what_is_no_backup_arn() {
    let (mut aws, mut script) = (World::exact(), Script::default());
    aws.table("music");
    let arn = aws.backup("music");
    let table = aws.describe("music")["TableArn"].clone();
    for wrong in [
        String::new(),
        "short".to_owned(),
        "x".repeat(40),
        table.as_str().unwrap().to_owned() + "-0123456789",
        arn.replace("/backup/", "/export/"),
        arn.replace("arn:aws:", "arn:gcp:"),
        arn.replace(":dynamodb:", ":s3:"),
        arn.replace("us-east-1", "mars-north-1"),
        arn.replace("us-east-1", ""),
        arn.replace("111122223333", "444455556666"),
        arn[..arn.len() - 1].to_owned(),
        arn.to_uppercase(),
    ] {
        script.refused(&mut aws, "DescribeBackup", json!({"BackupArn": wrong}));
    }
    assert_snapshot!(script.text());
}

#[test]
fn what_breaks_a_shape() {
    let (mut aws, mut script) = (World::exact(), Script::default());
    let calls = [
        ("CreateBackup", json!({})),
        ("CreateBackup", json!({"TableName": "", "BackupName": ""})),
        (
            "CreateBackup",
            json!({"TableName": "ab", "BackupName": "no$dollar"}),
        ),
        (
            "CreateBackup",
            json!({"TableName": 5, "BackupName": "nightly"}),
        ),
        ("ListBackups", json!({"Limit": 0})),
        ("ListBackups", json!({"Limit": 101, "BackupType": "user"})),
        ("ListBackups", json!({"ExclusiveStartBackupArn": "short"})),
        (
            "ListBackups",
            json!({"TimeRangeLowerBound": 2, "TimeRangeUpperBound": 1}),
        ),
        ("ListBackups", json!({"TimeRangeLowerBound": "2023-11-14"})),
        (
            "RestoreTableFromBackup",
            json!({"TargetTableName": "", "BackupArn": ""}),
        ),
        (
            "RestoreTableFromBackup",
            json!({"TargetTableName": "a b", "BackupArn": "x", "BillingModeOverride": "FREE"}),
        ),
        (
            "UpdateContinuousBackups",
            json!({"TableName": "music", "PointInTimeRecoverySpecification": {}}),
        ),
        (
            "UpdateContinuousBackups",
            recovery(json!({"PointInTimeRecoveryEnabled": true, "RecoveryPeriodInDays": 36})),
        ),
        (
            "UpdateContinuousBackups",
            recovery(json!({"PointInTimeRecoveryEnabled": true, "RecoveryPeriodInDays": 0})),
        ),
        (
            "UpdateContinuousBackups",
            recovery(json!({"PointInTimeRecoveryEnabled": false, "RecoveryPeriodInDays": 7})),
        ),
    ];
    for (operation, input) in calls {
        script.refused(&mut aws, operation, input);
    }
    assert_snapshot!(script.text());
}

fn recovery(specification: Value) -> Value {
    json!({"TableName": "music", "PointInTimeRecoverySpecification": specification})
}

#[test]
fn what_a_restore_may_not_override() {
    let (mut aws, mut script) = (World::exact(), Script::default());
    aws.indexed_table("provisioned");
    aws.table_with(
        "on-demand",
        json!({
            "AttributeDefinitions": [
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "genre", "AttributeType": "S"},
            ],
            "GlobalSecondaryIndexes": [global_index("by-genre", "genre", "ALL", None)],
        }),
    );
    let (provisioned, on_demand) = (aws.backup("provisioned"), aws.backup("on-demand"));
    let by_genre =
        |projection, units| json!([global_index("by-genre", "genre", projection, units)]);
    let refused = [
        (
            &on_demand,
            json!({"ProvisionedThroughputOverride": capacity(1, 1)}),
        ),
        (&on_demand, json!({"BillingModeOverride": "PROVISIONED"})),
        (
            &on_demand,
            json!({"BillingModeOverride": "PROVISIONED", "ProvisionedThroughputOverride": capacity(1, 1)}),
        ),
        (
            &on_demand,
            json!({"OnDemandThroughputOverride": {"MaxReadRequestUnits": 0, "MaxWriteRequestUnits": 0}}),
        ),
        (
            &on_demand,
            json!({"GlobalSecondaryIndexOverride": by_genre("KEYS_ONLY", None)}),
        ),
        (
            &on_demand,
            json!({"GlobalSecondaryIndexOverride": by_genre("ALL", Some((1, 1)))}),
        ),
        (
            &provisioned,
            json!({"OnDemandThroughputOverride": {"MaxReadRequestUnits": 5}}),
        ),
        (
            &provisioned,
            json!({"OnDemandThroughputOverride": {"MaxWriteRequestUnits": 5}}),
        ),
        (
            &provisioned,
            json!({"GlobalSecondaryIndexOverride": by_genre("ALL", None)}),
        ),
        (
            &provisioned,
            json!({"SSESpecificationOverride": {"Enabled": true, "KMSMasterKeyId": "alias/none"}}),
        ),
        (&provisioned.replace("us-east-1", "eu-west-1"), json!({})),
    ];
    for (arn, overrides) in refused {
        script.refused(
            &mut aws,
            "RestoreTableFromBackup",
            restore_input(arn, "again", overrides),
        );
    }
    assert_eq!(aws.status("again"), "gone");
    assert_snapshot!(script.text());
}
