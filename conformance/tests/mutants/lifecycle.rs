//! Mutants of how backups change and end: BACKUP-DELETE, LIFECYCLE.

use serde_json::json;

use crate::model::{Call, Reply};
use crate::mutant::Mutant;

const DETAILS: &str = "/BackupDescription/BackupDetails";
const SOURCE: &str = "/BackupDescription/SourceTableDetails";

/// Mutants of BACKUP-DELETE and LIFECYCLE.
pub const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "delete-backup-answers-available",
        "BACKUP-DELETE-001",
        "DeleteBackup answers AVAILABLE.",
        |model, call| {
            let mut reply = model.pass(&call);
            if call.is(&["DeleteBackup"]) {
                reply.put(DETAILS, "BackupStatus", "AVAILABLE");
            }
            reply
        },
    ),
    Mutant::new(
        "delete-backup-answers-nothing",
        "BACKUP-DELETE-001",
        "DeleteBackup answers {}.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["DeleteBackup"]) && reply.is_ok() {
                return Reply::ok(json!({}));
            }
            reply
        },
    ),
    Mutant::new(
        "deleted-backups-linger",
        "BACKUP-DELETE-002",
        "DeleteBackup answers and deletes nothing.",
        |model, call| {
            if call.is(&["DeleteBackup"]) {
                let mut reply = model.pass(&Call::of("DescribeBackup", &call.body()));
                reply.put(DETAILS, "BackupStatus", "DELETED");
                return reply;
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "deleting-twice-succeeds",
        "BACKUP-DELETE-003",
        "Deleting a backup that is deleted succeeds.",
        |model, call| {
            let reply = model.pass(&call);
            let arn = call.text("BackupArn");
            if call.is(&["DeleteBackup"]) && reply.is_ok() {
                model.keep(arn, reply.body.clone());
            } else if call.is(&["DeleteBackup"]) && model.memory.contains_key(&arn) {
                return Reply::ok(model.kept(&arn));
            }
            reply
        },
    ),
    Mutant::new(
        "busy-backups-can-be-deleted",
        "BACKUP-DELETE-004",
        "A backup that feeds a restore can be deleted.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["DeleteBackup"]) && reply.is_error("BackupInUseException") {
                let mut described = model.pass(&Call::of("DescribeBackup", &call.body()));
                described.put(DETAILS, "BackupStatus", "DELETED");
                return described;
            }
            reply
        },
    ),
    Mutant::new(
        "restored-tables-die-with-their-backup",
        "BACKUP-DELETE-006",
        "Deleting a backup deletes the tables restored from it.",
        |model, call| {
            let reply = model.pass(&call);
            let arn = call.text("BackupArn");
            if call.is(&["RestoreTableFromBackup"]) && reply.is_ok() {
                model.keep(arn, call.text("TargetTableName"));
            } else if call.is(&["DeleteBackup"]) && reply.is_ok() {
                let restored = model.kept(&arn);
                model.ask("DeleteTable", json!({ "TableName": restored }));
            }
            reply
        },
    ),
    Mutant::new(
        "the-source-dies-with-its-backup",
        "BACKUP-DELETE-006",
        "Deleting a backup deletes its source table.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["DeleteBackup"]) && reply.is_ok() {
                model.ask(
                    "DeleteTable",
                    json!({ "TableName": reply.at(&format!("{SOURCE}/TableName")) }),
                );
            }
            reply
        },
    ),
    Mutant::new(
        "all-backups-of-a-name-are-deleted",
        "BACKUP-DELETE-007",
        "Deleting a backup deletes all of its name.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["DeleteBackup"]) && reply.is_ok() {
                for other in model.ask("ListBackups", json!({})).list("/BackupSummaries") {
                    if other["BackupName"] == reply.at(&format!("{DETAILS}/BackupName")) {
                        model.ask("DeleteBackup", json!({ "BackupArn": other["BackupArn"] }));
                    }
                }
            }
            reply
        },
    ),
    Mutant::new(
        "finished-backups-are-active",
        "LIFECYCLE-001",
        "A finished backup is ACTIVE.",
        |model, call| {
            model
                .pass(&call)
                .rewritten(|text| text.replace("\"AVAILABLE\"", "\"ACTIVE\""))
        },
    ),
    Mutant::new(
        "backups-are-never-finished",
        "LIFECYCLE-002",
        "A backup stays CREATING.",
        |model, call| {
            model
                .pass(&call)
                .rewritten(|text| text.replace("\"AVAILABLE\"", "\"CREATING\""))
        },
    ),
    Mutant::new(
        "deleted-is-shown",
        "LIFECYCLE-004",
        "A deleted backup is described as DELETED.",
        |model, call| {
            let reply = model.pass(&call);
            let arn = call.text("BackupArn");
            if call.is(&["DeleteBackup"]) && reply.is_ok() {
                model.keep(arn, reply.body.clone());
            } else if call.is(&["DescribeBackup"]) && model.memory.contains_key(&arn) {
                return Reply::ok(model.kept(&arn));
            }
            reply
        },
    ),
    Mutant::new(
        "a-restore-shows-in-the-status",
        "LIFECYCLE-005",
        "A backup that feeds a restore is CREATING again.",
        |model, call| {
            let mut reply = model.pass(&call);
            let arn = call.text("BackupArn");
            if call.is(&["RestoreTableFromBackup"]) && reply.is_ok() {
                model.keep(arn, call.text("TargetTableName"));
            } else if call.is(&["DescribeBackup"]) && model.memory.contains_key(&arn) {
                let target = model.kept(&arn);
                let table = model.ask("DescribeTable", json!({ "TableName": target }));
                if table.text("/Table/TableStatus") == "CREATING" {
                    reply.put(DETAILS, "BackupStatus", "CREATING");
                }
            }
            reply
        },
    ),
    Mutant::new(
        "restoring-is-a-status",
        "LIFECYCLE-006",
        "A table that is being restored is RESTORING.",
        |model, call| {
            let mut reply = model.pass(&call);
            if call.is(&["DescribeTable"])
                && reply.at("/Table/RestoreSummary/RestoreInProgress") == true
            {
                reply.put("/Table", "TableStatus", "RESTORING");
            }
            reply
        },
    ),
    Mutant::new(
        "unfinished-backups-are-not-found",
        "LIFECYCLE-009",
        "A backup that is CREATING is not known yet.",
        |model, call| {
            let described = model.ask(
                "DescribeBackup",
                json!({ "BackupArn": call.text("BackupArn") }),
            );
            let unfinished = described.text(&format!("{DETAILS}/BackupStatus")) == "CREATING";
            if call.is(&["DeleteBackup", "RestoreTableFromBackup"]) && unfinished {
                return Reply::error(
                    "BackupNotFoundException",
                    format!("Backup not found: {}", call.text("BackupArn")),
                );
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "backups-expire-after-35-days",
        "LIFECYCLE-010",
        "A USER backup is gone after 35 days.",
        |model, call| {
            let described = model.ask(
                "DescribeBackup",
                json!({ "BackupArn": call.text("BackupArn") }),
            );
            let created_s = described
                .at(&format!("{DETAILS}/BackupCreationDateTime"))
                .as_f64();
            if created_s.is_some_and(|created_s| model.now_s() - created_s > 35.0 * 86_400.0) {
                return Reply::error(
                    "BackupNotFoundException",
                    format!("Backup not found: {}", call.text("BackupArn")),
                );
            }
            model.pass(&call)
        },
    ),
];
