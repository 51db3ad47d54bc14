//! A table that the tests share: `notes`, with a key and a text.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::client::Waiters;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType,
    ScalarAttributeType,
};

pub const TABLE: &str = "notes";
pub const MINUTE: Duration = Duration::from_secs(60);

/// Makes the table, and waits for it with the SDK's waiter.
pub async fn create(client: &Client) {
    let id = AttributeDefinition::builder()
        .attribute_name("id")
        .attribute_type(ScalarAttributeType::S);
    let key = KeySchemaElement::builder()
        .attribute_name("id")
        .key_type(KeyType::Hash);
    client
        .create_table()
        .table_name(TABLE)
        .billing_mode(BillingMode::PayPerRequest)
        .attribute_definitions(id.build().unwrap())
        .key_schema(key.build().unwrap())
        .send()
        .await
        .unwrap();
    client
        .wait_until_table_exists()
        .table_name(TABLE)
        .wait(10 * MINUTE)
        .await
        .unwrap();
}

pub fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

/// Writes a note; whether that succeeded, as the program was told.
pub async fn write(client: &Client, id: &str, words: &str) -> bool {
    let put = client
        .put_item()
        .table_name(TABLE)
        .item("id", text(id))
        .item("words", text(words));
    put.send().await.is_ok()
}

/// What a note says, read consistently.
pub async fn read(client: &Client, id: &str) -> Option<String> {
    let answer = client
        .get_item()
        .table_name(TABLE)
        .key("id", text(id))
        .consistent_read(true)
        .send()
        .await
        .unwrap();
    answer.item?.get("words")?.as_s().ok().cloned()
}
