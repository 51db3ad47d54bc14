//! Every body of a restore, from the request to the settings that are left.

use insta::assert_snapshot;
use serde_json::json;

use crate::world::{Script, World, full_table, global_index, merged, restore_input, text};

#[test]
fn a_restore_into_the_original_name() {
    let (mut aws, mut script) = (World::exact(), Script::default());
    aws.table("music");
    aws.put("music", json!({"pk": "a", "v": 1}));
    let arn = aws.backup("music");
    script.call(&mut aws, "DeleteTable", json!({"TableName": "music"}));
    aws.settle();
    script.call(&mut aws, "DescribeTable", json!({"TableName": "music"}));
    let input = restore_input(&arn, "music", json!({}));
    script.call(&mut aws, "RestoreTableFromBackup", input);
    script.call(&mut aws, "DescribeTable", json!({"TableName": "music"}));
    script.note("one second later");
    aws.advance_s(1);
    script.call(&mut aws, "DescribeTable", json!({"TableName": "music"}));
    script.call(&mut aws, "Scan", json!({"TableName": "music"}));
    assert_snapshot!(script.text());
}

#[test]
fn what_is_left_of_a_table_with_everything() {
    let (mut aws, mut script) = (World::exact(), Script::default());
    full_table(&mut aws, "music");
    let arn = aws.backup("music");
    script.call(
        &mut aws,
        "RestoreTableFromBackup",
        restore_input(&arn, "again", json!({})),
    );
    aws.settle();
    let table = script.call(&mut aws, "DescribeTable", json!({"TableName": "again"}));
    let table = text(&table["Table"]["TableArn"]);
    script.call(
        &mut aws,
        "DescribeTimeToLive",
        json!({"TableName": "again"}),
    );
    script.call(
        &mut aws,
        "DescribeContinuousBackups",
        json!({"TableName": "again"}),
    );
    script.call(
        &mut aws,
        "ListTagsOfResource",
        json!({"ResourceArn": table}),
    );
    assert_snapshot!(script.text());
}

#[test]
fn a_restore_with_every_override_to_on_demand() {
    let (mut aws, mut script) = (World::exact(), Script::default());
    aws.indexed_table("music");
    let arn = aws.backup("music");
    let input = restore_input(
        &arn,
        "again",
        json!({
            "BillingModeOverride": "PAY_PER_REQUEST",
            "OnDemandThroughputOverride": {"MaxReadRequestUnits": 40, "MaxWriteRequestUnits": 50},
            "GlobalSecondaryIndexOverride": [global_index("renamed", "genre", "ALL", None)],
            "LocalSecondaryIndexOverride": [],
            "SSESpecificationOverride": {"Enabled": true},
        }),
    );
    script.call(&mut aws, "RestoreTableFromBackup", input);
    aws.settle();
    script.call(&mut aws, "DescribeTable", json!({"TableName": "again"}));
    assert_snapshot!(script.text());
}

#[test]
fn a_restore_with_every_override_to_provisioned() {
    let (mut aws, mut script) = (World::exact(), Script::default());
    let indexed = crate::world::indexed();
    aws.table_with(
        "music",
        merged(
            indexed,
            json!({
                "BillingMode": "PAY_PER_REQUEST",
                "ProvisionedThroughput": null,
                "GlobalSecondaryIndexes": [global_index("by-genre", "genre", "ALL", None)],
            }),
        ),
    );
    let arn = aws.backup("music");
    let input = restore_input(
        &arn,
        "again",
        json!({
            "BillingModeOverride": "PROVISIONED",
            "ProvisionedThroughputOverride": {"ReadCapacityUnits": 11, "WriteCapacityUnits": 12},
            "GlobalSecondaryIndexOverride": [global_index("by-genre", "genre", "ALL", Some((13, 14)))],
        }),
    );
    script.call(&mut aws, "RestoreTableFromBackup", input);
    aws.settle();
    script.call(&mut aws, "DescribeTable", json!({"TableName": "again"}));
    assert_snapshot!(script.text());
}
