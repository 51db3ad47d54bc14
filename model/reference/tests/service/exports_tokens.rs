//! Client tokens of exports (EXPORT-API-001..007, ERRORS-011).

use lookback_reference::{Choices, Failure};
use serde_json::{Value, json};

use crate::world::{HOUR_US, World, merged, period, refusal, text};

fn world() -> World {
    let mut aws = World::exact();
    aws.recoverable_table("music");
    aws
}

fn token() -> Value {
    json!({"ClientToken": "token-1"})
}

#[test]
fn the_same_request_gives_the_same_export_in_every_state() {
    let mut aws = world();
    let first = aws.start_export("music", token());
    assert_eq!(aws.start_export("music", token()), first);
    let completed = aws.until_exported(&text(&first["ExportArn"]));
    assert_eq!(aws.start_export("music", token()), completed);
    assert_eq!(aws.listed_exports(json!({})).len(), 1);
}

/// It does not matter any more what became of the table.
#[test]
fn it_does_so_when_the_table_is_gone() {
    let mut aws = world();
    let first = aws.start_export("music", token());
    aws.drop_recoverable("music");
    assert_eq!(
        aws.start_export("music", token())["ExportArn"],
        first["ExportArn"]
    );
}

#[test]
fn any_other_parameter_is_a_conflict() {
    let mut aws = world();
    aws.recoverable_table_now("other");
    aws.advance_us(2 * HOUR_US);
    aws.start_export("music", token());
    let conflict = refusal(
        "ExportConflictException",
        "Export conflict: Duplicate request detected with conflicting parameters",
    );
    for members in [
        json!({"S3Bucket": "another-bucket"}),
        json!({"S3BucketOwner": "444455556666"}),
        json!({"S3Prefix": "nightly"}),
        json!({"ExportFormat": "ION"}),
        json!({"S3SseAlgorithm": "KMS"}),
        period(aws.now_us - HOUR_US, aws.now_us),
    ] {
        let members = merged(members, token());
        assert_eq!(
            aws.export_refused("music", members.clone()),
            conflict,
            "{members}"
        );
    }
    assert_eq!(aws.export_refused("other", token()), conflict);
}

#[test]
fn each_part_of_a_period_counts() {
    let mut aws = world();
    aws.advance_us(2 * HOUR_US);
    let (from_us, to_us) = (aws.now_us - HOUR_US, aws.now_us);
    let members = merged(period(from_us, to_us), token());
    aws.start_export("music", members.clone());
    let mut new_image = members.clone();
    new_image["IncrementalExportSpecification"]["ExportViewType"] = json!("NEW_IMAGE");
    for changed in [
        merged(period(from_us + 1_000, to_us), token()),
        merged(period(from_us, to_us - 1_000), token()),
        new_image,
    ] {
        let refused = aws.export_refused("music", changed);
        assert_eq!(refused.code, "ExportConflictException");
    }
}

#[test]
fn a_token_is_remembered_for_eight_hours() {
    let mut aws = world();
    let first = aws.start_export("music", token());
    aws.advance_us(8 * HOUR_US - 1);
    let replayed = aws.start_export("music", token());
    assert_eq!(replayed["ExportArn"], first["ExportArn"]);
    aws.advance_us(1);
    let second = aws.start_export("music", token());
    assert_ne!(second["ExportArn"], first["ExportArn"]);
}

#[test]
fn a_refused_request_does_not_use_up_its_token() {
    let mut aws = world();
    aws.export_refused("missing", token());
    aws.start_export("music", token());
}

#[test]
fn a_failed_export_keeps_its_token() {
    let mut aws = World::served(Choices::exact());
    aws.recoverable_table("music");
    let arn = text(&aws.start_export("music", token())["ExportArn"]);
    aws.until_due();
    let failure = Failure {
        code: "S3NoSuchBucket".to_owned(),
        message: "The specified bucket does not exist".to_owned(),
    };
    aws.service.export_written(&arn, Err(failure));
    let replayed = aws.start_export("music", token());
    assert_eq!(replayed["ExportArn"], arn.as_str());
    assert_eq!(replayed["ExportStatus"], "FAILED");
    let fixed = merged(json!({"S3Bucket": "another-bucket"}), token());
    assert_eq!(
        aws.export_refused("music", fixed).code,
        "ExportConflictException"
    );
}

#[test]
fn a_request_without_a_token_is_given_one_of_its_own() {
    let mut aws = world();
    let first = aws.start_export("music", json!({}));
    let second = aws.start_export("music", json!({}));
    assert_ne!(first["ClientToken"], second["ClientToken"]);
    assert_ne!(first["ExportArn"], second["ExportArn"]);
}

#[test]
fn tokens_of_other_accounts_are_others() {
    let mut aws = world();
    aws.start_export("music", token());
    let mut other = merged(token(), json!({"S3Bucket": "another-bucket"}));
    other["TableArn"] = json!("arn:aws:dynamodb:us-east-1:444455556666:table/music");
    aws.caller = lookback_reference::Caller::new("444455556666", "us-east-1");
    aws.ok("CreateTable", crate::world::table_input("music", json!({})));
    aws.until_status("music", "ACTIVE");
    aws.switch_recovery("music", true, None);
    aws.start_export("music", other);
}
