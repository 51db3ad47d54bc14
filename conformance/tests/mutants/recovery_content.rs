//! Mutants of what a restore to a time holds: PITR-RESTORE, CONSISTENCY, RESTORED-SETTINGS.

use serde_json::{Value, json};

use crate::model::{Call, Model, Reply};
use crate::mutant::Mutant;
use crate::recovery_window::earliest_s;

const RESTORE: &[&str] = &["RestoreTableToPointInTime"];
const RECOVERY: &str = "/ContinuousBackupsDescription/PointInTimeRecoveryDescription";

/// Mutants of what restores to a time hold.
pub const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "the-time-is-ignored",
        "PITR-RESTORE-011",
        "Whatever time is asked for, the latest one is restored.",
        |model, call| {
            if call.is(RESTORE) && call.has("RestoreDateTime") {
                return model.pass(
                    &call
                        .without(&["RestoreDateTime"])
                        .with("UseLatestRestorableTime", true),
                );
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "the-second-after-is-in",
        "PITR-RESTORE-011",
        "A restore reaches more than a second past its time.",
        |model, call| shifted(model, &call, 1.25),
    ),
    Mutant::new(
        "the-second-before-is-missing",
        "CONSISTENCY-012",
        "A restore ends more than a second before its time.",
        |model, call| shifted(model, &call, -1.25),
    ),
    Mutant::new(
        "restores-have-the-band-of-backups",
        "CONSISTENCY-009",
        "A restore holds the items of a minute and more before its time.",
        |model, call| shifted(model, &call, -62.0),
    ),
    Mutant::new(
        "deletions-are-lost",
        "PITR-RESTORE-011",
        "What was deleted before the time of a restore is in it all the same.",
        |model, call| {
            if call.is(&["DeleteItem"]) {
                remember_deleted(model, &call);
            }
            let reply = restored(model, &call);
            let source = source_of(model, &call);
            match model.kept(&format!("deleted {source}")) {
                Value::Array(deleted) if call.is(&["Scan"]) => with_lost(reply, &deleted),
                _ => reply,
            }
        },
    ),
    Mutant::new(
        "the-first-version-wins",
        "PITR-RESTORE-011",
        "An item that was updated comes back as it was put.",
        |model, call| {
            if call.is(&["UpdateItem"]) {
                let name = call.text("TableName");
                let asked = json!({ "TableName": name, "Key": call.body()["Key"] });
                let before = model.ask("GetItem", asked).at("/Item");
                let slot = format!("first {name} {}", call.body()["Key"]);
                if before.is_object() && model.kept(&slot).is_null() {
                    model.keep(slot, before);
                }
            }
            let mut reply = restored(model, &call);
            let source = source_of(model, &call);
            if call.is(&["Scan"]) && !source.is_empty() && !call.has("IndexName") {
                let mut items = reply.list("/Items");
                for item in &mut items {
                    let slot = format!("first {source} {}", json!({ "pk": item["pk"] }));
                    if model.kept(&slot).is_object() {
                        *item = model.kept(&slot);
                    }
                }
                reply.put("", "Items", items);
            }
            reply
        },
    ),
    Mutant::new(
        "the-index-of-now",
        "CONSISTENCY-008",
        "The global index of a restored table answers as that of its source does.",
        |model, call| {
            let reply = restored(model, &call);
            let source = source_of(model, &call);
            if call.is(&["Scan"]) && call.has("IndexName") && !source.is_empty() {
                return model.pass(&call.with("TableName", source));
            }
            reply
        },
    ),
    Mutant::new(
        "settings-of-then",
        "RESTORED-SETTINGS-005",
        "A restore to a time takes the capacity that its source had then.",
        |model, call| {
            let name = call.text("TableName");
            if call.is(&["UpdateTable"]) && call.has("ProvisionedThroughput") {
                let described = model.ask("DescribeTable", json!({ "TableName": name }));
                model.keep(
                    format!("capacity {name}"),
                    described.at("/Table/ProvisionedThroughput"),
                );
            }
            let mut reply = restored(model, &call);
            let source = source_of(model, &call);
            let then = model.kept(&format!("capacity {source}"));
            if call.is(&["DescribeTable"]) && then.is_object() {
                reply.put("/Table", "ProvisionedThroughput", then);
            }
            reply
        },
    ),
    Mutant::new(
        "the-source-is-locked",
        "PITR-RESTORE-013",
        "While a restore runs its source takes no writes.",
        |model, call| {
            let target = model
                .kept(&format!("locked {}", call.text("TableName")))
                .as_str()
                .unwrap_or_default()
                .to_owned();
            let described = model.ask("DescribeTable", json!({ "TableName": target }));
            if call.is(&["PutItem"]) && described.text("/Table/TableStatus") == "CREATING" {
                return Reply::error("ResourceInUseException", "Table is being restored");
            }
            let reply = model.pass(&call);
            if call.is(RESTORE) && reply.is_ok() {
                let source = call.text("SourceTableName");
                model.keep(format!("locked {source}"), call.text("TargetTableName"));
            }
            reply
        },
    ),
    Mutant::new(
        "time-to-live-reaches-into-history",
        "PITR-RESTORE-022",
        "A restore lacks the items whose time has come since.",
        |model, call| {
            let mut reply = restored(model, &call);
            if call.is(&["Scan"]) && !source_of(model, &call).is_empty() {
                let whole = model.pass(&call.without(&["Select"]));
                let now_s = model.now_s();
                let mut items = whole.list("/Items");
                items.retain(|item| {
                    let expires_s = item["expires"]["N"].as_str().and_then(|it| it.parse().ok());
                    expires_s.is_none_or(|expires_s: f64| expires_s > now_s)
                });
                reply.put("", "Count", items.len());
                if reply.at("/Items").is_array() {
                    reply.put("", "Items", items);
                }
            }
            reply
        },
    ),
    Mutant::new(
        "a-copy-has-its-sources-window",
        "PITR-RESTORE-023",
        "Recovery of a restored table reaches back as far as that of its source.",
        |model, call| {
            let source = source_of(model, &call);
            let window = model.ask("DescribeContinuousBackups", json!({ "TableName": source }));
            let mut reply = restored(model, &call);
            if let (Some(start_s), Some(_)) = (earliest_s(&window), earliest_s(&reply)) {
                reply.put(RECOVERY, "EarliestRestorableDateTime", start_s);
            }
            reply
        },
    ),
];

/// Restores to so many seconds later, where that time can be restored.
fn shifted(model: &mut Model, call: &Call, by_s: f64) -> Reply {
    if let (true, Some(time_s)) = (call.is(RESTORE), call.body()["RestoreDateTime"].as_f64()) {
        let mut reply = model.pass(&call.with("RestoreDateTime", time_s + by_s));
        if !reply.is_error("InvalidRestoreTimeException") {
            let summary = "/TableDescription/RestoreSummary";
            reply.put(summary, "RestoreDateTime", time_s);
            return reply;
        }
    }
    model.pass(call)
}

/// Lets the model answer, and remembers what a restored table was restored from.
fn restored(model: &mut Model, call: &Call) -> Reply {
    let reply = model.pass(call);
    if call.is(RESTORE) && reply.is_ok() {
        model.keep(
            format!("source {}", call.text("TargetTableName")),
            call.text("SourceTableName"),
        );
    }
    reply
}

/// What the table of a call was restored from; empty if it was not.
fn source_of(model: &Model, call: &Call) -> String {
    let source = model.kept(&format!("source {}", call.text("TableName")));
    source.as_str().unwrap_or_default().to_owned()
}

fn remember_deleted(model: &mut Model, call: &Call) {
    let name = call.text("TableName");
    let asked = json!({ "TableName": name, "Key": call.body()["Key"] });
    let item = model.ask("GetItem", asked).at("/Item");
    if item.is_object() {
        let slot = format!("deleted {name}");
        let mut deleted = model.kept(&slot).as_array().cloned().unwrap_or_default();
        deleted.push(item);
        model.keep(slot, deleted);
    }
}

/// The items of a page and those that are lost in it.
fn with_lost(mut reply: Reply, deleted: &[Value]) -> Reply {
    let mut items = reply.list("/Items");
    for item in deleted {
        if items.iter().all(|it| it["pk"] != item["pk"]) {
            items.push(item.clone());
        }
    }
    reply.put("", "Count", items.len());
    reply.put("", "Items", items);
    reply
}
