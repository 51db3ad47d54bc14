//! Mutants of point-in-time recovery: PITR-CFG, PITR-RESTORE.

use serde_json::Value;

use crate::content::another;
use crate::model::{Call, Model, Reply, put, remove};
use crate::mutant::Mutant;

const RESTORE: &[&str] = &["RestoreTableToPointInTime"];
const RECOVERY: &str = "/ContinuousBackupsDescription/PointInTimeRecoveryDescription";

/// Mutants of PITR-CFG and PITR-RESTORE.
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
        "restores-never-end",
        "RESTORE-029",
        "A restored table is described as CREATING for ever.",
        |model, call| {
            let mut reply = model.pass(&call);
            let name = call.text("TableName");
            if call.operation().starts_with("RestoreTable") && reply.is_ok() {
                model.keep(call.text("TargetTableName"), true);
            } else if call.is(&["DescribeTable"]) && model.kept(&name) == true {
                reply.put("/Table", "TableStatus", "CREATING");
            }
            reply
        },
    ),
];

/// A restore to a time, done from a backup that is taken for it now.
fn from_the_present(model: &mut Model, call: &Call) -> Reply {
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
