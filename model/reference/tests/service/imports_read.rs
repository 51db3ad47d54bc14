//! Imports whose source somebody reads: items, errors, counts (IMPORT-011..023, -051).

use lookback_protocol::value::AttributeValue;
use lookback_reference::{Choices, Failure};
use serde_json::{Value, json};

use crate::world::{World, global_index, no_item, plain, source_item, text};

fn world() -> World {
    World::served(Choices::exact())
}

fn item(
    item: Value,
) -> Result<lookback_protocol::value::Item, lookback_protocol::error::ServiceError> {
    Ok(source_item(item))
}

fn counts(description: &Value) -> [i64; 3] {
    ["ProcessedItemCount", "ImportedItemCount", "ErrorCount"]
        .map(|name| description[name].as_i64().unwrap())
}

#[test]
fn items_are_in_the_table_when_the_import_is_over() {
    let mut aws = world();
    let items = vec![item(json!({"pk": "a", "v": 1})), item(json!({"pk": "b"}))];
    let description = aws.imported("music", json!({}), items);
    assert_eq!(description["ImportStatus"], "COMPLETED");
    assert_eq!(counts(&description), [2, 2, 0]);
    assert_eq!(description["ProcessedSizeBytes"], 1_000);
    let items = aws.items("music");
    assert_eq!(items.len(), 2);
    assert_eq!(items["a"], json!({"pk": "a", "v": 1}));
}

/// IMPORT-011: and the table stays CREATING, however long reading takes.
#[test]
fn nothing_is_told_before_the_end() {
    let mut aws = world();
    let arn = text(&aws.start_import("music", json!({}))["ImportArn"]);
    aws.until_import_due();
    assert!(aws.service.open_import(&arn));
    aws.service.import_items(&arn, [item(json!({"pk": "a"}))]);
    aws.advance_s(3_600);
    let description = aws.describe_import(&arn);
    assert_eq!(description["ImportStatus"], "IN_PROGRESS");
    assert_eq!(counts(&description), [0, 0, 0]);
    assert_eq!(description.get("ProcessedSizeBytes"), None);
    assert_eq!(aws.status("music"), "CREATING");
    aws.service.import_items(&arn, [item(json!({"pk": "b"}))]);
    aws.service.import_ended(&arn, Ok(10));
    assert_eq!(counts(&aws.describe_import(&arn)), [2, 2, 0]);
    assert_eq!(aws.status("music"), "ACTIVE");
}

/// IMPORT-013, -014.
#[test]
fn duplicates_are_counted_and_one_of_them_stays() {
    let mut aws = world();
    let items = (0..5).map(|v| item(json!({"pk": format!("k{}", v % 3), "v": v})));
    let description = aws.imported("music", json!({}), items.collect());
    assert_eq!(description["ImportStatus"], "COMPLETED");
    assert_eq!(counts(&description), [5, 5, 0]);
    let items = aws.items("music");
    assert_eq!(items.len(), 3);
    assert!([0, 3].contains(&items["k0"]["v"].as_i64().unwrap()));
}

/// IMPORT-012, -016, -018, -019.
#[test]
fn bad_items_are_left_out_and_fail_the_import() {
    let mut aws = world();
    // As a reader of CSV may give it: requests with an empty name are refused before.
    let mut unnamed = source_item(json!({"pk": "b"}));
    unnamed.insert(String::new(), AttributeValue::Null);
    let items = vec![
        item(json!({"pk": "a"})),
        item(json!({"v": 1})),
        item(json!({"pk": 5})),
        item(json!({"pk": ""})),
        Ok(unnamed),
        item(json!({"pk": "c", "v": "x".repeat(500_000)})),
        Err(no_item()),
        item(json!({"pk": "d"})),
    ];
    let description = aws.imported("music", json!({}), items);
    assert_eq!(description["ImportStatus"], "FAILED");
    assert_eq!(description["FailureCode"], "ItemValidationError");
    let message = "Some of the items failed validation checks and were not imported. Please check CloudWatch error logs \
                   for more details.";
    assert_eq!(description["FailureMessage"], message);
    assert_eq!(counts(&description), [8, 2, 6]);
    assert_eq!(aws.status("music"), "ACTIVE");
    let keys: Vec<String> = aws.items("music").into_keys().collect();
    assert_eq!(keys, ["a", "d"]);
}

#[test]
fn the_reader_is_told_which_items_were_refused_and_why() {
    let mut aws = world();
    let arn = text(&aws.start_import("music", json!({}))["ImportArn"]);
    aws.until_import_due();
    assert!(aws.service.open_import(&arn));
    let items = [item(json!({"pk": "a"})), item(json!({"v": 1}))];
    let refused = aws.service.import_items(&arn, items);
    assert_eq!(refused.len(), 1);
    let (number, error) = &refused[0];
    assert_eq!(*number, 1);
    assert_eq!(
        error.message.as_deref(),
        Some("One or more parameter values were invalid: Missing the key pk in the item")
    );
}

/// IMPORT-023.
#[test]
fn a_missing_bucket_fails_the_import_and_leaves_no_table() {
    let mut aws = world();
    let description = aws.unreadable_import("music");
    assert_eq!(description["ImportStatus"], "FAILED");
    assert_eq!(description["FailureCode"], "S3NoSuchBucket");
    assert_eq!(counts(&description), [0, 0, 0]);
    assert!(description.get("TableArn").is_some() && description.get("TableId").is_some());
    assert_eq!(aws.status("music"), "gone");
    aws.table("music");
}

/// IMPORT-047.
#[test]
fn a_source_that_breaks_off_leaves_what_was_read() {
    let mut aws = world();
    let arn = text(&aws.start_import("music", json!({}))["ImportArn"]);
    aws.until_import_due();
    assert!(aws.service.open_import(&arn));
    aws.service.import_items(&arn, [item(json!({"pk": "a"}))]);
    let failure = Failure::new("ItemValidationError", "The source changed");
    aws.service.import_ended(&arn, Err(failure));
    let description = aws.until_imported(&arn);
    assert_eq!(description["ImportStatus"], "FAILED");
    assert_eq!(counts(&description), [1, 1, 0]);
    assert_eq!(aws.items("music").len(), 1);
}

/// IMPORT-038.
#[test]
fn a_name_that_was_taken_meanwhile_is_not_opened() {
    let mut aws = World::served(Choices::typical());
    let arn = text(&aws.start_import("music", json!({}))["ImportArn"]);
    aws.ok("CreateTable", crate::world::table_input("music", json!({})));
    aws.until_import_due();
    assert!(!aws.service.open_import(&arn));
    assert!(
        aws.service
            .import_items(&arn, [item(json!({"pk": "a"}))])
            .is_empty()
    );
    let description = aws.until_imported(&arn);
    assert_eq!(description["FailureCode"], "TableAlreadyExists");
    assert!(aws.items("music").is_empty());
}

#[test]
fn both_ends_are_final_and_each_import_is_given_once() {
    let mut aws = world();
    let description = aws.imported("music", json!({}), vec![item(json!({"pk": "a"}))]);
    let arn = text(&description["ImportArn"]);
    aws.service.import_ended(&arn, Err(Failure::new("X", "x")));
    aws.service.import_items(&arn, [item(json!({"pk": "b"}))]);
    assert!(!aws.service.open_import(&arn));
    assert!(aws.service.next_due_import(aws.now_us).is_none());
    assert_eq!(aws.describe_import(&arn), description);
    assert_eq!(aws.items("music").len(), 1);
}

/// IMPORT-051.
#[test]
fn global_indexes_are_ready_with_the_table() {
    let mut aws = world();
    let mut parameters = crate::world::imported_table("music");
    parameters["AttributeDefinitions"]
        .as_array_mut()
        .unwrap()
        .push(json!({"AttributeName": "genre", "AttributeType": "S"}));
    parameters["GlobalSecondaryIndexes"] = json!([global_index("by-genre", "genre", "ALL", None)]);
    let items = ["jazz", "rock", "jazz"].iter().enumerate();
    let items =
        items.map(|(number, genre)| item(json!({"pk": format!("k{number}"), "genre": genre})));
    let mut items: Vec<_> = items.collect();
    items.push(item(json!({"pk": "k0", "genre": "folk"})));
    items.push(item(json!({"pk": "k9", "genre": 5})));
    let members = json!({"TableCreationParameters": parameters});
    let description = aws.imported("music", members, items);
    assert_eq!(
        counts(&description),
        [5, 4, 1],
        "a wrong index key is an error"
    );
    let query = json!({
        "TableName": "music",
        "IndexName": "by-genre",
        "KeyConditionExpression": "genre = :g",
        "ExpressionAttributeValues": {":g": {"S": "jazz"}},
    });
    let found = aws.ok("Query", query);
    let found: Vec<Value> = found["Items"]
        .as_array()
        .unwrap()
        .iter()
        .map(plain)
        .collect();
    assert_eq!(found, [json!({"pk": "k2", "genre": "jazz"})]);
}

/// A backup taken at once has all items, wherever in its band it cuts.
#[test]
fn an_imported_table_always_had_its_items() {
    for seed in 0..20 {
        let mut aws = World::served(Choices::adversarial(seed));
        let items = (0..20).map(|number| item(json!({"pk": format!("k{number}")})));
        aws.imported("music", json!({}), items.collect());
        while aws
            .call(
                "CreateBackup",
                json!({"TableName": "music", "BackupName": "nightly"}),
            )
            .is_err()
        {
            aws.advance_ms(100);
        }
        let arns = aws.listed(json!({}));
        aws.advance_s(400);
        aws.start_restore(&arns[0], "restored", json!({}));
        aws.until_status("restored", "ACTIVE");
        assert_eq!(aws.items("restored"), aws.items("music"));
    }
}
