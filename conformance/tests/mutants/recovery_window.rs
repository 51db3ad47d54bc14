//! Mutants of the window of point-in-time recovery: PITR-CFG.

use serde_json::{Value, json};

use crate::model::{Call, Model, Reply, put};
use crate::mutant::Mutant;

const DESCRIBE: &[&str] = &["DescribeContinuousBackups"];
const UPDATE: &[&str] = &["UpdateContinuousBackups"];
const CONTINUOUS: &[&str] = &["DescribeContinuousBackups", "UpdateContinuousBackups"];
const RESTORE: &[&str] = &["RestoreTableToPointInTime"];
const RECOVERY: &str = "/ContinuousBackupsDescription/PointInTimeRecoveryDescription";
const DAY_S: f64 = 86_400.0;

/// Mutants of PITR-CFG.
pub const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "a-window-by-name-only",
        "PITR-CFG-001",
        "DescribeContinuousBackups does not know a table by its ARN.",
        |model, call| {
            if call.is(DESCRIBE) && call.text("TableName").starts_with("arn:") {
                return Reply::error("TableNotFoundException", "Table not found");
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "the-period-is-not-told",
        "PITR-CFG-004",
        "With recovery on the description has no period.",
        |model, call| {
            let mut reply = model.pass(&call);
            reply.remove(RECOVERY, "RecoveryPeriodInDays");
            reply
        },
    ),
    Mutant::new(
        "the-state-before-is-told",
        "PITR-CFG-005",
        "UpdateContinuousBackups answers with the state before the change.",
        |model, call| {
            if call.is(UPDATE) {
                let before = described(model, &call.text("TableName"));
                let reply = model.pass(&call);
                return if reply.is_ok() { before } else { reply };
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "enabling-twice-starts-again",
        "PITR-CFG-006",
        "Enabling what is enabled starts a new window.",
        |model, call| {
            if switches(&call, true) {
                let off = json!({ "PointInTimeRecoveryEnabled": false });
                model.ask("UpdateContinuousBackups", json!({ "TableName": call.text("TableName"), "PointInTimeRecoverySpecification": off }));
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "disabling-twice-is-refused",
        "PITR-CFG-007",
        "Disabling what is disabled is refused.",
        |model, call| {
            if switches(&call, false) && !is_on(model, &call.text("TableName")) {
                return Reply::invalid("Point in time recovery is already disabled");
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "the-history-survives-a-switch",
        "PITR-CFG-008",
        "Switching recovery off and on again keeps everything of the first window restorable.",
        |model, call| {
            let name = call.text("TableName");
            let off = format!("off {name}");
            if switches(&call, false) && is_on(model, &name) {
                model.keep(off, true);
                return switched_off(described(model, &name));
            }
            if switches(&call, true) {
                model.keep(off.clone(), false);
            }
            let source = format!("off {}", call.text("SourceTableName"));
            if call.is(RESTORE) && model.kept(&source) == true {
                return Reply::error(
                    "PointInTimeRecoveryUnavailableException",
                    "Point in time recovery is not enabled",
                );
            }
            let reply = model.pass(&call);
            if call.is(DESCRIBE) && model.kept(&off) == true {
                return switched_off(reply);
            }
            reply
        },
    ),
    Mutant::new(
        "the-first-period-stays",
        "PITR-CFG-010",
        "A period given while recovery is on is ignored.",
        |model, call| {
            if switches(&call, true) {
                let before = described(model, &call.text("TableName"));
                let period = before.at(&format!("{RECOVERY}/RecoveryPeriodInDays"));
                if period.is_number() {
                    return model.pass(&with_period(&call, period));
                }
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "the-period-outlasts-a-disable",
        "PITR-CFG-012",
        "Enabling again without a period takes the one before the disable.",
        |model, call| {
            if switches(&call, true) {
                let name = call.text("TableName");
                let given =
                    call.body()["PointInTimeRecoverySpecification"]["RecoveryPeriodInDays"].clone();
                if given.is_number() {
                    model.keep(name, given);
                } else if model.kept(&name).is_number() {
                    let kept = model.kept(&name);
                    return model.pass(&with_period(&call, kept));
                }
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "the-latest-time-is-the-present",
        "PITR-CFG-014",
        "LatestRestorableDateTime is now.",
        |model, call| {
            let mut reply = model.pass(&call);
            if is_told_on(&reply) {
                let now_s = model.now_s();
                reply.put(RECOVERY, "LatestRestorableDateTime", now_s);
            }
            reply
        },
    ),
    Mutant::new(
        "a-window-of-34-days",
        "PITR-CFG-015",
        "The window of 35 days reaches back 34.",
        |model, call| {
            let asked = &call.body()["PointInTimeRecoverySpecification"]["RecoveryPeriodInDays"];
            let shortened = if switches(&call, true) && (asked.is_null() || *asked == 35) {
                with_period(&call, json!(34))
            } else {
                call
            };
            let mut reply = model.pass(&shortened);
            if reply.at(&format!("{RECOVERY}/RecoveryPeriodInDays")) == 34 {
                reply.put(RECOVERY, "RecoveryPeriodInDays", 35);
            }
            reply
        },
    ),
    Mutant::new(
        "the-window-opens-minutes-late",
        "PITR-CFG-016",
        "The window starts five minutes before the enable.",
        |model, call| {
            let mut reply = model.pass(&call);
            if let Some(earliest_s) = earliest_s(&reply) {
                reply.put(RECOVERY, "EarliestRestorableDateTime", earliest_s - 300.0);
            }
            reply
        },
    ),
    Mutant::new(
        "a-shorter-period-drops-nothing",
        "PITR-CFG-017",
        "A shorter period is told and drops nothing.",
        |model, call| at_full_length(model, &call, |_, earliest_s, _| earliest_s),
    ),
    Mutant::new(
        "a-longer-period-brings-history-back",
        "PITR-CFG-018",
        "A longer period makes restorable what a shorter one had dropped.",
        |model, call| {
            at_full_length(model, &call, |now_s, earliest_s, days| {
                earliest_s.max(now_s - days * DAY_S)
            })
        },
    ),
    Mutant::new(
        "the-window-ends-before-it-starts",
        "PITR-CFG-019",
        "LatestRestorableDateTime is five minutes ago from the first second on.",
        |model, call| {
            let mut reply = model.pass(&call);
            if is_told_on(&reply) {
                let ago_s = model.now_s() - 300.0;
                reply.put(RECOVERY, "LatestRestorableDateTime", ago_s);
            }
            reply
        },
    ),
    Mutant::new(
        "the-window-of-a-deleted-table",
        "PITR-CFG-021",
        "Recovery of a deleted table goes on being described.",
        |model, call| {
            let name = call.text("TableName");
            let reply = model.pass(&call);
            if call.is(&["DeleteTable"]) && reply.is_ok() {
                model.keep(name, true);
            } else if call.is(DESCRIBE) && !reply.is_ok() && model.kept(&name) == true {
                return Reply::ok(json!({ "ContinuousBackupsDescription": {
                    "ContinuousBackupsStatus": "ENABLED",
                    "PointInTimeRecoveryDescription": { "PointInTimeRecoveryStatus": "DISABLED" } } }));
            }
            reply
        },
    ),
    Mutant::new(
        "recovery-comes-with-the-table",
        "PITR-CFG-022",
        "A specification sent with CreateTable switches recovery on.",
        |model, call| {
            let name = call.text("TableName");
            let reply = model.pass(&call);
            if call.is(&["CreateTable"])
                && reply.is_ok()
                && call.has("PointInTimeRecoverySpecification")
            {
                model.keep(
                    name,
                    call.body()["PointInTimeRecoverySpecification"].clone(),
                );
            } else if call.is(DESCRIBE) && reply.is_ok() && model.kept(&name).is_object() {
                let specification = model.kept(&name);
                return model.ask(
                    "UpdateContinuousBackups",
                    json!({ "TableName": name, "PointInTimeRecoverySpecification": specification }),
                );
            }
            reply
        },
    ),
    Mutant::new(
        "no-switch-while-updating",
        "PITR-CFG-023",
        "Recovery cannot be switched while the table is UPDATING.",
        |model, call| {
            if call.is(UPDATE) {
                let table = model.ask(
                    "DescribeTable",
                    json!({ "TableName": call.text("TableName") }),
                );
                if table.text("/Table/TableStatus") == "UPDATING" {
                    return Reply::error("ResourceInUseException", "Table is being updated");
                }
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "ends-of-the-window-are-texts",
        "PITR-CFG-024",
        "The ends of the window are told as texts.",
        |model, call| {
            let mut reply = model.pass(&call);
            if let Some(earliest_s) = earliest_s(&reply) {
                for end in ["EarliestRestorableDateTime", "LatestRestorableDateTime"] {
                    reply.put(RECOVERY, end, earliest_s.to_string());
                }
            }
            reply
        },
    ),
    Mutant::new(
        "a-new-table-has-the-old-window",
        "SURVIVAL-008",
        "A table made again under a name has the window of the one before.",
        |model, call| {
            let mut reply = model.pass(&call);
            if let Some(earliest_s) = earliest_s(&reply) {
                let name = call.text("TableName");
                let first = model
                    .memory
                    .entry(name)
                    .or_insert(earliest_s.into())
                    .clone();
                reply.put(RECOVERY, "EarliestRestorableDateTime", first);
            }
            reply
        },
    ),
];

/// Whether a call switches recovery on (or off).
fn switches(call: &Call, on: bool) -> bool {
    call.is(UPDATE)
        && call.body()["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] == on
}

fn described(model: &mut Model, table: &str) -> Reply {
    model.ask("DescribeContinuousBackups", json!({ "TableName": table }))
}

fn is_on(model: &mut Model, table: &str) -> bool {
    is_told_on(&described(model, table))
}

fn is_told_on(reply: &Reply) -> bool {
    reply.text(&format!("{RECOVERY}/PointInTimeRecoveryStatus")) == "ENABLED"
}

/// The start of the window that an answer tells, in seconds.
pub fn earliest_s(reply: &Reply) -> Option<f64> {
    reply
        .at(&format!("{RECOVERY}/EarliestRestorableDateTime"))
        .as_f64()
}

fn switched_off(mut reply: Reply) -> Reply {
    let off = json!({ "PointInTimeRecoveryStatus": "DISABLED" });
    reply.put(
        "/ContinuousBackupsDescription",
        "PointInTimeRecoveryDescription",
        off,
    );
    reply
}

fn with_period(call: &Call, days: Value) -> Call {
    call.edited(|body| {
        if let Some(specification) = body.get_mut("PointInTimeRecoverySpecification") {
            put(specification, "RecoveryPeriodInDays", days);
        }
    })
}

/// Keeps 35 days of history whatever the period, tells the period that was asked for, and starts the window where
/// `start_s` says, given the present, the start of the kept history and the period in days.
fn at_full_length(model: &mut Model, call: &Call, start_s: fn(f64, f64, f64) -> f64) -> Reply {
    let name = call.text("TableName");
    let asked = call.body()["PointInTimeRecoverySpecification"]["RecoveryPeriodInDays"].clone();
    if switches(call, true) {
        let days = asked.as_f64().unwrap_or(35.0);
        model.keep(name.clone(), days);
    }
    if call.is(RESTORE) {
        let source = call.text("SourceTableName");
        let days = model.kept(&source).as_f64();
        let start = earliest_s(&described(model, &source));
        let asked_s = call.body()["RestoreDateTime"].as_f64();
        if let (Some(days), Some(start), Some(asked_s)) = (days, start, asked_s)
            && asked_s < start_s(model.now_s(), start, days)
        {
            return Reply::error(
                "InvalidRestoreTimeException",
                "RestoreDateTime must be within EarliestRestorableDateTime and LatestRestorableDateTime",
            );
        }
    }
    let whole = if switches(call, true) {
        with_period(call, json!(35))
    } else {
        call.clone()
    };
    let mut reply = model.pass(&whole);
    if call.is(CONTINUOUS)
        && let (Some(days), Some(start)) = (model.kept(&name).as_f64(), earliest_s(&reply))
    {
        let start = start_s(model.now_s(), start, days);
        reply.put(RECOVERY, "EarliestRestorableDateTime", start);
        reply.put(RECOVERY, "RecoveryPeriodInDays", days as i64);
    }
    reply
}
