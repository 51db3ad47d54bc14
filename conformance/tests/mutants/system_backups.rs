//! Mutants of SYSTEM backups: SYSTEM-BACKUP.

use serde_json::json;

use crate::model::{Reply, put, remove};
use crate::mutant::Mutant;

const DAY_S: f64 = 86_400.0;
/// What the ARN of a SYSTEM backup ends in.
const ZEROS: &str = "-00000000";

/// Mutants of SYSTEM-BACKUP.
pub const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "system-backups-by-default",
        "LIST-BACKUPS-002",
        "Without a type SYSTEM backups are listed beside the others.",
        |model, call| {
            if call.is(&["ListBackups"]) && !call.has("BackupType") {
                return model.pass(&call.with("BackupType", "ALL"));
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "no-system-backups",
        "SYSTEM-BACKUP-001",
        "Deleting a table with recovery on leaves nothing.",
        |model, call| {
            let mut reply = model.pass(&call);
            let mut page = reply.list("/BackupSummaries");
            page.retain(|backup| backup["BackupType"] != "SYSTEM");
            if call.is(&["ListBackups"]) && reply.is_ok() {
                reply.put("", "BackupSummaries", page);
            }
            reply
        },
    ),
    Mutant::new(
        "a-name-of-their-own",
        "SYSTEM-BACKUP-002",
        "A SYSTEM backup has the name of its table.",
        |model, call| {
            model
                .pass(&call)
                .rewritten(|text| text.replace("$DeletedTableBackup", ""))
        },
    ),
    Mutant::new(
        "system-backups-never-expire",
        "SYSTEM-BACKUP-004",
        "A SYSTEM backup tells no expiry.",
        |model, call| {
            let mut reply = model.pass(&call);
            let mut page = reply.list("/BackupSummaries");
            page.iter_mut()
                .for_each(|backup| remove(backup, "BackupExpiryDateTime"));
            if call.is(&["ListBackups"]) && reply.is_ok() {
                reply.put("", "BackupSummaries", page);
            }
            reply.remove("/BackupDescription/BackupDetails", "BackupExpiryDateTime");
            reply
        },
    ),
    Mutant::new(
        "system-backups-last-a-week",
        "SYSTEM-BACKUP-004",
        "A SYSTEM backup expires after seven days.",
        |model, call| {
            let mut reply = model.pass(&call);
            let mut page = reply.list("/BackupSummaries");
            for backup in &mut page {
                if let (true, Some(created_s)) = (
                    backup["BackupType"] == "SYSTEM",
                    backup["BackupCreationDateTime"].as_f64(),
                ) {
                    put(backup, "BackupExpiryDateTime", created_s + 7.0 * DAY_S);
                }
            }
            if call.is(&["ListBackups"]) && reply.is_ok() {
                reply.put("", "BackupSummaries", page);
            }
            reply
        },
    ),
    Mutant::new(
        "a-system-backup-of-every-table",
        "SYSTEM-BACKUP-009",
        "Deleting any table leaves a SYSTEM backup.",
        |model, call| {
            if call.is(&["DeleteTable"]) {
                let on = json!({ "PointInTimeRecoveryEnabled": true });
                model.ask("UpdateContinuousBackups", json!({ "TableName": call.text("TableName"), "PointInTimeRecoverySpecification": on }));
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "system-backups-can-be-deleted",
        "BACKUP-DELETE-005",
        "A user can delete a SYSTEM backup.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["DeleteBackup"])
                && reply.is_error("ValidationException")
                && reply.message().contains("system backup")
            {
                let mut described = model.ask("DescribeBackup", call.body());
                described.put(
                    "/BackupDescription/BackupDetails",
                    "BackupStatus",
                    "DELETED",
                );
                return described;
            }
            reply
        },
    ),
    Mutant::new(
        "system-backups-without-their-expiry",
        "ERRORS-019",
        "The refusal to delete a SYSTEM backup does not say when it expires.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["DeleteBackup"]) && reply.is_error("ValidationException") {
                return Reply::invalid("User is not allowed to delete the system backup");
            }
            reply
        },
    ),
    Mutant::new(
        "recovery-is-on-again",
        "SYSTEM-BACKUP-012",
        "A table made again under a name has its recovery on as before.",
        |model, call| {
            let name = call.text("TableName");
            let asked =
                call.body()["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
                    .clone();
            let reply = model.pass(&call);
            if call.is(&["UpdateContinuousBackups"]) && reply.is_ok() && asked == true {
                model.keep(name.clone(), "on");
            } else if call.is(&["DeleteTable"]) && reply.is_ok() && model.kept(&name) == "on" {
                model.keep(name.clone(), "again");
            }
            let settled = call.is(&["DescribeContinuousBackups"])
                && reply.is_ok()
                && model.kept(&name) == "again";
            if settled {
                let on = json!({ "PointInTimeRecoveryEnabled": true });
                return model.ask(
                    "UpdateContinuousBackups",
                    json!({ "TableName": name, "PointInTimeRecoverySpecification": on }),
                );
            }
            reply
        },
    ),
    Mutant::new(
        "system-backups-have-ids-like-others",
        "SYSTEM-BACKUP-003",
        "The ARN of a SYSTEM backup ends like that of any backup.",
        |model, call| {
            model
                .pass(&call.rewritten(|text| text.replace("-1a2b3c4d", ZEROS)))
                .rewritten(|text| text.replace(ZEROS, "-1a2b3c4d"))
        },
    ),
    Mutant::new(
        "system-backups-last-34-days",
        "SYSTEM-BACKUP-006",
        "A SYSTEM backup is gone a day before its expiry.",
        |model, call| {
            let arn = call.text("BackupArn");
            let (stamp, now_s) = (created_s(&arn), model.now_s());
            let is_over = |created_s: f64| now_s > created_s + 34.0 * DAY_S;
            if arn.ends_with(ZEROS) && stamp.is_some_and(is_over) {
                return Reply::error("BackupNotFoundException", "Backup not found");
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "system-backups-stay",
        "SYSTEM-BACKUP-006",
        "A SYSTEM backup is described after its expiry, too.",
        |model, call| {
            let arn = call.text("BackupArn");
            let reply = model.pass(&call);
            if call.is(&["DescribeBackup"]) && arn.ends_with(ZEROS) {
                if reply.is_ok() {
                    model.keep(arn, reply.body.clone());
                } else if model.kept(&arn).is_object() {
                    return Reply::ok(model.kept(&arn));
                }
            }
            reply
        },
    ),
    Mutant::new(
        "the-last-write-is-lost",
        "SYSTEM-BACKUP-007",
        "A SYSTEM backup lacks the item that was put last.",
        |model, call| {
            let name = call.text("TableName");
            if call.is(&["PutItem"]) {
                model.keep(name, json!({ "pk": call.body()["Item"]["pk"] }));
            } else if call.is(&["DeleteTable"]) && model.kept(&name).is_object() {
                let key = model.kept(&name);
                model.ask("DeleteItem", json!({ "TableName": name, "Key": key }));
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "system-backups-cannot-be-restored",
        "SYSTEM-BACKUP-008",
        "RestoreTableFromBackup refuses a SYSTEM backup.",
        |model, call| {
            if call.is(&["RestoreTableFromBackup"]) && call.text("BackupArn").ends_with(ZEROS) {
                return Reply::invalid("A system backup cannot be restored");
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "a-disable-while-deleting-comes-late",
        "SYSTEM-BACKUP-010",
        "Recovery that is switched off while the table is DELETING: the SYSTEM backup is made all the same.",
        |model, call| {
            let named = json!({ "TableName": call.text("TableName") });
            let off = call.body()["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
                == false;
            if call.is(&["UpdateContinuousBackups"]) && off {
                let table = model.ask("DescribeTable", named.clone());
                if table.text("/Table/TableStatus") == "DELETING" {
                    return model.ask("DescribeContinuousBackups", named);
                }
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "one-system-backup-for-each-name",
        "SYSTEM-BACKUP-013",
        "The next deletion under a name replaces the SYSTEM backup of the one before.",
        |model, call| {
            let mut reply = model.pass(&call);
            if call.is(&["ListBackups"]) && call.text("BackupType") == "SYSTEM" && reply.is_ok() {
                let page = reply.list("/BackupSummaries");
                let last = page.last().cloned().into_iter().collect::<Vec<_>>();
                reply.put("", "BackupSummaries", last);
            }
            reply
        },
    ),
];

/// When the backup of an ARN was made, in seconds since the Unix epoch.
fn created_s(arn: &str) -> Option<f64> {
    let digits = arn.split("/backup/").nth(1)?.split('-').next()?;
    Some(digits.parse::<f64>().ok()? / 1_000.0)
}
