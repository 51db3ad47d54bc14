//! Time that passes without anybody waiting.

use std::time::Duration;

use aws_sdk_dynamodb::client::Waiters;
use aws_sdk_dynamodb::types::{BackupStatus, TableStatus};
use lookback_rehearsal::{Choices, Rehearsal};

use crate::notes::{self, MINUTE};

async fn backup(rehearsal: &Rehearsal) -> (String, BackupStatus) {
    let client = rehearsal.client();
    let request = client
        .create_backup()
        .table_name("notes")
        .backup_name("nightly");
    let details = request.send().await.unwrap().backup_details.unwrap();
    (details.backup_arn, details.backup_status)
}

async fn status(rehearsal: &Rehearsal, arn: &str) -> BackupStatus {
    let answer = rehearsal
        .client()
        .describe_backup()
        .backup_arn(arn)
        .send()
        .await
        .unwrap();
    answer
        .backup_description
        .unwrap()
        .backup_details
        .unwrap()
        .backup_status
}

#[tokio::test]
async fn a_waiter_waits_in_virtual_time() {
    let rehearsal = Rehearsal::with(Choices::typical());
    let begun = rehearsal.now();
    notes::create(&rehearsal.client()).await;
    let took = rehearsal.now().duration_since(begun).unwrap();
    assert!(
        took >= Duration::from_secs(3),
        "a table takes three seconds: {took:?}"
    );
}

#[tokio::test]
async fn a_restore_of_minutes_is_waited_for() {
    let rehearsal = Rehearsal::with(Choices::typical());
    let client = rehearsal.client();
    notes::create(&client).await;
    rehearsal.advance(MINUTE);
    let (arn, _) = backup(&rehearsal).await;
    rehearsal.advance(MINUTE);
    let begun = rehearsal.now();
    client
        .restore_table_from_backup()
        .backup_arn(arn)
        .target_table_name("again")
        .send()
        .await
        .unwrap();
    client
        .wait_until_table_exists()
        .table_name("again")
        .wait(60 * MINUTE)
        .await
        .unwrap();
    assert!(rehearsal.now().duration_since(begun).unwrap() >= Duration::from_secs(200));
}

#[tokio::test]
async fn a_waiter_gives_up_when_its_time_is_over() {
    let rehearsal = Rehearsal::new();
    let begun = rehearsal.now();
    let client = rehearsal.client();
    let waited = client
        .wait_until_table_exists()
        .table_name("never")
        .wait(10 * MINUTE)
        .await;
    assert!(waited.is_err());
    let took = rehearsal.now().duration_since(begun).unwrap();
    assert!((9 * MINUTE..11 * MINUTE).contains(&took), "{took:?}");
}

#[tokio::test]
async fn polling_programs_sleep_on_the_rehearsals_clock() {
    let rehearsal = Rehearsal::new();
    notes::create(&rehearsal.client()).await;
    let (arn, first) = backup(&rehearsal).await;
    assert_eq!(first, BackupStatus::Creating);
    let mut polls = 0;
    while status(&rehearsal, &arn).await != BackupStatus::Available {
        rehearsal.sleep(Duration::from_millis(10)).await;
        polls += 1;
    }
    assert!(polls > 0);
}

#[tokio::test]
async fn forty_days_are_one_call() {
    let rehearsal = Rehearsal::new();
    notes::create(&rehearsal.client()).await;
    let (arn, _) = backup(&rehearsal).await;
    let begun = rehearsal.now();
    rehearsal.advance(Duration::from_secs(40 * 86_400));
    assert_eq!(
        rehearsal.now().duration_since(begun).unwrap().as_secs(),
        40 * 86_400
    );
    assert_eq!(status(&rehearsal, &arn).await, BackupStatus::Available);
}

#[tokio::test]
async fn a_table_is_creating_until_its_time_has_come() {
    let rehearsal = Rehearsal::with(Choices::typical());
    let client = rehearsal.client();
    notes::create(&client).await;
    client
        .delete_table()
        .table_name("notes")
        .send()
        .await
        .unwrap();
    let table = client
        .describe_table()
        .table_name("notes")
        .send()
        .await
        .unwrap()
        .table
        .unwrap();
    assert_eq!(table.table_status, Some(TableStatus::Deleting));
    client
        .wait_until_table_not_exists()
        .table_name("notes")
        .wait(10 * MINUTE)
        .await
        .unwrap();
}

#[test]
fn no_runtime_is_needed() {
    futures::executor::block_on(async {
        let rehearsal = Rehearsal::with(Choices::typical());
        notes::create(&rehearsal.client()).await;
    });
}
