//! Global indexes that come and go while the table lives.

use serde_json::{Value, json};

use crate::world::{World, global_index, invalid, text};

fn definition(name: &str) -> Value {
    json!([{"AttributeName": name, "AttributeType": "S"}])
}

/// A table with one item, an index `by-genre` and one on its way, `by-mood`.
fn adding() -> World {
    let mut aws = World::exact();
    aws.table_with("music", json!({
        "AttributeDefinitions": [
            {"AttributeName": "genre", "AttributeType": "S"}, {"AttributeName": "pk", "AttributeType": "S"},
        ],
        "GlobalSecondaryIndexes": [global_index("by-genre", "genre", "ALL", None)],
    }));
    aws.put("music", json!({"pk": "a", "genre": "jazz", "mood": "blue"}));
    aws.ok("UpdateTable", json!({
        "TableName": "music",
        "AttributeDefinitions": definition("mood"),
        "GlobalSecondaryIndexUpdates": [{"Create": global_index("by-mood", "mood", "ALL", None)}],
    }));
    aws
}

/// The same with `by-genre` on its way out.
fn removing() -> World {
    let mut aws = adding();
    aws.settle();
    let delete = json!([{"Delete": {"IndexName": "by-genre"}}]);
    aws.ok(
        "UpdateTable",
        json!({"TableName": "music", "GlobalSecondaryIndexUpdates": delete}),
    );
    aws
}

fn index(aws: &mut World, name: &str) -> Option<Value> {
    let table = aws.describe("music");
    let indexes = table["GlobalSecondaryIndexes"].as_array().unwrap();
    indexes
        .iter()
        .find(|index| index["IndexName"] == name)
        .cloned()
}

#[test]
fn a_new_index_is_creating_and_backfilling() {
    let mut aws = adding();
    let new = index(&mut aws, "by-mood").unwrap();
    assert_eq!(
        (&new["IndexStatus"], &new["Backfilling"]),
        (&json!("CREATING"), &json!(true))
    );
    assert_eq!(aws.status("music"), "UPDATING");
    aws.settle();
    let new = index(&mut aws, "by-mood").unwrap();
    assert_eq!(
        (&new["IndexStatus"], new.get("Backfilling")),
        (&json!("ACTIVE"), None)
    );
}

#[test]
fn a_new_index_holds_the_items_that_were_there() {
    let mut aws = adding();
    aws.settle();
    assert_eq!(aws.entries("music", "by-mood").len(), 1);
}

#[test]
fn two_changes_of_indexes_in_one_call_are_too_many() {
    let mut aws = adding();
    aws.settle();
    let updates =
        json!([{"Delete": {"IndexName": "by-genre"}}, {"Delete": {"IndexName": "by-mood"}}]);
    let refused = aws.refused(
        "UpdateTable",
        json!({"TableName": "music", "GlobalSecondaryIndexUpdates": updates}),
    );
    assert_eq!(refused.code, "LimitExceededException");
    assert!(
        refused.message.contains("Only 1 online index"),
        "{refused:?}"
    );
}

#[test]
fn a_removed_index_is_deleting_and_then_gone() {
    let mut aws = removing();
    assert_eq!(
        index(&mut aws, "by-genre").unwrap()["IndexStatus"],
        "DELETING"
    );
    aws.settle();
    assert_eq!(index(&mut aws, "by-genre"), None);
}

#[test]
fn a_deleting_index_cannot_be_read() {
    let mut aws = removing();
    let missing = invalid("The table does not have the specified index: by-genre");
    assert_eq!(
        aws.refused(
            "Scan",
            json!({"TableName": "music", "IndexName": "by-genre"})
        ),
        missing
    );
    let query = json!({
        "TableName": "music",
        "IndexName": "by-genre",
        "KeyConditionExpression": "genre = :g",
        "ExpressionAttributeValues": {":g": {"S": "jazz"}},
    });
    assert_eq!(aws.refused("Query", query), missing);
}

#[test]
fn a_removed_index_no_longer_judges_items() {
    let mut aws = removing();
    aws.settle();
    aws.put("music", json!({"pk": "b", "genre": 5}));
    assert_eq!(
        aws.get("music", json!({"pk": "b"})),
        Some(json!({"pk": "b", "genre": 5}))
    );
}

#[test]
fn a_backup_does_not_record_an_index_that_is_going() {
    for wait in [false, true] {
        let mut aws = removing();
        if wait {
            aws.settle();
        }
        let arn = aws.backup("music");
        let recorded =
            aws.describe_backup(&arn)["SourceTableFeatureDetails"]["GlobalSecondaryIndexes"]
                .clone();
        let names: Vec<String> = recorded
            .as_array()
            .unwrap()
            .iter()
            .map(|index| text(&index["IndexName"]))
            .collect();
        assert_eq!(names, ["by-mood"], "after it is gone: {wait}");
    }
}

#[test]
fn a_restore_does_not_bring_a_removed_index_back() {
    let mut aws = removing();
    let arn = aws.backup("music");
    let by_genre = json!([global_index("by-genre", "genre", "ALL", None)]);
    let refused = aws.restore_refused(
        &arn,
        "again",
        json!({"GlobalSecondaryIndexOverride": by_genre}),
    );
    assert!(
        refused
            .message
            .starts_with("Index by-genre does not match a secondary index"),
        "{refused:?}"
    );
    aws.restore(&arn, "again");
    assert_eq!(
        aws.describe("again")["GlobalSecondaryIndexes"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn a_backup_of_a_table_whose_index_is_being_built_restores_the_index() {
    let mut aws = adding();
    let arn = aws.backup("music");
    aws.restore(&arn, "again");
    assert_eq!(aws.entries("again", "by-mood").len(), 1);
    assert_eq!(aws.entries("again", "by-genre").len(), 1);
}

#[test]
fn an_index_made_after_the_backup_is_not_restored() {
    let mut aws = World::exact();
    aws.table("music");
    let arn = aws.backup("music");
    aws.ok("UpdateTable", json!({
        "TableName": "music",
        "AttributeDefinitions": definition("mood"),
        "GlobalSecondaryIndexUpdates": [{"Create": global_index("by-mood", "mood", "ALL", None)}],
    }));
    aws.settle();
    aws.restore(&arn, "again");
    assert_eq!(aws.describe("again").get("GlobalSecondaryIndexes"), None);
}

#[test]
fn an_index_name_can_be_used_again_once_it_is_gone() {
    let mut aws = removing();
    aws.settle();
    aws.ok("UpdateTable", json!({
        "TableName": "music",
        "AttributeDefinitions": definition("label"),
        "GlobalSecondaryIndexUpdates": [{"Create": global_index("by-genre", "label", "ALL", None)}],
    }));
    aws.put("music", json!({"pk": "c", "label": "Impulse"}));
    aws.settle();
    assert_eq!(
        aws.entries("music", "by-genre")
            .into_keys()
            .collect::<Vec<_>>(),
        ["c"]
    );
}

#[test]
fn an_index_cannot_be_read_before_it_is_filled() {
    let mut aws = adding();
    for operation in ["Scan", "Query"] {
        let input = json!({
            "TableName": "music", "IndexName": "by-mood",
            "KeyConditions": {"mood": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "blue"}]}},
        });
        assert_eq!(
            aws.refused(operation, input),
            invalid("Cannot read from backfilling global secondary index: by-mood")
        );
    }
    aws.settle();
    assert_eq!(aws.entries("music", "by-mood").len(), 1);
}

/// A table with a global and a local index, at its legal worst.
fn adversarial(seed: u64) -> World {
    let mut aws = World::adversarial(seed);
    aws.indexed_table("music");
    aws
}

#[test]
fn a_global_index_may_be_seconds_behind_and_a_local_one_is_not() {
    let mut late = 0;
    for seed in 0..20 {
        let mut aws = adversarial(seed);
        aws.put(
            "music",
            json!({"pk": "a", "sk": 1, "genre": "jazz", "year": 1959}),
        );
        assert_eq!(aws.entries("music", "by-year").len(), 1);
        late += usize::from(aws.entries("music", "by-genre").is_empty());
        aws.advance_s(10);
        assert_eq!(aws.entries("music", "by-genre").len(), 1);
        aws.delete("music", json!({"pk": "a", "sk": 1}));
        assert!(aws.entries("music", "by-year").is_empty());
        late += aws.entries("music", "by-genre").len();
        aws.advance_s(10);
        assert!(aws.entries("music", "by-genre").is_empty());
    }
    assert!(late > 20, "{late} of 40");
}

#[test]
fn items_reach_a_global_index_out_of_order_and_none_is_lost() {
    let mut aws = adversarial(3);
    for sk in 0..40 {
        aws.put(
            "music",
            json!({"pk": "a", "sk": sk, "genre": "jazz", "round": 1}),
        );
        aws.put(
            "music",
            json!({"pk": "a", "sk": sk, "genre": "soul", "round": 2}),
        );
        aws.advance_ms(200);
    }
    let shown = aws.entries("music", "by-genre");
    let numbers: Vec<i64> = shown
        .values()
        .map(|item| item["sk"].as_i64().unwrap())
        .collect();
    let in_order: Vec<i64> = (0..i64::try_from(numbers.len()).unwrap()).collect();
    let mut sorted = numbers.clone();
    sorted.sort_unstable();
    assert_ne!(sorted, in_order, "{numbers:?}");
    aws.advance_s(10);
    let settled = aws.entries("music", "by-genre");
    assert_eq!(settled.len(), 40);
    assert!(
        settled
            .values()
            .all(|item| item["round"] == 2 && item["genre"] == "soul")
    );
}

#[test]
fn a_clock_that_jumps_finds_global_indexes_up_to_date() {
    let mut aws = adversarial(5);
    aws.put("music", json!({"pk": "a", "sk": 1, "genre": "jazz"}));
    aws.settle();
    assert_eq!(aws.entries("music", "by-genre").len(), 1);
}
