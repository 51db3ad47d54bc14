//! CreateBackup.

use serde_json::json;

use crate::world::{START_US, World, refusal, table_input, text};

const NOT_FOUND: &str = "TableNotFoundException";

fn input(table: &str) -> serde_json::Value {
    json!({"TableName": table, "BackupName": "nightly"})
}

#[test]
fn the_answer_says_creating_whatever_comes_next() {
    let mut aws = World::exact();
    aws.table("music");
    let details = aws.start_backup("music");
    assert_eq!(
        (&details["BackupStatus"], &details["BackupType"]),
        (&json!("CREATING"), &json!("USER"))
    );
}

#[test]
fn the_answer_has_six_members() {
    let mut aws = World::exact();
    aws.table("music");
    let body = aws.ok("CreateBackup", input("music"));
    assert_eq!(body.as_object().unwrap().len(), 1);
    let members: Vec<&String> = body["BackupDetails"].as_object().unwrap().keys().collect();
    assert_eq!(
        members,
        [
            "BackupArn",
            "BackupCreationDateTime",
            "BackupName",
            "BackupSizeBytes",
            "BackupStatus",
            "BackupType",
        ]
    );
}

#[test]
fn the_arn_tells_the_creation_time_in_milliseconds() {
    let mut aws = World::exact();
    aws.table("music");
    aws.now_us = START_US + 123_456;
    let details = aws.start_backup("music");
    let arn = text(&details["BackupArn"]);
    let (table, id) = arn.split_once("/backup/").unwrap();
    assert_eq!(table, "arn:aws:dynamodb:us-east-1:111122223333:table/music");
    let (digits, suffix) = id.split_once('-').unwrap();
    assert_eq!(digits, "01700000000123");
    assert_eq!(details["BackupCreationDateTime"], json!(1_700_000_000.123));
    assert!(suffix.len() == 8 && suffix.bytes().all(|byte| byte.is_ascii_hexdigit()));
}

#[test]
fn the_creation_time_is_that_of_the_request() {
    let mut aws = World::typical();
    aws.table("music");
    let requested_s = aws.now_s();
    let arn = aws.backup("music");
    aws.advance_s(1_000);
    let details = aws.describe_backup(&arn)["BackupDetails"].clone();
    assert_eq!(details["BackupCreationDateTime"], json!(requested_s));
}

#[test]
fn the_same_name_makes_another_backup() {
    let mut aws = World::exact();
    aws.table("music");
    let arns: Vec<String> = (0..3)
        .map(|_| text(&aws.start_backup("music")["BackupArn"]))
        .collect();
    assert_eq!(
        aws.listed(json!({})),
        arns,
        "in the order of their creation, also within one millisecond"
    );
}

#[test]
fn sixty_backups_of_one_instant_are_all_accepted() {
    let mut aws = World::exact();
    aws.table("music");
    for _ in 0..60 {
        aws.start_backup("music");
    }
    let mut arns = aws.listed(json!({}));
    assert_eq!(arns.len(), 60);
    arns.dedup();
    assert_eq!(arns.len(), 60);
}

#[test]
fn a_table_is_named_or_given_by_arn() {
    let mut aws = World::exact();
    aws.table("music");
    let arn = text(&aws.describe("music")["TableArn"]);
    let backup = aws.backup(&arn);
    assert!(backup.starts_with(&format!("{arn}/backup/")));
}

#[test]
fn a_missing_table_is_not_found() {
    let mut aws = World::exact();
    assert_eq!(
        aws.refused("CreateBackup", input("none")),
        refusal(NOT_FOUND, "Table not found: none")
    );
}

#[test]
fn a_missing_table_given_by_arn_is_not_found_either() {
    let mut aws = World::exact();
    let arn = "arn:aws:dynamodb:us-east-1:111122223333:table/none";
    assert_eq!(aws.refused("CreateBackup", input(arn)).code, NOT_FOUND);
}

#[test]
fn the_table_of_another_account_is_out_of_reach() {
    let mut aws = World::exact();
    let arn = "arn:aws:dynamodb:us-east-1:444455556666:table/music";
    assert_eq!(
        aws.refused("CreateBackup", input(arn)),
        refusal("AccessDeniedException", "Access is denied")
    );
}

#[test]
fn what_is_no_table_arn_is_refused() {
    let mut aws = World::exact();
    for wrong in [
        "arn:aws:s3:::bucket",
        "arn:aws:dynamodb:us-east-1:111122223333:table/ab",
    ] {
        assert_eq!(
            aws.refused("CreateBackup", input(wrong)).code,
            "ValidationException",
            "{wrong}"
        );
    }
}

#[test]
fn a_creating_table_is_not_found() {
    let mut aws = World::exact();
    aws.ok("CreateTable", table_input("music", json!({})));
    assert_eq!(
        aws.refused("CreateBackup", input("music")),
        refusal(NOT_FOUND, "Table not found: music")
    );
}

#[test]
fn a_fresh_table_is_not_ready_for_backups() {
    let mut aws = World::typical();
    aws.ok("CreateTable", table_input("music", json!({})));
    aws.advance_s(3);
    assert_eq!(aws.status("music"), "ACTIVE");
    assert_eq!(
        aws.refused("CreateBackup", input("music")),
        refusal(
            "ContinuousBackupsUnavailableException",
            "Backups are being enabled for the table: music. Please retry later"
        )
    );
    aws.advance_s(3);
    aws.start_backup("music");
}

#[test]
fn an_updating_table_can_be_backed_up() {
    let mut aws = World::exact();
    aws.table("music");
    aws.ok(
        "UpdateTable",
        json!({"TableName": "music", "DeletionProtectionEnabled": true}),
    );
    assert_eq!(aws.status("music"), "UPDATING");
    aws.start_backup("music");
}

#[test]
fn a_deleting_table_can_be_backed_up_for_a_moment() {
    let mut aws = World::typical();
    aws.table("music");
    aws.put("music", json!({"pk": "a"}));
    aws.start_drop("music");
    aws.advance_ms(1_299);
    let arn = text(&aws.start_backup("music")["BackupArn"]);
    aws.advance_ms(1);
    assert_eq!(aws.status("music"), "DELETING");
    assert_eq!(
        aws.refused("CreateBackup", input("music")),
        refusal(NOT_FOUND, "Table not found: music")
    );
    aws.settle();
    aws.restore(&arn, "again");
    assert_eq!(aws.items("again").len(), 1);
}

#[test]
fn a_table_can_be_deleted_right_after_its_backup_was_requested() {
    let mut aws = World::exact();
    aws.table("music");
    let arn = text(&aws.start_backup("music")["BackupArn"]);
    aws.drop("music");
    assert_eq!(aws.backup_status(&arn), "AVAILABLE");
}

#[test]
fn a_refused_call_leaves_no_backup() {
    let mut aws = World::exact();
    aws.table("music");
    aws.refused(
        "CreateBackup",
        json!({"TableName": "music", "BackupName": "a b"}),
    );
    aws.refused("CreateBackup", input("none"));
    assert_eq!(aws.listed(json!({})), Vec::<String>::new());
}

#[test]
fn backup_names_have_three_to_255_characters_of_an_alphabet() {
    let mut aws = World::exact();
    aws.table("music");
    let longest = "n".repeat(255);
    for name in ["a-b", "A.b_9", &longest] {
        aws.ok(
            "CreateBackup",
            json!({"TableName": "music", "BackupName": name}),
        );
    }
    let too_long = "n".repeat(256);
    for name in ["", "ab", "a b c", "a$b", "naïve", &too_long] {
        let refused = aws.refused(
            "CreateBackup",
            json!({"TableName": "music", "BackupName": name}),
        );
        assert_eq!(refused.code, "ValidationException");
        assert!(refused.message.contains("at 'backupName'"), "{refused:?}");
    }
}

#[test]
fn two_violations_are_counted_in_one_message() {
    let mut aws = World::exact();
    let refused = aws.refused("CreateBackup", json!({"TableName": "", "BackupName": "a$"}));
    assert!(
        refused
            .message
            .starts_with("3 validation errors detected: "),
        "{refused:?}"
    );
    assert_eq!(refused.message.matches("at 'backupName'").count(), 2);
    assert_eq!(refused.message.matches("at 'tableName'").count(), 1);
}

#[test]
fn the_shape_is_judged_before_the_table_is_looked_up() {
    let mut aws = World::exact();
    let refused = aws.refused(
        "CreateBackup",
        json!({"TableName": "none", "BackupName": "a"}),
    );
    assert_eq!(refused.code, "ValidationException");
}

#[test]
fn members_that_do_not_exist_are_ignored() {
    let mut aws = World::exact();
    aws.table("music");
    aws.ok(
        "CreateBackup",
        json!({"TableName": "music", "BackupName": "nightly", "Tags": 5}),
    );
}

#[test]
fn an_empty_table_can_be_backed_up() {
    let mut aws = World::exact();
    aws.table("music");
    let arn = aws.backup("music");
    aws.restore(&arn, "again");
    assert!(aws.items("again").is_empty());
}
