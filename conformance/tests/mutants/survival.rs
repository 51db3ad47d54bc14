//! Mutants of what outlives what: SURVIVAL.

use serde_json::{Value, json};

use crate::content::another;
use crate::model::{Reply, every_object, put};
use crate::mutant::Mutant;

/// Mutants of SURVIVAL.
pub const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "backups-die-with-their-table",
        "SURVIVAL-001",
        "Deleting a table deletes its backups.",
        |model, call| {
            if call.is(&["DeleteTable"]) {
                let known = model.ask(
                    "ListBackups",
                    json!({ "TableName": call.text("TableName") }),
                );
                for backup in known.list("/BackupSummaries") {
                    model.ask("DeleteBackup", json!({ "BackupArn": backup["BackupArn"] }));
                }
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "backups-of-deleted-tables-are-hidden",
        "SURVIVAL-001",
        "Backups whose table is gone are not listed.",
        |model, call| {
            let mut reply = model.pass(&call);
            if call.is(&["ListBackups"]) && reply.is_ok() {
                let mut page = reply.list("/BackupSummaries");
                page.retain(|backup| {
                    model
                        .ask("DescribeTable", json!({ "TableName": backup["TableName"] }))
                        .is_ok()
                });
                reply.put("", "BackupSummaries", page);
            }
            reply
        },
    ),
    Mutant::new(
        "a-restore-needs-its-source",
        "SURVIVAL-001",
        "A backup whose table is gone cannot be restored.",
        |model, call| {
            let described = model.ask(
                "DescribeBackup",
                json!({ "BackupArn": call.text("BackupArn") }),
            );
            let name = described.at("/BackupDescription/SourceTableDetails/TableName");
            let source = model.ask("DescribeTable", json!({ "TableName": name }));
            if call.is(&["RestoreTableFromBackup"]) && described.is_ok() && !source.is_ok() {
                return Reply::error("TableNotFoundException", format!("Table not found: {name}"));
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "the-original-name-is-taken-forever",
        "SURVIVAL-002",
        "A backup cannot be restored under its table's name, not even when that is gone.",
        |model, call| {
            let described = model.ask(
                "DescribeBackup",
                json!({ "BackupArn": call.text("BackupArn") }),
            );
            let original = described
                .text("/BackupDescription/SourceTableDetails/TableName")
                .to_owned();
            if call.is(&["RestoreTableFromBackup"])
                && original == call.text("TargetTableName")
                && !original.is_empty()
            {
                return Reply::error(
                    "TableAlreadyExistsException",
                    format!("Table already exists: {original}"),
                );
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "a-new-incarnation-hides-old-backups",
        "SURVIVAL-003",
        "Creating a table under an old name deletes the old one's backups.",
        |model, call| {
            if call.is(&["CreateTable"]) {
                let known = model.ask(
                    "ListBackups",
                    json!({ "TableName": call.text("TableName") }),
                );
                for backup in known.list("/BackupSummaries") {
                    model.ask("DeleteBackup", json!({ "BackupArn": backup["BackupArn"] }));
                }
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "a-restored-table-keeps-its-sources-id",
        "SURVIVAL-004",
        "A restored table has the TableId of its source.",
        |model, call| {
            let described = model.ask(
                "DescribeBackup",
                json!({ "BackupArn": call.text("BackupArn") }),
            );
            let id = described.at("/BackupDescription/SourceTableDetails/TableId");
            let mut reply = model.pass(&call);
            if call.is(&["RestoreTableFromBackup"]) && reply.is_ok() {
                model.keep(call.text("TargetTableName"), id);
            }
            let kept = model.memory.clone();
            every_object(&mut reply.body, &mut |object| {
                let id = object
                    .get("TableName")
                    .and_then(Value::as_str)
                    .and_then(|name| kept.get(name));
                if let (Some(id), true) = (id, object.get("TableId").is_some()) {
                    put(object, "TableId", id.clone());
                }
            });
            reply
        },
    ),
    Mutant::new(
        "a-restored-table-keeps-its-sources-age",
        "SURVIVAL-004",
        "A restored table has the creation time of its source.",
        |model, call| {
            let described = model.ask(
                "DescribeBackup",
                json!({ "BackupArn": call.text("BackupArn") }),
            );
            let created =
                described.at("/BackupDescription/SourceTableDetails/TableCreationDateTime");
            let mut reply = model.pass(&call);
            if call.is(&["RestoreTableFromBackup"]) && reply.is_ok() {
                model.keep(call.text("TargetTableName"), created);
            }
            if model.memory.contains_key(&call.text("TableName")) {
                reply.put(
                    "/Table",
                    "CreationDateTime",
                    model.kept(&call.text("TableName")),
                );
            }
            reply
        },
    ),
    Mutant::new(
        "writes-reach-the-source",
        "SURVIVAL-005",
        "What is written to a restored table is written to its source too.",
        |model, call| {
            let described = model.ask(
                "DescribeBackup",
                json!({ "BackupArn": call.text("BackupArn") }),
            );
            let source = described.at("/BackupDescription/SourceTableDetails/TableName");
            let reply = model.pass(&call);
            if call.is(&["RestoreTableFromBackup"]) && reply.is_ok() {
                model.keep(call.text("TargetTableName"), source);
            } else if call.is(&["PutItem", "UpdateItem", "DeleteItem"])
                && let Some(source) = model.kept(&call.text("TableName")).as_str()
            {
                model.pass(&call.with("TableName", source));
            }
            reply
        },
    ),
    Mutant::new(
        "writes-reach-the-restored-table",
        "SURVIVAL-005",
        "What is written to the source is written to tables restored from it too.",
        |model, call| {
            let described = model.ask(
                "DescribeBackup",
                json!({ "BackupArn": call.text("BackupArn") }),
            );
            let source = described
                .text("/BackupDescription/SourceTableDetails/TableName")
                .to_owned();
            let reply = model.pass(&call);
            if call.is(&["RestoreTableFromBackup"]) && reply.is_ok() {
                model.keep(source, call.text("TargetTableName"));
            } else if call.is(&["PutItem", "UpdateItem", "DeleteItem"])
                && let Some(restored) = model.kept(&call.text("TableName")).as_str()
            {
                model.pass(&call.with("TableName", restored));
            }
            reply
        },
    ),
    Mutant::new(
        "a-restore-uses-its-backup-up",
        "SURVIVAL-006",
        "A backup can be restored once.",
        |model, call| {
            let arn = call.text("BackupArn");
            if call.is(&["RestoreTableFromBackup"]) && model.memory.contains_key(&arn) {
                return Reply::error(
                    "BackupNotFoundException",
                    format!("Backup not found: {arn}"),
                );
            }
            let reply = model.pass(&call);
            if call.is(&["RestoreTableFromBackup"]) && reply.is_ok() {
                model.keep(arn, true);
            }
            reply
        },
    ),
    Mutant::new(
        "a-second-restore-sees-the-first-ones-writes",
        "SURVIVAL-006",
        "A restored table writes back into its backup: the next restore takes what is there then.",
        |model, call| {
            let arn = call.text("BackupArn");
            if call.is(&["RestoreTableFromBackup"]) {
                if let Some(first) = model.kept(&arn).as_str() {
                    let from = format!(
                        "{}/backup/",
                        arn.split(":table/").next().unwrap_or_default().to_owned()
                            + ":table/"
                            + first
                    );
                    if let Some(fresh) = another(model, &from) {
                        return model
                            .pass(&call.with("BackupArn", fresh.clone()))
                            .rewritten(|text| text.replace(&fresh, &arn));
                    }
                }
                model.keep(arn, call.text("TargetTableName"));
            }
            model.pass(&call)
        },
    ),
];
