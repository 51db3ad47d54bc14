//! What a restored table has of its source's settings, and what it has not.

use serde_json::{Value, json};

use crate::world::{World, full_table, key_schema, text};

/// A restore of a table that has everything, protection included.
fn restored() -> World {
    let mut aws = World::exact();
    full_table(&mut aws, "music");
    aws.ok(
        "UpdateTable",
        json!({"TableName": "music", "DeletionProtectionEnabled": true}),
    );
    aws.settle();
    let arn = aws.backup("music");
    aws.restore(&arn, "again");
    aws
}

#[test]
fn key_schema_and_definitions_are_kept() {
    let mut aws = restored();
    let (source, table) = (aws.describe("music"), aws.describe("again"));
    assert_eq!(table["KeySchema"], key_schema("pk", Some("sk")));
    assert_eq!(
        table["AttributeDefinitions"],
        source["AttributeDefinitions"]
    );
}

#[test]
fn encryption_is_kept() {
    let mut aws = restored();
    assert_eq!(
        aws.describe("again")["SSEDescription"],
        aws.describe("music")["SSEDescription"]
    );
}

#[test]
fn the_stream_is_off() {
    let table = restored().describe("again");
    for member in [
        "StreamSpecification",
        "LatestStreamArn",
        "LatestStreamLabel",
    ] {
        assert_eq!(table.get(member), None, "{member}");
    }
}

#[test]
fn time_to_live_is_off() {
    let ttl = restored().ok("DescribeTimeToLive", json!({"TableName": "again"}));
    assert_eq!(
        ttl["TimeToLiveDescription"],
        json!({"TimeToLiveStatus": "DISABLED"})
    );
}

#[test]
fn point_in_time_recovery_is_off() {
    let backups = restored().ok("DescribeContinuousBackups", json!({"TableName": "again"}));
    assert_eq!(
        backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"],
        json!({"PointInTimeRecoveryStatus": "DISABLED"})
    );
}

#[test]
fn there_are_no_tags() {
    let mut aws = restored();
    let arn = aws.describe("again")["TableArn"].clone();
    assert_eq!(
        aws.ok("ListTagsOfResource", json!({"ResourceArn": arn})),
        json!({"Tags": []})
    );
}

#[test]
fn the_table_class_is_standard() {
    assert_eq!(restored().describe("again").get("TableClassSummary"), None);
}

#[test]
fn deletion_protection_is_off() {
    let mut aws = restored();
    assert_eq!(aws.describe("again")["DeletionProtectionEnabled"], false);
    aws.drop("again");
}

#[test]
fn billing_mode_is_summarised_only_while_a_provisioned_table_is_restored() {
    let mut aws = World::exact();
    aws.indexed_table("music");
    let arn = aws.backup("music");
    let table = aws.start_restore(&arn, "again", json!({}));
    assert_eq!(
        table["BillingModeSummary"],
        json!({"BillingMode": "PROVISIONED"})
    );
    assert_eq!(table.get("DeletionProtectionEnabled"), None);
    aws.settle();
    assert_eq!(aws.describe("again").get("BillingModeSummary"), None);
}

#[test]
fn what_was_dropped_can_be_set_again() {
    let mut aws = restored();
    let stream = json!({"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"});
    aws.ok(
        "UpdateTable",
        json!({"TableName": "again", "StreamSpecification": stream}),
    );
    aws.settle();
    aws.ok(
        "UpdateTable",
        json!({"TableName": "again", "TableClass": "STANDARD_INFREQUENT_ACCESS"}),
    );
    aws.settle();
    let ttl = json!({"Enabled": true, "AttributeName": "expires"});
    aws.ok(
        "UpdateTimeToLive",
        json!({"TableName": "again", "TimeToLiveSpecification": ttl}),
    );
    let arn = aws.describe("again")["TableArn"].clone();
    aws.ok(
        "TagResource",
        json!({"ResourceArn": arn, "Tags": [{"Key": "k", "Value": "v"}]}),
    );
    let table = aws.describe("again");
    assert_eq!(table["StreamSpecification"], stream);
    assert_eq!(
        text(&table["TableClassSummary"]["TableClass"]),
        "STANDARD_INFREQUENT_ACCESS"
    );
}

#[test]
fn every_type_of_value_comes_back_as_it_was() {
    let mut aws = World::exact();
    aws.table("music");
    let item = json!({
        "pk": {"S": "a"},
        "string": {"S": ""},
        "number": {"N": "-1.2345678901234567890123456789012345678E-100"},
        "binary": {"B": "AAECAw=="},
        "bool": {"BOOL": false},
        "null": {"NULL": true},
        "list": {"L": [{"S": "x"}, {"L": []}, {"M": {}}]},
        "map": {"M": {" ": {"N": "0"}, "deep": {"M": {"er": {"L": [{"BOOL": true}]}}}}},
        "strings": {"SS": ["", "a", "b"]},
        "numbers": {"NS": ["1", "2.5", "3E+50"]},
        "binaries": {"BS": ["AA==", "/w=="]},
    });
    aws.ok("PutItem", json!({"TableName": "music", "Item": item}));
    let read = |aws: &mut World, table: &str| -> Value {
        aws.ok(
            "GetItem",
            json!({"TableName": table, "Key": {"pk": {"S": "a"}}}),
        )
    };
    let before = read(&mut aws, "music");
    let arn = aws.backup("music");
    aws.drop("music");
    aws.restore(&arn, "again");
    assert_eq!(read(&mut aws, "again"), before);
    assert_eq!(before["Item"].as_object().unwrap().len(), 11);
}

#[test]
fn the_order_of_range_keys_comes_back() {
    let mut aws = World::exact();
    aws.indexed_table("music");
    for sk in [100, -3, 0, 20, 3] {
        aws.put("music", json!({"pk": "a", "sk": sk}));
    }
    let arn = aws.backup("music");
    aws.restore(&arn, "again");
    let query = json!({
        "TableName": "again",
        "KeyConditionExpression": "pk = :p",
        "ExpressionAttributeValues": {":p": {"S": "a"}},
    });
    let items = aws.ok("Query", query)["Items"].take();
    let keys: Vec<String> = items
        .as_array()
        .unwrap()
        .iter()
        .map(|item| text(&item["sk"]["N"]))
        .collect();
    assert_eq!(keys, ["-3", "0", "3", "20", "100"]);
}
