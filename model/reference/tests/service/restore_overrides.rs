//! Overrides of billing mode, capacity and encryption.

use serde_json::{Value, json};

use crate::world::{World, capacity, text};

const ON_DEMAND: &str = "PAY_PER_REQUEST";

fn provisioned() -> (World, String) {
    let mut aws = World::exact();
    aws.indexed_table("music");
    let arn = aws.backup("music");
    (aws, arn)
}

fn on_demand(members: Value) -> (World, String) {
    let mut aws = World::exact();
    aws.table_with("music", members);
    let arn = aws.backup("music");
    (aws, arn)
}

fn restored((mut aws, arn): (World, String), overrides: Value) -> Value {
    aws.restore_with(&arn, "again", overrides);
    aws.describe("again")
}

fn refused((mut aws, arn): (World, String), overrides: Value) -> String {
    let refused = aws.restore_refused(&arn, "again", overrides);
    assert_eq!(
        (refused.code.as_str(), aws.status("again").as_str()),
        ("ValidationException", "gone")
    );
    aws.delete_backup(&arn);
    refused.message
}

fn units(described: &Value) -> (i64, i64) {
    let units = |name: &str| described["ProvisionedThroughput"][name].as_i64().unwrap();
    (units("ReadCapacityUnits"), units("WriteCapacityUnits"))
}

#[test]
fn the_billing_mode_of_the_backup_is_kept() {
    assert_eq!(units(&restored(provisioned(), json!({}))), (5, 6));
    let table = restored(on_demand(json!({})), json!({}));
    assert_eq!(table["BillingModeSummary"]["BillingMode"], ON_DEMAND);
}

#[test]
fn capacity_is_overridden_for_the_table_only() {
    let table = restored(
        provisioned(),
        json!({"ProvisionedThroughputOverride": capacity(50, 60)}),
    );
    assert_eq!(units(&table), (50, 60));
    assert_eq!(units(&table["GlobalSecondaryIndexes"][0]), (7, 8));
}

#[test]
fn a_switch_to_on_demand_zeroes_table_and_indexes() {
    let table = restored(provisioned(), json!({"BillingModeOverride": ON_DEMAND}));
    assert_eq!(units(&table), (0, 0));
    assert_eq!(units(&table["GlobalSecondaryIndexes"][0]), (0, 0));
    assert_eq!(table["BillingModeSummary"]["BillingMode"], ON_DEMAND);
}

#[test]
fn the_same_billing_mode_may_be_said_again() {
    assert_eq!(
        units(&restored(
            provisioned(),
            json!({"BillingModeOverride": "PROVISIONED"})
        )),
        (5, 6)
    );
    let table = restored(
        on_demand(json!({})),
        json!({"BillingModeOverride": ON_DEMAND}),
    );
    assert_eq!(units(&table), (0, 0));
}

#[test]
fn a_switch_to_provisioned_needs_capacity() {
    assert_eq!(
        refused(
            on_demand(json!({})),
            json!({"BillingModeOverride": "PROVISIONED"})
        ),
        "Must override ProvisionedThroughput if BillingMode is overridden to PROVISIONED"
    );
    let overrides = json!({"BillingModeOverride": "PROVISIONED", "ProvisionedThroughputOverride": capacity(3, 4)});
    assert_eq!(units(&restored(on_demand(json!({})), overrides)), (3, 4));
}

#[test]
fn capacity_needs_a_provisioned_table() {
    let expected = "Cannot override ProvisionedThroughput unless BillingMode is PROVISIONED";
    let overrides = json!({"ProvisionedThroughputOverride": capacity(1, 1)});
    assert_eq!(refused(on_demand(json!({})), overrides), expected);
    let overrides =
        json!({"BillingModeOverride": ON_DEMAND, "ProvisionedThroughputOverride": capacity(1, 1)});
    assert_eq!(refused(provisioned(), overrides), expected);
}

#[test]
fn capacity_of_zero_breaks_the_shape() {
    let text = refused(
        provisioned(),
        json!({"ProvisionedThroughputOverride": capacity(0, 1)}),
    );
    assert!(
        text.contains("at 'provisionedThroughputOverride.readCapacityUnits'"),
        "{text}"
    );
}

#[test]
fn a_table_switched_to_on_demand_before_its_backup_restores_without_capacity() {
    let mut aws = World::exact();
    aws.indexed_table("music");
    aws.ok(
        "UpdateTable",
        json!({"TableName": "music", "BillingMode": ON_DEMAND}),
    );
    aws.settle();
    let arn = aws.backup("music");
    let table = restored((aws, arn), json!({}));
    assert_eq!(
        (units(&table), units(&table["GlobalSecondaryIndexes"][0])),
        ((0, 0), (0, 0))
    );
}

#[test]
fn capacity_is_that_of_the_backup_and_not_of_the_table_now() {
    let (mut aws, arn) = provisioned();
    aws.ok(
        "UpdateTable",
        json!({"TableName": "music", "ProvisionedThroughput": capacity(90, 90)}),
    );
    aws.settle();
    assert_eq!(units(&restored((aws, arn), json!({}))), (5, 6));
}

#[test]
fn on_demand_maxima_are_kept() {
    let maxima = json!({"MaxReadRequestUnits": 5, "MaxWriteRequestUnits": 6});
    let table = restored(on_demand(json!({"OnDemandThroughput": maxima})), json!({}));
    assert_eq!(table["OnDemandThroughput"], maxima);
}

#[test]
fn on_demand_maxima_are_overridden() {
    let maxima = json!({"MaxReadRequestUnits": 5, "MaxWriteRequestUnits": 6});
    let other = json!({"MaxReadRequestUnits": 50});
    let table = restored(
        on_demand(json!({"OnDemandThroughput": maxima})),
        json!({"OnDemandThroughputOverride": other}),
    );
    assert_eq!(table["OnDemandThroughput"], other);
}

#[test]
fn on_demand_maxima_need_an_on_demand_table() {
    let overrides = json!({"OnDemandThroughputOverride": {"MaxReadRequestUnits": 5}});
    assert_eq!(
        refused(provisioned(), overrides),
        "Cannot override MaxReadRequestUnits for OnDemandThroughput unless BillingModeOverride is PAY_PER_REQUEST"
    );
    let both = json!({
        "BillingModeOverride": ON_DEMAND, "OnDemandThroughputOverride": {"MaxReadRequestUnits": 5},
    });
    let table = restored(provisioned(), both);
    assert_eq!(
        table["OnDemandThroughput"],
        json!({"MaxReadRequestUnits": 5})
    );
}

#[test]
fn on_demand_maxima_of_zero_are_out_of_range() {
    let zero = json!({"OnDemandThroughputOverride": {"MaxReadRequestUnits": 0, "MaxWriteRequestUnits": 0}});
    assert_eq!(
        refused(on_demand(json!({})), zero),
        "Requested MaxReadRequestUnits for OnDemandThroughput is outside of valid range"
    );
}

#[test]
fn a_switch_to_provisioned_drops_the_maxima() {
    let maxima = json!({"OnDemandThroughput": {"MaxReadRequestUnits": 5}});
    let table = restored(
        on_demand(maxima),
        json!({"BillingModeOverride": "PROVISIONED", "ProvisionedThroughputOverride": capacity(1, 1)}),
    );
    assert_eq!(table.get("OnDemandThroughput"), None);
}

#[test]
fn the_managed_key_is_kept() {
    let table = restored(
        on_demand(json!({"SSESpecification": {"Enabled": true}})),
        json!({}),
    );
    assert_eq!(table["SSEDescription"]["SSEType"], "KMS");
}

#[test]
fn the_owned_key_is_kept() {
    for overrides in [
        json!({}),
        json!({"SSESpecificationOverride": {}}),
        json!({"SSESpecificationOverride": {"Enabled": false}}),
    ] {
        assert_eq!(
            restored(on_demand(json!({})), overrides).get("SSEDescription"),
            None
        );
    }
}

#[test]
fn encryption_is_overridden() {
    let key = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let sse = json!({"Enabled": true, "SSEType": "KMS", "KMSMasterKeyId": key});
    let table = restored(
        on_demand(json!({})),
        json!({"SSESpecificationOverride": sse}),
    );
    assert_eq!(text(&table["SSEDescription"]["KMSMasterKeyArn"]), key);
}

#[test]
fn an_unknown_alias_is_refused_at_once() {
    let sse = json!({"Enabled": true, "SSEType": "KMS", "KMSMasterKeyId": "alias/none"});
    let text = refused(
        on_demand(json!({})),
        json!({"SSESpecificationOverride": sse}),
    );
    assert!(text.starts_with("KMS validation error: "), "{text}");
}
