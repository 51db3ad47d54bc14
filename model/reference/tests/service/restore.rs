//! RestoreTableFromBackup: when, from what, into what.

use serde_json::json;

use crate::world::{START_US, World, invalid, refusal, restore_input, table_input, text};

/// A table with two items, and a backup of it.
fn with_backup() -> (World, String) {
    let mut aws = World::exact();
    aws.table("music");
    aws.put("music", json!({"pk": "a", "v": 1}));
    aws.put("music", json!({"pk": "b", "v": 2}));
    let arn = aws.backup("music");
    (aws, arn)
}

#[test]
fn the_answer_describes_a_creating_table() {
    let (mut aws, arn) = with_backup();
    let table = aws.start_restore(&arn, "again", json!({}));
    assert_eq!(table["TableStatus"], "CREATING");
    assert_eq!(table["TableName"], "again");
    assert_eq!(table, aws.describe("again"));
}

#[test]
fn the_summary_tells_backup_source_and_time() {
    let (mut aws, arn) = with_backup();
    let created = aws.describe_backup(&arn)["BackupDetails"]["BackupCreationDateTime"].clone();
    aws.advance_s(1_000);
    let summary = aws.start_restore(&arn, "again", json!({}))["RestoreSummary"].clone();
    assert_eq!(
        summary,
        json!({
            "SourceBackupArn": arn,
            "SourceTableArn": "arn:aws:dynamodb:us-east-1:111122223333:table/music",
            "RestoreDateTime": created,
            "RestoreInProgress": true,
        })
    );
}

#[test]
fn the_summary_vanishes_when_the_table_is_active() {
    let (mut aws, arn) = with_backup();
    aws.start_restore(&arn, "again", json!({}));
    aws.advance_us(999_999);
    assert!(aws.describe("again").get("RestoreSummary").is_some());
    aws.advance_us(1);
    let table = aws.describe("again");
    assert_eq!(
        (&table["TableStatus"], table.get("RestoreSummary")),
        (&json!("ACTIVE"), None)
    );
}

#[test]
fn a_typical_restore_takes_two_hundred_seconds() {
    let mut aws = World::typical();
    aws.table("music");
    let arn = aws.backup("music");
    aws.start_restore(&arn, "again", json!({}));
    aws.advance_us(199_999_999);
    assert_eq!(aws.status("again"), "CREATING");
    aws.advance_us(1);
    assert_eq!(aws.status("again"), "ACTIVE");
}

#[test]
fn adversarial_restores_take_from_one_second_to_twelve_minutes() {
    for seed in 0..20 {
        let mut aws = World::adversarial(seed);
        aws.table("music");
        let arn = aws.backup("music");
        aws.start_restore(&arn, "again", json!({}));
        let from_us = aws.now_us;
        while aws.status("again") == "CREATING" {
            aws.now_us = aws.service.next_due(aws.now_us).unwrap();
        }
        assert!(
            (1_000_000..=721_000_000).contains(&(aws.now_us - from_us)),
            "{seed}"
        );
    }
}

#[test]
fn all_items_come_back() {
    let (mut aws, arn) = with_backup();
    let before = aws.items("music");
    aws.restore(&arn, "again");
    assert_eq!(aws.items("again"), before);
}

#[test]
fn a_restored_table_is_a_new_table() {
    let (mut aws, arn) = with_backup();
    let source = aws.describe("music");
    aws.advance_s(5);
    aws.restore(&arn, "again");
    let table = aws.describe("again");
    assert_ne!(table["TableId"], source["TableId"]);
    assert!(table["CreationDateTime"].as_f64() > source["CreationDateTime"].as_f64());
}

#[test]
fn an_existing_target_is_refused() {
    let (mut aws, arn) = with_backup();
    aws.table("other");
    for target in ["other", "music"] {
        assert_eq!(
            aws.restore_refused(&arn, target, json!({})),
            refusal(
                "TableAlreadyExistsException",
                format!("Table already exists: {target}")
            )
        );
    }
}

#[test]
fn a_creating_target_is_refused() {
    let (mut aws, arn) = with_backup();
    aws.ok("CreateTable", table_input("other", json!({})));
    assert_eq!(
        aws.restore_refused(&arn, "other", json!({})).code,
        "TableAlreadyExistsException"
    );
}

#[test]
fn a_deleting_target_is_refused_until_it_is_gone() {
    let (mut aws, arn) = with_backup();
    aws.start_drop("music");
    assert_eq!(
        aws.restore_refused(&arn, "music", json!({})).code,
        "TableAlreadyExistsException"
    );
    aws.settle();
    aws.restore(&arn, "music");
}

#[test]
fn two_backups_of_one_table_feed_two_restores() {
    let (mut aws, first) = with_backup();
    let second = aws.backup("music");
    aws.start_restore(&first, "one", json!({}));
    aws.start_restore(&second, "two", json!({}));
    aws.settle();
    assert_eq!(aws.items("one"), aws.items("two"));
}

#[test]
fn a_creating_backup_feeds_no_restore() {
    let mut aws = World::exact();
    aws.table("music");
    let arn = text(&aws.start_backup("music")["BackupArn"]);
    assert_eq!(
        aws.restore_refused(&arn, "again", json!({})).code,
        "BackupInUseException"
    );
    assert_eq!(aws.status("again"), "gone");
}

#[test]
fn a_restored_table_can_be_backed_up_and_restored_in_turn() {
    let (mut aws, arn) = with_backup();
    aws.restore(&arn, "again");
    aws.put("again", json!({"pk": "c"}));
    let second = aws.backup("again");
    let description = aws.describe_backup(&second).to_string();
    assert!(
        !description.contains("table/music"),
        "no trace of the origin: {description}"
    );
    aws.restore(&second, "third");
    assert_eq!(aws.items("third").len(), 3);
}

#[test]
fn an_unknown_backup_is_quoted() {
    let (mut aws, arn) = with_backup();
    aws.delete_backup(&arn);
    let expected = refusal(
        "BackupNotFoundException",
        format!("Backup not found: {arn}"),
    );
    assert_eq!(aws.restore_refused(&arn, "again", json!({})), expected);
}

#[test]
fn a_missing_backup_beats_an_existing_target() {
    let (mut aws, arn) = with_backup();
    aws.delete_backup(&arn);
    assert_eq!(
        aws.restore_refused(&arn, "music", json!({})).code,
        "BackupNotFoundException"
    );
}

#[test]
fn a_table_arn_is_no_backup_arn() {
    let (mut aws, _) = with_backup();
    let table = "arn:aws:dynamodb:us-east-1:111122223333:table/music";
    assert_eq!(
        aws.restore_refused(table, "again", json!({})),
        invalid("Invalid Backup ARN")
    );
}

#[test]
fn the_backup_of_another_account_is_out_of_reach() {
    let (mut aws, arn) = with_backup();
    let elsewhere = arn.replace("111122223333", "444455556666");
    let expected = refusal("AccessDeniedException", "Access is denied");
    assert_eq!(
        aws.restore_refused(&elsewhere, "again", json!({})),
        expected
    );
}

#[test]
fn the_target_is_a_name_and_not_an_arn() {
    let (mut aws, arn) = with_backup();
    let too_long = "x".repeat(256);
    let as_arn = "arn:aws:dynamodb:us-east-1:111122223333:table/again";
    for target in ["", "ab", "a b c", &too_long, as_arn] {
        let refused = aws.restore_refused(&arn, target, json!({}));
        assert_eq!(refused.code, "ValidationException", "{target}");
        assert!(
            refused.message.contains("argetTableName")
                || refused.message.contains("TableName must be")
        );
    }
}

#[test]
fn the_shape_is_judged_before_the_backup_is_looked_up() {
    let (mut aws, arn) = with_backup();
    aws.delete_backup(&arn);
    let refused = aws.restore_refused(&arn, "again", json!({"BillingModeOverride": "FREE"}));
    assert!(
        refused.message.contains("at 'billingModeOverride'"),
        "{refused:?}"
    );
}

#[test]
fn both_members_are_required() {
    let mut aws = World::exact();
    let refused = aws.refused("RestoreTableFromBackup", json!({}));
    assert!(
        refused
            .message
            .starts_with("2 validation errors detected: "),
        "{refused:?}"
    );
}

#[test]
fn a_restore_costs_no_time_of_its_own() {
    let (mut aws, arn) = with_backup();
    aws.ok(
        "RestoreTableFromBackup",
        restore_input(&arn, "again", json!({})),
    );
    assert_eq!(
        aws.service.next_due(aws.now_us),
        Some(aws.now_us + 1_000_000)
    );
    assert!(aws.now_us > START_US);
}

#[test]
fn many_pages_of_items_come_back() {
    let mut aws = World::exact();
    aws.table("music");
    let long = "x".repeat(300_000);
    for number in 0..12 {
        aws.put("music", json!({"pk": format!("{number:02}"), "long": long}));
    }
    let arn = aws.backup("music");
    aws.restore(&arn, "again");
    assert_eq!(aws.items("again").len(), 12);
}
