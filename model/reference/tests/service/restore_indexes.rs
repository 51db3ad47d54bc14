//! The indexes of a restored table: kept, dropped, renamed, never added.

use serde_json::{Value, json};

use crate::world::{World, global_index, local_index, text};

/// A provisioned table with a global and a local index and an item in each, and a backup.
fn with_backup() -> (World, String) {
    let mut aws = World::exact();
    aws.indexed_table("music");
    aws.put(
        "music",
        json!({"pk": "a", "sk": 1, "genre": "jazz", "year": 1959}),
    );
    aws.put("music", json!({"pk": "b", "sk": 1}));
    let arn = aws.backup("music");
    (aws, arn)
}

/// The names of the indexes of `again`: global, local.
fn names(aws: &mut World) -> (Vec<String>, Vec<String>) {
    let table = aws.describe("again");
    let names = |kind: &str| {
        let indexes = table.get(kind).and_then(Value::as_array);
        indexes
            .into_iter()
            .flatten()
            .map(|index| text(&index["IndexName"]))
            .collect()
    };
    (
        names("GlobalSecondaryIndexes"),
        names("LocalSecondaryIndexes"),
    )
}

fn restored(overrides: Value) -> World {
    let (mut aws, arn) = with_backup();
    aws.restore_with(&arn, "again", overrides);
    aws
}

fn refused(overrides: Value) -> String {
    let (mut aws, arn) = with_backup();
    let refused = aws.restore_refused(&arn, "again", overrides);
    assert_eq!(
        (refused.code.as_str(), aws.status("again").as_str()),
        ("ValidationException", "gone")
    );
    refused.message
}

fn no_match(name: &str) -> String {
    format!(
        "Index {name} does not match a secondary index that existed in the source table and cannot be created during \
         the restore operation"
    )
}

#[test]
fn all_indexes_come_back_with_their_entries() {
    let mut aws = restored(json!({}));
    assert_eq!(
        names(&mut aws),
        (vec!["by-genre".to_owned()], vec!["by-year".to_owned()])
    );
    assert_eq!(
        aws.entries("again", "by-genre")
            .into_keys()
            .collect::<Vec<_>>(),
        ["a/1"]
    );
    assert_eq!(
        aws.entries("again", "by-year")
            .into_keys()
            .collect::<Vec<_>>(),
        ["a/1"]
    );
}

#[test]
fn a_missing_or_null_override_keeps_all() {
    let mut aws = restored(json!({}));
    let kept = names(&mut aws);
    let (mut aws, arn) = with_backup();
    let null = format!(
        r#"{{"BackupArn":"{arn}","TargetTableName":"again","GlobalSecondaryIndexOverride":null,
            "LocalSecondaryIndexOverride":null}}"#
    );
    assert_eq!(aws.raw("RestoreTableFromBackup", null.as_bytes()).0, 200);
    aws.settle();
    assert_eq!(names(&mut aws), kept);
}

#[test]
fn an_empty_override_drops_all_of_its_kind() {
    let mut aws = restored(json!({"GlobalSecondaryIndexOverride": []}));
    assert_eq!(names(&mut aws), (vec![], vec!["by-year".to_owned()]));
    let mut aws = restored(json!({"LocalSecondaryIndexOverride": []}));
    assert_eq!(names(&mut aws), (vec!["by-genre".to_owned()], vec![]));
}

#[test]
fn definitions_are_those_of_the_keys_that_are_left() {
    let mut aws =
        restored(json!({"GlobalSecondaryIndexOverride": [], "LocalSecondaryIndexOverride": []}));
    assert_eq!(
        aws.describe("again")["AttributeDefinitions"],
        json!([
            {"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"},
        ])
    );
}

#[test]
fn a_dropped_index_no_longer_judges_items() {
    let mut aws = restored(json!({"GlobalSecondaryIndexOverride": []}));
    aws.put("again", json!({"pk": "c", "sk": 1, "genre": 5}));
    assert_eq!(aws.items("again").len(), 3);
}

#[test]
fn an_override_renames_a_global_index() {
    let renamed = global_index("renamed", "genre", "ALL", Some((1, 1)));
    let mut aws = restored(json!({"GlobalSecondaryIndexOverride": [renamed]}));
    assert_eq!(names(&mut aws).0, ["renamed"]);
    assert_eq!(aws.entries("again", "renamed").len(), 1);
}

#[test]
fn an_override_renames_a_local_index() {
    let mut aws =
        restored(json!({"LocalSecondaryIndexOverride": [local_index("renamed", "pk", "year")]}));
    assert_eq!(names(&mut aws).1, ["renamed"]);
    assert_eq!(aws.entries("again", "renamed").len(), 1);
}

#[test]
fn an_index_with_another_key_does_not_match() {
    let other = global_index("by-genre", "year", "ALL", Some((1, 1)));
    assert_eq!(
        refused(json!({"GlobalSecondaryIndexOverride": [other]})),
        no_match("by-genre")
    );
    let other = local_index("by-year", "pk", "genre");
    assert_eq!(
        refused(json!({"LocalSecondaryIndexOverride": [other]})),
        no_match("by-year")
    );
}

#[test]
fn an_index_with_another_projection_does_not_match() {
    let other = global_index("by-genre", "genre", "KEYS_ONLY", Some((1, 1)));
    assert_eq!(
        refused(json!({"GlobalSecondaryIndexOverride": [other]})),
        no_match("by-genre")
    );
}

#[test]
fn a_table_without_indexes_matches_none() {
    let mut aws = World::exact();
    aws.table("plain");
    let arn = aws.backup("plain");
    let wish =
        json!({"GlobalSecondaryIndexOverride": [global_index("by-genre", "genre", "ALL", None)]});
    assert_eq!(
        aws.restore_refused(&arn, "again", wish).message,
        no_match("by-genre")
    );
    aws.restore_with(&arn, "again", json!({"GlobalSecondaryIndexOverride": []}));
}

#[test]
fn included_attributes_match_in_any_order() {
    let include = |names: [&str; 2]| {
        let mut index = global_index("by-genre", "genre", "INCLUDE", None);
        index["Projection"]["NonKeyAttributes"] = json!(names);
        index
    };
    let mut aws = World::exact();
    aws.table_with("music", json!({
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "genre", "AttributeType": "S"},
        ],
        "GlobalSecondaryIndexes": [include(["one", "two"])],
    }));
    let arn = aws.backup("music");
    aws.restore_with(
        &arn,
        "again",
        json!({"GlobalSecondaryIndexOverride": [include(["two", "one"])]}),
    );
    let other = json!({"GlobalSecondaryIndexOverride": [include(["one", "three"])]});
    assert_eq!(
        aws.restore_refused(&arn, "third", other).message,
        no_match("by-genre")
    );
}

#[test]
fn a_global_override_of_a_provisioned_table_states_capacity() {
    let without = global_index("by-genre", "genre", "ALL", None);
    assert_eq!(
        refused(json!({"GlobalSecondaryIndexOverride": [without]})),
        "Must specify provisioned throughput for index by-genre"
    );
}

#[test]
fn a_global_override_of_an_on_demand_restore_states_none() {
    let with = global_index("by-genre", "genre", "ALL", Some((1, 1)));
    assert_eq!(
        refused(
            json!({"BillingModeOverride": "PAY_PER_REQUEST", "GlobalSecondaryIndexOverride": [with]})
        ),
        "Cannot override ProvisionedThroughput if BillingMode is overridden to PAY_PER_REQUEST for index by-genre"
    );
}

#[test]
fn a_global_override_changes_its_index_only() {
    let index = global_index("by-genre", "genre", "ALL", Some((70, 80)));
    let mut aws = restored(json!({"GlobalSecondaryIndexOverride": [index]}));
    let table = aws.describe("again");
    assert_eq!(
        table["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["ReadCapacityUnits"],
        70
    );
    assert_eq!(table["ProvisionedThroughput"]["ReadCapacityUnits"], 5);
}

#[test]
fn two_overrides_of_one_name_are_refused() {
    let index = global_index("by-genre", "genre", "ALL", Some((1, 1)));
    let text = refused(json!({"GlobalSecondaryIndexOverride": [index, index]}));
    assert!(text.contains("Duplicate index name: by-genre"), "{text}");
}

#[test]
fn a_wrong_override_is_located_by_its_position() {
    let index = global_index("x", "genre", "ALL", Some((1, 1)));
    let text = refused(json!({"GlobalSecondaryIndexOverride": [index]}));
    assert!(
        text.contains("at 'globalSecondaryIndexOverride.1.member.indexName'"),
        "{text}"
    );
}

#[test]
fn indexes_of_a_restoring_table_have_no_status_yet() {
    let (mut aws, arn) = with_backup();
    let table = aws.start_restore(&arn, "again", json!({}));
    assert_eq!(table["GlobalSecondaryIndexes"][0].get("IndexStatus"), None);
    aws.settle();
    let table = aws.describe("again");
    assert_eq!(table["GlobalSecondaryIndexes"][0]["IndexStatus"], "ACTIVE");
    assert_eq!(table["GlobalSecondaryIndexes"][0].get("Backfilling"), None);
}

#[test]
fn entries_follow_later_writes() {
    let mut aws = restored(json!({}));
    aws.put("again", json!({"pk": "c", "sk": 1, "genre": "soul"}));
    aws.delete("again", json!({"pk": "a", "sk": 1}));
    assert_eq!(
        aws.entries("again", "by-genre")
            .into_keys()
            .collect::<Vec<_>>(),
        ["c/1"]
    );
    assert_eq!(
        aws.entries("music", "by-genre")
            .into_keys()
            .collect::<Vec<_>>(),
        ["a/1"]
    );
}
