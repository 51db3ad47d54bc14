//! Accounts, regions and configurations.

use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::{Client, Config};
use lookback_rehearsal::Rehearsal;

use crate::notes;

async fn tables(client: &Client) -> Vec<String> {
    client
        .list_tables()
        .send()
        .await
        .unwrap()
        .table_names
        .unwrap()
}

#[tokio::test]
async fn accounts_and_regions_see_nothing_of_each_other() {
    let rehearsal = Rehearsal::new();
    notes::create(&rehearsal.client()).await;
    assert_eq!(tables(&rehearsal.client()).await, ["notes"]);
    for (account, region) in [("111122223333", "eu-west-1"), ("444455556666", "us-east-1")] {
        assert!(
            tables(&rehearsal.client_of(account, region))
                .await
                .is_empty()
        );
    }
}

#[tokio::test]
async fn the_account_is_in_the_arn() {
    let rehearsal = Rehearsal::new();
    let client = rehearsal.client_of("123456789012", "eu-central-1");
    notes::create(&client).await;
    let table = client
        .describe_table()
        .table_name("notes")
        .send()
        .await
        .unwrap()
        .table
        .unwrap();
    assert_eq!(
        table.table_arn(),
        Some("arn:aws:dynamodb:eu-central-1:123456789012:table/notes")
    );
}

#[tokio::test]
async fn two_rehearsals_are_two_worlds() {
    notes::create(&Rehearsal::new().client()).await;
    assert!(tables(&Rehearsal::new().client()).await.is_empty());
}

#[tokio::test]
async fn a_configuration_of_the_users_can_be_bound() {
    let rehearsal = Rehearsal::new();
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-west-2"))
        .credentials_provider(Credentials::new("999900001111", "s", None, None, "test"));
    notes::create(&Client::from_conf(rehearsal.bind(config).build())).await;
    assert_eq!(
        tables(&rehearsal.client_of("999900001111", "us-west-2")).await,
        ["notes"]
    );
}

#[tokio::test]
async fn the_answer_has_the_services_headers() {
    use aws_sdk_dynamodb::operation::RequestId;
    let client = Rehearsal::new().client();
    let answer = client.list_tables().send().await.unwrap();
    assert_eq!(answer.request_id().unwrap().len(), 52);
}
