//! Mutants of backups as things: BACKUP-CREATE, BACKUP-DESCRIBE, BACKUP-DELETE, LIFECYCLE.

use serde_json::{Value, json};

use crate::model::{Call, Model, Reply, every_object, put, remove};
use crate::mutant::Mutant;

const DETAILS: &str = "/BackupDescription/BackupDetails";
const SOURCE: &str = "/BackupDescription/SourceTableDetails";
const FEATURES: &str = "/BackupDescription/SourceTableFeatureDetails";

/// Mutants of BACKUP-CREATE, BACKUP-DESCRIBE, BACKUP-DELETE and LIFECYCLE.
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
    Mutant::new(
        "describe-backup-by-name",
        "BACKUP-DESCRIBE-001",
        "DescribeBackup answers the details alone.",
        |model, call| {
            let mut reply = model.pass(&call);
            if call.is(&["DescribeBackup"]) {
                reply.remove("/BackupDescription", "SourceTableDetails");
            }
            reply
        },
    ),
    Mutant::new(
        "no-table-id-in-backups",
        "BACKUP-DESCRIBE-002",
        "A backup does not tell its table's id.",
        |model, call| {
            let mut reply = model.pass(&call);
            reply.remove(SOURCE, "TableId");
            reply
        },
    ),
    Mutant::new(
        "no-maxima-in-backups",
        "BACKUP-DESCRIBE-002",
        "A backup does not tell its table's on-demand maxima.",
        |model, call| {
            let mut reply = model.pass(&call);
            reply.remove(SOURCE, "OnDemandThroughput");
            reply
        },
    ),
    Mutant::new(
        "on-demand-backups-have-no-capacity",
        "BACKUP-DESCRIBE-003",
        "A backup of an on-demand table has no ProvisionedThroughput.",
        |model, call| {
            let mut reply = model.pass(&call);
            if reply.text(&format!("{SOURCE}/BillingMode")) == "PAY_PER_REQUEST" {
                reply.remove(SOURCE, "ProvisionedThroughput");
            }
            reply
        },
    ),
    Mutant::new(
        "plain-tables-have-no-feature-details",
        "BACKUP-DESCRIBE-004",
        "A backup of a plain table has no SourceTableFeatureDetails.",
        |model, call| {
            let mut reply = model.pass(&call);
            if reply.at(FEATURES) == json!({}) {
                reply.remove("/BackupDescription", "SourceTableFeatureDetails");
            }
            reply
        },
    ),
    Mutant::new(
        "every-feature-is-listed",
        "BACKUP-DESCRIBE-004",
        "Features that are off are listed too.",
        |model, call| {
            let mut reply = model.pass(&call);
            if reply.at(&format!("{FEATURES}/StreamDescription")).is_null() {
                reply.put(
                    FEATURES,
                    "StreamDescription",
                    json!({ "StreamEnabled": false }),
                );
            }
            reply
        },
    ),
    Mutant::new(
        "indexes-in-backups-are-active",
        "BACKUP-DESCRIBE-005",
        "Indexes in a backup carry an IndexStatus.",
        |model, call| {
            let mut reply = model.pass(&call);
            if let Some(features) = reply.body.pointer_mut(FEATURES) {
                every_object(features, &mut |object| {
                    if object.get("IndexName").is_some() {
                        put(object, "IndexStatus", "ACTIVE");
                    }
                });
            }
            reply
        },
    ),
    Mutant::new(
        "time-to-live-is-not-recorded",
        "BACKUP-DESCRIBE-006",
        "A backup tells nothing of the time to live.",
        |model, call| {
            let mut reply = model.pass(&call);
            reply.remove(FEATURES, "TimeToLiveDescription");
            reply
        },
    ),
    Mutant::new(
        "capacity-of-the-live-table",
        "BACKUP-DESCRIBE-007",
        "A backup tells its table's capacity as it is now.",
        |model, call| {
            let mut reply = model.pass(&call);
            let name = reply.text(&format!("{SOURCE}/TableName")).to_owned();
            let live = model.ask("DescribeTable", json!({ "TableName": name }));
            if call.is(&["DescribeBackup"]) && live.is_ok() {
                let mut throughput = live.at("/Table/ProvisionedThroughput");
                remove(&mut throughput, "NumberOfDecreasesToday");
                reply.put(SOURCE, "ProvisionedThroughput", throughput);
            }
            reply
        },
    ),
    Mutant::new(
        "unknown-sizes-are-minus-one",
        "BACKUP-DESCRIBE-008",
        "A size that was never measured is -1.",
        |model, call| {
            let mut reply = model.pass(&call);
            every_object(&mut reply.body, &mut |object| {
                if object.get("BackupSizeBytes").is_some() {
                    put(object, "BackupSizeBytes", -1);
                }
            });
            reply
        },
    ),
    Mutant::new(
        "the-id-of-the-live-table",
        "BACKUP-DESCRIBE-009",
        "A backup tells the id of the table that has the name now.",
        |model, call| {
            let mut reply = model.pass(&call);
            let name = reply.text(&format!("{SOURCE}/TableName")).to_owned();
            let live = model.ask("DescribeTable", json!({ "TableName": name }));
            if call.is(&["DescribeBackup"]) && live.is_ok() {
                reply.put(SOURCE, "TableId", live.at("/Table/TableId"));
            }
            reply
        },
    ),
    Mutant::new(
        "no-description-without-the-table",
        "BACKUP-DESCRIBE-010",
        "A backup cannot be described once its table is gone.",
        |model, call| {
            let reply = model.pass(&call);
            let name = reply.text(&format!("{SOURCE}/TableName")).to_owned();
            let live = model.ask("DescribeTable", json!({ "TableName": name }));
            if call.is(&["DescribeBackup"]) && reply.is_ok() && !live.is_ok() {
                return Reply::error("TableNotFoundException", format!("Table not found: {name}"));
            }
            reply
        },
    ),
    Mutant::new(
        "backups-are-visible-everywhere",
        "BACKUP-DESCRIBE-011",
        "A backup is described in every region.",
        |model, call| {
            let reply = model.pass(&call);
            let arn = call.text("BackupArn");
            let region = arn.split(':').nth(3).unwrap_or_default().to_owned();
            if call.is(&["DescribeBackup"]) && reply.is_error("BackupNotFoundException") {
                let mut there = model.caller().clone();
                there.region = region;
                return model.acting(there, |model| model.pass(&call));
            }
            reply
        },
    ),
    Mutant::new(
        "every-backup-has-an-expiry",
        "BACKUP-DESCRIBE-012",
        "A USER backup tells when it expires.",
        |model, call| {
            let mut reply = model.pass(&call);
            every_object(&mut reply.body, &mut |object| {
                if let Some(created_s) =
                    object.get("BackupCreationDateTime").and_then(Value::as_f64)
                {
                    put(object, "BackupExpiryDateTime", created_s + 35.0 * 86_400.0);
                }
            });
            reply
        },
    ),
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
