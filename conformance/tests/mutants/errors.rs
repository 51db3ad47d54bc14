//! Mutants of refusals: ERRORS.

use serde_json::json;

use crate::model::{Reply, remove};
use crate::mutant::Mutant;

/// Mutants of ERRORS.
pub const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "resource-not-found-everywhere",
        "ERRORS-001",
        "Backup calls report a missing table as ResourceNotFoundException.",
        |model, call| {
            let reply = model.pass(&call);
            if reply.is_error("TableNotFoundException") {
                return Reply::error("ResourceNotFoundException", reply.message());
            }
            reply
        },
    ),
    Mutant::new(
        "table-not-found-everywhere",
        "ERRORS-001",
        "Table calls report a missing table as TableNotFoundException.",
        |model, call| {
            let reply = model.pass(&call);
            if reply.is_error("ResourceNotFoundException") {
                return Reply::error("TableNotFoundException", reply.message());
            }
            reply
        },
    ),
    Mutant::new(
        "source-table-not-found",
        "ERRORS-001",
        "Backup calls report SourceTableNotFoundException, which does not exist.",
        |model, call| {
            let reply = model.pass(&call);
            if reply.is_error("TableNotFoundException") {
                return Reply::error("SourceTableNotFoundException", reply.message());
            }
            reply
        },
    ),
    Mutant::new(
        "missing-tables-without-a-name",
        "ERRORS-002",
        "TableNotFoundException does not say which table.",
        |model, call| {
            let reply = model.pass(&call);
            if reply.is_error("TableNotFoundException") {
                return Reply::error("TableNotFoundException", "Table not found");
            }
            reply
        },
    ),
    Mutant::new(
        "missing-backups-without-an-arn",
        "ERRORS-003",
        "BackupNotFoundException does not quote the ARN.",
        |model, call| {
            let reply = model.pass(&call);
            if reply.is_error("BackupNotFoundException") {
                return Reply::error("BackupNotFoundException", "Backup not found");
            }
            reply
        },
    ),
    Mutant::new(
        "busy-backups-are-tables-in-use",
        "ERRORS-004",
        "A backup that feeds a restore is reported as TableInUseException.",
        |model, call| {
            let reply = model.pass(&call);
            if reply.is_error("BackupInUseException") {
                return Reply::error("TableInUseException", reply.message());
            }
            reply
        },
    ),
    Mutant::new(
        "occupied-targets-are-resources-in-use",
        "ERRORS-005",
        "An occupied restore target is reported as ResourceInUseException.",
        |model, call| {
            let reply = model.pass(&call);
            if reply.is_error("TableAlreadyExistsException") {
                return Reply::error("ResourceInUseException", reply.message());
            }
            reply
        },
    ),
    Mutant::new(
        "restoring-targets-already-exist",
        "ERRORS-006",
        "A target that is being restored is reported as TableAlreadyExistsException.",
        |model, call| {
            let reply = model.pass(&call);
            if reply.is_error("TableInUseException") {
                return Reply::error("TableAlreadyExistsException", reply.message());
            }
            reply
        },
    ),
    Mutant::new(
        "fresh-tables-are-resources-in-use",
        "ERRORS-007",
        "A table that is CREATING is reported to backup calls as ResourceInUseException.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["CreateBackup", "UpdateContinuousBackups"]) && !reply.is_ok() {
                let table = model.ask(
                    "DescribeTable",
                    json!({ "TableName": call.text("TableName") }),
                );
                if table.text("/Table/TableStatus") == "CREATING" {
                    return Reply::error("ResourceInUseException", "Table is being created");
                }
            }
            reply
        },
    ),
    Mutant::new(
        "foreign-accounts-are-not-found",
        "ERRORS-017",
        "Somebody else's backup is reported as not found.",
        |model, call| {
            let reply = model.pass(&call);
            if reply.is_error("AccessDeniedException") {
                return Reply::error(
                    "BackupNotFoundException",
                    format!("Backup not found: {}", call.text("BackupArn")),
                );
            }
            reply
        },
    ),
    Mutant::new(
        "backups-have-tags",
        "ERRORS-018",
        "Backups can be tagged like tables.",
        |model, call| {
            let tagging = call.is(&["TagResource", "UntagResource", "ListTagsOfResource"]);
            if tagging && call.text("ResourceArn").contains("/backup/") {
                let listing = call.is(&["ListTagsOfResource"]);
                return Reply::ok(if listing {
                    json!({ "Tags": [] })
                } else {
                    json!(null)
                });
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "any-key-on-restore",
        "ERRORS-020",
        "The key of a restore is not looked up.",
        |model, call| {
            model.pass(&call.edited(|body| {
                if let Some(specification) = body.get_mut("SSESpecificationOverride") {
                    remove(specification, "KMSMasterKeyId");
                }
            }))
        },
    ),
    Mutant::new(
        "describe-table-names-nothing",
        "ERRORS-021",
        "DescribeTable does not name the table that is missing.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["DescribeTable"]) && reply.is_error("ResourceNotFoundException") {
                return Reply::error("ResourceNotFoundException", "Requested resource not found");
            }
            reply
        },
    ),
    Mutant::new(
        "item-calls-name-the-missing-table",
        "ERRORS-021",
        "Item calls name the table that is missing.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["PutItem", "GetItem", "Query", "Scan"])
                && reply.is_error("ResourceNotFoundException")
            {
                let text = format!(
                    "Requested resource not found: Table: {} not found",
                    call.text("TableName")
                );
                return Reply::error("ResourceNotFoundException", text);
            }
            reply
        },
    ),
    Mutant::new(
        "a-refused-restore-leaves-a-table",
        "ERRORS-022",
        "A restore makes its table before it checks the rest.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["RestoreTableFromBackup"]) && !reply.is_ok() {
                model.ask(
                    "CreateTable",
                    json!({
                        "TableName": call.text("TargetTableName"),
                        "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }],
                        "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }],
                        "BillingMode": "PAY_PER_REQUEST",
                    }),
                );
            }
            reply
        },
    ),
    Mutant::new(
        "a-refused-backup-is-kept",
        "ERRORS-022",
        "A refused CreateBackup leaves a backup of some other table.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["CreateBackup"]) && !reply.is_ok() {
                let tables = model.ask("ListTables", json!({}));
                for table in tables.list("/TableNames") {
                    model.ask(
                        "CreateBackup",
                        json!({ "TableName": table, "BackupName": "left-over" }),
                    );
                }
            }
            reply
        },
    ),
];
