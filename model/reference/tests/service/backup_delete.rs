//! DeleteBackup.

use serde_json::json;

use crate::world::{World, refusal, text};

fn with_backup() -> (World, String) {
    let mut aws = World::exact();
    aws.table("music");
    aws.put("music", json!({"pk": "a"}));
    let arn = aws.backup("music");
    (aws, arn)
}

#[test]
fn the_answer_describes_the_backup_as_deleted() {
    let (mut aws, arn) = with_backup();
    let mut before = aws.describe_backup(&arn);
    before["BackupDetails"]["BackupStatus"] = json!("DELETED");
    assert_eq!(aws.delete_backup(&arn), before);
}

#[test]
fn nothing_is_left_at_once() {
    let (mut aws, arn) = with_backup();
    aws.delete_backup(&arn);
    assert_eq!(aws.backup_status(&arn), "gone");
    assert_eq!(aws.listed(json!({})), Vec::<String>::new());
    let expected = refusal(
        "BackupNotFoundException",
        format!("Backup not found: {arn}"),
    );
    assert_eq!(
        aws.refused("DeleteBackup", json!({"BackupArn": arn})),
        expected
    );
    assert_eq!(aws.restore_refused(&arn, "again", json!({})), expected);
}

#[test]
fn same_named_backups_are_told_apart_by_arn() {
    let (mut aws, first) = with_backup();
    let (second, third) = (aws.backup("music"), aws.backup("music"));
    aws.delete_backup(&second);
    assert_eq!(aws.listed(json!({})), [first, third]);
}

#[test]
fn the_table_stays_as_it_is() {
    let (mut aws, arn) = with_backup();
    aws.delete_backup(&arn);
    assert_eq!(aws.items("music").len(), 1);
}

#[test]
fn a_restored_table_stays_as_it_is() {
    let (mut aws, arn) = with_backup();
    aws.restore(&arn, "again");
    aws.drop("music");
    aws.delete_backup(&arn);
    aws.advance_s(1_000);
    assert_eq!(aws.items("again").len(), 1);
}

#[test]
fn a_later_backup_of_the_same_state_stays_whole() {
    let (mut aws, first) = with_backup();
    let second = aws.backup("music");
    aws.delete("music", json!({"pk": "a"}));
    aws.delete_backup(&first);
    aws.put("music", json!({"pk": "b"}));
    aws.restore(&second, "again");
    assert_eq!(aws.items("again").into_keys().collect::<Vec<_>>(), ["a"]);
}

#[test]
fn a_creating_backup_is_in_use() {
    let mut aws = World::exact();
    aws.table("music");
    let arn = text(&aws.start_backup("music")["BackupArn"]);
    assert_eq!(
        aws.refused("DeleteBackup", json!({"BackupArn": arn})).code,
        "BackupInUseException"
    );
    aws.settle();
    aws.delete_backup(&arn);
}

#[test]
fn a_backup_that_feeds_a_restore_is_in_use_until_the_table_is_active() {
    let (mut aws, arn) = with_backup();
    aws.start_restore(&arn, "again", json!({}));
    let in_use = refusal(
        "BackupInUseException",
        format!("Backup is being used to restore table: {arn}"),
    );
    assert_eq!(
        aws.refused("DeleteBackup", json!({"BackupArn": arn})),
        in_use
    );
    aws.advance_us(999_999);
    assert_eq!(
        aws.refused("DeleteBackup", json!({"BackupArn": arn})),
        in_use
    );
    aws.advance_us(1);
    assert_eq!(aws.status("again"), "ACTIVE");
    aws.delete_backup(&arn);
}

#[test]
fn a_rewritten_region_still_deletes_the_backup() {
    let (mut aws, arn) = with_backup();
    let elsewhere = arn.replace("us-east-1", "eu-west-1");
    assert_eq!(
        aws.delete_backup(&elsewhere)["BackupDetails"]["BackupArn"],
        json!(elsewhere)
    );
    assert_eq!(aws.backup_status(&arn), "gone");
}

#[test]
fn a_backup_of_a_deleted_table_can_be_deleted() {
    let (mut aws, arn) = with_backup();
    aws.drop("music");
    let deleted = aws.delete_backup(&arn);
    assert_eq!(deleted["SourceTableDetails"]["TableName"], "music");
}
