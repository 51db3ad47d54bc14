//! Mutants of what ListBackups lists: LIST-BACKUPS, but for pages.

use serde_json::{Value, json};

use crate::model::{Call, Model, Reply, every_object, put, remove};
use crate::mutant::Mutant;

/// Mutants of LIST-BACKUPS on filters and summaries.
pub const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "a-table-must-be-named",
        "LIST-BACKUPS-001",
        "ListBackups lists one table's backups at most.",
        |model, call| {
            listed(model, &call, |_, call, reply| {
                if !call.has("TableName") {
                    let first = reply.at("/BackupSummaries/0/TableName");
                    keep_if(reply, |backup| backup["TableName"] == first);
                }
            })
        },
    ),
    Mutant::new(
        "system-means-user",
        "LIST-BACKUPS-002",
        "The type SYSTEM is ignored.",
        |model, call| {
            let known = call.text("BackupType") != "SYSTEM";
            model.pass(&if known {
                call
            } else {
                call.without(&["BackupType"])
            })
        },
    ),
    Mutant::new(
        "system-by-default",
        "LIST-BACKUPS-002",
        "Without a type SYSTEM backups are listed.",
        |model, call| {
            if call.is(&["ListBackups"]) && !call.has("BackupType") {
                return model.pass(&call.with("BackupType", "SYSTEM"));
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "all-means-system",
        "LIST-BACKUPS-003",
        "The type ALL lists SYSTEM backups alone.",
        |model, call| {
            if call.text("BackupType") == "ALL" {
                return model.pass(&call.with("BackupType", "SYSTEM"));
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "aws-backup-means-all",
        "LIST-BACKUPS-004",
        "The type AWS_BACKUP lists everything.",
        |model, call| {
            if call.text("BackupType") == "AWS_BACKUP" {
                return model.pass(&call.with("BackupType", "ALL"));
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "table-name-is-ignored",
        "LIST-BACKUPS-005",
        "TableName does not narrow the list.",
        |model, call| {
            let wide = if call.is(&["ListBackups"]) {
                call.without(&["TableName"])
            } else {
                call
            };
            model.pass(&wide)
        },
    ),
    Mutant::new(
        "only-the-living-incarnation",
        "LIST-BACKUPS-005",
        "TableName lists the backups of the table that has the name now.",
        |model, call| {
            listed(model, &call, |model, call, reply| {
                let live = model.ask(
                    "DescribeTable",
                    json!({ "TableName": call.text("TableName") }),
                );
                if live.is_ok() {
                    keep_if(reply, |backup| {
                        backup["TableId"] == live.at("/Table/TableId")
                    });
                }
            })
        },
    ),
    Mutant::new(
        "unknown-tables-are-refused",
        "LIST-BACKUPS-006",
        "ListBackups refuses a table that does not exist.",
        |model, call| {
            let live = model.ask(
                "DescribeTable",
                json!({ "TableName": call.text("TableName") }),
            );
            if call.is(&["ListBackups"])
                && call.has("TableName")
                && live.is_error("ResourceNotFoundException")
            {
                return Reply::error(
                    "TableNotFoundException",
                    format!("Table not found: {}", call.text("TableName")),
                );
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "summaries-without-table-id",
        "LIST-BACKUPS-007",
        "A summary does not tell the table's id.",
        |model, call| {
            listed(model, &call, |_, _, reply| {
                every_object(&mut reply.body, &mut |object| remove(object, "TableId"))
            })
        },
    ),
    Mutant::new(
        "summaries-without-size",
        "LIST-BACKUPS-007",
        "A summary does not tell the size.",
        |model, call| {
            listed(model, &call, |_, _, reply| {
                every_object(&mut reply.body, &mut |object| {
                    remove(object, "BackupSizeBytes")
                })
            })
        },
    ),
    Mutant::new(
        "deleted-backups-are-listed",
        "LIST-BACKUPS-008",
        "Deleted backups stay in the list as DELETED.",
        |model, call| {
            let mut reply = model.pass(&call);
            if call.is(&["DeleteBackup"]) && reply.is_ok() {
                let mut summary = reply.at("/BackupDescription/BackupDetails");
                put(
                    &mut summary,
                    "TableName",
                    reply.at("/BackupDescription/SourceTableDetails/TableName"),
                );
                let mut known = model
                    .kept("deleted")
                    .as_array()
                    .cloned()
                    .unwrap_or_default();
                known.push(summary);
                model.keep("deleted", known);
            } else if call.is(&["ListBackups"]) && reply.is_ok() {
                let mut all = reply.list("/BackupSummaries");
                all.extend(
                    model
                        .kept("deleted")
                        .as_array()
                        .cloned()
                        .unwrap_or_default(),
                );
                reply.put("", "BackupSummaries", all);
            }
            reply
        },
    ),
    Mutant::new(
        "bounds-swapped",
        "LIST-BACKUPS-009",
        "The lower bound of the time range is taken as the upper one.",
        |model, call| {
            if !call.is(&["ListBackups"]) {
                return model.pass(&call);
            }
            model.pass(&call.edited(|body| {
                let (lower, upper) = (
                    body["TimeRangeLowerBound"].take(),
                    body["TimeRangeUpperBound"].take(),
                );
                remove(body, "TimeRangeLowerBound");
                remove(body, "TimeRangeUpperBound");
                if !lower.is_null() {
                    put(body, "TimeRangeUpperBound", lower);
                }
                if !upper.is_null() {
                    put(body, "TimeRangeLowerBound", upper);
                }
            }))
        },
    ),
    Mutant::new(
        "the-lower-bound-is-exclusive",
        "LIST-BACKUPS-009",
        "A backup created at the lower bound is not listed.",
        |model, call| {
            listed(model, &call, |_, call, reply| {
                let lower = call.body()["TimeRangeLowerBound"].as_f64();
                keep_if(reply, |backup| {
                    lower.is_none() || backup["BackupCreationDateTime"].as_f64() > lower
                });
            })
        },
    ),
    Mutant::new(
        "bounds-in-whole-seconds",
        "LIST-BACKUPS-009",
        "Bounds of the time range are rounded up to the second.",
        |model, call| {
            if !call.is(&["ListBackups"]) {
                return model.pass(&call);
            }
            model.pass(&call.edited(|body| {
                for bound in ["TimeRangeLowerBound", "TimeRangeUpperBound"] {
                    if let Some(seconds) = body.get(bound).and_then(Value::as_f64) {
                        put(body, bound, seconds.ceil());
                    }
                }
            }))
        },
    ),
    Mutant::new(
        "time-bounds-are-ignored",
        "LIST-BACKUPS-009",
        "The time range does not narrow the list.",
        |model, call| model.pass(&call.without(&["TimeRangeLowerBound", "TimeRangeUpperBound"])),
    ),
    Mutant::new(
        "an-inverted-range-is-empty",
        "LIST-BACKUPS-010",
        "An inverted time range lists nothing.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["ListBackups"])
                && call.has("TimeRangeLowerBound")
                && reply.is_error("ValidationException")
            {
                return Reply::ok(json!({ "BackupSummaries": [] }));
            }
            reply
        },
    ),
    Mutant::new(
        "equal-bounds-are-refused",
        "LIST-BACKUPS-011",
        "Equal bounds of the time range are refused.",
        |model, call| {
            let body = call.body();
            if call.has("TimeRangeLowerBound")
                && body["TimeRangeLowerBound"] == body["TimeRangeUpperBound"]
            {
                return Reply::invalid("The lower bound must be below the upper bound");
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "listed-when-finished",
        "LIST-BACKUPS-020",
        "A backup is listed once it is AVAILABLE.",
        |model, call| {
            listed(model, &call, |_, _, reply| {
                keep_if(reply, |backup| backup["BackupStatus"] == "AVAILABLE")
            })
        },
    ),
];

/// A successful ListBackups with its answer changed; any other call as it is.
pub fn listed(
    model: &mut Model,
    call: &Call,
    change: impl FnOnce(&mut Model, &Call, &mut Reply),
) -> Reply {
    let mut reply = model.pass(call);
    if call.is(&["ListBackups"]) && reply.is_ok() {
        change(model, call, &mut reply);
    }
    reply
}

/// Leaves summaries out.
pub fn keep_if(reply: &mut Reply, keep: impl Fn(&Value) -> bool) {
    let mut page = reply.list("/BackupSummaries");
    page.retain(keep);
    reply.put("", "BackupSummaries", page);
}
