//! Mutants of what a backup holds: BACKUP-CREATE, CONSISTENCY, RESTORED-SETTINGS on items.
//!
//! The model keeps a backup out of reach, so a mutant changes what the backup is *of*: it edits the items of the
//! live table, takes the backup and puts the items back, all at one instant. Or it takes another backup later, or
//! another one's place, and restores from that.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::model::{Call, Model, Reply, every_object, put};
use crate::mutant::Mutant;

/// Mutants of what a backup holds.
pub const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "a-backup-is-the-live-table",
        "BACKUP-CREATE-017",
        "A restore copies the source as it is then.",
        |model, call| {
            if call.is(&["RestoreTableFromBackup"]) {
                let arn = call.text("BackupArn");
                if let Some(fresh) = another(model, &arn) {
                    return restore_from(model, &call, &fresh, &arn);
                }
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "live-items-in-an-old-backup",
        "SURVIVAL-005",
        "A restore copies the source's items as they are then.",
        |model, call| {
            if call.is(&["RestoreTableFromBackup"]) {
                let arn = call.text("BackupArn");
                if let Some(fresh) = another(model, &arn) {
                    return restore_from(model, &call, &fresh, &arn);
                }
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "incremental-backups",
        "BACKUP-CREATE-008",
        "A later backup holds only what changed since the one before.",
        |model, call| {
            let name = call.text("TableName");
            let before = model.kept(&name).as_array().cloned().unwrap_or_default();
            if call.is(&["CreateBackup"]) {
                let now = items(model, &name);
                model.keep(name, now);
            }
            backup_of(model, &call, |items| {
                items.retain(|item| !before.contains(item))
            })
        },
    ),
    Mutant::new(
        "the-first-page-only",
        "BACKUP-CREATE-008",
        "A backup holds the first megabyte of its table.",
        |model, call| {
            backup_of(model, &call, |items| {
                let mut bytes = 0;
                items.retain(|item| {
                    bytes += item.to_string().len();
                    bytes < 1_000_000
                });
            })
        },
    ),
    Mutant::new(
        "writes-of-two-minutes-are-missing",
        "CONSISTENCY-001",
        "A backup lacks what was written in the two minutes before it.",
        |model, call| {
            let young: Vec<String> = model
                .memory
                .iter()
                .filter(|(_, at_s)| {
                    at_s.as_f64()
                        .is_some_and(|at_s| model.now_s() - at_s < 120.0)
                })
                .map(|(key, _)| key.clone())
                .collect();
            let reply = backup_of(model, &call, |items| {
                items.retain(|item| !young.contains(&item["pk"].to_string()))
            });
            for key in written(&call) {
                let now_s = model.now_s();
                model.keep(key, now_s);
            }
            reply
        },
    ),
    Mutant::new(
        "writes-of-two-minutes-after-are-in",
        "CONSISTENCY-002",
        "A backup takes up what is written in the two minutes after it.",
        |model, call| {
            let reply = restored_elsewhere(model, &call);
            if call.is(&["CreateBackup"]) && reply.is_ok() {
                let until_s = model.now_s() + 120.0;
                model.keep(
                    format!("until {}", reply.text("/BackupDetails/BackupArn")),
                    until_s,
                );
            }
            if reply.is_ok() && !written(&call).is_empty() {
                for (name, until_s) in model.memory.clone() {
                    let open = until_s
                        .as_f64()
                        .is_some_and(|until_s| model.now_s() < until_s);
                    if let (true, Some(arn)) = (open, name.strip_prefix("until "))
                        && let Some(fresh) = another(model, arn)
                    {
                        model.keep(arn, fresh);
                    }
                }
            }
            reply
        },
    ),
    Mutant::new(
        "a-backup-is-cut-when-it-is-looked-at",
        "BACKUP-CREATE-020",
        "The cut is made when the backup is first seen AVAILABLE.",
        |model, call| {
            let arn = call.text("BackupArn");
            let reply = restored_elsewhere(model, &call);
            let seen = reply.text("/BackupDescription/BackupDetails/BackupStatus") == "AVAILABLE";
            if call.is(&["DescribeBackup"])
                && seen
                && !model.memory.contains_key(&arn)
                && let Some(fresh) = another(model, &arn)
            {
                model.keep(arn, fresh);
            }
            reply
        },
    ),
    Mutant::new(
        "torn-items",
        "CONSISTENCY-005",
        "A backup mixes an item's last two versions.",
        |model, call| {
            let name = call.text("TableName");
            if call.is(&["PutItem", "UpdateItem"]) {
                for item in items(model, &name) {
                    model.keep(item["pk"].to_string(), item);
                }
            }
            let earlier = model.memory.clone();
            backup_of(model, &call, |items| {
                for item in items {
                    let before = earlier
                        .get(&item["pk"].to_string())
                        .and_then(Value::as_object);
                    let last =
                        before.and_then(|members| members.iter().rfind(|(name, _)| *name != "pk"));
                    if let Some((name, value)) = last {
                        put(item, name, value.clone());
                    }
                }
            })
        },
    ),
    Mutant::new(
        "expired-items-are-left-out",
        "CONSISTENCY-011",
        "A backup lacks items whose time to live is over.",
        |model, call| {
            let settings = model.ask(
                "DescribeTimeToLive",
                json!({ "TableName": call.text("TableName") }),
            );
            let attribute = settings
                .text("/TimeToLiveDescription/AttributeName")
                .to_owned();
            let now_s = model.now_s();
            backup_of(model, &call, |items| {
                items.retain(|item| {
                    let expires_s = item[&attribute]["N"]
                        .as_str()
                        .and_then(|text| text.parse::<f64>().ok());
                    expires_s.is_none_or(|expires_s| expires_s > now_s)
                });
            })
        },
    ),
    Mutant::new(
        "later-backups-repeat-the-first",
        "CONSISTENCY-013",
        "Every restore takes the table's first backup.",
        |model, call| {
            let reply = restored_elsewhere(model, &call);
            if call.is(&["CreateBackup"]) && reply.is_ok() {
                let arn = reply.at("/BackupDetails/BackupArn");
                let first = model
                    .memory
                    .entry(call.text("TableName"))
                    .or_insert(arn.clone())
                    .clone();
                model.keep(arn.as_str().unwrap(), first);
            }
            reply
        },
    ),
    Mutant::new(
        "numbers-through-doubles",
        "RESTORED-SETTINGS-019",
        "A backup keeps numbers as doubles.",
        |model, call| {
            backup_of(model, &call, |items| {
                for item in items {
                    every_object(item, &mut |object| {
                        let number = object
                            .get("N")
                            .and_then(Value::as_str)
                            .and_then(|text| text.parse::<f64>().ok());
                        if let Some(number) = number {
                            put(object, "N", format!("{number:e}"));
                        }
                    });
                }
            })
        },
    ),
    Mutant::new(
        "empty-strings-are-lost",
        "RESTORED-SETTINGS-019",
        "A backup drops attributes that are empty strings.",
        |model, call| {
            backup_of(model, &call, |items| {
                for item in items {
                    item.as_object_mut()
                        .unwrap()
                        .retain(|_, value| *value != json!({ "S": "" }));
                }
            })
        },
    ),
    Mutant::new(
        "booleans-become-numbers",
        "ITEM-001",
        "A backup keeps truth values as 0 and 1.",
        |model, call| {
            backup_of(model, &call, |items| {
                for item in items {
                    every_object(item, &mut |object| {
                        if let Some(truth) = object.get("BOOL").and_then(Value::as_bool) {
                            *object = json!({ "N": u8::from(truth).to_string() });
                        }
                    });
                }
            })
        },
    ),
    Mutant::new(
        "binary-keys-are-text",
        "ITEM-023",
        "A backup drops items whose keys are not strings.",
        |model, call| {
            backup_of(model, &call, |items| {
                items.retain(|item| item["pk"].get("S").is_some())
            })
        },
    ),
];

/// Takes the backup that `call` asks for of an edited table, and puts the table back; passes any other call on.
fn backup_of(model: &mut Model, call: &Call, edit: impl FnOnce(&mut Vec<Value>)) -> Reply {
    if !call.is(&["CreateBackup"]) {
        return model.pass(call);
    }
    let table = call.text("TableName");
    let before = items(model, &table);
    let mut after = before.clone();
    edit(&mut after);
    exchange(model, &table, &before, &after);
    let reply = model.pass(call);
    exchange(model, &table, &after, &before);
    reply
}

/// Makes a table that holds `before` hold `after`.
fn exchange(model: &mut Model, table: &str, before: &[Value], after: &[Value]) {
    let keys = key_names(model, table);
    for item in before.iter().filter(|item| !after.contains(item)) {
        let key: BTreeMap<&str, &Value> = keys
            .iter()
            .map(|name| (name.as_str(), &item[name]))
            .collect();
        model.ask("DeleteItem", json!({ "TableName": table, "Key": key }));
    }
    for item in after.iter().filter(|item| !before.contains(item)) {
        model.ask("PutItem", json!({ "TableName": table, "Item": item }));
    }
}

/// Every item of a table.
pub fn items(model: &mut Model, table: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let mut request = json!({ "TableName": table, "ConsistentRead": true });
    loop {
        let page = model.ask("Scan", request.clone());
        items.extend(page.list("/Items"));
        match page.at("/LastEvaluatedKey") {
            Value::Null => return items,
            key => put(&mut request, "ExclusiveStartKey", key),
        }
    }
}

fn key_names(model: &mut Model, table: &str) -> Vec<String> {
    let described = model.ask("DescribeTable", json!({ "TableName": table }));
    let keys = described.list("/Table/KeySchema");
    keys.iter()
        .map(|key| key["AttributeName"].as_str().unwrap().to_owned())
        .collect()
}

/// The partition keys of what a call writes.
fn written(call: &Call) -> Vec<String> {
    let body = call.body();
    match call.operation() {
        "PutItem" => vec![body["Item"]["pk"].to_string()],
        "UpdateItem" => vec![body["Key"]["pk"].to_string()],
        "BatchWriteItem" => {
            let mut keys = Vec::new();
            every_object(&mut body["RequestItems"].clone(), &mut |object| {
                if let Some(key) = object.get("Item").and_then(|item| item.get("pk")) {
                    keys.push(key.to_string());
                }
            });
            keys
        }
        _ => Vec::new(),
    }
}

/// Takes another backup of the table that a backup is of, if it is still there, and gives its ARN.
pub fn another(model: &mut Model, arn: &str) -> Option<String> {
    let table = arn.split("/backup/").next()?;
    let fresh = model.ask(
        "CreateBackup",
        json!({ "TableName": table, "BackupName": "fresh" }),
    );
    model.advance(0.2);
    Some(fresh.text("/BackupDetails/BackupArn").to_owned()).filter(|fresh| !fresh.is_empty())
}

/// Restores from the backup that is remembered for the one asked for, if there is one; passes any other call on.
fn restored_elsewhere(model: &mut Model, call: &Call) -> Reply {
    let arn = call.text("BackupArn");
    match model.kept(&arn).as_str() {
        Some(other) if call.is(&["RestoreTableFromBackup"]) => {
            restore_from(model, call, other, &arn)
        }
        _ => model.pass(call),
    }
}

/// Restores from another backup than the one asked for, under the name of the one asked for.
pub fn restore_from(model: &mut Model, call: &Call, fresh: &str, asked: &str) -> Reply {
    let reply = model.pass(&call.with("BackupArn", fresh));
    reply.rewritten(|text| text.replace(fresh, asked))
}
