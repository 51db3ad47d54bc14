//! Every body of point-in-time recovery: the scenario that was recorded on the live service (records S1..S20), at its
//! pace, and what a deletion leaves behind.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::world::{START_US, Script, World, capacity, global_index, key_schema, text};

const SECOND_US: i64 = 1_000_000;

fn song(pk: &str, v: i64, gpk: &str) -> Value {
    json!({"pk": pk, "v": v, "gpk": gpk})
}

/// A provisioned table with a global index, three items, and recovery for one day; then at P an update, a deletion,
/// an insertion and another capacity.
fn recorded(script: &mut Script) -> (World, i64) {
    let mut aws = World::typical();
    aws.table_with(
        "music",
        json!({
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": capacity(2, 2),
            "KeySchema": key_schema("pk", None),
            "AttributeDefinitions": [
                {"AttributeName": "gpk", "AttributeType": "S"},
                {"AttributeName": "pk", "AttributeType": "S"},
            ],
            "GlobalSecondaryIndexes": [global_index("by-gpk", "gpk", "ALL", Some((2, 2)))],
        }),
    );
    for item in [
        song("alpha", 1, "old"),
        song("beta", 1, "old"),
        json!({"pk": "stable", "v": 1}),
    ] {
        aws.put("music", item);
    }
    aws.now_us = START_US + 60 * SECOND_US + 700_000;
    let recovery = json!({"PointInTimeRecoveryEnabled": true, "RecoveryPeriodInDays": 1});
    script.call(
        &mut aws,
        "UpdateContinuousBackups",
        json!({"TableName": "music", "PointInTimeRecoverySpecification": recovery}),
    );
    let point_us = START_US + 66 * SECOND_US;
    aws.now_us = point_us + 2 * SECOND_US;
    aws.put("music", song("alpha", 2, "new"));
    aws.delete("music", json!({"pk": "beta"}));
    aws.put("music", song("gamma", 1, "new"));
    aws.ok(
        "UpdateTable",
        json!({
            "TableName": "music",
            "ProvisionedThroughput": capacity(3, 4),
            "GlobalSecondaryIndexUpdates": [
                {"Update": {"IndexName": "by-gpk", "ProvisionedThroughput": capacity(4, 3)}},
            ],
        }),
    );
    (aws, point_us)
}

fn count(aws: &mut World, script: &mut Script, table: &str, gpk: &str) {
    script.call(
        aws,
        "Query",
        json!({
            "TableName": table,
            "IndexName": "by-gpk",
            "KeyConditionExpression": "gpk = :gpk",
            "ExpressionAttributeValues": {":gpk": {"S": gpk}},
            "Select": "COUNT",
        }),
    );
}

#[test]
fn the_recorded_restores_of_one_source_to_two_times() {
    let mut script = Script::default();
    let (mut aws, point_us) = recorded(&mut script);
    let source = json!({"TableName": "music"});
    script.note("296 seconds after the switch: pinned");
    aws.now_us = START_US + 356 * SECOND_US;
    script.call(&mut aws, "DescribeContinuousBackups", source.clone());
    script.note("311.115 seconds after it: five minutes behind");
    aws.now_us = START_US + 371 * SECOND_US + 115_000;
    script.call(&mut aws, "DescribeContinuousBackups", source);
    aws.now_us = START_US + 386 * SECOND_US;
    let to = |target: &str, time: Value| {
        crate::world::merged(
            json!({"SourceTableName": "music", "TargetTableName": target}),
            time,
        )
    };
    let point = json!({"RestoreDateTime": point_us / SECOND_US});
    let latest = json!({"UseLatestRestorableTime": true});
    script.call(&mut aws, "RestoreTableToPointInTime", to("past", point));
    script.call(&mut aws, "RestoreTableToPointInTime", to("late", latest));
    script.note("200 seconds later");
    aws.advance_s(200);
    for (table, gpks) in [("past", ["old", "new"]), ("late", ["old", "new"])] {
        script.call(&mut aws, "DescribeTable", json!({"TableName": table}));
        script.call(
            &mut aws,
            "Scan",
            json!({"TableName": table, "ConsistentRead": true}),
        );
        for gpk in gpks {
            count(&mut aws, &mut script, table, gpk);
        }
    }
    script.note("seconds later: the switch of the restored table, and its tags");
    aws.advance_s(10);
    script.call(
        &mut aws,
        "DescribeContinuousBackups",
        json!({"TableName": "past"}),
    );
    let arn = text(&aws.describe("past")["TableArn"]);
    script.call(&mut aws, "ListTagsOfResource", json!({"ResourceArn": arn}));
    assert_snapshot!(script.text());
}

#[test]
fn the_recorded_refusals() {
    let mut script = Script::default();
    let (mut aws, _) = recorded(&mut script);
    aws.now_us = START_US + 387 * SECOND_US + 95_000;
    let now_s = aws.now_us / SECOND_US;
    for time in [
        json!({"RestoreDateTime": START_US / SECOND_US}),
        json!({"RestoreDateTime": now_s + 3_600}),
        json!({}),
        json!({"UseLatestRestorableTime": false}),
        json!({"UseLatestRestorableTime": true, "RestoreDateTime": now_s - 310}),
    ] {
        let mut input = time;
        input["SourceTableName"] = json!("music");
        input["TargetTableName"] = json!("again");
        script.refused(&mut aws, "RestoreTableToPointInTime", input);
    }
    let recovery = json!({"PointInTimeRecoveryEnabled": true, "RecoveryPeriodInDays": 36});
    script.refused(
        &mut aws,
        "UpdateContinuousBackups",
        json!({"TableName": "music", "PointInTimeRecoverySpecification": recovery}),
    );
    let recovery = json!({"PointInTimeRecoveryEnabled": false});
    script.call(
        &mut aws,
        "UpdateContinuousBackups",
        json!({"TableName": "music", "PointInTimeRecoverySpecification": recovery}),
    );
    let input = json!({
        "SourceTableName": "music", "TargetTableName": "again", "UseLatestRestorableTime": true,
    });
    script.refused(&mut aws, "RestoreTableToPointInTime", input);
    assert_snapshot!(script.text());
}

#[test]
fn what_a_deleted_table_leaves_behind() {
    let mut script = Script::default();
    let (mut aws, _) = recorded(&mut script);
    aws.advance_s(100);
    script.call(&mut aws, "DeleteTable", json!({"TableName": "music"}));
    script.call(&mut aws, "DescribeTable", json!({"TableName": "music"}));
    script.note("eight seconds later");
    aws.advance_s(8);
    script.refused(&mut aws, "DescribeTable", json!({"TableName": "music"}));
    let listed = script.call(&mut aws, "ListBackups", json!({"BackupType": "SYSTEM"}));
    let arn = text(&listed["BackupSummaries"][0]["BackupArn"]);
    script.call(&mut aws, "DescribeBackup", json!({"BackupArn": arn}));
    script.refused(&mut aws, "DeleteBackup", json!({"BackupArn": arn}));
    script.call(&mut aws, "ListBackups", json!({}));
    assert_snapshot!(script.text());
}
