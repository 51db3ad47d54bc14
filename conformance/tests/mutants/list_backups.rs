//! Mutants of ListBackups: LIST-BACKUPS.

use std::cmp::Reverse;

use serde_json::{Value, json};

use crate::model::{Call, Model, Reply, every_object, put, remove};
use crate::mutant::Mutant;

/// Mutants of LIST-BACKUPS.
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
        "the-limit-is-ignored",
        "LIST-BACKUPS-012",
        "ListBackups ignores Limit.",
        |model, call| {
            let whole = if call.is(&["ListBackups"]) {
                call.without(&["Limit"])
            } else {
                call
            };
            model.pass(&whole)
        },
    ),
    Mutant::new(
        "the-cursor-is-always-there",
        "LIST-BACKUPS-013",
        "Every page has a cursor, also the last one.",
        |model, call| {
            listed(model, &call, |_, call, reply| {
                let last = reply
                    .list("/BackupSummaries")
                    .last()
                    .map(|backup| backup["BackupArn"].clone());
                let start = call.body()["ExclusiveStartBackupArn"].clone();
                reply.put("", "LastEvaluatedBackupArn", last.unwrap_or(start));
            })
        },
    ),
    Mutant::new(
        "the-cursor-is-the-next-entry",
        "LIST-BACKUPS-013",
        "The cursor names the first entry of the next page, which is then left out.",
        |model, call| {
            listed(model, &call, |model, call, reply| {
                if let Value::String(last) = reply.at("/LastEvaluatedBackupArn") {
                    let rest = model.pass(&call.with("ExclusiveStartBackupArn", last));
                    reply.put(
                        "",
                        "LastEvaluatedBackupArn",
                        rest.at("/BackupSummaries/0/BackupArn"),
                    );
                }
            })
        },
    ),
    Mutant::new(
        "no-cursor-at-all",
        "LIST-BACKUPS-013",
        "A page that leaves something out has no cursor.",
        |model, call| {
            listed(model, &call, |_, _, reply| {
                reply.remove("", "LastEvaluatedBackupArn")
            })
        },
    ),
    Mutant::new(
        "the-cursor-must-exist",
        "LIST-BACKUPS-015",
        "A cursor that names no backup is refused.",
        |model, call| {
            let described = model.ask(
                "DescribeBackup",
                json!({ "BackupArn": call.text("ExclusiveStartBackupArn") }),
            );
            if call.has("ExclusiveStartBackupArn") && !described.is_ok() {
                return Reply::error("BackupNotFoundException", "The cursor names no backup");
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "the-cursor-is-included",
        "LIST-BACKUPS-015",
        "A page begins with the entry that the cursor names.",
        |model, call| {
            listed(model, &call, |model, call, reply| {
                let start = call.body()["ExclusiveStartBackupArn"].clone();
                let all = model
                    .ask("ListBackups", json!({ "BackupType": "ALL" }))
                    .list("/BackupSummaries");
                if let Some(backup) = all.into_iter().find(|backup| backup["BackupArn"] == start) {
                    let mut page = reply.list("/BackupSummaries");
                    page.insert(0, backup);
                    reply.put("", "BackupSummaries", page);
                }
            })
        },
    ),
    Mutant::new(
        "a-cursor-of-any-region",
        "LIST-BACKUPS-016",
        "The region of a cursor is not looked at.",
        |model, call| {
            let region = model.caller().region.clone();
            let cursor = call.text("ExclusiveStartBackupArn");
            if call.is(&["ListBackups"]) && !cursor.is_empty() {
                let mut parts: Vec<&str> = cursor.split(':').collect();
                if let Some(part) = parts.get_mut(3) {
                    *part = &region;
                }
                return model.pass(&call.with("ExclusiveStartBackupArn", parts.join(":")));
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "newest-first",
        "LIST-BACKUPS-017",
        "A page lists the newest backup first.",
        |model, call| {
            listed(model, &call, |_, _, reply| {
                let mut page = reply.list("/BackupSummaries");
                page.sort_by_key(|backup| Reverse(backup["BackupArn"].to_string()));
                reply.put("", "BackupSummaries", page);
            })
        },
    ),
    Mutant::new(
        "pages-overlap",
        "LIST-BACKUPS-018",
        "A page begins with the last entry of the one before.",
        |model, call| {
            listed(model, &call, |model, call, reply| {
                let start = call.body()["ExclusiveStartBackupArn"].clone();
                let all = model
                    .ask("ListBackups", json!({ "BackupType": "ALL" }))
                    .list("/BackupSummaries");
                if let Some(backup) = all.into_iter().find(|backup| backup["BackupArn"] == start) {
                    let mut page = reply.list("/BackupSummaries");
                    page.insert(0, backup);
                    reply.put("", "BackupSummaries", page);
                }
            })
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
    Mutant::new(
        "limit-before-filter",
        "LIST-BACKUPS-021",
        "Limit counts entries before TableName and the time range leave some out.",
        |model, call| {
            if !call.is(&["ListBackups"]) {
                return model.pass(&call);
            }
            let page = model.pass(&call.without(&[
                "TableName",
                "TimeRangeLowerBound",
                "TimeRangeUpperBound",
            ]));
            let wanted = model.pass(&call.without(&["Limit", "ExclusiveStartBackupArn"]));
            if !page.is_ok() || !wanted.is_ok() {
                return wanted;
            }
            let wanted = wanted.list("/BackupSummaries");
            let mut reply = page;
            keep_if(&mut reply, |backup| wanted.contains(backup));
            reply
        },
    ),
];

/// A successful ListBackups with its answer changed; any other call as it is.
fn listed(
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
fn keep_if(reply: &mut Reply, keep: impl Fn(&Value) -> bool) {
    let mut page = reply.list("/BackupSummaries");
    page.retain(keep);
    reply.put("", "BackupSummaries", page);
}
