//! SYSTEM backups: what the deletion of a table with recovery leaves behind (SYSTEM-BACKUP).

use serde_json::json;

use crate::world::{
    DAY_US, Items, SECOND_US, START_US, World, indexed, micros, refusal, table_input, text,
};

/// A deleted table with one item of two versions.
fn deleted() -> World {
    let mut aws = World::exact();
    aws.recoverable_table("music");
    aws.put("music", json!({"pk": "a", "v": 1}));
    aws.advance_s(1);
    aws.put("music", json!({"pk": "a", "v": 2}));
    aws.drop_recoverable("music");
    aws
}

fn last_state() -> Items {
    [("a".to_owned(), json!({"pk": "a", "v": 2}))].into()
}

#[test]
fn it_is_named_after_the_table_and_its_id_ends_in_zeros() {
    let mut aws = deleted();
    let summary = aws.system_backups().remove(0);
    assert_eq!(summary["BackupName"], "music$DeletedTableBackup");
    assert_eq!(summary["BackupType"], "SYSTEM");
    assert_eq!(summary["BackupStatus"], "AVAILABLE");
    let arn = text(&summary["BackupArn"]);
    let created_ms = micros(&summary["BackupCreationDateTime"]) / 1_000;
    assert!(
        arn.ends_with(&format!("/backup/{created_ms:014}-00000000")),
        "{arn}"
    );
}

#[test]
fn it_is_created_when_the_deletion_is_requested() {
    let mut aws = World::exact();
    aws.recoverable_table("music");
    aws.now_us = START_US + 50 * SECOND_US + 123_456;
    aws.drop_recoverable("music");
    let created = &aws.system_backups()[0]["BackupCreationDateTime"];
    assert_eq!(micros(created), START_US + 50 * SECOND_US + 123_000);
}

#[test]
fn it_expires_after_35_days_whatever_the_period_was() {
    for days in [1, 7, 35] {
        let mut aws = World::exact();
        aws.recoverable_table("music");
        aws.switch_recovery("music", true, Some(days));
        aws.drop_recoverable("music");
        let summary = aws.system_backups().remove(0);
        let lifetime_us =
            micros(&summary["BackupExpiryDateTime"]) - micros(&summary["BackupCreationDateTime"]);
        assert_eq!(lifetime_us, 35 * DAY_US);
    }
}

#[test]
fn it_is_there_a_second_before_its_expiry_and_gone_at_it() {
    let mut aws = deleted();
    let summary = aws.system_backups().remove(0);
    let arn = text(&summary["BackupArn"]);
    let expires_us = micros(&summary["BackupExpiryDateTime"]);
    aws.now_us = expires_us - SECOND_US;
    assert_eq!(aws.backup_status(&arn), "AVAILABLE");
    aws.now_us = expires_us;
    let missing = refusal(
        "BackupNotFoundException",
        format!("Backup not found: {arn}"),
    );
    assert_eq!(
        aws.refused("DescribeBackup", json!({"BackupArn": arn})),
        missing
    );
    assert_eq!(aws.restore_refused(&arn, "again", json!({})), missing);
    assert!(aws.system_backups().is_empty());
}

#[test]
fn it_restores_the_last_state_under_any_name() {
    let mut aws = deleted();
    let arn = aws.system_backup();
    for target in ["again", "music"] {
        aws.start_restore(&arn, target, json!({}));
        aws.until_status(target, "ACTIVE");
        assert_eq!(aws.items(target), last_state());
    }
}

#[test]
fn a_restore_outlives_the_backup_that_fed_it() {
    let mut aws = deleted();
    let arn = aws.system_backup();
    aws.start_restore(&arn, "again", json!({}));
    aws.advance_us(40 * DAY_US);
    assert_eq!(aws.backup_status(&arn), "gone");
    for _ in 0..50 {
        aws.status("again");
    }
    assert_eq!(aws.items("again"), last_state());
}

#[test]
fn without_recovery_there_is_none() {
    let mut aws = World::exact();
    aws.table("music");
    aws.drop_recoverable("music");
    assert!(aws.system_backups().is_empty());
}

#[test]
fn recovery_that_was_switched_off_before_leaves_none() {
    let mut aws = World::exact();
    aws.recoverable_table("music");
    aws.switch_recovery("music", false, None);
    aws.drop_recoverable("music");
    assert!(aws.system_backups().is_empty());
}

#[test]
fn switching_recovery_off_while_deleting_suppresses_it() {
    let mut aws = World::typical();
    aws.recoverable_table("music");
    aws.start_drop("music");
    aws.advance_s(1);
    aws.switch_recovery("music", false, None);
    aws.advance_s(60);
    assert!(aws.system_backups().is_empty());
}

#[test]
fn switching_recovery_on_just_after_the_deletion_provokes_it() {
    let mut aws = World::typical();
    aws.table("music");
    aws.put("music", json!({"pk": "a", "v": 2}));
    aws.start_drop("music");
    aws.advance_ms(500);
    aws.switch_recovery("music", true, None);
    aws.advance_s(60);
    let arn = aws.system_backup();
    aws.start_restore(&arn, "again", json!({}));
    aws.until_status("again", "ACTIVE");
    assert_eq!(aws.items("again"), last_state());
}

#[test]
fn it_is_listed_some_seconds_after_the_deletion() {
    let mut aws = World::typical();
    aws.recoverable_table("music");
    aws.start_drop("music");
    aws.advance_s(7);
    assert_eq!(aws.status("music"), "gone");
    assert!(aws.system_backups().is_empty());
    aws.advance_s(1);
    assert_eq!(aws.system_backups().len(), 1);
}

#[test]
fn it_is_listed_only_when_asked_for() {
    let mut aws = deleted();
    let arn = aws.system_backup();
    assert!(aws.listed(json!({})).is_empty());
    assert!(aws.listed(json!({"BackupType": "USER"})).is_empty());
    for asked in [
        json!({"BackupType": "ALL"}),
        json!({"BackupType": "SYSTEM", "TableName": "music"}),
    ] {
        assert_eq!(aws.listed(asked), std::slice::from_ref(&arn));
    }
}

#[test]
fn callers_cannot_delete_it() {
    let mut aws = deleted();
    let arn = aws.system_backup();
    let refused = aws.refused("DeleteBackup", json!({"BackupArn": arn}));
    assert_eq!(refused.code, "ValidationException");
    let start = format!(
        "Invalid Request: User is not allowed to delete the system backup with arn {arn}. It will automatically \
         expire on "
    );
    assert!(refused.message.starts_with(&start), "{refused:?}");
    assert_eq!(aws.system_backup(), arn);
}

#[test]
fn its_features_are_not_told() {
    let mut aws = deleted();
    let arn = aws.system_backup();
    let description = aws.describe_backup(&arn);
    assert_eq!(description["SourceTableFeatureDetails"], json!({}));
    assert_eq!(description["SourceTableDetails"]["TableName"], "music");
}

#[test]
fn indexes_come_back_all_the_same() {
    let mut aws = World::exact();
    aws.indexed_table("music");
    aws.switch_recovery("music", true, None);
    aws.put(
        "music",
        json!({"pk": "a", "sk": 1, "genre": "jazz", "year": 1959}),
    );
    aws.drop_recoverable("music");
    let arn = aws.system_backup();
    aws.start_restore(&arn, "again", json!({}));
    aws.until_status("again", "ACTIVE");
    assert_eq!(aws.entries("again", "by-genre").len(), 1);
    assert_eq!(aws.entries("again", "by-year").len(), 1);
    assert_eq!(
        aws.describe("again")["ProvisionedThroughput"]["ReadCapacityUnits"],
        indexed()["ProvisionedThroughput"]["ReadCapacityUnits"]
    );
}

#[test]
fn a_table_re_created_under_the_name_stands_beside_it() {
    let mut aws = deleted();
    let arn = aws.system_backup();
    aws.ok("CreateTable", table_input("music", json!({})));
    aws.until_status("music", "ACTIVE");
    aws.put("music", json!({"pk": "new"}));
    let summary = aws.system_backups().remove(0);
    assert_ne!(summary["TableId"], aws.describe("music")["TableId"]);
    aws.start_restore(&arn, "again", json!({}));
    aws.until_status("again", "ACTIVE");
    assert_eq!(aws.items("again"), last_state());
}

#[test]
fn every_deletion_leaves_its_own() {
    let mut aws = deleted();
    aws.recoverable_table_now("music");
    aws.put("music", json!({"pk": "b"}));
    aws.drop_recoverable("music");
    let backups = aws.system_backups();
    assert_eq!(backups.len(), 2);
    assert_eq!(backups[0]["BackupName"], backups[1]["BackupName"]);
    for (backup, key) in backups.iter().zip(["a", "b"]) {
        let target = format!("again-{key}");
        aws.start_restore(&text(&backup["BackupArn"]), &target, json!({}));
        aws.until_status(&target, "ACTIVE");
        assert!(aws.get(&target, json!({"pk": key})).is_some());
    }
}

#[test]
fn the_history_of_a_deleted_table_is_gone() {
    let mut aws = deleted();
    let members = json!({"RestoreDateTime": START_US / SECOND_US + 1});
    assert_eq!(
        aws.restore_to_refused("music", "again", members),
        refusal("TableNotFoundException", "Table not found: music")
    );
}
