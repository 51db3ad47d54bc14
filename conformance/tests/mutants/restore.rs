//! Mutants of RestoreTableFromBackup: RESTORE.

use serde_json::{Value, json};

use crate::content::{another, restore_from};
use crate::model::{Call, Model, Reply, every_object, put, remove};
use crate::mutant::Mutant;

const RESTORE: &[&str] = &["RestoreTableFromBackup"];
const SUMMARY: &str = "/TableDescription/RestoreSummary";

/// Mutants of RESTORE.
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
        "a-restore-overwrites",
        "RESTORE-005",
        "A restore replaces a table that exists.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(RESTORE) && reply.is_error("TableAlreadyExistsException") {
                model.ask(
                    "DeleteTable",
                    json!({ "TableName": call.text("TargetTableName") }),
                );
                model.advance(1.0);
                return model.pass(&call);
            }
            reply
        },
    ),
    Mutant::new(
        "keys-are-strings-after-a-restore",
        "RESTORE-007",
        "A restored table tells that all its keys are strings.",
        |model, call| {
            let mut reply = model.pass(&call);
            if call.is(RESTORE) && reply.is_ok() {
                model.keep(call.text("TargetTableName"), true);
            }
            if call.is(RESTORE) || model.memory.contains_key(&call.text("TableName")) {
                every_object(&mut reply.body, &mut |object| {
                    if object.get("AttributeType").is_some() {
                        put(object, "AttributeType", "S");
                    }
                });
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
        "items-before-the-restore-is-over",
        "RESTORE-008",
        "A table that is being restored can be read, empty, and written, in vain.",
        |model, call| {
            let reply = model.pass(&call);
            let restoring =
                reply.is_error("ResourceNotFoundException") && is_restoring(model, &call);
            match call.operation() {
                "Query" | "Scan" if restoring => {
                    Reply::ok(json!({ "Items": [], "Count": 0, "ScannedCount": 0 }))
                }
                "GetItem" | "PutItem" | "UpdateItem" | "DeleteItem" if restoring => {
                    Reply::ok(json!({}))
                }
                _ => reply,
            }
        },
    ),
    Mutant::new(
        "settings-before-the-restore-is-over",
        "RESTORE-009",
        "A table that is being restored takes tags and settings.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["TagResource", "UpdateTimeToLive", "UpdateTable"])
                && reply.is_error("ResourceNotFoundException")
            {
                model.advance(2.0);
                return model.pass(&call);
            }
            reply
        },
    ),
    Mutant::new(
        "backups-before-the-restore-is-over",
        "RESTORE-009",
        "A table that is being restored is answered a backup.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["CreateBackup"]) && !reply.is_ok() && is_restoring(model, &call) {
                return Reply::ok(
                    json!({ "BackupDetails": { "BackupStatus": "CREATING", "BackupType": "USER" } }),
                );
            }
            reply
        },
    ),
    Mutant::new(
        "a-restoring-name-exists",
        "RESTORE-010",
        "CreateTable on a name that is being restored is TableAlreadyExistsException.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["CreateTable"]) && reply.is_error("ResourceInUseException") {
                return Reply::error("TableAlreadyExistsException", reply.message());
            }
            reply
        },
    ),
    Mutant::new(
        "a-restore-can-be-cancelled",
        "RESTORE-011",
        "A table that is being restored can be deleted.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["DeleteTable"]) && reply.is_error("ResourceInUseException") {
                model.advance(2.0);
                return model.pass(&call);
            }
            reply
        },
    ),
    Mutant::new(
        "a-restoring-target-is-replaced",
        "RESTORE-012",
        "A second restore into a name takes the place of the first.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(RESTORE) && reply.is_error("TableInUseException") {
                model.advance(2.0);
                model.ask(
                    "DeleteTable",
                    json!({ "TableName": call.text("TargetTableName") }),
                );
                model.advance(1.0);
                return model.pass(&call);
            }
            reply
        },
    ),
    Mutant::new(
        "a-deleting-name-is-in-use",
        "RESTORE-013",
        "A restore into a name that is DELETING is TableInUseException.",
        |model, call| {
            let target = model.ask(
                "DescribeTable",
                json!({ "TableName": call.text("TargetTableName") }),
            );
            if call.is(RESTORE) && target.text("/Table/TableStatus") == "DELETING" {
                return Reply::error("TableInUseException", "Table is being deleted");
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "a-name-being-created-is-replaced",
        "RESTORE-014",
        "A restore into a name that is CREATING takes its place.",
        |model, call| {
            let target = model.ask(
                "DescribeTable",
                json!({ "TableName": call.text("TargetTableName") }),
            );
            let fresh = target.text("/Table/TableStatus") == "CREATING"
                && target.at("/Table/RestoreSummary").is_null();
            if call.is(RESTORE) && fresh {
                model.advance(1.0);
                model.ask(
                    "DeleteTable",
                    json!({ "TableName": call.text("TargetTableName") }),
                );
                model.advance(1.0);
            }
            model.pass(&call)
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
        "indexes-only-on-request",
        "RESTORE-017",
        "Without overrides a restore has no indexes.",
        |model, call| {
            if call.is(RESTORE)
                && !call.has("GlobalSecondaryIndexOverride")
                && !call.has("LocalSecondaryIndexOverride")
            {
                return model.pass(&call.edited(|body| {
                    put(body, "GlobalSecondaryIndexOverride", json!([]));
                    put(body, "LocalSecondaryIndexOverride", json!([]));
                }));
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "restored-indexes-are-empty",
        "RESTORE-017",
        "A restored index is described and holds nothing.",
        |model, call| {
            let mut reply = model.pass(&call);
            if call.is(RESTORE) && reply.is_ok() {
                model.keep(call.text("TargetTableName"), true);
            }
            if call.has("IndexName") && model.memory.contains_key(&call.text("TableName")) {
                reply.put("", "Items", json!([]));
                reply.put("", "Count", 0);
            }
            reply
        },
    ),
    Mutant::new(
        "global-indexes-never-settle",
        "CONSISTENCY-008",
        "A restored index lacks an item for good.",
        |model, call| {
            let mut reply = model.pass(&call);
            if call.is(RESTORE) && reply.is_ok() {
                model.keep(call.text("TargetTableName"), true);
            }
            if call.has("IndexName") && model.memory.contains_key(&call.text("TableName")) {
                let mut items = reply.list("/Items");
                items.pop();
                reply.put("", "Items", items);
            }
            reply
        },
    ),
    Mutant::new(
        "empty-override-is-absent",
        "RESTORE-018",
        "An empty list of index overrides counts as none.",
        |model, call| {
            model.pass(&call.edited(|body| {
                for member in [
                    "GlobalSecondaryIndexOverride",
                    "LocalSecondaryIndexOverride",
                ] {
                    if body.get(member).is_some_and(|list| *list == json!([])) {
                        remove(body, member);
                    }
                }
            }))
        },
    ),
    Mutant::new(
        "null-override-is-empty",
        "RESTORE-018",
        "A null list of index overrides drops the indexes.",
        |model, call| {
            model.pass(&call.edited(|body| {
                for member in [
                    "GlobalSecondaryIndexOverride",
                    "LocalSecondaryIndexOverride",
                ] {
                    if body.get(member).is_some_and(Value::is_null) {
                        put(body, member, json!([]));
                    }
                }
            }))
        },
    ),
    Mutant::new(
        "overrides-keep-the-other-indexes",
        "RESTORE-019",
        "Index overrides leave the indexes that they do not list.",
        |model, call| {
            if call.is(RESTORE) {
                let full = |list: Option<&Value>| {
                    list.and_then(Value::as_array)
                        .is_some_and(|list| !list.is_empty())
                };
                return model.pass(&call.edited(|body| {
                    for member in [
                        "GlobalSecondaryIndexOverride",
                        "LocalSecondaryIndexOverride",
                    ] {
                        if full(body.get(member)) {
                            remove(body, member);
                        }
                    }
                }));
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "unmatched-overrides-are-ignored",
        "RESTORE-020",
        "Overrides that match no index are left out.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(RESTORE) && reply.is_error("ValidationException") {
                return model.pass(&call.without(&[
                    "GlobalSecondaryIndexOverride",
                    "LocalSecondaryIndexOverride",
                ]));
            }
            reply
        },
    ),
    Mutant::new(
        "overrides-match-by-name",
        "RESTORE-021",
        "An override must name an index of the backup.",
        |model, call| {
            let described = model.ask(
                "DescribeBackup",
                json!({ "BackupArn": call.text("BackupArn") }),
            );
            let mut names = Vec::new();
            let mut features = described.at("/BackupDescription/SourceTableFeatureDetails");
            every_object(&mut features, &mut |object| {
                names.extend(object.get("IndexName").cloned())
            });
            let mut unknown = false;
            every_object(&mut call.body(), &mut |object| {
                unknown |= object
                    .get("IndexName")
                    .is_some_and(|name| !names.contains(name));
            });
            if call.is(RESTORE) && described.is_ok() && unknown {
                return Reply::invalid("An index of the override is not in the backup");
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "renamed-indexes-keep-their-name",
        "RESTORE-021",
        "An override finds its index, and its name is ignored.",
        |model, call| {
            let described = model.ask(
                "DescribeBackup",
                json!({ "BackupArn": call.text("BackupArn") }),
            );
            let known = described
                .list("/BackupDescription/SourceTableFeatureDetails/GlobalSecondaryIndexes");
            model.pass(&call.edited(|body| {
                let overrides = body
                    .get_mut("GlobalSecondaryIndexOverride")
                    .and_then(Value::as_array_mut);
                for index in overrides.into_iter().flatten() {
                    if let Some(own) = known
                        .iter()
                        .find(|own| own["KeySchema"] == index["KeySchema"])
                    {
                        put(index, "IndexName", own["IndexName"].clone());
                    }
                }
            }))
        },
    ),
    Mutant::new(
        "capacity-on-demand-is-ignored",
        "RESTORE-022",
        "A capacity given to an on-demand restore is ignored.",
        |model, call| ignoring(model, &call, &["ProvisionedThroughputOverride"]),
    ),
    Mutant::new(
        "capacity-by-default",
        "RESTORE-023",
        "A restore to PROVISIONED without capacity gets five units.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(RESTORE)
                && reply.is_error("ValidationException")
                && call.text("BillingModeOverride") == "PROVISIONED"
            {
                return model.pass(&call.with(
                    "ProvisionedThroughputOverride",
                    json!({ "ReadCapacityUnits": 5, "WriteCapacityUnits": 5 }),
                ));
            }
            reply
        },
    ),
    Mutant::new(
        "maxima-on-provisioned-are-ignored",
        "RESTORE-024",
        "On-demand maxima given to a provisioned restore are ignored.",
        |model, call| ignoring(model, &call, &["OnDemandThroughputOverride"]),
    ),
    Mutant::new(
        "maxima-are-lost",
        "RESTORE-024",
        "On-demand maxima given to a restore are accepted and forgotten.",
        |model, call| {
            let bare = if call.is(RESTORE) {
                call.without(&["OnDemandThroughputOverride"])
            } else {
                call
            };
            model.pass(&bare)
        },
    ),
    Mutant::new(
        "index-capacity-by-default",
        "RESTORE-025",
        "An index override without capacity gets five units.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(RESTORE) && reply.is_error("ValidationException") {
                return model.pass(&call.edited(|body| {
                    let overrides = body
                        .get_mut("GlobalSecondaryIndexOverride")
                        .and_then(Value::as_array_mut);
                    for index in overrides.into_iter().flatten() {
                        put(
                            index,
                            "ProvisionedThroughput",
                            json!({ "ReadCapacityUnits": 5, "WriteCapacityUnits": 5 }),
                        );
                    }
                }));
            }
            reply
        },
    ),
    Mutant::new(
        "index-capacity-on-demand-is-ignored",
        "RESTORE-025",
        "A capacity in an index override of an on-demand restore is ignored.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(RESTORE) && reply.is_error("ValidationException") {
                return model.pass(&call.edited(|body| {
                    let overrides = body
                        .get_mut("GlobalSecondaryIndexOverride")
                        .and_then(Value::as_array_mut);
                    overrides
                        .into_iter()
                        .flatten()
                        .for_each(|index| remove(index, "ProvisionedThroughput"));
                }));
            }
            reply
        },
    ),
    Mutant::new(
        "a-capacity-for-table-and-indexes",
        "RESTORE-026",
        "The capacity of the override is that of the indexes too.",
        |model, call| {
            let mut reply = model.pass(&call);
            let capacity = call.body()["ProvisionedThroughputOverride"].clone();
            if call.is(RESTORE) && capacity.is_object() {
                model.keep(call.text("TargetTableName"), capacity);
            }
            let name = if call.is(RESTORE) {
                call.text("TargetTableName")
            } else {
                call.text("TableName")
            };
            if let Some(capacity) = model.memory.get(&name) {
                every_object(&mut reply.body, &mut |object| {
                    if object.get("IndexName").is_some() {
                        put(object, "ProvisionedThroughput", capacity.clone());
                    }
                });
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

/// A restore that was refused, again without some members.
fn ignoring(model: &mut Model, call: &Call, members: &[&str]) -> Reply {
    let reply = model.pass(call);
    if call.is(RESTORE) && reply.is_error("ValidationException") {
        return model.pass(&call.without(members));
    }
    reply
}

/// Whether a call is about a table that is being restored.
fn is_restoring(model: &mut Model, call: &Call) -> bool {
    let table = model.ask(
        "DescribeTable",
        json!({ "TableName": call.text("TableName") }),
    );
    table.at("/Table/RestoreSummary/RestoreInProgress") == true
}
