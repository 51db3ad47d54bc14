//! Full exports: what is told of them, and when (EXPORT-FULL).

use lookback_reference::Choices;
use serde_json::{Value, json};

use crate::world::{
    DAY_US, HOUR_US, Items, SECOND_US, START_US, World, export_at, micros, records, table_arn, text,
};

fn members(description: &Value) -> Vec<&str> {
    let members = description.as_object().unwrap().keys();
    members.map(String::as_str).collect()
}

fn world() -> World {
    let mut aws = World::exact();
    aws.recoverable_table("music");
    aws
}

/// EXPORT-FULL-001, -003, -004, -005, -006.
#[test]
fn the_answer_is_in_progress_and_tells_the_defaults() {
    let mut aws = world();
    let description = aws.start_export("music", json!({}));
    let expected = [
        "ClientToken",
        "ExportArn",
        "ExportFormat",
        "ExportStatus",
        "ExportTime",
        "S3Bucket",
        "S3SseAlgorithm",
        "StartTime",
        "TableArn",
        "TableId",
    ];
    assert_eq!(members(&description), expected);
    assert_eq!(description["ExportStatus"], "IN_PROGRESS");
    assert_eq!(description["ExportFormat"], "DYNAMODB_JSON");
    assert_eq!(description["S3SseAlgorithm"], "AES256");
    assert_eq!(description["TableArn"], table_arn("music"));
    assert_eq!(description["TableId"], aws.describe("music")["TableId"]);
    assert_eq!(description["StartTime"], aws.now_s());
    assert_eq!(description["ExportTime"], description["StartTime"]);
}

/// VALIDATION-007.
#[test]
fn the_id_begins_with_the_start_in_milliseconds() {
    let mut aws = world();
    aws.advance_us(1_234_567);
    let description = aws.start_export("music", json!({}));
    let arn = text(&description["ExportArn"]);
    let id = arn.strip_prefix(&format!("{}/export/", table_arn("music")));
    let (digits, suffix) = id.unwrap().split_once('-').unwrap();
    assert_eq!(digits, format!("{:014}", aws.now_us / 1_000));
    assert_eq!(suffix.len(), 8);
}

/// EXPORT-FULL-014, -016.
#[test]
fn what_is_known_at_the_end_is_told_at_the_end() {
    let mut aws = world();
    aws.put("music", json!({"pk": "a"}));
    let input = json!({"S3Prefix": "nightly"});
    let description = aws.export("music", input);
    assert_eq!(description["ExportStatus"], "COMPLETED");
    assert_eq!(description["ItemCount"], 1);
    assert_eq!(description["BilledSizeBytes"], 0);
    assert_eq!(description["EndTime"], aws.now_s());
    let arn = text(&description["ExportArn"]);
    let id = arn.rsplit('/').next().unwrap();
    assert_eq!(
        description["ExportManifest"],
        format!("nightly/AWSDynamoDB/{id}/manifest-summary.json")
    );
    assert_eq!(description.get("FailureCode"), None);
}

/// EXPORT-FULL-016: the table's statistics are of up to six hours ago.
#[test]
fn a_full_export_is_billed_by_the_statistics_of_its_table() {
    let mut aws = world();
    aws.put("music", json!({"pk": "a", "v": "x".repeat(1_000)}));
    aws.advance_us(7 * HOUR_US);
    let billed = aws.export("music", json!({}))["BilledSizeBytes"].clone();
    assert_eq!(billed, aws.describe("music")["TableSizeBytes"]);
    assert!(billed.as_i64().unwrap() > 1_000);
}

/// EXPORT-FULL-003, -005, -026.
#[test]
fn what_was_sent_is_echoed() {
    let mut aws = world();
    let sent = json!({
        "S3Prefix": "nightly/",
        "S3SseAlgorithm": "KMS",
        "S3SseKmsKeyId": "alias/aws/s3",
        "S3BucketOwner": "444455556666",
        "ExportFormat": "ION",
        "ExportType": "FULL_EXPORT",
        "ClientToken": "token-1",
    });
    let description = aws.export("music", sent.clone());
    for (name, value) in sent.as_object().unwrap() {
        assert_eq!(description[name], *value, "{name}");
    }
}

/// EXPORT-FULL-017.
#[test]
fn an_empty_table_is_exported() {
    let mut aws = World::served(Choices::exact());
    aws.recoverable_table("music");
    let exported = aws.exported("music", json!({}));
    assert_eq!(exported.description["ExportStatus"], "COMPLETED");
    assert_eq!(exported.description["ItemCount"], 0);
    assert!(exported.records.is_empty());
}

/// EXPORT-FULL-010.
#[test]
fn every_item_is_exported_once_as_it_was_at_the_request() {
    let mut aws = World::served(Choices::exact());
    aws.recoverable_table("music");
    for (pk, v) in [("a", 1), ("b", 2), ("c", 3)] {
        aws.put("music", json!({"pk": pk, "v": v}));
    }
    aws.delete("music", json!({"pk": "b"}));
    let expected = aws.items("music");
    let arn = text(&aws.start_export("music", json!({}))["ExportArn"]);
    aws.put("music", json!({"pk": "a", "v": 9}));
    aws.put("music", json!({"pk": "late"}));
    let due = aws.until_due();
    assert_eq!(due.description.export_arn, Some(arn));
    assert_eq!(due.description.item_count, Some(2));
    let items: Items = records(&due)
        .into_iter()
        .map(|item| (text(&item["pk"]), item))
        .collect();
    assert_eq!(items, expected);
}

#[test]
fn a_named_instant_is_exported_as_a_restore_would_show_it() {
    let mut aws = World::served(Choices::exact());
    aws.recoverable_table("music");
    for v in 1..=5 {
        aws.advance_s(60);
        aws.put("music", json!({"pk": "a", "v": v}));
    }
    aws.advance_s(600);
    let exported = aws.exported("music", export_at(START_US + 200 * SECOND_US));
    let told = micros(&exported.description["ExportTime"]);
    assert_eq!(told, START_US + 200 * SECOND_US);
    assert_eq!(exported.items()["a"]["v"], 3);
}

/// EXPORT-FULL-018.
#[test]
fn the_live_service_takes_minutes() {
    let mut aws = World::typical();
    aws.recoverable_table("empty");
    aws.recoverable_table("full");
    aws.put("full", json!({"pk": "a"}));
    for (table, seconds) in [("empty", 125..=155), ("full", 706..=740)] {
        let started_us = aws.now_us;
        aws.export(table, json!({}));
        let took_s = (aws.now_us - started_us) / SECOND_US;
        assert!(seconds.contains(&took_s), "{table}: {took_s} s");
    }
}

/// EXPORT-FULL-009, CONSISTENCY-001: each item has a cut of its own within a minute of the request.
#[test]
fn the_worst_that_is_legal_is_a_band_around_the_request() {
    let mut beside = 0;
    for seed in 0..30 {
        let mut aws = World::served(Choices::adversarial(seed));
        aws.recoverable_table("music");
        aws.advance_s(1_000);
        let start_us = aws.now_us;
        for second in 0..200_i64 {
            aws.now_us = start_us + second * SECOND_US;
            if second == 100 {
                aws.start_export("music", json!({}));
            }
            aws.put("music", json!({"pk": "a", "v": second}));
        }
        let due = aws.until_due();
        let held = records(&due)[0]["v"].as_i64().unwrap();
        assert!((40..=160).contains(&held), "seed {seed}: {held}");
        beside += usize::from(!(98..=100).contains(&held));
    }
    assert!(beside > 20, "{beside} of 30 exports beside their request");
}

/// EXPORT-FULL-019.
#[test]
fn an_export_outlives_its_table() {
    let mut aws = World::served(Choices::typical());
    aws.recoverable_table("music");
    aws.put("music", json!({"pk": "a"}));
    let arn = text(&aws.start_export("music", json!({}))["ExportArn"]);
    aws.drop_recoverable("music");
    let due = aws.until_due();
    assert_eq!(due.records().count(), 1);
    aws.service.export_written(&arn, Ok(()));
    assert_eq!(aws.describe_export(&arn)["ExportStatus"], "COMPLETED");
}

/// EXPORT-FULL-019: the exports know a table for a moment after its deletion.
#[test]
fn a_table_may_be_exported_for_a_moment_after_its_deletion() {
    let mut aws = World::typical();
    aws.recoverable_table("music");
    aws.start_drop("music");
    aws.advance_s(1);
    let description = aws.start_export("music", json!({}));
    aws.advance_s(1);
    let refused = aws.export_refused("music", json!({}));
    assert_eq!(refused.code, "TableNotFoundException");
    let arn = text(&description["ExportArn"]);
    assert_eq!(aws.until_exported(&arn)["ExportStatus"], "COMPLETED");
}

/// EXPORT-FULL-020.
#[test]
fn exports_of_one_table_run_side_by_side() {
    let mut aws = world();
    let first = aws.start_export("music", json!({}));
    let second = aws.start_export("music", json!({}));
    assert_ne!(first["ExportArn"], second["ExportArn"]);
    for description in [first, second] {
        let arn = text(&description["ExportArn"]);
        assert_eq!(aws.until_exported(&arn)["ExportStatus"], "COMPLETED");
    }
}

/// Recovery is asked for once: what an export holds stays.
#[test]
fn an_export_outlives_the_recovery_window() {
    let mut aws = World::served(Choices::exact());
    aws.recoverable_table("music");
    aws.put("music", json!({"pk": "a", "v": 1}));
    aws.advance_s(600);
    aws.start_export("music", export_at(START_US + 60 * SECOND_US));
    aws.switch_recovery("music", false, None);
    for v in 2..50 {
        aws.put("music", json!({"pk": "a", "v": v}));
    }
    let due = aws.until_due();
    assert_eq!(records(&due), [json!({"pk": "a", "v": 1})]);
}

/// EXPORT-API-015, EXPORT-FULL-021.
#[test]
fn the_record_is_kept_for_ninety_days() {
    let mut aws = world();
    let description = aws.export("music", json!({}));
    let arn = text(&description["ExportArn"]);
    aws.advance_us(90 * DAY_US - 1);
    assert_eq!(aws.describe_export(&arn), description);
    aws.advance_us(1);
    let refused = aws.refused("DescribeExport", json!({"ExportArn": arn}));
    assert_eq!(refused.code, "ExportNotFoundException");
    assert!(aws.listed_exports(json!({})).is_empty());
}
