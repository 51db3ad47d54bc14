//! Exports whose objects somebody writes (EXPORT-FULL-013, -014, EXPORT-API-017, LIFECYCLE-007).

use lookback_reference::{BegunExport, Buckets, Choices, Failure, Service, Settings};
use serde_json::json;

use crate::world::{World, text};

fn failure() -> Failure {
    Failure {
        code: "S3NoSuchBucket".to_owned(),
        message: "The specified bucket does not exist".to_owned(),
    }
}

/// A world with an export that has come due, and its ARN.
fn due() -> (World, String) {
    let mut aws = World::served(Choices::exact());
    aws.recoverable_table("music");
    aws.put("music", json!({"pk": "a"}));
    let arn = text(&aws.start_export("music", json!({}))["ExportArn"]);
    aws.until_due();
    (aws, arn)
}

#[test]
fn a_service_without_buckets_does_not_know_exports_and_imports() {
    let mut aws = World::served(Choices::exact());
    aws.service = Service::new(Settings::default()).with_buckets(Buckets::Absent);
    for operation in ["ListExports", "ListImports"] {
        let refusal = aws.refused(operation, json!({}));
        assert_eq!(refusal.code, "UnknownOperationException");
    }
}

#[test]
fn an_export_is_in_progress_until_it_was_written() {
    let (mut aws, arn) = due();
    aws.advance_s(60);
    let description = aws.describe_export(&arn);
    assert_eq!(description["ExportStatus"], "IN_PROGRESS");
    assert_eq!(description.get("ItemCount"), None);
    aws.service.export_written(&arn, Ok(()));
    let description = aws.describe_export(&arn);
    assert_eq!(description["ExportStatus"], "COMPLETED");
    assert_eq!(description["ItemCount"], 1);
}

#[test]
fn an_export_that_cannot_be_written_fails_and_says_why() {
    let (mut aws, arn) = due();
    aws.service.export_written(&arn, Err(failure()));
    let description = aws.describe_export(&arn);
    assert_eq!(description["ExportStatus"], "FAILED");
    assert_eq!(description["FailureCode"], "S3NoSuchBucket");
    assert_eq!(
        description["FailureMessage"],
        "The specified bucket does not exist"
    );
    assert!(description.get("EndTime").is_some());
    for absent in ["ItemCount", "BilledSizeBytes", "ExportManifest"] {
        assert_eq!(description.get(absent), None, "{absent}");
    }
}

#[test]
fn both_ends_are_final() {
    let (mut aws, arn) = due();
    aws.service.export_written(&arn, Err(failure()));
    aws.service.export_written(&arn, Ok(()));
    assert_eq!(aws.describe_export(&arn)["ExportStatus"], "FAILED");
}

#[test]
fn each_export_is_handed_out_once_and_not_before_it_is_due() {
    let mut aws = World::served(Choices::exact());
    aws.recoverable_table("music");
    aws.start_export("music", json!({}));
    aws.advance_ms(1);
    aws.start_export("music", json!({"S3Prefix": "second"}));
    assert!(aws.service.next_due_export(aws.now_us).is_none());
    let first = aws.until_due().description;
    let second = aws.until_due().description;
    assert_eq!(first.s3_prefix, None);
    assert_eq!(second.s3_prefix.as_deref(), Some("second"));
    assert!(
        aws.service
            .next_due_export(aws.now_us + 1_000_000)
            .is_none()
    );
}

#[test]
fn what_is_handed_out_says_what_a_completed_export_says() {
    let mut aws = World::served(Choices::exact());
    aws.recoverable_table("music");
    let arn = text(&aws.start_export("music", json!({}))["ExportArn"]);
    let handed_out = aws.until_due().description;
    aws.service.export_written(&arn, Ok(()));
    let told = aws.describe_export(&arn);
    assert_eq!(serde_json::to_value(handed_out).unwrap(), told);
}

#[test]
fn an_unknown_arn_is_ignored() {
    let (mut aws, arn) = due();
    for unknown in ["", "x", &arn.replace("music", "other")] {
        aws.service.export_written(unknown, Ok(()));
    }
    assert_eq!(aws.describe_export(&arn)["ExportStatus"], "IN_PROGRESS");
}

/// EXPORT-FORMAT-004: the empty object comes first.
#[test]
fn an_export_is_handed_out_to_begin_as_soon_as_it_is_asked_for() {
    let mut aws = World::served(Choices::exact());
    aws.recoverable_table("music");
    assert!(!aws.service.files_due(aws.now_us));
    let asked = json!({"S3Prefix": "/p", "S3BucketOwner": "444455556666"});
    let arn = text(&aws.start_export("music", asked)["ExportArn"]);
    assert!(aws.service.files_due(aws.now_us));
    let begun = aws.service.next_begun_export().unwrap();
    let id = arn.rsplit('/').next().unwrap();
    let expected = BegunExport {
        bucket: "demo-bucket".to_owned(),
        bucket_owner: Some("444455556666".to_owned()),
        started: format!("/p/AWSDynamoDB/{id}/_started"),
        arn,
    };
    assert_eq!(begun, expected);
    assert_eq!(aws.service.next_begun_export(), None);
    assert!(!aws.service.files_due(aws.now_us));
}

#[test]
fn what_cannot_begin_is_in_progress_and_then_failed_and_never_handed_out() {
    let mut aws = World::served(Choices::exact());
    aws.recoverable_table("music");
    let arn = text(&aws.start_export("music", json!({}))["ExportArn"]);
    aws.service.export_begun(&arn, Err(failure()));
    assert_eq!(aws.describe_export(&arn)["ExportStatus"], "IN_PROGRESS");
    aws.advance_s(86_400);
    assert!(aws.service.next_due_export(aws.now_us).is_none());
    let description = aws.describe_export(&arn);
    assert_eq!(description["ExportStatus"], "FAILED");
    assert_eq!(description["FailureCode"], "S3NoSuchBucket");
    assert!(description.get("EndTime").is_some());
}

/// EXPORT-FULL-013, record 4.6.
#[test]
fn an_alias_of_no_key_fails_the_export() {
    for (key, code) in [
        ("alias/exports", Some("KmsNotFoundException")),
        (
            "arn:aws:kms:us-east-1:111122223333:alias/exports",
            Some("KmsNotFoundException"),
        ),
        ("alias/aws/s3", None),
        ("arn:aws:kms:us-east-1:111122223333:key/1234abcd", None),
    ] {
        for mut aws in [World::served(Choices::exact()), World::exact()] {
            aws.recoverable_table("music");
            let asked = json!({"S3SseAlgorithm": "KMS", "S3SseKmsKeyId": key});
            let arn = text(&aws.start_export("music", asked)["ExportArn"]);
            assert_eq!(aws.describe_export(&arn)["ExportStatus"], "IN_PROGRESS");
            aws.advance_s(86_400);
            let due = aws.service.next_due_export(aws.now_us);
            if let Some(due) = due {
                let arn = due.description.export_arn.unwrap();
                aws.service.export_written(&arn, Ok(()));
            }
            let description = aws.describe_export(&arn);
            assert_eq!(
                description
                    .get("FailureCode")
                    .and_then(|code| code.as_str()),
                code
            );
        }
    }
}
