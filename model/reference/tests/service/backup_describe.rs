//! DescribeBackup.

use serde_json::{Value, json};

use crate::world::{World, capacity, full_table, refusal, text};

#[test]
fn the_description_has_three_parts() {
    let mut aws = World::exact();
    aws.table("music");
    let arn = aws.backup("music");
    let description = aws.describe_backup(&arn);
    let parts: Vec<&String> = description.as_object().unwrap().keys().collect();
    assert_eq!(
        parts,
        [
            "BackupDetails",
            "SourceTableDetails",
            "SourceTableFeatureDetails"
        ]
    );
}

#[test]
fn a_plain_table_has_no_features() {
    let mut aws = World::exact();
    aws.table("music");
    let arn = aws.backup("music");
    assert_eq!(
        aws.describe_backup(&arn)["SourceTableFeatureDetails"],
        json!({})
    );
}

#[test]
fn details_are_those_of_the_answer_to_create() {
    let mut aws = World::exact();
    aws.table("music");
    let mut created = aws.start_backup("music");
    aws.settle();
    let described = aws.describe_backup(created["BackupArn"].as_str().unwrap());
    created["BackupStatus"] = json!("AVAILABLE");
    assert_eq!(described["BackupDetails"], created);
}

#[test]
fn a_user_backup_does_not_expire() {
    let mut aws = World::exact();
    aws.table("music");
    let arn = aws.backup("music");
    aws.advance_us(4_000 * crate::world::DAY_US);
    assert_eq!(aws.backup_status(&arn), "AVAILABLE");
    assert_eq!(
        aws.describe_backup(&arn)["BackupDetails"].get("BackupExpiryDateTime"),
        None
    );
}

#[test]
fn the_source_is_identified() {
    let mut aws = World::exact();
    aws.indexed_table("music");
    let table = aws.describe("music");
    let arn = aws.backup("music");
    let source = aws.describe_backup(&arn)["SourceTableDetails"].clone();
    for member in ["TableName", "TableId", "TableArn", "KeySchema"] {
        assert_eq!(source[member], table[member], "{member}");
    }
    assert_eq!(source["TableCreationDateTime"], table["CreationDateTime"]);
    assert_eq!(source["ProvisionedThroughput"], capacity(5, 6));
    assert_eq!(source["BillingMode"], "PROVISIONED");
    assert_eq!(source.get("AttributeDefinitions"), None);
}

#[test]
fn an_on_demand_source_has_zero_capacity_and_its_maxima() {
    let mut aws = World::exact();
    let maxima = json!({"MaxReadRequestUnits": 5, "MaxWriteRequestUnits": 6});
    aws.table_with("music", json!({"OnDemandThroughput": maxima}));
    let arn = aws.backup("music");
    let source = aws.describe_backup(&arn)["SourceTableDetails"].clone();
    assert_eq!(source["ProvisionedThroughput"], capacity(0, 0));
    assert_eq!(
        (&source["BillingMode"], &source["OnDemandThroughput"]),
        (&json!("PAY_PER_REQUEST"), &maxima)
    );
}

#[test]
fn indexes_are_described_without_their_state() {
    let mut aws = World::exact();
    aws.indexed_table("music");
    let arn = aws.backup("music");
    let features = aws.describe_backup(&arn)["SourceTableFeatureDetails"].clone();
    let members = |index: &Value| {
        index
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(
        members(&features["GlobalSecondaryIndexes"][0]),
        [
            "IndexName",
            "KeySchema",
            "Projection",
            "ProvisionedThroughput"
        ]
    );
    assert_eq!(
        members(&features["LocalSecondaryIndexes"][0]),
        ["IndexName", "KeySchema", "Projection"]
    );
}

#[test]
fn only_what_is_switched_on_is_a_feature() {
    let mut aws = World::exact();
    full_table(&mut aws, "music");
    let arn = aws.backup("music");
    let features = aws.describe_backup(&arn)["SourceTableFeatureDetails"].clone();
    let members: Vec<&String> = features.as_object().unwrap().keys().collect();
    assert_eq!(
        members,
        [
            "GlobalSecondaryIndexes",
            "LocalSecondaryIndexes",
            "SSEDescription",
            "StreamDescription",
            "TimeToLiveDescription",
        ]
    );
}

#[test]
fn tags_class_protection_and_recovery_are_not_recorded() {
    let mut aws = World::exact();
    full_table(&mut aws, "music");
    let arn = aws.backup("music");
    let description = aws.describe_backup(&arn).to_string();
    for word in ["team", "audio", "INFREQUENT", "Protection", "PointInTime"] {
        assert!(!description.contains(word), "{word} in {description}");
    }
}

#[test]
fn the_description_is_frozen() {
    let mut aws = World::exact();
    full_table(&mut aws, "music");
    let arn = aws.backup("music");
    let before = aws.describe_backup(&arn);
    let changes = [
        json!({"TableName": "music", "ProvisionedThroughput": capacity(50, 60)}),
        json!({"TableName": "music", "StreamSpecification": {"StreamEnabled": false}}),
        json!({"TableName": "music", "SSESpecification": {"Enabled": false}}),
        json!({"TableName": "music", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by-genre"}}]}),
        json!({"TableName": "music", "BillingMode": "PAY_PER_REQUEST"}),
    ];
    for change in changes {
        aws.ok("UpdateTable", change);
        aws.settle();
    }
    aws.advance_us(crate::world::DAY_US);
    assert_eq!(aws.describe_backup(&arn), before);
    aws.drop("music");
    assert_eq!(aws.describe_backup(&arn), before);
}

#[test]
fn two_incarnations_differ_in_their_ids_only() {
    let mut aws = World::exact();
    aws.table("music");
    let old = aws.backup("music");
    aws.drop("music");
    aws.table("music");
    let new = aws.backup("music");
    let (old, new) = (aws.describe_backup(&old), aws.describe_backup(&new));
    let of = |backup: &Value, member: &str| backup["SourceTableDetails"][member].clone();
    assert_eq!(of(&old, "TableArn"), of(&new, "TableArn"));
    assert_ne!(of(&old, "TableId"), of(&new, "TableId"));
}

#[test]
fn an_unknown_backup_is_not_found_and_quoted() {
    let mut aws = World::exact();
    aws.table("music");
    let arn = aws.backup("music");
    let unknown = format!("{}-00000001", arn.rsplit_once('-').unwrap().0);
    assert_eq!(
        aws.refused("DescribeBackup", json!({"BackupArn": unknown})),
        refusal(
            "BackupNotFoundException",
            format!("Backup not found: {unknown}")
        )
    );
}

#[test]
fn the_right_id_of_the_wrong_table_is_not_found() {
    let mut aws = World::exact();
    aws.table("music");
    let arn = aws.backup("music").replace("table/music", "table/other");
    assert_eq!(
        aws.refused("DescribeBackup", json!({"BackupArn": arn}))
            .code,
        "BackupNotFoundException"
    );
}

#[test]
fn the_region_in_the_arn_is_not_checked_and_echoed() {
    let mut aws = World::exact();
    aws.table("music");
    let arn = aws.backup("music");
    for region in ["eu-west-1", "ap-southeast-2", "sa-east-1"] {
        let elsewhere = arn.replace("us-east-1", region);
        let description = aws.describe_backup(&elsewhere);
        assert_eq!(description["BackupDetails"]["BackupArn"], json!(elsewhere));
        assert_eq!(
            text(&description["SourceTableDetails"]["TableArn"]),
            "arn:aws:dynamodb:us-east-1:111122223333:table/music"
        );
    }
}

#[test]
fn a_region_of_another_partition_does_not_fit_this_one() {
    let mut aws = World::exact();
    aws.table("music");
    let arn = aws.backup("music").replace("us-east-1", "cn-north-1");
    assert_eq!(
        aws.refused("DescribeBackup", json!({"BackupArn": arn})),
        crate::world::invalid("BackupArn is not valid")
    );
}
