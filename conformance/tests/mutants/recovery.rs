//! Mutants of point-in-time recovery and of SYSTEM backups: PITR-CFG, PITR-RESTORE, SYSTEM-BACKUP.

use serde_json::{Value, json};

use crate::content::another;
use crate::model::{Model, Reply, put, remove};
use crate::mutant::Mutant;

const RESTORE: &[&str] = &["RestoreTableToPointInTime"];
const RECOVERY: &str = "/ContinuousBackupsDescription/PointInTimeRecoveryDescription";
const DAY_S: f64 = 86_400.0;

/// Mutants of PITR-CFG, PITR-RESTORE and SYSTEM-BACKUP.
pub const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "times-while-recovery-is-off",
        "PITR-CFG-003",
        "With recovery off the bounds and the period are told all the same.",
        |model, call| {
            let mut reply = model.pass(&call);
            if reply.text(&format!("{RECOVERY}/PointInTimeRecoveryStatus")) == "DISABLED" {
                let now_s = model.now_s();
                reply.put(RECOVERY, "EarliestRestorableDateTime", now_s);
                reply.put(RECOVERY, "LatestRestorableDateTime", now_s);
                reply.put(RECOVERY, "RecoveryPeriodInDays", 35);
            }
            reply
        },
    ),
    Mutant::new(
        "continuous-backups-are-the-switch",
        "PITR-CFG-002",
        "ContinuousBackupsStatus says whether recovery is on.",
        |model, call| {
            let mut reply = model.pass(&call);
            let status = reply.at(&format!("{RECOVERY}/PointInTimeRecoveryStatus"));
            reply.put(
                "/ContinuousBackupsDescription",
                "ContinuousBackupsStatus",
                status,
            );
            reply
        },
    ),
    Mutant::new(
        "the-window-survives-a-switch",
        "PITR-CFG-008",
        "Switching recovery off and on again keeps the window.",
        |model, call| {
            let mut reply = model.pass(&call);
            let earliest = reply.at(&format!("{RECOVERY}/EarliestRestorableDateTime"));
            if earliest.is_number() {
                let first = model
                    .memory
                    .entry(call.text("TableName"))
                    .or_insert(earliest)
                    .clone();
                reply.put(RECOVERY, "EarliestRestorableDateTime", first);
            }
            reply
        },
    ),
    Mutant::new(
        "a-period-of-seven-days",
        "PITR-CFG-009",
        "The period is seven days unless another one is asked for.",
        |model, call| {
            model.pass(&call.edited(|body| {
                let specification = body.get_mut("PointInTimeRecoverySpecification");
                if let Some(specification) =
                    specification.filter(|it| it["PointInTimeRecoveryEnabled"] == true)
                    && specification.get("RecoveryPeriodInDays").is_none()
                {
                    put(specification, "RecoveryPeriodInDays", 7);
                }
            }))
        },
    ),
    Mutant::new(
        "a-period-while-switching-off",
        "PITR-CFG-011",
        "A period given while recovery is switched off is ignored.",
        |model, call| {
            model.pass(&call.edited(|body| {
                let specification = body.get_mut("PointInTimeRecoverySpecification");
                if let Some(specification) =
                    specification.filter(|it| it["PointInTimeRecoveryEnabled"] == false)
                {
                    remove(specification, "RecoveryPeriodInDays");
                }
            }))
        },
    ),
    Mutant::new(
        "the-latest-time-stands-still",
        "PITR-CFG-014",
        "LatestRestorableDateTime stays where recovery was switched on.",
        |model, call| {
            let mut reply = model.pass(&call);
            let latest = reply.at(&format!("{RECOVERY}/LatestRestorableDateTime"));
            if latest.is_number() {
                let first = model
                    .memory
                    .entry(call.text("TableName"))
                    .or_insert(latest)
                    .clone();
                reply.put(RECOVERY, "LatestRestorableDateTime", first);
            }
            reply
        },
    ),
    Mutant::new(
        "the-earliest-time-stands-still",
        "PITR-CFG-015",
        "EarliestRestorableDateTime stays where recovery was switched on.",
        |model, call| {
            let mut reply = model.pass(&call);
            let earliest = reply.at(&format!("{RECOVERY}/EarliestRestorableDateTime"));
            if earliest.is_number() {
                let first = model
                    .memory
                    .entry(call.text("TableName"))
                    .or_insert(earliest)
                    .clone();
                reply.put(RECOVERY, "EarliestRestorableDateTime", first);
            }
            reply
        },
    ),
    Mutant::new(
        "no-time-means-latest",
        "PITR-RESTORE-002",
        "A restore that names no time goes to the latest one.",
        |model, call| {
            if call.is(RESTORE)
                && !call.has("RestoreDateTime")
                && !call.has("UseLatestRestorableTime")
            {
                return model.pass(&call.with("UseLatestRestorableTime", true));
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "latest-wins-over-a-time",
        "PITR-RESTORE-002",
        "With both times given the latest one is taken.",
        |model, call| {
            if call.is(RESTORE) && call.body()["UseLatestRestorableTime"] == true {
                return model.pass(&call.without(&["RestoreDateTime"]));
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "a-point-in-time-is-the-present",
        "PITR-RESTORE-011",
        "A restore to a time copies the table as it is now.",
        |model, call| from_the_present(model, &call),
    ),
    Mutant::new(
        "the-latest-state-is-the-present",
        "PITR-RESTORE-008",
        "A restore to the latest time copies the table as it is now.",
        |model, call| from_the_present(model, &call),
    ),
    Mutant::new(
        "any-time-is-clamped",
        "PITR-RESTORE-004",
        "A time outside the window is taken as the window's latest one.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(RESTORE) && reply.is_error("InvalidRestoreTimeException") {
                return model.pass(
                    &call
                        .without(&["RestoreDateTime"])
                        .with("UseLatestRestorableTime", true),
                );
            }
            reply
        },
    ),
    Mutant::new(
        "recovery-without-switching-it-on",
        "PITR-RESTORE-005",
        "A table whose recovery is off can be restored to a time.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(RESTORE) && reply.is_error("PointInTimeRecoveryUnavailableException") {
                return from_the_present(model, &call);
            }
            reply
        },
    ),
    Mutant::new(
        "a-backup-in-the-summary",
        "PITR-RESTORE-012",
        "The RestoreSummary of a restore to a time names a backup.",
        |model, call| {
            let mut reply = model.pass(&call);
            if call.is(RESTORE) {
                let arn = format!(
                    "{}/backup/01489602797149-73d8d5bc",
                    reply.text("/TableDescription/RestoreSummary/SourceTableArn")
                );
                reply.put("/TableDescription/RestoreSummary", "SourceBackupArn", arn);
            }
            reply
        },
    ),
    Mutant::new(
        "recovery-of-missing-resources",
        "PITR-RESTORE-018",
        "A missing source is ResourceNotFoundException.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(RESTORE) && reply.is_error("TableNotFoundException") {
                return Reply::error("ResourceNotFoundException", reply.message());
            }
            reply
        },
    ),
    Mutant::new(
        "recovery-off-is-a-validation-error",
        "ERRORS-008",
        "A source whose recovery is off is refused with ValidationException.",
        |model, call| {
            let reply = model.pass(&call);
            if reply.is_error("PointInTimeRecoveryUnavailableException") {
                return Reply::invalid(reply.message());
            }
            reply
        },
    ),
    Mutant::new(
        "wrong-times-without-bounds",
        "ERRORS-009",
        "InvalidRestoreTimeException does not tell the bounds.",
        |model, call| {
            let reply = model.pass(&call);
            if reply.is_error("InvalidRestoreTimeException") {
                return Reply::error(
                    "InvalidRestoreTimeException",
                    "RestoreDateTime is not in the window",
                );
            }
            reply
        },
    ),
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
];

/// A restore to a time, done from a backup that is taken for it now.
fn from_the_present(model: &mut Model, call: &crate::model::Call) -> Reply {
    let table = [call.text("SourceTableName"), call.text("SourceTableArn")].concat();
    let admitted =
        call.is(RESTORE) && (call.has("RestoreDateTime") || call.has("UseLatestRestorableTime"));
    let Some(fresh) = (if admitted {
        another(model, &table)
    } else {
        None
    }) else {
        return model.pass(call);
    };
    let copied = call
        .without(&[
            "SourceTableName",
            "SourceTableArn",
            "RestoreDateTime",
            "UseLatestRestorableTime",
        ])
        .edited(|body| put(body, "BackupArn", Value::from(fresh)));
    let mut reply = model.ask("RestoreTableFromBackup", copied.body());
    reply.remove("/TableDescription/RestoreSummary", "SourceBackupArn");
    reply
}
