//! Warm throughput: who tells it, from when on, and what moves it (records 10.21 to 10.24).

use serde_json::{Value, json};

use crate::world::{Refusal, World, capacity, global_index, invalid, merged};

fn units(read: i64, write: i64) -> Value {
    json!({"ReadUnitsPerSecond": read, "WriteUnitsPerSecond": write})
}

fn told(read: i64, write: i64, status: &str) -> Value {
    merged(units(read, write), json!({"Status": status}))
}

fn definition(members: Value) -> Value {
    let table = json!({
        "TableName": "music",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "genre", "AttributeType": "S"},
        ],
        "GlobalSecondaryIndexes": [global_index("by-genre", "genre", "ALL", None)],
    });
    merged(table, members)
}

fn on_demand() -> Value {
    definition(json!({"BillingMode": "PAY_PER_REQUEST"}))
}

fn provisioned(read: i64, write: i64) -> Value {
    let index = global_index("by-genre", "genre", "ALL", Some((7, 8)));
    definition(json!({
        "ProvisionedThroughput": capacity(read, write),
        "GlobalSecondaryIndexes": [index],
    }))
}

fn created(input: Value) -> World {
    let mut aws = World::exact();
    aws.ok("CreateTable", input);
    aws.settle();
    aws
}

fn update(aws: &mut World, members: Value) -> Value {
    let input = merged(json!({"TableName": "music"}), members);
    aws.ok("UpdateTable", input)["TableDescription"].take()
}

fn updated(aws: &mut World, members: Value) -> Value {
    update(aws, members);
    aws.settle();
    aws.describe("music")
}

fn refused(aws: &mut World, members: Value) -> Refusal {
    let input = merged(json!({"TableName": "music"}), members);
    aws.refused("UpdateTable", input)
}

fn of_index(table: &Value) -> &Value {
    &table["GlobalSecondaryIndexes"][0]["WarmThroughput"]
}

#[test]
fn an_on_demand_table_and_its_index_have_the_default() {
    let table = created(on_demand()).describe("music");
    assert_eq!(table["WarmThroughput"], told(12_000, 4_000, "ACTIVE"));
    assert_eq!(*of_index(&table), told(12_000, 4_000, "ACTIVE"));
}

#[test]
fn a_provisioned_table_and_its_index_have_their_capacity() {
    let table = created(provisioned(5, 6)).describe("music");
    assert_eq!(table["WarmThroughput"], told(5, 6, "ACTIVE"));
    assert_eq!(*of_index(&table), told(7, 8, "ACTIVE"));
}

#[test]
fn a_table_that_is_creating_tells_none() {
    let mut aws = World::exact();
    let created = aws.ok("CreateTable", on_demand())["TableDescription"].take();
    for table in [created, aws.describe("music")] {
        assert_eq!(table["TableStatus"], "CREATING");
        assert_eq!(table.get("WarmThroughput"), None);
        assert_eq!(
            table["GlobalSecondaryIndexes"][0].get("WarmThroughput"),
            None
        );
    }
}

#[test]
fn what_create_table_sets_is_told_at_once() {
    let mut aws = World::exact();
    let input = merged(
        on_demand(),
        json!({"WarmThroughput": {"ReadUnitsPerSecond": 12_001}}),
    );
    let created = aws.ok("CreateTable", input)["TableDescription"].take();
    assert_eq!(created["WarmThroughput"], told(12_001, 4_000, "UPDATING"));
    aws.settle();
    assert_eq!(
        aws.describe("music")["WarmThroughput"],
        told(12_001, 4_000, "ACTIVE")
    );
}

#[test]
fn create_table_cannot_set_less_than_the_table_has_anyway() {
    let mut aws = World::exact();
    let too_low = |table: Value, read: i64, write: i64| {
        merged(table, json!({"WarmThroughput": units(read, write)}))
    };
    let refusals = [
        too_low(on_demand(), 11_999, 4_000),
        too_low(provisioned(10, 10), 5, 5),
        too_low(provisioned(10, 10), 10, 9),
    ]
    .map(|input| aws.refused("CreateTable", input));
    let wanted = [
        "Requested ReadUnitsPerSecond for WarmThroughput for table is lower than initial throughput for OnDemand. See: \
         https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html\
         #on-demand-capacity-mode-initial",
        "Requested ReadUnitsPerSecond for WarmThroughput for table is lower than ReadCapacityUnits of \
         ProvisionedThroughput",
        "Requested WriteUnitsPerSecond for WarmThroughput for table is lower than WriteCapacityUnits of \
         ProvisionedThroughput",
    ]
    .map(|text| invalid(format!("One or more parameter values were invalid: {text}")));
    assert_eq!(refusals, wanted);
}

#[test]
fn it_follows_capacity_upwards_and_never_downwards() {
    let mut aws = created(provisioned(1, 1));
    let table = updated(&mut aws, json!({"ProvisionedThroughput": capacity(3, 3)}));
    assert_eq!(table["WarmThroughput"], told(3, 3, "ACTIVE"));
    let table = updated(&mut aws, json!({"ProvisionedThroughput": capacity(2, 4)}));
    assert_eq!(table["WarmThroughput"], told(3, 4, "ACTIVE"));
}

#[test]
fn a_switch_to_on_demand_raises_it_for_good() {
    let mut aws = created(provisioned(2, 2));
    let table = update(&mut aws, json!({"BillingMode": "PAY_PER_REQUEST"}));
    assert_eq!(table["WarmThroughput"], told(2, 2, "ACTIVE"));
    aws.settle();
    let table = aws.describe("music");
    assert_eq!(table["WarmThroughput"], told(12_000, 4_000, "ACTIVE"));
    let index = json!({"IndexName": "by-genre", "ProvisionedThroughput": capacity(1, 1)});
    let back = json!({
        "BillingMode": "PROVISIONED",
        "ProvisionedThroughput": capacity(1, 1),
        "GlobalSecondaryIndexUpdates": [{"Update": index}],
    });
    let table = updated(&mut aws, back);
    assert_eq!(table["WarmThroughput"], told(12_000, 4_000, "ACTIVE"));
    assert_eq!(*of_index(&table), told(12_000, 4_000, "ACTIVE"));
}

#[test]
fn what_update_table_asks_for_comes_later() {
    let mut aws = created(on_demand());
    let index = json!({"IndexName": "by-genre", "WarmThroughput": {"ReadUnitsPerSecond": 14_000}});
    let more = json!({
        "WarmThroughput": units(13_000, 5_000),
        "GlobalSecondaryIndexUpdates": [{"Update": index}],
    });
    let table = update(&mut aws, more);
    assert_eq!(table["WarmThroughput"], told(12_000, 4_000, "UPDATING"));
    assert_eq!(*of_index(&table), told(12_000, 4_000, "UPDATING"));
    aws.settle();
    let table = aws.describe("music");
    assert_eq!(table["WarmThroughput"], told(13_000, 5_000, "ACTIVE"));
    assert_eq!(*of_index(&table), told(14_000, 4_000, "ACTIVE"));
}

#[test]
fn a_member_alone_leaves_the_other_as_it_is() {
    let mut aws = created(on_demand());
    let table = updated(
        &mut aws,
        json!({"WarmThroughput": {"WriteUnitsPerSecond": 6_000}}),
    );
    assert_eq!(table["WarmThroughput"], told(12_000, 6_000, "ACTIVE"));
}

#[test]
fn it_cannot_be_lowered_and_the_same_again_is_accepted() {
    let mut aws = created(on_demand());
    let lower = json!({"ReadUnitsPerSecond": 100, "WriteUnitsPerSecond": 100});
    let index = json!({"IndexName": "by-genre", "WarmThroughput": lower});
    let refusals = [
        refused(&mut aws, json!({"WarmThroughput": lower})),
        refused(
            &mut aws,
            json!({"GlobalSecondaryIndexUpdates": [{"Update": index}]}),
        ),
    ];
    let wanted = ["table", "index by-genre"].map(|of| {
        invalid(format!(
            "One or more parameter values were invalid: Requested ReadUnitsPerSecond for WarmThroughput for {of} is \
             lower than current WarmThroughput, decreasing WarmThroughput is not supported"
        ))
    });
    assert_eq!(refusals, wanted);
    let table = updated(&mut aws, json!({"WarmThroughput": units(12_000, 4_000)}));
    assert_eq!(table["WarmThroughput"], told(12_000, 4_000, "ACTIVE"));
}

#[test]
fn a_restored_table_has_what_its_own_capacity_gives() {
    let mut aws = created(provisioned(3, 3));
    updated(&mut aws, json!({"WarmThroughput": units(50, 50)}));
    let backup = aws.ok(
        "CreateBackup",
        json!({"TableName": "music", "BackupName": "before"}),
    );
    aws.settle();
    let input = json!({
        "TargetTableName": "again",
        "BackupArn": backup["BackupDetails"]["BackupArn"],
    });
    let restoring = aws.ok("RestoreTableFromBackup", input)["TableDescription"].take();
    assert_eq!(restoring.get("WarmThroughput"), None);
    aws.settle();
    assert_eq!(
        aws.describe("again")["WarmThroughput"],
        told(3, 3, "ACTIVE")
    );
}
