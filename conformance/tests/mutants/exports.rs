//! Exports as operations, gone wrong.

use serde_json::{Value, json};

use crate::model::{Reply, put};
use crate::mutant::Mutant;

const EXPORT: &str = "ExportTableToPointInTime";

pub const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "exports-without-recovery",
        "EXPORT-FULL-002",
        "A table is exported whether or not recovery is on.",
        |model, call| {
            let reply = model.pass(&call);
            if !call.is(&[EXPORT]) || !reply.is_error("PointInTimeRecoveryUnavailableException") {
                return reply;
            }
            let table = call.text("TableArn");
            let on = json!({ "PointInTimeRecoveryEnabled": true });
            let on = json!({ "TableName": table, "PointInTimeRecoverySpecification": on });
            model.ask("UpdateContinuousBackups", on);
            model.pass(&call)
        },
    ),
    Mutant::new(
        "exports-are-over-at-once",
        "EXPORT-FULL-003",
        "The answer of the request says COMPLETED.",
        |model, call| {
            let mut reply = model.pass(&call);
            if call.is(&[EXPORT]) && reply.is_ok() {
                put(
                    &mut reply.body["ExportDescription"],
                    "ExportStatus",
                    "COMPLETED",
                );
            }
            reply
        },
    ),
    Mutant::new(
        "exports-are-of-now",
        "EXPORT-FULL-007",
        "ExportTime is ignored: the export is of the request.",
        |model, call| match call.is(&[EXPORT]) {
            true => model.pass(&call.without(&["ExportTime"])),
            false => model.pass(&call),
        },
    ),
    Mutant::new(
        "missing-buckets-are-refused-at-once",
        "EXPORT-FULL-013",
        "A missing bucket is a refusal of the request.",
        |model, call| {
            if call.is(&[EXPORT]) && call.text("S3Bucket").ends_with("nowhere") {
                let reply = model.pass(&call);
                return if reply.is_ok() {
                    Reply::error("InvalidS3BucketException", "The bucket does not exist")
                } else {
                    reply
                };
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "keys-are-never-looked-at",
        "EXPORT-FULL-013",
        "An export by a key that does not exist is complete.",
        |model, call| match call.is(&[EXPORT]) {
            true => model.pass(&call.edited(|body| {
                if body["S3SseKmsKeyId"]
                    .as_str()
                    .is_some_and(|key| key.ends_with("no-such-key"))
                {
                    put(body, "S3SseKmsKeyId", "alias/aws/s3");
                }
            })),
            false => model.pass(&call),
        },
    ),
    Mutant::new(
        "prefixes-are-dropped",
        "EXPORT-FORMAT-001",
        "S3Prefix is ignored.",
        |model, call| match call.is(&[EXPORT]) {
            true => model.pass(&call.without(&["S3Prefix"])),
            false => model.pass(&call),
        },
    ),
    Mutant::new(
        "tokens-of-exports-are-ignored",
        "EXPORT-API-002",
        "ClientToken has no meaning.",
        |model, call| match call.is(&[EXPORT]) {
            true => model.pass(&call.without(&["ClientToken"])),
            false => model.pass(&call),
        },
    ),
    Mutant::new(
        "exports-are-kept-for-ever",
        "EXPORT-API-015",
        "The record of an export is never forgotten.",
        |model, call| {
            let reply = model.pass(&call);
            let arn = call.text("ExportArn");
            if call.is(&["DescribeExport"]) && reply.is_ok() {
                model.keep(arn, reply.body.clone());
            } else if call.is(&["DescribeExport"]) && model.kept(&arn) != Value::Null {
                return Reply::ok(model.kept(&arn));
            }
            reply
        },
    ),
    Mutant::new(
        "exports-are-listed-for-ever",
        "EXPORT-API-016",
        "A table that was made anew lists the exports of its predecessor.",
        |model, call| {
            let reply = model.pass(&call);
            if !call.is(&["ListExports"]) {
                if call.is(&["DescribeExport"]) && reply.is_ok() {
                    let one = reply.at("/ExportDescription");
                    let summary = json!({ "ExportArn": one["ExportArn"], "ExportStatus": one["ExportStatus"], "ExportType": "FULL_EXPORT" });
                    let table = one["TableArn"].as_str().unwrap_or_default().to_owned();
                    model.keep(table, summary);
                }
                return reply;
            }
            match model.kept(&call.text("TableArn")) {
                Value::Null => reply,
                kept if reply.list("/ExportSummaries").is_empty() => {
                    Reply::ok(json!({ "ExportSummaries": [kept] }))
                }
                _ => reply,
            }
        },
    ),
    Mutant::new(
        "windows-of-any-length",
        "EXPORT-INCR-006",
        "A window of less than fifteen minutes is accepted.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&[EXPORT]) && reply.message().contains("15 minutes") {
                return model.pass(&call.edited(|body| {
                    let specification = &mut body["IncrementalExportSpecification"];
                    if let Some(to) = specification["ExportToTime"].as_f64() {
                        put(specification, "ExportToTime", to + 1.0);
                    }
                }));
            }
            reply
        },
    ),
    Mutant::new(
        "old-images-are-left-out",
        "EXPORT-INCR-013",
        "An incremental export has new images only.",
        |model, call| match call.is(&[EXPORT]) && call.has("IncrementalExportSpecification") {
            true => model.pass(&call.edited(|body| {
                put(
                    &mut body["IncrementalExportSpecification"],
                    "ExportViewType",
                    "NEW_IMAGE",
                );
            })),
            false => model.pass(&call),
        },
    ),
];
