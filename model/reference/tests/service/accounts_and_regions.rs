//! Each account sees its own tables and backups in each region.

use serde_json::json;

use crate::world::{ACCOUNT, HOME, World, refusal, restore_input};

const AWAY: &str = "eu-west-1";
const OTHER_ACCOUNT: &str = "444455556666";

/// A backup at home.
fn with_backup() -> (World, String) {
    let mut aws = World::exact();
    aws.table("music");
    aws.put("music", json!({"pk": "a"}));
    let arn = aws.backup("music");
    (aws, arn)
}

/// What a restore across regions has to carry.
fn encrypted() -> serde_json::Value {
    json!({"SSESpecificationOverride": {"Enabled": true, "SSEType": "KMS"}})
}

#[test]
fn one_name_in_two_accounts_is_two_tables() {
    let (mut aws, _) = with_backup();
    aws.caller.account = OTHER_ACCOUNT.to_owned();
    assert_eq!(aws.status("music"), "gone");
    aws.table("music");
    assert!(aws.items("music").is_empty());
    aws.caller.account = ACCOUNT.to_owned();
    assert_eq!(aws.items("music").len(), 1);
}

#[test]
fn one_name_in_two_regions_is_two_tables() {
    let (mut aws, _) = with_backup();
    aws.caller.region = AWAY.to_owned();
    assert_eq!(aws.status("music"), "gone");
    aws.table("music");
    assert!(aws.items("music").is_empty());
}

#[test]
fn backups_are_listed_where_they_are() {
    let (mut aws, arn) = with_backup();
    aws.caller.region = AWAY.to_owned();
    assert_eq!(aws.listed(json!({})), Vec::<String>::new());
    aws.caller.region = HOME.to_owned();
    aws.caller.account = OTHER_ACCOUNT.to_owned();
    assert_eq!(aws.listed(json!({})), Vec::<String>::new());
    aws.caller.account = ACCOUNT.to_owned();
    assert_eq!(aws.listed(json!({})), [arn]);
}

#[test]
fn a_backup_is_invisible_through_another_region() {
    let (mut aws, arn) = with_backup();
    aws.caller.region = AWAY.to_owned();
    for operation in ["DescribeBackup", "DeleteBackup"] {
        let expected = refusal(
            "BackupNotFoundException",
            format!("Backup not found: {arn}"),
        );
        assert_eq!(aws.refused(operation, json!({"BackupArn": arn})), expected);
    }
}

#[test]
fn another_account_has_no_access() {
    let (mut aws, arn) = with_backup();
    aws.caller.account = OTHER_ACCOUNT.to_owned();
    let denied = refusal("AccessDeniedException", "Access is denied");
    for operation in ["DescribeBackup", "DeleteBackup"] {
        assert_eq!(aws.refused(operation, json!({"BackupArn": arn})), denied);
    }
    assert_eq!(aws.restore_refused(&arn, "again", json!({})), denied);
}

#[test]
fn a_restore_into_another_region_needs_an_encryption_override() {
    let (mut aws, arn) = with_backup();
    aws.caller.region = AWAY.to_owned();
    assert_eq!(
        aws.restore_refused(&arn, "again", json!({})).message,
        "Invalid Request: sseSpecificationOverride must be provided for cross-region restores"
    );
    aws.restore_with(&arn, "again", encrypted());
    assert_eq!(aws.items("again").len(), 1);
    assert_eq!(
        aws.describe("again")["TableArn"],
        "arn:aws:dynamodb:eu-west-1:111122223333:table/again"
    );
}

#[test]
fn an_arn_that_names_another_region_needs_one_too() {
    let (mut aws, arn) = with_backup();
    let refused = aws.restore_refused(&arn.replace(HOME, AWAY), "again", json!({}));
    assert!(
        refused
            .message
            .contains("sseSpecificationOverride must be provided"),
        "{refused:?}"
    );
}

#[test]
fn a_restore_across_regions_is_seen_at_its_target_only() {
    let (mut aws, arn) = with_backup();
    aws.caller.region = AWAY.to_owned();
    aws.restore_with(&arn, "again", encrypted());
    aws.caller.region = HOME.to_owned();
    assert_eq!(aws.status("again"), "gone");
}

#[test]
fn a_restore_across_regions_occupies_its_backup_at_home() {
    let (mut aws, arn) = with_backup();
    aws.caller.region = AWAY.to_owned();
    aws.start_restore(&arn, "again", encrypted());
    let second = aws.refused(
        "RestoreTableFromBackup",
        restore_input(&arn, "third", encrypted()),
    );
    assert_eq!(second.code, "BackupInUseException");
    aws.caller.region = HOME.to_owned();
    assert_eq!(
        aws.restore_refused(&arn, "again", json!({})).code,
        "BackupInUseException"
    );
    assert_eq!(
        aws.refused("DeleteBackup", json!({"BackupArn": arn})).code,
        "BackupInUseException"
    );
    aws.settle();
    aws.delete_backup(&arn);
}

#[test]
fn the_managed_key_of_a_restore_is_that_of_its_region() {
    let (mut aws, arn) = with_backup();
    aws.caller.region = AWAY.to_owned();
    aws.restore_with(&arn, "again", encrypted());
    let key = aws.describe("again")["SSEDescription"]["KMSMasterKeyArn"].to_string();
    assert!(
        key.contains("arn:aws:kms:eu-west-1:111122223333:key/"),
        "{key}"
    );
}

#[test]
fn a_table_that_shares_its_name_abroad_is_no_obstacle() {
    let (mut aws, arn) = with_backup();
    aws.caller.region = AWAY.to_owned();
    aws.restore_with(&arn, "music", encrypted());
    assert_eq!(aws.items("music").len(), 1);
}
