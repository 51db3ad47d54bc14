//! Mutants of RestoreTableFromBackup: RESTORE, but for targets and overrides.

use serde_json::json;

use crate::content::{another, restore_from};
use crate::model::{Reply, every_object, put};
use crate::mutant::Mutant;

const RESTORE: &[&str] = &["RestoreTableFromBackup"];
const SUMMARY: &str = "/TableDescription/RestoreSummary";

/// Mutants of RESTORE on requests, answers and backups.
pub const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "a-target-is-made-up",
        "RESTORE-001",
        "A restore without a target's name makes one up.",
        |model, call| {
            if call.is(RESTORE) && !call.has("TargetTableName") {
                return model.pass(&call.with("TargetTableName", "made-up"));
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "a-restore-answers-active",
        "RESTORE-002",
        "A restore answers with an ACTIVE table.",
        |model, call| {
            let mut reply = model.pass(&call);
            if call.is(RESTORE) {
                reply.put("/TableDescription", "TableStatus", "ACTIVE");
            }
            reply
        },
    ),
    Mutant::new(
        "no-restore-summary",
        "RESTORE-002",
        "A restore's answer has no RestoreSummary.",
        |model, call| {
            let mut reply = model.pass(&call);
            reply.remove("/TableDescription", "RestoreSummary");
            reply
        },
    ),
    Mutant::new(
        "restore-in-progress-is-false",
        "RESTORE-003",
        "RestoreInProgress is false from the beginning.",
        |model, call| {
            model.pass(&call).rewritten(|text| {
                text.replace("\"RestoreInProgress\":true", "\"RestoreInProgress\":false")
            })
        },
    ),
    Mutant::new(
        "restore-date-is-now",
        "RESTORE-003",
        "RestoreDateTime is the time of the restore.",
        |model, call| {
            let mut reply = model.pass(&call);
            let now_s = model.now_s();
            reply.put(SUMMARY, "RestoreDateTime", now_s);
            reply
        },
    ),
    Mutant::new(
        "no-source-table-in-the-summary",
        "RESTORE-003",
        "RestoreSummary does not name the source table.",
        |model, call| {
            let mut reply = model.pass(&call);
            reply.remove(SUMMARY, "SourceTableArn");
            reply.remove("/Table/RestoreSummary", "SourceTableArn");
            reply
        },
    ),
    Mutant::new(
        "the-summary-stays-forever",
        "RESTORE-004",
        "RestoreSummary stays with RestoreInProgress=true after the restore.",
        |model, call| {
            let mut reply = model.pass(&call);
            if call.is(RESTORE) && reply.is_ok() {
                model.keep(call.text("TargetTableName"), reply.at(SUMMARY));
            }
            if call.is(&["DescribeTable"]) && model.memory.contains_key(&call.text("TableName")) {
                reply.put(
                    "/Table",
                    "RestoreSummary",
                    model.kept(&call.text("TableName")),
                );
            }
            reply
        },
    ),
    Mutant::new(
        "active-while-restoring",
        "RESTORE-004",
        "A table is ACTIVE while its restore is in progress.",
        |model, call| {
            let mut reply = model.pass(&call);
            if call.is(&["DescribeTable"])
                && reply.at("/Table/RestoreSummary/RestoreInProgress") == true
            {
                reply.put("/Table", "TableStatus", "ACTIVE");
            }
            reply
        },
    ),
    Mutant::new(
        "busy-backups-can-be-restored",
        "RESTORE-015",
        "One backup feeds several restores at a time.",
        |model, call| {
            let reply = model.pass(&call);
            let arn = call.text("BackupArn");
            if call.is(RESTORE)
                && reply.is_error("BackupInUseException")
                && let Some(fresh) = another(model, &arn)
            {
                return restore_from(model, &call, &fresh, &arn);
            }
            reply
        },
    ),
    Mutant::new(
        "one-restore-of-a-table-at-a-time",
        "RESTORE-015",
        "While one backup of a table is restored no other of its backups can be.",
        |model, call| {
            let arn = call.text("BackupArn");
            let source = arn.split("/backup/").next().unwrap_or_default().to_owned();
            if call.is(RESTORE) {
                let busy = model.ask("DescribeTable", json!({ "TableName": model.kept(&source) }));
                if busy.text("/Table/TableStatus") == "CREATING" {
                    return Reply::error(
                        "BackupInUseException",
                        "Another backup of this table is being restored",
                    );
                }
                model.keep(source, call.text("TargetTableName"));
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "unknown-backups-are-unknown-tables",
        "RESTORE-016",
        "A restore of an unknown backup is TableNotFoundException.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(RESTORE) && reply.is_error("BackupNotFoundException") {
                return Reply::error("TableNotFoundException", reply.message());
            }
            reply
        },
    ),
    Mutant::new(
        "other-regions-need-no-override",
        "RESTORE-027",
        "A restore into another region needs no SSESpecificationOverride.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(RESTORE)
                && reply.is_error("ValidationException")
                && !call.has("SSESpecificationOverride")
            {
                return model
                    .pass(&call.with("SSESpecificationOverride", json!({ "Enabled": false })));
            }
            reply
        },
    ),
    Mutant::new(
        "indexes-have-a-status-while-creating",
        "RESTORE-032",
        "Indexes of a table that is being restored carry IndexStatus CREATING.",
        |model, call| {
            let mut reply = model.pass(&call);
            if call.is(RESTORE) {
                every_object(&mut reply.body, &mut |object| {
                    if object.get("IndexName").is_some() {
                        put(object, "IndexStatus", "CREATING");
                    }
                });
            }
            reply
        },
    ),
    Mutant::new(
        "a-restored-table-is-in-both-regions",
        "RESTORE-033",
        "A table restored into another region is described in the backup's region too.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(RESTORE) && reply.is_ok() {
                let region = model.caller().region.clone();
                model.keep(call.text("TargetTableName"), region);
            }
            if call.is(&["DescribeTable"])
                && !reply.is_ok()
                && let Some(region) = model.kept(&call.text("TableName")).as_str()
            {
                let mut there = model.caller().clone();
                there.region = region.to_owned();
                return model.acting(there, |model| model.pass(&call));
            }
            reply
        },
    ),
    Mutant::new(
        "fresh-statistics-are-minus-one",
        "RESTORE-034",
        "A restored table has an ItemCount of -1 until it is counted.",
        |model, call| {
            let mut reply = model.pass(&call);
            if call.is(RESTORE) && reply.is_ok() {
                model.keep(call.text("TargetTableName"), true);
            }
            if model.memory.contains_key(&call.text("TableName")) {
                reply.put("/Table", "ItemCount", -1);
            }
            reply
        },
    ),
    Mutant::new(
        "restores-with-indexes-queue-up",
        "RESTORE-036",
        "Only one table with indexes can be restored at a time.",
        |model, call| {
            if call.is(RESTORE) {
                let busy = model.ask("DescribeTable", json!({ "TableName": model.kept("last") }));
                if busy.text("/Table/TableStatus") == "CREATING"
                    && busy.at("/Table/GlobalSecondaryIndexes").is_array()
                {
                    return Reply::error(
                        "TableInUseException",
                        "A table with indexes is being restored",
                    );
                }
                model.keep("last", call.text("TargetTableName"));
            }
            model.pass(&call)
        },
    ),
];
