//! Imports, gone wrong.

use serde_json::{Value, json};

use crate::model::{Reply, put};
use crate::mutant::Mutant;

pub const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "bad-lines-do-no-harm",
        "IMPORT-016",
        "An import with bad lines is COMPLETED.",
        |model, call| {
            let mut reply = model.pass(&call);
            let Some(import) = reply.body.get_mut("ImportTableDescription") else {
                return reply;
            };
            if import["FailureCode"] == "ItemValidationError" {
                put(import, "ImportStatus", "COMPLETED");
            }
            reply
        },
    ),
    Mutant::new(
        "duplicates-count-once",
        "IMPORT-013",
        "ImportedItemCount counts the items of the table.",
        |model, call| {
            let mut reply = model.pass(&call);
            if call.is(&["DescribeImport"])
                && reply.text("/ImportTableDescription/ImportStatus") == "COMPLETED"
            {
                let table = reply.text("/ImportTableDescription/TableArn").to_owned();
                let count = model
                    .ask("Scan", json!({ "TableName": table, "Select": "COUNT" }))
                    .at("/Count");
                let import = &mut reply.body["ImportTableDescription"];
                put(import, "ImportedItemCount", count.clone());
                put(import, "ProcessedItemCount", count);
            }
            reply
        },
    ),
    Mutant::new(
        "compressed-bytes-are-told",
        "IMPORT-015",
        "ProcessedSizeBytes counts what was read before it was decompressed.",
        |model, call| {
            let mut reply = model.pass(&call);
            let Some(import) = reply.body.get_mut("ImportTableDescription") else {
                return reply;
            };
            if import["InputCompressionType"] == "GZIP" && import["ProcessedSizeBytes"].is_number()
            {
                put(import, "ProcessedSizeBytes", 20);
            }
            reply
        },
    ),
    Mutant::new(
        "prefixes-are-folders",
        "IMPORT-024",
        "S3KeyPrefix names a folder.",
        |model, call| match call.is(&["ImportTable"]) {
            true => model.pass(&call.edited(|body| {
                let source = &mut body["S3BucketSource"];
                let prefix = source["S3KeyPrefix"].as_str().unwrap_or_default();
                if !prefix.is_empty() && !prefix.ends_with('/') {
                    let folder = format!("{prefix}/");
                    put(source, "S3KeyPrefix", folder);
                }
            })),
            false => model.pass(&call),
        },
    ),
    Mutant::new(
        "compression-is-ignored",
        "IMPORT-027",
        "Objects are read as they are, whatever InputCompressionType says.",
        |model, call| match call.is(&["ImportTable"]) {
            true => model.pass(&call.without(&["InputCompressionType"])),
            false => model.pass(&call),
        },
    ),
    Mutant::new(
        "header-lists-are-ignored",
        "IMPORT-032",
        "The first line of CSV has the names, whatever HeaderList says.",
        |model, call| match call.is(&["ImportTable"]) {
            true => model.pass(&call.edited(|body| {
                if let Some(options) = body.pointer_mut("/InputFormatOptions/Csv") {
                    crate::model::remove(options, "HeaderList");
                }
            })),
            false => model.pass(&call),
        },
    ),
    Mutant::new(
        "tokens-of-imports-conflict-by-their-guide",
        "ERRORS-013",
        "A token with another table is IdempotentParameterMismatchException.",
        |model, call| {
            let reply = model.pass(&call);
            match reply.is_error("ImportConflictException") {
                true => Reply::error("IdempotentParameterMismatchException", reply.message()),
                false => reply,
            }
        },
    ),
    Mutant::new(
        "counts-while-it-runs",
        "IMPORT-011",
        "Counts are told while the import runs.",
        |model, call| {
            let mut reply = model.pass(&call);
            running(&mut reply, |import| put(import, "ProcessedItemCount", 1));
            reply
        },
    ),
    Mutant::new(
        "imports-are-kept-for-ever",
        "IMPORT-048",
        "The record of an import is never forgotten.",
        |model, call| {
            let reply = model.pass(&call);
            let arn = call.text("ImportArn");
            if call.is(&["DescribeImport"]) && reply.is_ok() {
                model.keep(arn, reply.body.clone());
            } else if call.is(&["DescribeImport"]) && model.kept(&arn) != Value::Null {
                return Reply::ok(model.kept(&arn));
            }
            reply
        },
    ),
];

/// Changes what is told of an import that runs.
fn running(reply: &mut Reply, change: impl FnOnce(&mut Value)) {
    let Some(import) = reply.body.get_mut("ImportTableDescription") else {
        return;
    };
    if import["ImportStatus"] == "IN_PROGRESS" && import["StartTime"].is_number() {
        change(import);
    }
}
