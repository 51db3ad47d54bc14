//! What may lag behind and what may not: the legal worst case of descriptions and listings.

use serde_json::{Value, json};

use crate::world::{DAY_US, SECOND_US, START_US, World, merged, refusal, table_input, text};

const SEEDS: u64 = 40;

/// TABLE-002: tolerated for a few seconds, and not for a table that can be written to.
#[test]
fn a_new_table_may_be_unknown_to_describe_for_three_seconds() {
    let mut late = 0;
    for seed in 0..SEEDS {
        let mut aws = World::adversarial(seed);
        aws.ok("CreateTable", table_input("music", json!({})));
        let mut hidden_ms = 0;
        while let Err(refused) = aws.call("DescribeTable", json!({"TableName": "music"})) {
            let text = "Requested resource not found: Table: music not found";
            assert_eq!(refused, refusal("ResourceNotFoundException", text));
            assert!(hidden_ms <= 3_000, "{seed}");
            hidden_ms += 100;
            aws.advance_ms(100);
        }
        late += i32::from(hidden_ms > 1_000);
        // From then on it stays known.
        aws.advance_ms(100);
        aws.describe("music");
    }
    assert!(late > 5, "{late} of {SEEDS}");
}

#[test]
fn a_table_that_can_be_written_to_is_known() {
    for seed in 0..SEEDS {
        let mut aws = World::adversarial(seed);
        aws.ok("CreateTable", table_input("music", json!({})));
        let item = json!({"TableName": "music", "Item": {"pk": {"S": "a"}}});
        while aws.call("PutItem", item.clone()).is_err() {
            aws.advance_ms(10);
        }
        assert_eq!(aws.describe("music")["TableStatus"], "ACTIVE", "{seed}");
    }
}

#[test]
fn a_new_table_is_listed_and_its_name_taken_at_once() {
    for seed in 0..SEEDS {
        let mut aws = World::adversarial(seed);
        aws.ok("CreateTable", table_input("music", json!({})));
        assert_eq!(aws.tables(), ["music"]);
        let refused = aws.refused("CreateTable", table_input("music", json!({})));
        assert_eq!(refused.code, "ResourceInUseException");
    }
}

/// Record 2.7.
#[test]
fn a_table_that_is_being_restored_is_known_at_once() {
    for seed in 0..SEEDS {
        let mut aws = World::adversarial(seed);
        aws.table("music");
        let arn = aws.backup("music");
        aws.start_restore(&arn, "again", json!({}));
        assert_eq!(aws.describe("again")["TableStatus"], "CREATING", "{seed}");
    }
}

/// LIST-BACKUPS-020, LIFECYCLE-004.
#[test]
fn a_backup_is_listed_and_described_as_soon_as_its_request_returned_and_gone_as_soon_as_deleted() {
    for seed in 0..SEEDS {
        let mut aws = World::adversarial(seed);
        aws.table("music");
        let arn = text(&aws.start_backup("music")["BackupArn"]);
        assert_eq!(aws.listed(json!({})), [arn.as_str()]);
        assert_ne!(aws.backup_status(&arn), "gone");
        aws.settle();
        aws.delete_backup(&arn);
        assert_eq!(aws.backup_status(&arn), "gone");
        assert_eq!(aws.listed(json!({})), Vec::<String>::new());
    }
}

/// SYSTEM-BACKUP-001: within ten seconds, whether or not the table is gone; it expires to the second all the same.
#[test]
fn a_system_backup_is_listed_within_seconds_and_its_expiry_does_not_lag() {
    let (mut late, mut before_the_end) = (0, 0);
    for seed in 0..SEEDS {
        let mut aws = World::adversarial(seed);
        aws.recoverable_table("music");
        aws.start_drop("music");
        let deleted_us = aws.now_us;
        while aws.system_backups().is_empty() {
            let waited_us = aws.now_us - deleted_us;
            assert!(waited_us <= 10 * SECOND_US, "{seed}: {waited_us}");
            aws.advance_ms(100);
        }
        before_the_end += i32::from(aws.status("music") == "DELETING");
        late += i32::from(aws.now_us - deleted_us > 8 * SECOND_US);
        let created_us = deleted_us - deleted_us.rem_euclid(1_000);
        aws.now_us = created_us + 35 * DAY_US - 1;
        assert_eq!(aws.system_backups().len(), 1, "{seed}");
        aws.now_us += 1;
        assert_eq!(aws.system_backups().len(), 0, "{seed}");
    }
    assert!(
        late > 10 && before_the_end > 5,
        "{late} and {before_the_end} of {SEEDS}"
    );
}

/// The state and the settings are those of the deletion, also when the backup is listed before its table is gone.
#[test]
fn a_system_backup_that_comes_before_the_end_is_one_and_holds_everything() {
    for seed in 0..SEEDS {
        let mut aws = World::adversarial(seed);
        aws.recoverable_table("music");
        aws.put("music", json!({"pk": "a", "v": 1}));
        aws.start_drop("music");
        aws.advance_s(10);
        let arn = aws.system_backup();
        aws.until_status("music", "gone");
        aws.advance_s(100);
        assert_eq!(aws.system_backup(), arn);
        aws.start_restore(&arn, "music", json!({}));
        aws.until_status("music", "ACTIVE");
        assert_eq!(aws.items("music").len(), 1, "{seed}");
    }
}

/// TAG-001.
#[test]
fn tags_are_seen_within_three_seconds() {
    for seed in 0..SEEDS {
        let mut aws = World::adversarial(seed);
        aws.table("music");
        let arn = aws.describe("music")["TableArn"].clone();
        let tags = json!([{"Key": "team", "Value": "audio"}]);
        aws.ok("TagResource", json!({"ResourceArn": arn, "Tags": tags}));
        aws.advance_s(3);
        let listed = aws.ok("ListTagsOfResource", json!({"ResourceArn": arn}));
        assert_eq!(listed["Tags"], tags, "{seed}");
    }
}

// --- on-demand maxima in backups (BACKUP-CREATE-019, record 1.10)

fn maxima(read: i64) -> Value {
    json!({"OnDemandThroughput": {"MaxReadRequestUnits": read, "MaxWriteRequestUnits": 5}})
}

fn set_maxima(aws: &mut World, read: i64) {
    let input = merged(json!({"TableName": "music"}), maxima(read));
    aws.ok("UpdateTable", input);
    aws.settle();
}

/// The maximum of reads that a new backup tells.
fn told(aws: &mut World) -> Option<i64> {
    let arn = text(&aws.start_backup("music")["BackupArn"]);
    let backup = aws.describe_backup(&arn);
    backup["SourceTableDetails"]["OnDemandThroughput"]["MaxReadRequestUnits"].as_i64()
}

#[test]
fn at_the_recorded_pace_a_backup_does_not_know_maxima_of_five_seconds_ago() {
    let mut aws = World::typical();
    aws.table("music");
    set_maxima(&mut aws, 10);
    aws.advance_s(5);
    assert_eq!(told(&mut aws), None);
    aws.advance_s(60);
    assert_eq!(told(&mut aws), Some(10));
    set_maxima(&mut aws, 20);
    assert_eq!(told(&mut aws), Some(10));
    aws.advance_s(60);
    assert_eq!(told(&mut aws), Some(20));
}

#[test]
fn maxima_lag_by_five_minutes_at_most_and_not_at_all_under_exact() {
    let mut late = 0;
    for seed in 0..SEEDS {
        let mut aws = World::adversarial(seed);
        aws.table("music");
        set_maxima(&mut aws, 10);
        late += i32::from(told(&mut aws).is_none());
        aws.advance_s(300);
        assert_eq!(told(&mut aws), Some(10), "{seed}");
    }
    assert!(late > 20, "{late} of {SEEDS}");
    let mut aws = World::exact();
    aws.table("music");
    set_maxima(&mut aws, 10);
    assert_eq!(told(&mut aws), Some(10));
}

#[test]
fn a_restore_brings_the_maxima_that_its_backup_tells() {
    let mut aws = World::typical();
    aws.table_with("music", maxima(10));
    aws.advance_s(600);
    set_maxima(&mut aws, 20);
    let arn = text(&aws.start_backup("music")["BackupArn"]);
    aws.advance_s(600);
    let of_backup = aws.describe_backup(&arn)["SourceTableDetails"]["OnDemandThroughput"].take();
    assert_eq!(of_backup["MaxReadRequestUnits"], 10);
    aws.restore(&arn, "again");
    assert_eq!(aws.describe("again")["OnDemandThroughput"], of_backup);
}

#[test]
fn maxima_of_another_billing_mode_are_not_told() {
    let mut aws = World::typical();
    aws.table_with("music", maxima(10));
    aws.advance_s(600);
    let capacity = json!({"ReadCapacityUnits": 1, "WriteCapacityUnits": 1});
    let switch = json!({
        "TableName": "music", "BillingMode": "PROVISIONED", "ProvisionedThroughput": capacity,
    });
    aws.ok("UpdateTable", switch);
    aws.settle();
    assert_eq!(told(&mut aws), None);
    assert!(
        aws.now_us < START_US + 700 * SECOND_US,
        "the switch was a moment ago"
    );
}
