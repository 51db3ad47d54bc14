//! Mutants of the pages of ListBackups: LIST-BACKUPS-012 to -018, -021.

use std::cmp::Reverse;

use serde_json::{Value, json};

use crate::list_backups::{keep_if, listed};
use crate::model::Reply;
use crate::mutant::Mutant;

/// Mutants of LIST-BACKUPS on pages.
pub const MUTANTS: &[Mutant] = &[
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
    Mutant::new(
        "a-full-page-comes-again",
        "LIST-BACKUPS-014",
        "A full page has a cursor, and the page after it has its last entry again.",
        |model, call| {
            let arn = call.text("ExclusiveStartBackupArn");
            if call.is(&["ListBackups"]) && !arn.is_empty() && model.kept("full") == arn {
                return Reply::ok(json!({ "BackupSummaries": [model.kept("last")] }));
            }
            let mut reply = model.pass(&call);
            let page = reply.list("/BackupSummaries");
            let is_full = call.body()["Limit"] == page.len();
            if let (true, true, Some(last)) = (call.is(&["ListBackups"]), is_full, page.last()) {
                model.keep("full", last["BackupArn"].clone());
                model.keep("last", last.clone());
                reply.put("", "LastEvaluatedBackupArn", last["BackupArn"].clone());
            }
            reply
        },
    ),
];
