//! Imports: what is told of them and of their tables, and when (IMPORT-001..011, -037..039, -043..045, -048, -049).

use lookback_reference::Choices;
use serde_json::{Value, json};

use crate::world::{
    DAY_US, HOUR_US, SECOND_US, World, imported_table, invalid, merged, refusal, source_item,
    table_arn, table_input, text, wire_item,
};

/// IMPORT-004..006.
#[test]
fn the_answer_is_in_progress_and_tells_the_defaults() {
    let mut aws = World::typical();
    let description = aws.start_import("music", json!({}));
    let members: Vec<&String> = description.as_object().unwrap().keys().collect();
    let expected = [
        "ClientToken",
        "CloudWatchLogGroupArn",
        "ErrorCount",
        "ImportArn",
        "ImportStatus",
        "ImportedItemCount",
        "InputCompressionType",
        "InputFormat",
        "ProcessedItemCount",
        "S3BucketSource",
        "StartTime",
        "TableArn",
        "TableCreationParameters",
        "TableId",
    ];
    assert_eq!(members, expected);
    assert_eq!(description["ImportStatus"], "IN_PROGRESS");
    assert_eq!(description["InputCompressionType"], "NONE");
    assert_eq!(description["TableArn"], table_arn("music"));
    assert_eq!(description["StartTime"], aws.now_s());
    let source = json!({"S3Bucket": "demo-bucket", "S3BucketOwner": "111122223333"});
    assert_eq!(description["S3BucketSource"], source);
    assert_eq!(
        description["TableCreationParameters"],
        imported_table("music")
    );
    for count in ["ErrorCount", "ImportedItemCount", "ProcessedItemCount"] {
        assert_eq!(description[count], 0);
    }
    let log = "arn:aws:logs:us-east-1:111122223333:log-group:/aws-dynamodb/imports:*";
    assert_eq!(description["CloudWatchLogGroupArn"], log);
}

/// IMPORT-022, -044: where buckets are imaginary, every source is empty.
#[test]
fn an_empty_source_gives_an_empty_table() {
    let mut aws = World::exact();
    let arn = text(&aws.start_import("music", json!({}))["ImportArn"]);
    let description = aws.until_imported(&arn);
    assert_eq!(description["ImportStatus"], "COMPLETED");
    assert_eq!(description["ProcessedItemCount"], 0);
    assert_eq!(description["EndTime"], aws.now_s());
    for absent in ["ProcessedSizeBytes", "FailureCode", "FailureMessage"] {
        assert_eq!(description.get(absent), None, "{absent}");
    }
    assert_eq!(aws.status("music"), "ACTIVE");
    assert!(aws.items("music").is_empty());
}

/// IMPORT-007, -009, -010.
#[test]
fn the_table_comes_up_after_a_while_and_is_active_before_the_import_is_over() {
    let mut aws = World::typical();
    let arn = text(&aws.start_import("music", json!({}))["ImportArn"]);
    assert_eq!(aws.status("music"), "gone");
    let refused = aws.refused("DescribeTable", json!({"TableName": "music"}));
    assert_eq!(refused.code, "ResourceNotFoundException");
    aws.advance_s(31);
    assert_eq!(aws.status("music"), "CREATING");
    aws.until_status("music", "ACTIVE");
    assert_eq!(aws.describe_import(&arn)["ImportStatus"], "IN_PROGRESS");
    aws.start_drop("music");
    assert_eq!(aws.until_imported(&arn)["ImportStatus"], "COMPLETED");
}

/// IMPORT-008.
#[test]
fn a_table_that_is_filled_can_be_described_and_little_else() {
    let mut aws = World::typical();
    aws.start_import("music", json!({}));
    aws.advance_s(40);
    assert_eq!(aws.status("music"), "CREATING");
    let ttl = json!({"Enabled": true, "AttributeName": "expires"});
    let recovery = json!({"PointInTimeRecoveryEnabled": true});
    let name = |more: Value| merged(json!({"TableName": "music"}), more);
    for (operation, input, code) in [
        (
            "PutItem",
            name(json!({"Item": wire_item(&json!({"pk": "a"}))})),
            "ResourceNotFoundException",
        ),
        (
            "UpdateTable",
            name(json!({"DeletionProtectionEnabled": true})),
            "ResourceInUseException",
        ),
        (
            "UpdateTimeToLive",
            name(json!({"TimeToLiveSpecification": ttl})),
            "ResourceInUseException",
        ),
        (
            "TagResource",
            json!({"ResourceArn": table_arn("music"), "Tags": [{"Key": "a", "Value": "b"}]}),
            "ResourceNotFoundException",
        ),
        (
            "CreateBackup",
            name(json!({"BackupName": "nightly"})),
            "ContinuousBackupsUnavailableException",
        ),
        (
            "UpdateContinuousBackups",
            name(json!({"PointInTimeRecoverySpecification": recovery})),
            "ContinuousBackupsUnavailableException",
        ),
        ("DeleteTable", name(json!({})), "ResourceInUseException"),
    ] {
        assert_eq!(aws.refused(operation, input).code, code, "{operation}");
    }
}

/// IMPORT-045, -049.
#[test]
fn the_table_has_the_id_that_was_told_and_no_mark() {
    let mut aws = World::served(Choices::exact());
    let description = aws.imported(
        "music",
        json!({}),
        vec![Ok(source_item(json!({"pk": "a"})))],
    );
    let imported = aws.describe("music");
    assert_eq!(imported["TableId"], description["TableId"]);
    aws.ok("CreateTable", table_input("plain", json!({})));
    aws.until_status("plain", "ACTIVE");
    let plain = aws.describe("plain");
    let names = |value: &Value| {
        let members = value.as_object().unwrap();
        members.keys().cloned().collect::<Vec<String>>()
    };
    assert_eq!(names(&imported), names(&plain));
}

/// IMPORT-048.
#[test]
fn the_record_is_kept_for_ninety_days_and_the_table_for_good() {
    let mut aws = World::exact();
    let arn = text(&aws.start_import("music", json!({}))["ImportArn"]);
    aws.until_imported(&arn);
    aws.advance_us(90 * DAY_US - 1);
    aws.describe_import(&arn);
    aws.advance_us(1);
    let refused = aws.refused("DescribeImport", json!({"ImportArn": arn}));
    assert_eq!(refused.code, "ImportNotFoundException");
    assert!(aws.listed_imports(json!({})).is_empty());
    assert_eq!(aws.status("music"), "ACTIVE");
}

// --- tokens (IMPORT-003, -036, -037, ERRORS-013)

#[test]
fn a_token_is_needed() {
    let mut aws = World::exact();
    assert_eq!(
        aws.import_refused("music", json!({"ClientToken": null})),
        invalid(
            "1 validation error detected: Value null at 'clientToken' failed to satisfy constraint: Member must not be \
             null"
        )
    );
}

#[test]
fn a_running_import_is_told_again_whatever_else_is_asked_for() {
    let mut aws = World::typical();
    let first = aws.start_import("music", json!({}));
    for members in [
        json!({}),
        json!({"S3BucketSource": {"S3Bucket": "another-bucket"}}),
        json!({"S3BucketSource": {"S3Bucket": "demo-bucket", "S3KeyPrefix": "x"}}),
        json!({"InputFormat": "ION"}),
        json!({"InputCompressionType": "GZIP"}),
    ] {
        assert_eq!(aws.start_import("music", members), first);
    }
    aws.advance_s(40);
    assert_eq!(aws.status("music"), "CREATING");
    assert_eq!(aws.start_import("music", json!({})), first);
    assert_eq!(aws.listed_imports(json!({})).len(), 1);
}

#[test]
fn another_table_under_the_same_token_is_a_conflict() {
    let mut aws = World::typical();
    aws.start_import("music", json!({}));
    let token = json!({"ClientToken": "token-of-music"});
    let conflict = refusal(
        "ImportConflictException",
        "Import conflict: Duplicate request detected with conflicting parameters",
    );
    assert_eq!(aws.import_refused("other", token), conflict);
}

#[test]
fn when_it_is_over_its_own_table_is_in_the_way_until_that_is_deleted() {
    let mut aws = World::exact();
    let arn = text(&aws.start_import("music", json!({}))["ImportArn"]);
    aws.until_imported(&arn);
    let in_use = refusal("ResourceInUseException", "Table already exists: music");
    assert_eq!(aws.import_refused("music", json!({})), in_use);
    aws.start_drop("music");
    aws.until_status("music", "gone");
    let again = aws.start_import("music", json!({}));
    assert_eq!(again["ImportArn"], arn.as_str());
    assert_eq!(again["ImportStatus"], "COMPLETED");
    assert_eq!(aws.status("music"), "gone");
    aws.advance_us(8 * HOUR_US);
    let later = aws.start_import("music", json!({}));
    assert_ne!(later["ImportArn"], arn.as_str());
}

/// EXPORT-API-006.
#[test]
fn exports_and_imports_have_tokens_of_their_own() {
    let mut aws = World::exact();
    aws.recoverable_table("source");
    let token = json!({"ClientToken": "token-1"});
    aws.start_export("source", token.clone());
    aws.start_import("music", token);
}

// --- names (IMPORT-038, -039, ERRORS-014)

#[test]
fn an_occupied_name_is_refused() {
    let mut aws = World::typical();
    aws.table("music");
    let in_use = refusal("ResourceInUseException", "Table already exists: music");
    assert_eq!(aws.import_refused("music", json!({})), in_use);
    aws.start_drop("music");
    assert_eq!(aws.import_refused("music", json!({})), in_use);
}

#[test]
fn a_name_is_not_reserved_before_the_table_comes_up() {
    let mut aws = World::typical();
    let arns: Vec<String> = (0..3)
        .map(|number| {
            let token = json!({"ClientToken": format!("token-{number}")});
            text(&aws.start_import("music", token)["ImportArn"])
        })
        .collect();
    let mut statuses: Vec<String> = Vec::new();
    for arn in &arns {
        let description = aws.until_imported(arn);
        statuses.push(text(&description["ImportStatus"]));
        if description["ImportStatus"] == "FAILED" {
            assert_eq!(description["FailureCode"], "TableAlreadyExists");
        }
    }
    statuses.sort();
    assert_eq!(statuses, ["COMPLETED", "FAILED", "FAILED"]);
    assert_eq!(aws.status("music"), "ACTIVE");
}

/// LIFECYCLE-008 under the worst that is legal.
#[test]
fn an_import_ends_after_its_table_whatever_the_choices() {
    for seed in 0..30 {
        let mut aws = World::adversarial(seed);
        let arn = text(&aws.start_import("music", json!({}))["ImportArn"]);
        let started_us = aws.now_us;
        aws.until_imported(&arn);
        assert_eq!(aws.status("music"), "ACTIVE");
        assert!(aws.now_us - started_us < 1_000 * SECOND_US);
    }
}
