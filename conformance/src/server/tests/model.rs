//! The reference model behind the wire.

use serde_json::{Value, json};

use super::client::{ask, authorization, operation, request};
use crate::server::clock::ClockKind;
use crate::server::{Config, Running, Server};

async fn start(clock: ClockKind) -> Running {
    Server::start(Config {
        clock,
        ..Config::default()
    })
    .await
    .unwrap()
}

async fn call(server: &Running, name: &str, body: Value) -> Value {
    let raw = ask(server.addr(), &operation(name, body.to_string().as_bytes())).await;
    assert_eq!(raw.status, 200, "{name}: {}", raw.text());
    raw.json()
}

async fn create_table(server: &Running) {
    let body = json!({
        "TableName": "music",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    });
    assert_eq!(
        call(server, "CreateTable", body).await["TableDescription"]["TableStatus"],
        "CREATING"
    );
}

async fn status(server: &Running) -> Value {
    call(server, "DescribeTable", json!({"TableName": "music"})).await["Table"]["TableStatus"]
        .clone()
}

#[tokio::test]
async fn on_a_manual_clock_a_table_is_creating_until_time_passes() {
    let server = start(ClockKind::Manual).await;
    create_table(&server).await;
    for _ in 0..5 {
        assert_eq!(status(&server).await, "CREATING");
    }
    let moved = ask(
        server.addr(),
        &request("POST /_lookback/clock", &[], br#"{"advance_s": 1}"#),
    )
    .await;
    assert_eq!(moved.status, 200);
    assert_eq!(status(&server).await, "ACTIVE");
}

#[tokio::test]
async fn on_an_automatic_clock_polling_ends() {
    let server = start(ClockKind::Auto).await;
    create_table(&server).await;
    assert_eq!(status(&server).await, "CREATING");
    let mut polls = 1;
    while status(&server).await == "CREATING" {
        polls += 1;
        assert!(polls < 10, "still CREATING");
    }
}

#[tokio::test]
async fn an_unknown_operation_and_a_broken_body_are_400s() {
    let server = start(ClockKind::Manual).await;
    for (name, body, error) in [
        ("Nonsense", "{}", "UnknownOperationException"),
        ("ListTables", "{", "SerializationException"),
        ("ListTables", "[]", "SerializationException"),
        ("CreateBackup", "{}", "ValidationException"),
        (
            "DescribeTable",
            r#"{"TableName": "nowhere"}"#,
            "ResourceNotFoundException",
        ),
    ] {
        let raw = ask(server.addr(), &operation(name, body.as_bytes())).await;
        assert_eq!((raw.status, &*raw.error()), (400, error), "{name} {body}");
    }
}

#[tokio::test]
async fn accounts_and_regions_share_nothing() {
    let server = start(ClockKind::Auto).await;
    create_table(&server).await;
    for (key, region, tables) in [
        ("k", "us-east-1", json!(["music"])),
        ("other", "us-east-1", json!([])),
        ("k", "eu-west-1", json!([])),
    ] {
        let headers = [
            ("X-Amz-Target", "DynamoDB_20120810.ListTables"),
            ("Authorization", &*authorization(key, region)),
        ];
        let raw = ask(server.addr(), &request("POST /", &headers, b"{}")).await;
        assert_eq!(raw.json()["TableNames"], tables, "{key} {region}");
    }
}

#[tokio::test]
async fn garbage_for_every_operation_is_never_a_5xx() {
    let server = start(ClockKind::Auto).await;
    let bodies: [&[u8]; 10] = [
        b"",
        b"\xff\xfe",
        b"null",
        b"{}",
        br#"{"TableName": 5}"#,
        br#"{"TableName": null, "BackupArn": []}"#,
        br#"{"TableName": "", "BackupArn": "", "Item": {"": {}}}"#,
        br#"{"BackupArn": "arn:aws:dynamodb:us-east-1:1:table/x/backup/\u0000"}"#,
        br#"{"Item": {"a": {"L": [[[[[[[[[]]]]]]]]]}}, "Limit": -9e99}"#,
        &[b'['; 100_000],
    ];
    for kind in lookback_protocol::wire::Operation::ALL {
        for body in bodies {
            let name = kind.name();
            let raw = ask(server.addr(), &operation(name, body)).await;
            assert!(
                raw.status < 500,
                "{name} {:?}: {}",
                String::from_utf8_lossy(body),
                raw.text()
            );
        }
    }
}
