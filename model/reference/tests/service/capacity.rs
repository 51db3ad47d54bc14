//! ReturnConsumedCapacity and ReturnItemCollectionMetrics: units as the documentation counts them.

use serde_json::{Value, json};

use crate::world::{World, merged, wire_item};

const KB: usize = 1024;

/// `music`, with the key `pk`, and what its answers tell.
fn ready() -> World {
    let mut aws = World::exact();
    aws.table("music");
    aws
}

/// An item of this many bytes under a key of two bytes.
fn item(key: &str, bytes: usize) -> Value {
    let filler = bytes - "pk".len() - key.len() - "x".len();
    wire_item(&json!({"pk": key, "x": "x".repeat(filler)}))
}

fn ask(aws: &mut World, operation: &str, detail: &str, members: Value) -> Value {
    let told = json!({"TableName": "music", "ReturnConsumedCapacity": detail});
    aws.ok(operation, merged(told, members))["ConsumedCapacity"].take()
}

fn units(aws: &mut World, operation: &str, members: Value) -> f64 {
    let told = ask(aws, operation, "TOTAL", members);
    assert_eq!(told["TableName"], "music");
    told["CapacityUnits"].as_f64().unwrap()
}

fn key(key: &str) -> Value {
    json!({"Key": {"pk": {"S": key}}})
}

#[test]
fn a_write_costs_a_unit_for_each_kilobyte_of_the_larger_item() {
    let mut aws = ready();
    let mut put = |bytes: usize| units(&mut aws, "PutItem", json!({"Item": item("a", bytes)}));
    assert_eq!(put(100), 1.0);
    assert_eq!(put(KB), 1.0);
    assert_eq!(put(KB + 1), 2.0);
    assert_eq!(put(5 * KB), 5.0);
    assert_eq!(put(100), 5.0);
    assert_eq!(units(&mut aws, "DeleteItem", key("a")), 1.0);
    assert_eq!(units(&mut aws, "DeleteItem", key("a")), 1.0);
    let remove = merged(key("a"), json!({"UpdateExpression": "SET n = n1 REMOVE m"}));
    assert!(
        aws.call("UpdateItem", merged(json!({"TableName": "music"}), remove))
            .is_err()
    );
    assert_eq!(units(&mut aws, "UpdateItem", key("b")), 1.0);
}

#[test]
fn a_read_costs_a_unit_for_each_four_kilobytes_and_half_of_it_eventually() {
    let mut aws = ready();
    aws.ok(
        "PutItem",
        json!({"TableName": "music", "Item": item("a", 8 * KB + 1)}),
    );
    let strong = json!({"ConsistentRead": true});
    assert_eq!(units(&mut aws, "GetItem", key("a")), 1.5);
    assert_eq!(
        units(&mut aws, "GetItem", merged(key("a"), strong.clone())),
        3.0
    );
    assert_eq!(units(&mut aws, "GetItem", key("none")), 0.5);
    let query = json!({
        "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}, "ConsistentRead": true,
    });
    assert_eq!(units(&mut aws, "Query", query), 3.0);
}

#[test]
fn a_page_costs_what_was_read_before_the_filter_and_rounded_once() {
    let mut aws = ready();
    for number in 0..8 {
        aws.put(
            "music",
            json!({"pk": format!("{number}"), "x": "x".repeat(900)}),
        );
    }
    let nothing = json!({"FilterExpression": "attribute_exists(nowhere)", "ConsistentRead": true});
    assert_eq!(units(&mut aws, "Scan", nothing), 2.0);
    assert_eq!(units(&mut aws, "Scan", json!({"Limit": 1})), 0.5);
    assert_eq!(units(&mut aws, "Scan", json!({"Select": "COUNT"})), 1.0);
}

#[test]
fn nothing_is_told_that_was_not_asked_for() {
    let mut aws = ready();
    assert_eq!(ask(&mut aws, "GetItem", "NONE", key("a")), Value::Null);
    let told = ask(&mut aws, "GetItem", "INDEXES", key("a"));
    assert_eq!(
        told,
        json!({"TableName": "music", "CapacityUnits": 0.5, "Table": {"CapacityUnits": 0.5}})
    );
}

#[test]
fn indexes_cost_what_changes_in_them() {
    let mut aws = World::exact();
    aws.indexed_table("music");
    let mut put = |item: Value| {
        ask(
            &mut aws,
            "PutItem",
            "INDEXES",
            json!({"Item": wire_item(&item)}),
        )
    };
    // Neither index holds this one.
    let plain = put(json!({"pk": "a", "sk": 1}));
    assert_eq!(plain["CapacityUnits"], 1.0);
    assert!(plain.get("GlobalSecondaryIndexes").is_none());
    let entered = put(json!({"pk": "a", "sk": 1, "genre": "jazz", "year": 1959}));
    assert_eq!(
        entered,
        json!({
            "TableName": "music", "CapacityUnits": 3.0, "Table": {"CapacityUnits": 1.0},
            "LocalSecondaryIndexes": {"by-year": {"CapacityUnits": 1.0}},
            "GlobalSecondaryIndexes": {"by-genre": {"CapacityUnits": 1.0}},
        })
    );
    // by-genre holds everything, by-year the keys alone.
    let more = put(json!({"pk": "a", "sk": 1, "genre": "jazz", "year": 1959, "new": true}));
    assert_eq!(
        more["GlobalSecondaryIndexes"]["by-genre"]["CapacityUnits"],
        1.0
    );
    assert!(more.get("LocalSecondaryIndexes").is_none());
    let moved = put(json!({"pk": "a", "sk": 1, "genre": "soul", "year": 1960, "new": true}));
    assert_eq!(
        moved["GlobalSecondaryIndexes"]["by-genre"]["CapacityUnits"],
        2.0
    );
    assert_eq!(moved["CapacityUnits"], 5.0);
}

#[test]
fn reads_of_an_index_cost_its_entries() {
    let mut aws = World::exact();
    aws.indexed_table("music");
    let filler = "x".repeat(20 * KB);
    aws.put(
        "music",
        json!({"pk": "a", "sk": 1, "genre": "jazz", "year": 1959, "x": filler}),
    );
    let read = |index: &str, more: Value| {
        let by_index = json!({
            "IndexName": index, "KeyConditionExpression": "#k = :k",
            "ExpressionAttributeNames": {"#k": if index == "by-genre" { "genre" } else { "pk" }},
            "ExpressionAttributeValues": {":k": {"S": if index == "by-genre" { "jazz" } else { "a" }}},
        });
        merged(by_index, more)
    };
    let global = ask(&mut aws, "Query", "INDEXES", read("by-genre", json!({})));
    assert_eq!(
        global,
        json!({
            "TableName": "music", "CapacityUnits": 3.0, "Table": {"CapacityUnits": 0.0},
            "GlobalSecondaryIndexes": {"by-genre": {"CapacityUnits": 3.0}},
        })
    );
    let local = ask(&mut aws, "Query", "INDEXES", read("by-year", json!({})));
    assert_eq!(local["CapacityUnits"], 0.5);
    // What the index lacks is fetched from the table.
    let all = json!({"Select": "ALL_ATTRIBUTES"});
    let fetched = ask(&mut aws, "Query", "INDEXES", read("by-year", all));
    assert_eq!(fetched["Table"]["CapacityUnits"], 3.0);
    assert_eq!(
        fetched["LocalSecondaryIndexes"]["by-year"]["CapacityUnits"],
        0.5
    );
}

#[test]
fn batches_tell_each_table() {
    let mut aws = ready();
    aws.table("films");
    let put = |key: &str| json!({"PutRequest": {"Item": item(key, 2 * KB)}});
    let written = aws.ok(
        "BatchWriteItem",
        json!({
            "RequestItems": {"music": [put("a"), put("b")], "films": [put("c")]},
            "ReturnConsumedCapacity": "TOTAL",
        }),
    );
    assert_eq!(
        written["ConsumedCapacity"],
        json!([
            {"TableName": "films", "CapacityUnits": 2.0},
            {"TableName": "music", "CapacityUnits": 4.0},
        ])
    );
    let keys = json!([{"pk": {"S": "a"}}, {"pk": {"S": "b"}}, {"pk": {"S": "none"}}]);
    let read = aws.ok(
        "BatchGetItem",
        json!({"RequestItems": {"music": {"Keys": keys}}, "ReturnConsumedCapacity": "TOTAL"}),
    );
    assert_eq!(
        read["ConsumedCapacity"],
        json!([{"TableName": "music", "CapacityUnits": 1.5}])
    );
}

#[test]
fn a_transaction_costs_double_and_once_more_to_be_repeated() {
    let mut aws = ready();
    let transaction = json!({
        "TransactItems": [
            {"Put": {"TableName": "music", "Item": item("a", 2 * KB)}},
            {"ConditionCheck": {
                "TableName": "music", "Key": {"pk": {"S": "b"}}, "ConditionExpression": "attribute_not_exists(pk)",
            }},
        ],
        "ClientRequestToken": "once",
        "ReturnConsumedCapacity": "INDEXES",
    });
    let units = |units: f64| json!({"CapacityUnits": units, "WriteCapacityUnits": units});
    let table = |capacity: Value| {
        merged(
            json!({"TableName": "music", "Table": capacity.clone()}),
            capacity,
        )
    };
    let done = aws.ok("TransactWriteItems", transaction.clone());
    assert_eq!(done["ConsumedCapacity"], json!([table(units(6.0))]));
    let again = aws.ok("TransactWriteItems", transaction);
    let units = json!({"CapacityUnits": 4.0, "ReadCapacityUnits": 4.0});
    assert_eq!(again["ConsumedCapacity"], json!([table(units.clone())]));
    let get = |key: &str| json!({"Get": {"TableName": "music", "Key": {"pk": {"S": key}}}});
    let read = aws.ok(
        "TransactGetItems",
        json!({"TransactItems": [get("a"), get("b")], "ReturnConsumedCapacity": "INDEXES"}),
    );
    assert_eq!(read["ConsumedCapacity"], json!([table(units)]));
}

#[test]
fn only_tables_with_local_indexes_tell_of_collections() {
    let mut aws = ready();
    let put = json!({"TableName": "music", "Item": item("a", 100), "ReturnItemCollectionMetrics": "SIZE"});
    assert_eq!(aws.ok("PutItem", put), json!({}));
    aws.indexed_table("films");
    let metrics =
        json!({"ItemCollectionKey": {"pk": {"S": "a"}}, "SizeEstimateRangeGB": [0.0, 1.0]});
    let item = wire_item(&json!({"pk": "a", "sk": 1}));
    let put = json!({"TableName": "films", "Item": item, "ReturnItemCollectionMetrics": "SIZE"});
    assert_eq!(aws.ok("PutItem", put)["ItemCollectionMetrics"], metrics);
    let batch = json!({
        "RequestItems": {"films": [
            {"PutRequest": {"Item": wire_item(&json!({"pk": "a", "sk": 2}))}},
            {"PutRequest": {"Item": wire_item(&json!({"pk": "a", "sk": 3}))}},
        ]},
        "ReturnItemCollectionMetrics": "SIZE",
    });
    assert_eq!(
        aws.ok("BatchWriteItem", batch)["ItemCollectionMetrics"],
        json!({"films": [metrics]})
    );
    let update = json!({
        "TransactItems": [{"Update": {
            "TableName": "films", "Key": wire_item(&json!({"pk": "a", "sk": 1})), "UpdateExpression": "SET x = sk",
        }}],
        "ReturnItemCollectionMetrics": "SIZE",
    });
    assert_eq!(
        aws.ok("TransactWriteItems", update)["ItemCollectionMetrics"],
        json!({"films": [metrics]})
    );
}
