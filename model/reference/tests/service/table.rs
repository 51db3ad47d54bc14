//! Tables: coming up, going away, and being told of.

use serde_json::json;

use crate::world::{START_US, World, capacity, indexed, merged, refusal, table_input, text};

#[test]
fn a_table_is_creating_and_then_active() {
    let mut aws = World::exact();
    let created = aws.ok("CreateTable", table_input("music", json!({})));
    assert_eq!(created["TableDescription"]["TableStatus"], "CREATING");
    aws.advance_us(49_999);
    assert_eq!(aws.status("music"), "CREATING");
    aws.advance_us(1);
    assert_eq!(aws.status("music"), "ACTIVE");
}

#[test]
fn next_due_is_the_instant_at_which_the_table_turns_active() {
    let mut aws = World::exact();
    aws.ok("CreateTable", table_input("music", json!({})));
    assert_eq!(aws.service.next_due(START_US), Some(START_US + 50_000));
    assert_eq!(aws.service.next_due(START_US + 50_000), None);
}

#[test]
fn a_typical_table_takes_three_seconds_and_three_more_until_backups() {
    let mut aws = World::typical();
    aws.ok("CreateTable", table_input("music", json!({})));
    aws.settle();
    assert_eq!(aws.now_us, START_US + 6_000_000);
}

#[test]
fn a_new_table_has_an_id_and_an_arn() {
    let mut aws = World::exact();
    aws.table("music");
    let table = aws.describe("music");
    assert_eq!(
        table["TableArn"],
        "arn:aws:dynamodb:us-east-1:111122223333:table/music"
    );
    assert_eq!(text(&table["TableId"]).len(), 36);
    assert_eq!(table["CreationDateTime"], START_US / 1_000_000);
}

#[test]
fn partitions_follow_the_region() {
    for (region, partition) in [
        ("cn-north-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("eu-west-1", "aws"),
    ] {
        let mut aws = World::exact();
        aws.caller.region = region.to_owned();
        aws.table("music");
        let arn = text(&aws.describe("music")["TableArn"]);
        assert!(
            arn.starts_with(&format!("arn:{partition}:dynamodb:{region}:")),
            "{arn}"
        );
    }
}

#[test]
fn the_same_name_twice_is_refused() {
    let mut aws = World::exact();
    aws.table("music");
    assert_eq!(
        aws.refused("CreateTable", table_input("music", json!({}))),
        refusal("ResourceInUseException", "Table already exists: music")
    );
}

#[test]
fn a_table_can_be_told_by_name_or_arn() {
    let mut aws = World::exact();
    aws.table("music");
    let arn = text(&aws.describe("music")["TableArn"]);
    assert_eq!(aws.describe(&arn), aws.describe("music"));
}

#[test]
fn deletion_shows_for_a_while_and_frees_the_name() {
    let mut aws = World::exact();
    aws.table("music");
    let id = aws.describe("music")["TableId"].clone();
    assert_eq!(aws.start_drop("music")["TableStatus"], "DELETING");
    aws.advance_us(99_999);
    assert_eq!(aws.status("music"), "DELETING");
    aws.advance_us(1);
    assert_eq!(aws.status("music"), "gone");
    aws.table("music");
    assert_ne!(aws.describe("music")["TableId"], id);
}

#[test]
fn a_deleting_table_shows_neither_keys_nor_indexes() {
    let mut aws = World::exact();
    aws.indexed_table("music");
    aws.start_drop("music");
    let table = aws.describe("music");
    for member in [
        "KeySchema",
        "AttributeDefinitions",
        "GlobalSecondaryIndexes",
        "LocalSecondaryIndexes",
    ] {
        assert_eq!(table.get(member), None, "{member}");
    }
}

#[test]
fn deleting_twice_is_no_error() {
    let mut aws = World::exact();
    aws.table("music");
    aws.start_drop("music");
    assert_eq!(aws.start_drop("music")["TableStatus"], "DELETING");
}

#[test]
fn deleting_twice_does_not_take_longer() {
    let mut aws = World::exact();
    aws.table("music");
    aws.start_drop("music");
    aws.advance_ms(99);
    aws.start_drop("music");
    aws.advance_ms(1);
    assert_eq!(aws.status("music"), "gone");
}

#[test]
fn a_creating_table_cannot_be_deleted() {
    let mut aws = World::exact();
    aws.ok("CreateTable", table_input("music", json!({})));
    let refused = aws.refused("DeleteTable", json!({"TableName": "music"}));
    assert_eq!(refused.code, "ResourceInUseException");
}

#[test]
fn an_updating_table_cannot_be_deleted() {
    let mut aws = World::exact();
    aws.table("music");
    aws.ok(
        "UpdateTable",
        json!({"TableName": "music", "DeletionProtectionEnabled": false}),
    );
    let refused = aws.refused("DeleteTable", json!({"TableName": "music"}));
    assert_eq!(refused.code, "ResourceInUseException");
}

#[test]
fn a_protected_table_cannot_be_deleted() {
    let mut aws = World::exact();
    aws.table_with("music", json!({"DeletionProtectionEnabled": true}));
    let refused = aws.refused("DeleteTable", json!({"TableName": "music"}));
    assert_eq!(
        refused,
        crate::world::invalid(
            "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
        )
    );
    aws.ok(
        "UpdateTable",
        json!({"TableName": "music", "DeletionProtectionEnabled": false}),
    );
    aws.settle();
    aws.drop("music");
}

#[test]
fn a_missing_table_is_named() {
    let mut aws = World::exact();
    let expected = refusal(
        "ResourceNotFoundException",
        "Requested resource not found: Table: none not found",
    );
    for operation in ["DescribeTable", "DeleteTable"] {
        assert_eq!(
            aws.refused(operation, json!({"TableName": "none"})),
            expected
        );
    }
}

#[test]
fn on_demand_tables_report_zero_capacity() {
    let mut aws = World::exact();
    aws.table("music");
    let table = aws.describe("music");
    assert_eq!(
        table["BillingModeSummary"]["BillingMode"],
        "PAY_PER_REQUEST"
    );
    assert_eq!(table["ProvisionedThroughput"]["ReadCapacityUnits"], 0);
}

#[test]
fn tables_that_were_always_provisioned_do_not_summarise_their_billing_mode() {
    let mut aws = World::exact();
    aws.table_with(
        "music",
        json!({"BillingMode": null, "ProvisionedThroughput": capacity(3, 4)}),
    );
    let table = aws.describe("music");
    assert_eq!(table.get("BillingModeSummary"), None);
    assert_eq!(table["ProvisionedThroughput"]["WriteCapacityUnits"], 4);
}

#[test]
fn indexes_come_up_with_their_table() {
    let mut aws = World::exact();
    let created = aws.ok("CreateTable", table_input("music", indexed()));
    let index = &created["TableDescription"]["GlobalSecondaryIndexes"][0];
    assert_eq!(
        (&index["IndexStatus"], index.get("Backfilling")),
        (&json!("CREATING"), None)
    );
    aws.settle();
    assert_eq!(
        aws.describe("music")["GlobalSecondaryIndexes"][0]["IndexStatus"],
        "ACTIVE"
    );
}

#[test]
fn a_table_without_a_key_of_kms_tells_nothing_of_encryption() {
    let mut aws = World::exact();
    aws.table_with("owned", json!({"SSESpecification": {"Enabled": false}}));
    assert_eq!(aws.describe("owned").get("SSEDescription"), None);
}

#[test]
fn encryption_without_a_key_uses_the_managed_one() {
    let mut aws = World::exact();
    aws.table_with("music", json!({"SSESpecification": {"Enabled": true}}));
    let described = aws.describe("music")["SSEDescription"].clone();
    assert_eq!(
        (&described["SSEType"], &described["Status"]),
        (&json!("KMS"), &json!("ENABLED"))
    );
}

#[test]
fn the_alias_of_the_managed_key_is_the_managed_key() {
    let mut aws = World::exact();
    aws.table_with("first", json!({"SSESpecification": {"Enabled": true}}));
    let alias = json!({"Enabled": true, "KMSMasterKeyId": "alias/aws/dynamodb"});
    aws.table_with("second", json!({"SSESpecification": alias}));
    assert_eq!(
        aws.describe("first")["SSEDescription"],
        aws.describe("second")["SSEDescription"]
    );
}

#[test]
fn a_key_id_becomes_a_key_arn() {
    let mut aws = World::exact();
    let sse = json!({"Enabled": true, "KMSMasterKeyId": "1234abcd-12ab-34cd-56ef-1234567890ab"});
    aws.table_with("music", json!({"SSESpecification": sse}));
    assert_eq!(
        aws.describe("music")["SSEDescription"]["KMSMasterKeyArn"],
        "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    );
}

#[test]
fn a_stream_has_an_arn_and_a_label() {
    let mut aws = World::exact();
    let stream = json!({"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"});
    aws.table_with("music", json!({"StreamSpecification": stream}));
    let table = aws.describe("music");
    assert_eq!(table["StreamSpecification"], stream);
    assert_eq!(table["LatestStreamLabel"], "2023-11-14T22:13:20.000");
    assert_eq!(
        text(&table["LatestStreamArn"]),
        format!(
            "{}/stream/2023-11-14T22:13:20.000",
            text(&table["TableArn"])
        )
    );
}

#[test]
fn the_infrequent_access_class_is_told_and_the_standard_one_is_not() {
    let mut aws = World::exact();
    aws.table_with("rare", json!({"TableClass": "STANDARD_INFREQUENT_ACCESS"}));
    aws.table_with("plain", json!({"TableClass": "STANDARD"}));
    assert_eq!(
        aws.describe("rare")["TableClassSummary"]["TableClass"],
        "STANDARD_INFREQUENT_ACCESS"
    );
    assert_eq!(aws.describe("plain").get("TableClassSummary"), None);
}

#[test]
fn tables_are_listed_by_name_page_by_page() {
    let mut aws = World::exact();
    for name in ["delta", "alpha", "charlie"] {
        aws.table(name);
    }
    let first = aws.ok("ListTables", json!({"Limit": 2}));
    assert_eq!(
        first,
        json!({"TableNames": ["alpha", "charlie"], "LastEvaluatedTableName": "charlie"})
    );
    let rest = aws.ok("ListTables", json!({"ExclusiveStartTableName": "charlie"}));
    assert_eq!(rest, json!({"TableNames": ["delta"]}));
}

#[test]
fn a_full_last_page_of_tables_has_no_cursor() {
    let mut aws = World::exact();
    aws.table("alpha");
    aws.table("bravo");
    assert_eq!(
        aws.ok("ListTables", json!({"Limit": 2}))
            .get("LastEvaluatedTableName"),
        None
    );
}

#[test]
fn a_table_cursor_need_not_name_a_table() {
    let mut aws = World::exact();
    aws.table("alpha");
    aws.table("charlie");
    let page = aws.ok("ListTables", json!({"ExclusiveStartTableName": "bravo"}));
    assert_eq!(page["TableNames"], json!(["charlie"]));
}

#[test]
fn deleting_tables_are_listed_until_they_are_gone() {
    let mut aws = World::exact();
    aws.table("music");
    aws.start_drop("music");
    assert_eq!(
        aws.ok("ListTables", json!({}))["TableNames"],
        json!(["music"])
    );
    aws.settle();
    assert_eq!(aws.ok("ListTables", json!({}))["TableNames"], json!([]));
}

#[test]
fn attribute_definitions_cover_the_keys_of_indexes() {
    let mut aws = World::exact();
    aws.table_with(
        "music",
        merged(
            indexed(),
            json!({"LocalSecondaryIndexes": null, "AttributeDefinitions": [
                {"AttributeName": "sk", "AttributeType": "N"},
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "genre", "AttributeType": "S"},
            ]}),
        ),
    );
    let described = aws.describe("music")["AttributeDefinitions"].clone();
    let names: Vec<String> = described
        .as_array()
        .unwrap()
        .iter()
        .map(|d| text(&d["AttributeName"]))
        .collect();
    assert_eq!(names, ["genre", "pk", "sk"]);
}

#[test]
fn limits_are_the_documented_defaults() {
    let limits = World::exact().ok("DescribeLimits", json!({}));
    assert_eq!(limits["AccountMaxReadCapacityUnits"], 80_000);
    assert_eq!(limits["TableMaxWriteCapacityUnits"], 40_000);
}

#[test]
fn the_endpoint_is_that_of_the_region() {
    let mut aws = World::exact();
    aws.caller.region = "eu-west-1".to_owned();
    let endpoints = aws.ok("DescribeEndpoints", json!({}));
    assert_eq!(
        endpoints["Endpoints"][0]["Address"],
        "dynamodb.eu-west-1.amazonaws.com"
    );
}
