//! Inputs that many tests share.

use serde_json::{Value, json};

use super::World;

/// The input of CreateTable for an on-demand table with the key `pk`, with other or further members.
pub fn table_input(name: &str, members: Value) -> Value {
    let plain = json!({
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    });
    merged(plain, members)
}

/// What makes an [`World::indexed_table`].
pub fn indexed() -> Value {
    json!({
        "BillingMode": "PROVISIONED",
        "ProvisionedThroughput": capacity(5, 6),
        "KeySchema": key_schema("pk", Some("sk")),
        "AttributeDefinitions": [
            {"AttributeName": "genre", "AttributeType": "S"},
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "N"},
            {"AttributeName": "year", "AttributeType": "N"},
        ],
        "GlobalSecondaryIndexes": [global_index("by-genre", "genre", "ALL", Some((7, 8)))],
        "LocalSecondaryIndexes": [local_index("by-year", "pk", "year")],
    })
}

pub fn capacity(read: i64, write: i64) -> Value {
    json!({"ReadCapacityUnits": read, "WriteCapacityUnits": write})
}

pub fn key_schema(hash: &str, range: Option<&str>) -> Value {
    let mut elements = vec![json!({"AttributeName": hash, "KeyType": "HASH"})];
    elements.extend(range.map(|range| json!({"AttributeName": range, "KeyType": "RANGE"})));
    Value::Array(elements)
}

pub fn global_index(name: &str, hash: &str, projection: &str, units: Option<(i64, i64)>) -> Value {
    let mut index = json!({
        "IndexName": name,
        "KeySchema": key_schema(hash, None),
        "Projection": {"ProjectionType": projection},
    });
    if let Some((read, write)) = units {
        index["ProvisionedThroughput"] = capacity(read, write);
    }
    index
}

pub fn local_index(name: &str, hash: &str, range: &str) -> Value {
    json!({
        "IndexName": name,
        "KeySchema": key_schema(hash, Some(range)),
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    })
}

pub fn restore_input(arn: &str, target: &str, overrides: Value) -> Value {
    merged(
        json!({"BackupArn": arn, "TargetTableName": target}),
        overrides,
    )
}

/// The members of both; those of `more` win, and null takes one away.
pub fn merged(mut base: Value, more: Value) -> Value {
    for (name, value) in more.as_object().unwrap() {
        base[name] = value.clone();
    }
    base.as_object_mut()
        .unwrap()
        .retain(|_, value| !value.is_null());
    base
}

/// A value as the text that a person would write.
pub fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), ToOwned::to_owned)
}

/// A provisioned table with all that a table can have: both kinds of indexes, a stream, time to live, encryption,
/// tags, a table class, deletion protection switched off again, point-in-time recovery.
pub fn full_table(aws: &mut World, name: &str) {
    let everything = json!({
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        "SSESpecification": {"Enabled": true, "SSEType": "KMS"},
        "TableClass": "STANDARD_INFREQUENT_ACCESS",
        "Tags": [{"Key": "team", "Value": "audio"}],
    });
    aws.table_with(name, merged(indexed(), everything));
    let ttl = json!({"Enabled": true, "AttributeName": "expires"});
    aws.ok(
        "UpdateTimeToLive",
        json!({"TableName": name, "TimeToLiveSpecification": ttl}),
    );
    let recovery = json!({"PointInTimeRecoveryEnabled": true});
    aws.ok(
        "UpdateContinuousBackups",
        json!({"TableName": name, "PointInTimeRecoverySpecification": recovery}),
    );
    aws.put(
        name,
        json!({"pk": "a", "sk": 1, "genre": "jazz", "year": 1959}),
    );
    aws.settle();
}
