//! What ExportTableToPointInTime and DescribeExport refuse, and in which order.

use lookback_reference::Throttling;
use serde_json::json;

use crate::world::{
    DAY_US, HOME, HOUR_US, Refusal, SECOND_US, World, export_at, invalid, merged, period, refusal,
    table_arn, text,
};

/// A table whose window is two hours old.
fn world() -> World {
    let mut aws = World::exact();
    aws.recoverable_table("music");
    aws.advance_us(2 * HOUR_US);
    aws
}

fn invalid_time(message: &str) -> Refusal {
    refusal("InvalidExportTimeException", message)
}

fn refused_arn(aws: &mut World, arn: &str) -> Refusal {
    aws.export_refused("music", json!({"TableArn": arn}))
}

// --- which table (VALIDATION-008, -009, -011, EXPORT-FULL-024, ERRORS-001, -002)

#[test]
fn a_table_is_named_by_its_arn_only() {
    let mut aws = world();
    let no_arn = invalid("One or more parameter values were invalid: tableArn is not a valid ARN");
    for wrong in ["music", "arn:aws:s3:::music", "arn:aws:dynamodb:x"] {
        assert_eq!(refused_arn(&mut aws, wrong), no_arn, "{wrong}");
    }
}

#[test]
fn an_index_cannot_be_exported() {
    let index = format!("{}/index/by-v", table_arn("music"));
    assert_eq!(
        refused_arn(&mut world(), &index),
        invalid("Invalid Request: Table ARN is invalid.")
    );
}

#[test]
fn a_missing_table_is_told_by_its_arn() {
    let mut aws = world();
    let foreign = table_arn("music").replace(HOME, "eu-west-3");
    for arn in [table_arn("missing"), foreign] {
        let expected = refusal("TableNotFoundException", format!("Table not found: {arn}"));
        assert_eq!(refused_arn(&mut aws, &arn), expected);
    }
}

#[test]
fn a_table_of_another_account_is_denied() {
    let arn = table_arn("music").replace("111122223333", "444455556666");
    assert_eq!(
        refused_arn(&mut world(), &arn),
        refusal("AccessDeniedException", "Access is denied")
    );
}

/// EXPORT-FULL-002.
#[test]
fn recovery_must_be_on() {
    let mut aws = World::exact();
    aws.table("plain");
    assert_eq!(
        aws.export_refused("plain", json!({})),
        refusal(
            "PointInTimeRecoveryUnavailableException",
            "Point in time recovery is not enabled for table 'plain'"
        )
    );
}

// --- times of full exports (EXPORT-FULL-007, -008)

#[test]
fn times_outside_the_window_are_invalid() {
    let mut aws = world();
    let (earliest_us, _) = aws.window_us("music");
    for us in [earliest_us - 1_000, -SECOND_US, aws.now_us + 5 * SECOND_US] {
        let refused = aws.export_refused("music", export_at(us));
        assert_eq!(refused, invalid_time("Export Time is invalid"), "{us}");
    }
    aws.export("music", export_at(earliest_us));
}

#[test]
fn the_last_five_minutes_cannot_be_named() {
    let mut aws = world();
    let (_, latest_us) = aws.window_us("music");
    let expected =
        invalid_time("Point in Time Recovery is not available for specified export time");
    for us in [latest_us + 1_000, aws.now_us - SECOND_US] {
        assert_eq!(aws.export_refused("music", export_at(us)), expected);
    }
    aws.start_export("music", export_at(latest_us));
    aws.start_export("music", json!({}));
}

/// Conflict C8: one source saw them accepted.
#[test]
fn they_are_named_on_some_legal_services() {
    let is_accepted = |seed: &u64| {
        let mut aws = World::adversarial(*seed);
        aws.recoverable_table("music");
        aws.advance_us(2 * HOUR_US);
        let time = export_at(aws.now_us - SECOND_US);
        let input = json!({"TableArn": table_arn("music"), "S3Bucket": "demo-bucket"});
        aws.call("ExportTableToPointInTime", merged(input, time))
            .is_ok()
    };
    let accepted = (0..20).filter(is_accepted).count();
    assert!((2..19).contains(&accepted), "{accepted} of 20");
}

// --- types and periods (EXPORT-INCR-001, -002, -010)

#[test]
fn type_and_period_must_fit_each_other() {
    let mut aws = world();
    let both = period(aws.now_us - HOUR_US, aws.now_us);
    let specification = &both["IncrementalExportSpecification"];
    for (members, text) in [
        (
            json!({"ExportType": "INCREMENTAL_EXPORT"}),
            "Incremental Export Specification expected when export type is set as Incremental Export",
        ),
        (
            json!({"IncrementalExportSpecification": specification}),
            "Export Type expected to be Incremental Export when incremental export specification is provided",
        ),
        (
            json!({"ExportType": "FULL_EXPORT", "IncrementalExportSpecification": specification}),
            "When Export Type is Full Export , Incremental Export Specification should not be provided",
        ),
        (
            json!({"ExportType": "INCREMENTAL_EXPORT", "IncrementalExportSpecification": {}}),
            "ExportFromTime must be provided in IncrementalExportSpecification",
        ),
    ] {
        let expected = invalid(format!("Invalid Request: {text}"));
        assert_eq!(aws.export_refused("music", members.clone()), expected);
        // Before any table is looked for (VALIDATION-029).
        assert_eq!(aws.export_refused("missing", members), expected);
    }
}

#[test]
fn an_incremental_export_has_no_single_time() {
    let mut aws = world();
    let period = period(aws.now_us - HOUR_US, aws.now_us);
    let both = merged(period, export_at(aws.now_us - HOUR_US));
    assert_eq!(
        aws.export_refused("music", both).code,
        "ValidationException"
    );
}

/// EXPORT-INCR-005.
#[test]
fn the_plural_of_the_view_is_refused() {
    let mut aws = world();
    let mut members = period(aws.now_us - HOUR_US, aws.now_us);
    members["IncrementalExportSpecification"]["ExportViewType"] = json!("NEW_IMAGES");
    let refused = aws.export_refused("music", members);
    assert_eq!(refused.code, "ValidationException");
    assert!(refused.message.contains("NEW_IMAGES"), "{refused:?}");
}

/// EXPORT-INCR-006.
#[test]
fn a_period_has_fifteen_minutes_at_least() {
    let mut aws = world();
    let to_us = aws.now_us;
    let expected = invalid_time(
        "Difference between export period from time and export period to time is less than 15 minutes",
    );
    for length_s in [899, 0, -60] {
        let members = period(to_us - HOUR_US, to_us - HOUR_US + length_s * SECOND_US);
        assert_eq!(aws.export_refused("music", members), expected, "{length_s}");
    }
    aws.start_export("music", period(to_us - 900 * SECOND_US, to_us));
}

/// EXPORT-INCR-007, A-49: the text was never seen.
#[test]
fn a_period_has_a_day_at_most() {
    let mut aws = world();
    aws.advance_us(3 * DAY_US);
    let to_us = aws.now_us;
    let refused = aws.export_refused("music", period(to_us - DAY_US - 1_000, to_us));
    assert_eq!(refused.code, "InvalidExportTimeException");
    aws.start_export("music", period(to_us - DAY_US, to_us));
}

/// EXPORT-INCR-008, -009: first the creation, then the present, then the length.
#[test]
fn a_period_lies_between_the_tables_creation_and_the_present() {
    let mut aws = world();
    let now_us = aws.now_us;
    let message = |aws: &mut World, from_us, to_us| {
        let refused = aws.export_refused("music", period(from_us, to_us));
        assert_eq!(refused.code, "InvalidExportTimeException");
        refused.message
    };
    let creation =
        "Incremental export period from time cannot be less than the table creation time : ";
    let present = "Incremental export period to time cannot be greater than the current time : ";
    let early_us = now_us - 3 * HOUR_US;
    for to_us in [now_us, now_us + HOUR_US, early_us + SECOND_US] {
        let told = message(&mut aws, early_us, to_us);
        assert!(told.starts_with(creation), "{told}");
    }
    for from_us in [now_us - HOUR_US, now_us + 59 * SECOND_US] {
        let told = message(&mut aws, from_us, now_us + 60 * SECOND_US);
        assert!(told.starts_with(present), "{told}");
    }
}

/// EXPORT-INCR-010.
#[test]
fn a_wrong_period_comes_before_missing_recovery() {
    let mut aws = World::exact();
    aws.table("plain");
    aws.advance_us(2 * HOUR_US);
    let now_us = aws.now_us;
    let refused = aws.export_refused("plain", period(now_us - 3 * HOUR_US, now_us));
    assert_eq!(refused.code, "InvalidExportTimeException");
    let refused = aws.export_refused("plain", period(now_us - HOUR_US, now_us));
    assert_eq!(refused.code, "PointInTimeRecoveryUnavailableException");
}

/// EXPORT-INCR-008, -023.
#[test]
fn a_period_begins_in_the_recovery_window() {
    let mut aws = World::exact();
    aws.table("music");
    aws.advance_us(2 * HOUR_US);
    aws.switch_recovery("music", true, None);
    let enabled_us = aws.now_us;
    let from_us = enabled_us + 30 * SECOND_US;
    aws.now_us = enabled_us + 904 * SECOND_US;
    let early = period(from_us, aws.now_us);
    assert_eq!(
        aws.export_refused("music", early).code,
        "InvalidExportTimeException"
    );
    aws.now_us = enabled_us + 967 * SECOND_US;
    let members = period(enabled_us - SECOND_US, aws.now_us);
    let refused = aws.export_refused("music", members);
    assert_eq!(refused.code, "InvalidExportTimeException");
    let now_us = aws.now_us;
    aws.start_export("music", period(from_us, now_us));
}

// --- where to (VALIDATION-015, -017..021)

#[test]
fn bucket_prefix_owner_format_and_token_have_shapes() {
    let mut aws = world();
    for members in [
        json!({"S3Bucket": ""}),
        json!({"S3Bucket": "b"}),
        json!({"S3Bucket": "arn:aws:s3:::demo-bucket"}),
        json!({"S3Bucket": null}),
        json!({"S3Prefix": ""}),
        json!({"S3Prefix": "p".repeat(1_025)}),
        json!({"S3BucketOwner": "nobody"}),
        json!({"ExportFormat": "CSV"}),
        json!({"ExportType": "PARTIAL_EXPORT"}),
        json!({"S3SseAlgorithm": "aws:kms"}),
        json!({"ClientToken": ""}),
        json!({"ClientToken": "a$b"}),
    ] {
        let refused = aws.export_refused("music", members.clone());
        assert_eq!(refused.code, "ValidationException", "{members}");
    }
    assert!(aws.listed_exports(json!({})).is_empty(), "ERRORS-022");
}

#[test]
fn a_key_needs_the_algorithm_kms() {
    let mut aws = world();
    let expected = invalid("Invalid Request: KMS Key Id is not supported for this encryption type");
    for members in [
        json!({"S3SseKmsKeyId": "alias/x"}),
        json!({"S3SseKmsKeyId": "alias/x", "S3SseAlgorithm": "AES256"}),
    ] {
        assert_eq!(aws.export_refused("music", members), expected);
    }
}

// --- rates and quotas (RATE-008, RATE-011)

#[test]
fn three_hundred_exports_run_at_once_where_documents_count() {
    let mut aws = World::throttled(Throttling::Documented);
    aws.recoverable_table("music");
    for _ in 0..300 {
        aws.start_export("music", json!({}));
    }
    let refused = aws.export_refused("music", json!({}));
    assert_eq!(refused.code, "LimitExceededException");
    aws.advance_s(2);
    aws.start_export("music", json!({}));
}

#[test]
fn twenty_calls_pass_at_once_where_observations_count() {
    let mut aws = World::throttled(Throttling::Observed);
    aws.recoverable_table("music");
    for call in 0..20 {
        if call % 2 == 0 {
            aws.start_export("music", json!({}));
        } else {
            aws.export_refused("missing", json!({}));
        }
    }
    let throttled = refusal("ThrottlingException", "Rate exceeded");
    assert_eq!(aws.export_refused("music", json!({})), throttled);
    aws.advance_ms(1_500);
    aws.start_export("music", json!({}));
    assert_eq!(aws.export_refused("music", json!({})), throttled);
}

// --- DescribeExport (EXPORT-API-009, ERRORS-012)

#[test]
fn an_unknown_export_is_told_twice() {
    let mut aws = world();
    let arn = text(&aws.start_export("music", json!({}))["ExportArn"]);
    let unknown = format!("{}00000000", &arn[..arn.len() - 8]);
    assert_eq!(
        aws.refused("DescribeExport", json!({"ExportArn": unknown})),
        refusal(
            "ExportNotFoundException",
            format!("Export not found: Export not found: {unknown}")
        )
    );
}

#[test]
fn what_is_no_export_of_this_account_and_region_is_refused() {
    let mut aws = world();
    let arn = text(&aws.start_export("music", json!({}))["ExportArn"]);
    let denied = refusal("AccessDeniedException", "Access is denied");
    let no_export = invalid("Invalid Export ARN");
    for (wrong, expected) in [
        (table_arn("a-table-with-a-long-name"), no_export.clone()),
        (arn.replace("/export/", "/backup/"), no_export.clone()),
        (arn.replace("arn:", "nra:"), no_export),
        (arn.replace("111122223333", "444455556666"), denied.clone()),
        (arn.replace("arn:aws:", "arn:aws-cn:"), denied),
        (
            arn.replace(HOME, "eu-west-3"),
            refusal(
                "ExportNotFoundException",
                "Export not found: Invalid export arn",
            ),
        ),
    ] {
        let refused = aws.refused("DescribeExport", json!({"ExportArn": wrong}));
        assert_eq!(refused, expected, "{wrong}");
    }
}
