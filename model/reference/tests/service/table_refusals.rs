//! What CreateTable refuses.

use serde_json::{Value, json};

use crate::world::{
    World, capacity, global_index, indexed, invalid, key_schema, local_index, merged, table_input,
};

/// The text of a refused CreateTable, without what all texts about parameters begin with.
fn refused(members: Value) -> String {
    let mut aws = World::exact();
    let refused = aws.refused("CreateTable", table_input("music", members));
    assert_eq!(refused.code, "ValidationException");
    assert_eq!(aws.status("music"), "gone");
    let prefix = "One or more parameter values were invalid: ";
    refused
        .message
        .strip_prefix(prefix)
        .unwrap_or(&refused.message)
        .to_owned()
}

fn definitions(names: &[&str]) -> Value {
    let define = |name: &&str| json!({"AttributeName": name, "AttributeType": "S"});
    names.iter().map(define).collect()
}

#[test]
fn on_demand_with_capacity() {
    assert_eq!(
        refused(json!({"ProvisionedThroughput": capacity(1, 1)})),
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
    );
}

#[test]
fn provisioned_without_capacity() {
    let text = "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED";
    assert_eq!(refused(json!({"BillingMode": null})), text);
    assert_eq!(refused(json!({"BillingMode": "PROVISIONED"})), text);
}

#[test]
fn capacity_of_zero() {
    let text = refused(json!({"BillingMode": null, "ProvisionedThroughput": capacity(0, 1)}));
    assert!(
        text.contains("provisionedThroughput.readCapacityUnits"),
        "{text}"
    );
    assert!(
        text.ends_with("Member must have value greater than or equal to 1"),
        "{text}"
    );
}

#[test]
fn a_definition_that_no_key_uses() {
    let text = refused(json!({"AttributeDefinitions": definitions(&["pk", "extra"])}));
    assert!(
        text.starts_with("Number of attributes in KeySchema does not exactly match"),
        "{text}"
    );
}

#[test]
fn a_definition_that_no_index_uses() {
    let text = refused(json!({
        "AttributeDefinitions": definitions(&["pk", "genre", "extra"]),
        "GlobalSecondaryIndexes": [global_index("by-genre", "genre", "ALL", None)],
    }));
    assert_eq!(
        text,
        "Some AttributeDefinitions are not used. AttributeDefinitions: [extra, genre, pk], keys used: [genre, pk]"
    );
}

#[test]
fn a_key_without_definition() {
    let text = refused(json!({"KeySchema": key_schema("pk", Some("sk"))}));
    assert!(
        text.starts_with("Some index key attributes are not defined in AttributeDefinitions"),
        "{text}"
    );
}

#[test]
fn a_range_key_first() {
    let keys = json!([{"AttributeName": "pk", "KeyType": "RANGE"}]);
    assert_eq!(
        refused(json!({"KeySchema": keys})),
        "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"
    );
}

#[test]
fn two_hash_keys() {
    let keys = json!([{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "HASH"}]);
    assert_eq!(
        refused(json!({"KeySchema": keys, "AttributeDefinitions": definitions(&["pk", "sk"])})),
        "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"
    );
}

#[test]
fn one_attribute_as_both_keys() {
    assert_eq!(
        refused(json!({"KeySchema": key_schema("pk", Some("pk"))})),
        "Invalid KeySchema: Both the Hash Key and the Range Key element in the KeySchema have the same name"
    );
}

#[test]
fn a_definition_given_twice() {
    let text = refused(json!({"AttributeDefinitions": definitions(&["pk", "pk"])}));
    assert_eq!(text, "Attribute Name is duplicated: pk");
}

#[test]
fn no_definitions_at_all() {
    let text = refused(json!({"AttributeDefinitions": []}));
    assert_eq!(
        text,
        "Invalid KeySchema: Some index key attribute have no definition"
    );
}

#[test]
fn a_boolean_key() {
    let text = refused(
        json!({"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "BOOL"}]}),
    );
    assert!(
        text.contains("attributeDefinitions.1.member.attributeType"),
        "{text}"
    );
}

#[test]
fn empty_lists_of_indexes() {
    assert_eq!(
        refused(json!({"GlobalSecondaryIndexes": []})),
        "List of GlobalSecondaryIndexes is empty"
    );
    assert_eq!(
        refused(json!({"LocalSecondaryIndexes": []})),
        "List of LocalSecondaryIndexes is empty"
    );
}

#[test]
fn two_indexes_of_one_name() {
    let text = refused(merged(
        indexed(),
        json!({
            "LocalSecondaryIndexes": [local_index("by-genre", "pk", "year")],
        }),
    ));
    assert_eq!(text, "Duplicate index name: by-genre");
}

#[test]
fn a_local_index_on_a_table_without_range_key() {
    let text = refused(json!({
        "AttributeDefinitions": definitions(&["pk", "sk"]),
        "LocalSecondaryIndexes": [local_index("local", "pk", "sk")],
    }));
    assert!(
        text.starts_with("Table KeySchema does not have a range key"),
        "{text}"
    );
}

#[test]
fn a_local_index_with_another_hash_key() {
    let text = refused(merged(
        indexed(),
        json!({
            "LocalSecondaryIndexes": [local_index("by-year", "genre", "year")],
        }),
    ));
    assert!(
        text.starts_with(
            "Index KeySchema does not have the same leading hash key as table KeySchema"
        ),
        "{text}"
    );
}

#[test]
fn a_local_index_without_a_range_key() {
    let index = json!({
        "IndexName": "by-pk", "KeySchema": key_schema("pk", None), "Projection": {"ProjectionType": "ALL"},
    });
    let text = refused(merged(indexed(), json!({"LocalSecondaryIndexes": [index]})));
    assert_eq!(
        text,
        "Index KeySchema does not have a range key for index: by-pk"
    );
}

#[test]
fn six_local_indexes() {
    let indexes: Vec<Value> = (0..6)
        .map(|n| local_index(&format!("local-{n}"), "pk", "year"))
        .collect();
    let text = refused(merged(indexed(), json!({"LocalSecondaryIndexes": indexes})));
    assert_eq!(
        text,
        "Number of LocalSecondaryIndexes exceeds per-table limit of 5"
    );
}

#[test]
fn twenty_one_global_indexes() {
    let indexes: Vec<Value> = (0..21)
        .map(|n| global_index(&format!("global-{n}"), "genre", "ALL", None))
        .collect();
    let text = refused(json!({
        "AttributeDefinitions": definitions(&["pk", "genre"]),
        "GlobalSecondaryIndexes": indexes,
    }));
    assert_eq!(
        text,
        "GlobalSecondaryIndex count exceeds the per-table limit of 20"
    );
}

#[test]
fn a_projection_that_does_not_say_what_it_includes() {
    let text = refused(json!({
        "AttributeDefinitions": definitions(&["pk", "genre"]),
        "GlobalSecondaryIndexes": [global_index("by-genre", "genre", "INCLUDE", None)],
    }));
    assert_eq!(
        text,
        "ProjectionType is INCLUDE, but NonKeyAttributes is not specified"
    );
}

#[test]
fn a_projection_of_everything_and_of_something() {
    let mut index = global_index("by-genre", "genre", "ALL", None);
    index["Projection"]["NonKeyAttributes"] = json!(["year"]);
    let text = refused(json!({
        "AttributeDefinitions": definitions(&["pk", "genre"]),
        "GlobalSecondaryIndexes": [index],
    }));
    assert_eq!(
        text,
        "ProjectionType is ALL, but NonKeyAttributes is specified"
    );
}

#[test]
fn more_than_a_hundred_included_attributes_in_all() {
    let index = |number: usize| {
        let mut index = global_index(&format!("index-{number}"), "genre", "INCLUDE", None);
        let names: Vec<String> = (0..17).map(|n| format!("a{number}-{n}")).collect();
        index["Projection"]["NonKeyAttributes"] = json!(names);
        index
    };
    let text = refused(json!({
        "AttributeDefinitions": definitions(&["pk", "genre"]),
        "GlobalSecondaryIndexes": (0..6).map(index).collect::<Vec<_>>(),
    }));
    assert_eq!(
        text,
        "Number of NonKeyAttributes exceeds per-table limit of 100"
    );
}

#[test]
fn index_capacity_that_does_not_fit_the_billing_mode() {
    let with = |units| {
        json!({
            "AttributeDefinitions": definitions(&["pk", "genre"]),
            "GlobalSecondaryIndexes": [global_index("by-genre", "genre", "ALL", units)],
        })
    };
    assert_eq!(
        refused(with(Some((1, 1)))),
        "ProvisionedThroughput should not be specified for index: by-genre when BillingMode is PAY_PER_REQUEST"
    );
    let provisioned =
        json!({"BillingMode": "PROVISIONED", "ProvisionedThroughput": capacity(1, 1)});
    assert_eq!(
        refused(merged(with(None), provisioned)),
        "ProvisionedThroughput is not specified for index: by-genre"
    );
}

#[test]
fn a_stream_without_a_view() {
    assert_eq!(
        refused(json!({"StreamSpecification": {"StreamEnabled": true}})),
        "StreamViewType must be specified when StreamEnabled is true"
    );
}

#[test]
fn a_view_without_a_stream() {
    let stream = json!({"StreamEnabled": false, "StreamViewType": "KEYS_ONLY"});
    assert_eq!(
        refused(json!({"StreamSpecification": stream})),
        "StreamViewType cannot be specified when StreamEnabled is false"
    );
}

#[test]
fn encryption_that_dynamodb_does_not_have() {
    let aes = json!({"Enabled": true, "SSEType": "AES256"});
    assert_eq!(
        refused(json!({"SSESpecification": aes})),
        "SSEType AES256 is not supported"
    );
    let key = json!({"Enabled": false, "KMSMasterKeyId": "k"});
    assert_eq!(
        refused(json!({"SSESpecification": key})),
        "KMSMasterKeyId cannot be specified when encryption is not enabled"
    );
}

#[test]
fn an_unknown_key_alias() {
    for alias in [
        "alias/none",
        "arn:aws:kms:us-east-1:111122223333:alias/none",
    ] {
        let sse = json!({"Enabled": true, "KMSMasterKeyId": alias});
        let text = refused(json!({"SSESpecification": sse}));
        assert!(text.starts_with("KMS validation error: "), "{text}");
        assert!(
            text.contains("Alias arn:aws:kms:us-east-1:111122223333:alias/none is not found"),
            "{text}"
        );
    }
}

#[test]
fn on_demand_maxima_of_a_provisioned_table() {
    let text = refused(json!({
        "BillingMode": "PROVISIONED",
        "ProvisionedThroughput": capacity(1, 1),
        "OnDemandThroughput": {"MaxReadRequestUnits": 1},
    }));
    assert_eq!(
        text,
        "OnDemandThroughput can only be specified when BillingMode is PAY_PER_REQUEST"
    );
}

#[test]
fn an_on_demand_maximum_of_zero() {
    assert_eq!(
        refused(json!({"OnDemandThroughput": {"MaxWriteRequestUnits": 0}})),
        "Requested MaxWriteRequestUnits for OnDemandThroughput is outside of valid range"
    );
}

#[test]
fn names_that_are_no_names() {
    for name in ["ab", "a b c", "café", &"x".repeat(256)] {
        let mut aws = World::exact();
        let refused = aws.refused("CreateTable", table_input(name, json!({})));
        assert_eq!(refused.code, "ValidationException", "{name}");
        assert!(
            refused.message.contains("tableName"),
            "{name}: {}",
            refused.message
        );
    }
}

#[test]
fn the_shape_is_judged_before_the_name_is_looked_up() {
    let mut aws = World::exact();
    aws.table("music");
    let refused = aws.refused(
        "CreateTable",
        table_input("music", json!({"BillingMode": "FREE"})),
    );
    assert_eq!(
        refused,
        invalid(
            "1 validation error detected: Value 'FREE' at 'billingMode' failed to satisfy constraint: Member must \
         satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]",
        )
    );
}
