use std::time::Duration;

use lookback_reference::{Choices, Settings};
use serde_json::{Value, json};

use super::{clean, look};
use crate::aws::names::Wanted;
use crate::run::{Answer, Options};
use crate::target::model::Model;
use crate::target::{Caller, Request, Target};

const LIMIT: Duration = Duration::from_secs(1_800);

fn model() -> Model {
    Model::new(Settings {
        choices: Choices::typical(),
        ..Settings::default()
    })
}

async fn call(model: &Model, caller: Caller, operation: &str, body: Value) -> Answer {
    let request = Request {
        caller,
        ..Request::of(operation, &body)
    };
    Answer::new(model.call(&request).await.unwrap())
}

async fn ok(model: &Model, operation: &str, body: Value) -> Value {
    let answer = call(model, Caller::Own, operation, body).await;
    assert!(answer.is_ok(), "{operation}: {}", answer.outline());
    answer.json.unwrap()
}

fn table(name: &str) -> Value {
    json!({
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }],
    })
}

async fn settled(model: &Model, body: Value) {
    ok(model, "CreateTable", body).await;
    model.wait(Duration::from_secs(60)).await.unwrap();
}

async fn backup(model: &Model, table: &str) -> String {
    let made = ok(
        model,
        "CreateBackup",
        json!({ "TableName": table, "BackupName": "nightly" }),
    )
    .await;
    made["BackupDetails"]["BackupArn"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn names(model: &Model) -> Vec<String> {
    let listed = ok(model, "ListTables", json!({})).await;
    serde_json::from_value(listed["TableNames"].clone()).unwrap()
}

async fn backups(model: &Model) -> usize {
    let listed = ok(model, "ListBackups", json!({ "BackupType": "ALL" })).await;
    listed["BackupSummaries"].as_array().unwrap().len()
}

fn run() -> (String, Wanted) {
    let prefix = Options::new().prefix;
    let wanted = Wanted::of_run(&prefix);
    (prefix, wanted)
}

#[tokio::test]
async fn a_restore_under_way_is_waited_for_and_its_backup_goes_too() {
    let (model, (prefix, wanted)) = (model(), run());
    let source = format!("{prefix}-0-music");
    settled(&model, table(&source)).await;
    let arn = backup(&model, &source).await;
    model.wait(Duration::from_secs(60)).await.unwrap();
    let restored = format!("{prefix}-0-restored");
    ok(
        &model,
        "RestoreTableFromBackup",
        json!({ "TargetTableName": restored, "BackupArn": arn }),
    )
    .await;
    let mut said = Vec::new();
    let cleaned = clean(&model, &wanted, LIMIT, |line| said.push(line.to_owned()))
        .await
        .unwrap();
    assert_eq!(
        (cleaned.deleted.len(), cleaned.left.len()),
        (3, 0),
        "{cleaned:?}"
    );
    assert!(
        said.iter()
            .any(|line| line.starts_with(&format!("waiting for table {restored} "))),
        "{said:?}"
    );
    assert_eq!((names(&model).await.len(), backups(&model).await), (0, 0));
}

#[tokio::test]
async fn deletion_protection_is_lifted() {
    let (model, (prefix, wanted)) = (model(), run());
    let mut body = table(&format!("{prefix}-0-music"));
    body["DeletionProtectionEnabled"] = json!(true);
    settled(&model, body).await;
    let cleaned = clean(&model, &wanted, LIMIT, |_| {}).await.unwrap();
    assert_eq!(
        (cleaned.deleted.len(), cleaned.left.len()),
        (1, 0),
        "{cleaned:?}"
    );
    assert!(names(&model).await.is_empty());
}

#[tokio::test]
async fn what_others_have_made_stays() {
    let (model, (prefix, wanted)) = (model(), run());
    for name in ["music", "lb-production", "lb-mlz5s0ao-1-music"] {
        settled(&model, table(name)).await;
        backup(&model, name).await;
    }
    settled(&model, table(&format!("{prefix}-0-music"))).await;
    let cleaned = clean(&model, &wanted, LIMIT, |_| {}).await.unwrap();
    assert_eq!(cleaned.deleted, [format!("table {prefix}-0-music")]);
    assert_eq!((names(&model).await.len(), backups(&model).await), (3, 3));
}

#[tokio::test]
async fn the_other_region_is_cleaned_too() {
    let (model, (prefix, wanted)) = (model(), run());
    let name = format!("{prefix}-0-elsewhere");
    assert!(
        call(&model, Caller::OtherRegion, "CreateTable", table(&name))
            .await
            .is_ok()
    );
    let cleaned = clean(&model, &wanted, LIMIT, |_| {}).await.unwrap();
    assert_eq!(
        cleaned.deleted,
        [format!("table {name} in the other region")]
    );
    let listed = call(&model, Caller::OtherRegion, "ListTables", json!({})).await;
    assert_eq!(listed.at("/TableNames"), Some(&json!([])));
}

#[tokio::test]
async fn system_backups_are_counted_and_stay() {
    let (model, (prefix, wanted)) = (model(), run());
    let name = format!("{prefix}-0-music");
    settled(&model, table(&name)).await;
    let pitr = json!({ "PointInTimeRecoveryEnabled": true });
    ok(
        &model,
        "UpdateContinuousBackups",
        json!({ "TableName": name, "PointInTimeRecoverySpecification": pitr }),
    )
    .await;
    let cleaned = clean(&model, &wanted, LIMIT, |_| {}).await.unwrap();
    assert_eq!((cleaned.left.len(), cleaned.system), (0, 1));
    assert!(
        cleaned
            .about_system()
            .unwrap()
            .starts_with("1 SYSTEM backups stay")
    );
    assert_eq!(backups(&model).await, 1);
}

#[tokio::test]
async fn every_page_is_read() {
    let (model, (prefix, wanted)) = (model(), run());
    for number in 0..230 {
        ok(&model, "CreateTable", table(&format!("{prefix}-{number}"))).await;
    }
    model.wait(Duration::from_secs(60)).await.unwrap();
    for _ in 0..130 {
        backup(&model, &format!("{prefix}-0")).await;
    }
    let (things, _) = look(&model, &wanted).await.unwrap();
    assert_eq!(things.len(), 360);
    let cleaned = clean(&model, &wanted, LIMIT, |_| {}).await.unwrap();
    assert_eq!((cleaned.deleted.len(), cleaned.left.len()), (360, 0));
    assert_eq!((names(&model).await.len(), backups(&model).await), (0, 0));
}

#[tokio::test]
async fn young_leftovers_are_counted_and_stay() {
    let (model, (prefix, _)) = (model(), run());
    settled(&model, table(&format!("{prefix}-0-music"))).await;
    let wanted = Wanted {
        older_than: Duration::from_secs(3_600),
        ..Wanted::of_run(&prefix)
    };
    let cleaned = clean(&model, &wanted, LIMIT, |_| {}).await.unwrap();
    assert_eq!((cleaned.deleted.len(), cleaned.young), (0, 1));
    assert_eq!(names(&model).await.len(), 1);
}

#[tokio::test]
async fn what_is_not_gone_in_time_is_told() {
    let (model, (prefix, wanted)) = (model(), run());
    let source = format!("{prefix}-0-music");
    settled(&model, table(&source)).await;
    let arn = backup(&model, &source).await;
    model.wait(Duration::from_secs(60)).await.unwrap();
    ok(
        &model,
        "RestoreTableFromBackup",
        json!({ "TargetTableName": format!("{prefix}-0-r"), "BackupArn": arn }),
    )
    .await;
    let cleaned = clean(&model, &wanted, Duration::from_secs(20), |_| {})
        .await
        .unwrap();
    assert_eq!(cleaned.left.len(), 2, "{cleaned:?}");
    assert!(
        cleaned.left.iter().all(|line| line.contains("InUse")),
        "{cleaned:?}"
    );
}

#[tokio::test]
async fn buckets_of_the_run_go_with_everything_in_them_and_no_others() {
    let (model, (prefix, wanted)) = (model(), run());
    let buckets = model.buckets().unwrap();
    let mine = [format!("{prefix}-0-exports"), format!("{prefix}-12-files")];
    let others = ["exports", "lb-production-exports", "lb-1-0-exports"];
    for name in mine.iter().map(String::as_str).chain(others) {
        buckets.create(name).await.unwrap();
        buckets.put(name, "a/b", vec![1]).await.unwrap();
    }
    let (seen, _) = look(&model, &wanted).await.unwrap();
    assert_eq!(seen.len(), 2, "{seen:?}");
    let cleaned = clean(&model, &wanted, LIMIT, |_| {}).await.unwrap();
    assert_eq!(
        (cleaned.deleted.len(), cleaned.left.len()),
        (2, 0),
        "{cleaned:?}"
    );
    let mut left = buckets.names().await.unwrap();
    left.sort();
    let mut expected = others.map(str::to_owned);
    expected.sort();
    assert_eq!(left, expected);
}
