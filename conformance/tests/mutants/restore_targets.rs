//! Mutants of the target of a restore while it is CREATING: RESTORE-005 to -014.

use serde_json::json;

use crate::model::{Call, Model, Reply, every_object, put};
use crate::mutant::Mutant;

const RESTORE: &[&str] = &["RestoreTableFromBackup"];

/// Mutants of RESTORE on targets.
pub const MUTANTS: &[Mutant] = &[
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
];

/// Whether a call is about a table that is being restored.
fn is_restoring(model: &mut Model, call: &Call) -> bool {
    let table = model.ask(
        "DescribeTable",
        json!({ "TableName": call.text("TableName") }),
    );
    table.at("/Table/RestoreSummary/RestoreInProgress") == true
}
