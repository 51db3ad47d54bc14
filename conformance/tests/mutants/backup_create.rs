//! Mutants of CreateBackup: BACKUP-CREATE.

use serde_json::{Value, json};

use crate::model::{Call, Model, Reply, every_object, put};
use crate::mutant::Mutant;

const DETAILS: &str = "/BackupDescription/BackupDetails";
const FEATURES: &str = "/BackupDescription/SourceTableFeatureDetails";

/// Mutants of BACKUP-CREATE.
pub const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "backups-by-name-only",
        "BACKUP-CREATE-001",
        "CreateBackup does not take a table's ARN.",
        |model, call| {
            if call.is(&["CreateBackup"]) && call.text("TableName").starts_with("arn:") {
                return Reply::error(
                    "TableNotFoundException",
                    format!("Table not found: {}", call.text("TableName")),
                );
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "a-backup-may-have-no-name",
        "BACKUP-CREATE-001",
        "CreateBackup makes up a name where none is given.",
        |model, call| {
            if call.is(&["CreateBackup"]) && !call.has("BackupName") {
                return model.pass(&call.with("BackupName", "unnamed"));
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "create-backup-answers-the-description",
        "BACKUP-CREATE-002",
        "CreateBackup answers as DescribeBackup does.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["CreateBackup"]) && reply.is_ok() {
                return model.ask(
                    "DescribeBackup",
                    json!({ "BackupArn": reply.at("/BackupDetails/BackupArn") }),
                );
            }
            reply
        },
    ),
    Mutant::new(
        "available-at-once",
        "BACKUP-CREATE-003",
        "CreateBackup answers AVAILABLE.",
        |model, call| {
            let mut reply = model.pass(&call);
            reply_status(&call, &mut reply, "AVAILABLE");
            reply
        },
    ),
    Mutant::new(
        "created-backups-are-active",
        "BACKUP-CREATE-003",
        "CreateBackup answers ACTIVE.",
        |model, call| {
            let mut reply = model.pass(&call);
            reply_status(&call, &mut reply, "ACTIVE");
            reply
        },
    ),
    Mutant::new(
        "creation-time-is-when-it-was-done",
        "BACKUP-CREATE-004",
        "BackupCreationDateTime is when the backup became AVAILABLE, two minutes later.",
        |model, call| {
            let mut reply = model.pass(&call);
            every_object(&mut reply.body, &mut |object| {
                if let Some(created_s) =
                    object.get("BackupCreationDateTime").and_then(Value::as_f64)
                {
                    put(object, "BackupCreationDateTime", created_s + 120.0);
                }
            });
            reply
        },
    ),
    Mutant::new(
        "creation-time-in-whole-seconds-when-described",
        "BACKUP-CREATE-004",
        "DescribeBackup rounds the creation time down to the second.",
        |model, call| {
            let mut reply = model.pass(&call);
            if let Some(created_s) = reply
                .at(&format!("{DETAILS}/BackupCreationDateTime"))
                .as_f64()
            {
                reply.put(DETAILS, "BackupCreationDateTime", created_s.floor());
            }
            reply
        },
    ),
    Mutant::new(
        "backup-ids-without-a-time",
        "BACKUP-CREATE-005",
        "A backup's id does not tell when it was created.",
        |model, call| {
            let own = call.rewritten(|text| text.replace("/backup/99", "/backup/01"));
            model
                .pass(&own)
                .rewritten(|text| text.replace("/backup/01", "/backup/99"))
        },
    ),
    Mutant::new(
        "backup-names-are-unique",
        "BACKUP-CREATE-006",
        "A second backup of a name is refused.",
        |model, call| {
            if call.is(&["CreateBackup"]) && same_name(model, &call).is_some() {
                return Reply::error("BackupInUseException", "A backup of this name exists");
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "create-backup-is-idempotent",
        "BACKUP-CREATE-007",
        "A second backup of a name is the first one.",
        |model, call| {
            let known = if call.is(&["CreateBackup"]) {
                same_name(model, &call)
            } else {
                None
            };
            if let Some(arn) = known {
                let mut reply = model.ask("DescribeBackup", json!({ "BackupArn": arn }));
                let mut details = reply.at(DETAILS);
                put(&mut details, "BackupStatus", "CREATING");
                reply.body = json!({ "BackupDetails": details });
                return reply;
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "backups-block-reads",
        "BACKUP-CREATE-009",
        "A table cannot be read while a backup is made.",
        |model, call| {
            if call.is(&["GetItem", "Query", "Scan"]) && creating(model, &call.text("TableName")) {
                return Reply::error("ResourceInUseException", "A backup is being made");
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "missing-tables-have-empty-backups",
        "BACKUP-CREATE-010",
        "Backing up a table that does not exist succeeds.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["CreateBackup"]) && reply.is_error("TableNotFoundException") {
                return Reply::ok(
                    json!({ "BackupDetails": { "BackupStatus": "CREATING", "BackupType": "USER" } }),
                );
            }
            reply
        },
    ),
    Mutant::new(
        "tables-being-created-have-backups",
        "BACKUP-CREATE-011",
        "A table that is CREATING is answered a backup.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["CreateBackup"]) && !reply.is_ok() {
                let table = model.ask(
                    "DescribeTable",
                    json!({ "TableName": call.text("TableName") }),
                );
                if table.text("/Table/TableStatus") == "CREATING" {
                    return Reply::ok(
                        json!({ "BackupDetails": { "BackupStatus": "CREATING", "BackupType": "USER" } }),
                    );
                }
            }
            reply
        },
    ),
    Mutant::new(
        "updating-tables-have-no-backups",
        "BACKUP-CREATE-012",
        "A table that is UPDATING cannot be backed up.",
        |model, call| {
            if call.is(&["CreateBackup"]) {
                let table = model.ask(
                    "DescribeTable",
                    json!({ "TableName": call.text("TableName") }),
                );
                if table.text("/Table/TableStatus") == "UPDATING" {
                    return Reply::error("TableInUseException", "Table is being updated");
                }
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "deleting-tables-are-in-use",
        "BACKUP-CREATE-013",
        "Backing up a table that is DELETING is TableInUseException.",
        |model, call| {
            if call.is(&["CreateBackup"]) {
                let table = model.ask(
                    "DescribeTable",
                    json!({ "TableName": call.text("TableName") }),
                );
                if table.text("/Table/TableStatus") == "DELETING" {
                    return Reply::error("TableInUseException", "Table is being deleted");
                }
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "one-backup-at-a-time",
        "BACKUP-CREATE-014",
        "A backup while another one is made is ResourceInUseException.",
        |model, call| {
            if call.is(&["CreateBackup"]) && creating(model, &call.text("TableName")) {
                return Reply::error("ResourceInUseException", "Another backup is being made");
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "local-indexes-are-not-recorded",
        "BACKUP-CREATE-015",
        "A backup tells nothing of local indexes.",
        |model, call| {
            let mut reply = model.pass(&call);
            reply.remove(FEATURES, "LocalSecondaryIndexes");
            reply
        },
    ),
    Mutant::new(
        "the-table-class-is-recorded",
        "BACKUP-CREATE-016",
        "A backup tells the table's class.",
        |model, call| {
            let mut reply = model.pass(&call);
            reply.put(FEATURES, "TableClass", "STANDARD_INFREQUENT_ACCESS");
            reply
        },
    ),
];

/// Another status in the answer to CreateBackup.
fn reply_status(call: &Call, reply: &mut Reply, status: &str) {
    if call.is(&["CreateBackup"]) {
        reply.put("/BackupDetails", "BackupStatus", status);
    }
}

/// The ARN of a backup with the name that `call` asks for.
fn same_name(model: &mut Model, call: &Call) -> Option<Value> {
    let known = model.ask(
        "ListBackups",
        json!({ "TableName": call.text("TableName") }),
    );
    let same = known
        .list("/BackupSummaries")
        .into_iter()
        .find(|backup| backup["BackupName"] == call.body()["BackupName"]);
    same.map(|backup| backup["BackupArn"].clone())
}

/// Whether a backup of a table is being made.
fn creating(model: &mut Model, table: &str) -> bool {
    let known = model.ask("ListBackups", json!({ "TableName": table }));
    known
        .list("/BackupSummaries")
        .iter()
        .any(|backup| backup["BackupStatus"] == "CREATING")
}
