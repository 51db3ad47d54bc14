//! Mutants of what a restored table inherits: RESTORED-SETTINGS, STREAM-001.

use serde_json::{Value, json};

use crate::content::items;
use crate::model::{Call, Model, Reply, every_object, put};
use crate::mutant::Mutant;

const RESTORE: &[&str] = &["RestoreTableFromBackup"];

/// Mutants of RESTORED-SETTINGS.
pub const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "a-restored-table-has-one-key",
        "RESTORED-SETTINGS-001",
        "A restored table tells its partition key alone.",
        |model, call| {
            let mut reply = passed(model, &call);
            if is_restored(model, &call) {
                for table in ["/Table", "/TableDescription"] {
                    let mut keys = reply.list(&format!("{table}/KeySchema"));
                    keys.truncate(1);
                    reply.put(table, "KeySchema", keys);
                }
            }
            reply
        },
    ),
    Mutant::new(
        "indexes-of-the-live-table",
        "RESTORED-SETTINGS-002",
        "A restored table gets the indexes that its source has now.",
        |model, call| from_live(model, &call, "GlobalSecondaryIndexes"),
    ),
    Mutant::new(
        "restored-tables-are-on-demand",
        "RESTORED-SETTINGS-003",
        "A restored table is on demand unless something else is asked for.",
        |model, call| {
            if call.is(RESTORE)
                && !call.has("BillingModeOverride")
                && !call.has("ProvisionedThroughputOverride")
            {
                let whole = model.pass(&call.with("BillingModeOverride", "PAY_PER_REQUEST"));
                return if whole.is_ok() {
                    whole
                } else {
                    model.pass(&call)
                };
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "the-billing-override-is-ignored",
        "RESTORED-SETTINGS-003",
        "BillingModeOverride is accepted and has no effect.",
        |model, call| {
            if call.is(RESTORE)
                && call.has("BillingModeOverride")
                && model
                    .ask(
                        "DescribeBackup",
                        json!({ "BackupArn": call.text("BackupArn") }),
                    )
                    .is_ok()
            {
                return model.pass(&call.without(&[
                    "BillingModeOverride",
                    "ProvisionedThroughputOverride",
                    "OnDemandThroughputOverride",
                    "GlobalSecondaryIndexOverride",
                ]));
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "capacity-of-the-live-source",
        "RESTORED-SETTINGS-004",
        "A restored table gets the capacity that its source has now.",
        |model, call| from_live(model, &call, "ProvisionedThroughput"),
    ),
    Mutant::new(
        "one-unit-after-a-restore",
        "RESTORED-SETTINGS-004",
        "A restored table has one unit of capacity.",
        |model, call| {
            let mut reply = passed(model, &call);
            if is_restored(model, &call) && reply.at("/Table/BillingModeSummary").is_null() {
                reply.put("/Table/ProvisionedThroughput", "ReadCapacityUnits", 1);
            }
            reply
        },
    ),
    Mutant::new(
        "maxima-are-not-restored",
        "RESTORED-SETTINGS-006",
        "On-demand maxima of the backup are lost.",
        |model, call| {
            let mut reply = passed(model, &call);
            if is_restored(model, &call) {
                reply.remove("/Table", "OnDemandThroughput");
                reply.remove("/TableDescription", "OnDemandThroughput");
            }
            reply
        },
    ),
    Mutant::new(
        "encryption-is-not-restored",
        "RESTORED-SETTINGS-007",
        "A restored table uses the service's own key.",
        |model, call| {
            let mut reply = passed(model, &call);
            if is_restored(model, &call) {
                reply.remove("/Table", "SSEDescription");
            }
            reply
        },
    ),
    Mutant::new(
        "streams-are-restored",
        "RESTORED-SETTINGS-009",
        "A restored table has the stream that the backup records.",
        |model, call| {
            let stream = recorded(model, &call, "StreamDescription");
            afterwards(model, &call, stream, |model, name, stream| {
                model.ask(
                    "UpdateTable",
                    json!({ "TableName": name, "StreamSpecification": stream }),
                );
            })
        },
    ),
    Mutant::new(
        "streams-are-continued",
        "STREAM-001",
        "A restored table has the stream of its source.",
        |model, call| {
            let mut reply = passed(model, &call);
            if is_restored(model, &call)
                && reply.at("/Table/TableStatus") == "ACTIVE"
                && reply.at("/Table/LatestStreamArn").is_null()
            {
                let arn = format!(
                    "{}/stream/2026-01-01T00:00:00.000",
                    reply.text("/Table/TableArn")
                );
                reply.put("/Table", "LatestStreamArn", arn);
            }
            reply
        },
    ),
    Mutant::new(
        "time-to-live-is-restored",
        "RESTORED-SETTINGS-010",
        "A restored table has the time to live that the backup records.",
        |model, call| {
            let ttl = recorded(model, &call, "TimeToLiveDescription");
            afterwards(model, &call, ttl, |model, name, ttl| {
                let specification =
                    json!({ "Enabled": true, "AttributeName": ttl["AttributeName"] });
                model.ask(
                    "UpdateTimeToLive",
                    json!({ "TableName": name, "TimeToLiveSpecification": specification }),
                );
            })
        },
    ),
    Mutant::new(
        "point-in-time-recovery-is-restored",
        "RESTORED-SETTINGS-011",
        "Point-in-time recovery is on for a restored table.",
        |model, call| {
            afterwards(model, &call, json!(true), |model, name, _| {
                let specification = json!({ "PointInTimeRecoveryEnabled": true });
                model.ask(
                    "UpdateContinuousBackups",
                    json!({ "TableName": name, "PointInTimeRecoverySpecification": specification }),
                );
            })
        },
    ),
    Mutant::new(
        "tags-are-restored",
        "RESTORED-SETTINGS-012",
        "A restored table has its source's tags.",
        |model, call| {
            let source = call
                .text("BackupArn")
                .split("/backup/")
                .next()
                .unwrap_or_default()
                .to_owned();
            let tags = model
                .ask("ListTagsOfResource", json!({ "ResourceArn": source }))
                .at("/Tags");
            afterwards(model, &call, tags, |model, name, tags| {
                let table = model.ask("DescribeTable", json!({ "TableName": name }));
                model.ask(
                    "TagResource",
                    json!({ "ResourceArn": table.at("/Table/TableArn"), "Tags": tags }),
                );
            })
        },
    ),
    Mutant::new(
        "the-table-class-is-restored",
        "RESTORED-SETTINGS-013",
        "A restored table has its source's class.",
        |model, call| {
            let class = live(model, &call, "TableClassSummary");
            afterwards(model, &call, class, |model, name, class| {
                model.ask(
                    "UpdateTable",
                    json!({ "TableName": name, "TableClass": class["TableClass"] }),
                );
                model.advance(1.0);
            })
        },
    ),
    Mutant::new(
        "deletion-protection-is-restored",
        "RESTORED-SETTINGS-014",
        "A restored table is protected like its source.",
        |model, call| {
            let protected = live(model, &call, "DeletionProtectionEnabled");
            afterwards(model, &call, protected, |model, name, protected| {
                model.ask(
                    "UpdateTable",
                    json!({ "TableName": name, "DeletionProtectionEnabled": protected }),
                );
            })
        },
    ),
    Mutant::new(
        "restored-tables-cannot-be-changed",
        "RESTORED-SETTINGS-018",
        "Settings of a restored table cannot be changed.",
        |model, call| {
            let reply = passed(model, &call);
            if call.is(&["UpdateTable", "UpdateTimeToLive"]) && is_restored(model, &call) {
                return Reply::invalid("A restored table cannot be changed");
            }
            reply
        },
    ),
    Mutant::new(
        "large-items-are-left-out",
        "RESTORED-SETTINGS-019",
        "A restore leaves items above 64 KB out.",
        |model, call| {
            afterwards(model, &call, json!(true), |model, name, _| {
                for item in items(model, name)
                    .into_iter()
                    .filter(|item| item.to_string().len() > 65_536)
                {
                    model.ask(
                        "DeleteItem",
                        json!({ "TableName": name, "Key": { "pk": item["pk"] } }),
                    );
                }
            })
        },
    ),
    Mutant::new(
        "expired-items-are-not-restored",
        "RESTORED-SETTINGS-020",
        "A restore leaves expired items out.",
        |model, call| {
            let ttl = recorded(model, &call, "TimeToLiveDescription");
            afterwards(model, &call, ttl, |model, name, ttl| {
                let attribute = ttl["AttributeName"].as_str().unwrap_or_default().to_owned();
                let now_s = model.now_s();
                for item in items(model, name) {
                    let expires_s = item[&attribute]["N"]
                        .as_str()
                        .and_then(|text| text.parse::<f64>().ok());
                    if expires_s.is_some_and(|expires_s| expires_s < now_s) {
                        model.ask(
                            "DeleteItem",
                            json!({ "TableName": name, "Key": { "pk": item["pk"] } }),
                        );
                    }
                }
            })
        },
    ),
];

/// What the model answers; the names of restored tables are remembered.
fn passed(model: &mut Model, call: &Call) -> Reply {
    let reply = model.pass(call);
    if call.is(RESTORE) && reply.is_ok() {
        model.keep(call.text("TargetTableName"), json!({}));
    }
    reply
}

/// Whether a call is about a table that was restored.
fn is_restored(model: &Model, call: &Call) -> bool {
    model.memory.contains_key(&call.text("TableName"))
        || model.memory.contains_key(&call.text("TargetTableName"))
}

/// What the backup of a restore records of a feature.
fn recorded(model: &mut Model, call: &Call, feature: &str) -> Value {
    let described = model.ask(
        "DescribeBackup",
        json!({ "BackupArn": call.text("BackupArn") }),
    );
    described.at(&format!(
        "/BackupDescription/SourceTableFeatureDetails/{feature}"
    ))
}

/// What the source table of a restore says now.
fn live(model: &mut Model, call: &Call, member: &str) -> Value {
    let source = call
        .text("BackupArn")
        .split("/backup/")
        .next()
        .unwrap_or_default()
        .to_owned();
    model
        .ask("DescribeTable", json!({ "TableName": source }))
        .at(&format!("/Table/{member}"))
}

/// A restored table is described with a member of its source as it is now.
fn from_live(model: &mut Model, call: &Call, member: &str) -> Reply {
    let mut value = live(model, call, member);
    // Without what the source alone has.
    every_object(&mut value, &mut |object| {
        if object.get("ReadCapacityUnits").is_some() {
            put(object, "NumberOfDecreasesToday", 0);
        }
    });
    let mut reply = model.pass(call);
    if call.is(RESTORE) && reply.is_ok() {
        model.keep(call.text("TargetTableName"), value);
    }
    if let Some(value) = model.memory.get(&call.text("TableName")) {
        reply.put("/Table", member, value.clone());
    }
    reply
}

/// Does something to a restored table as soon as it is seen ACTIVE, if there is a value to do it with.
fn afterwards(
    model: &mut Model,
    call: &Call,
    value: Value,
    act: fn(&mut Model, &str, &Value),
) -> Reply {
    let reply = model.pass(call);
    if call.is(RESTORE) && reply.is_ok() && !value.is_null() {
        model.keep(call.text("TargetTableName"), value);
    }
    let name = call.text("TableName");
    if reply.at("/Table/TableStatus") == "ACTIVE"
        && let Some(value) = model.memory.remove(&name)
    {
        act(model, &name, &value);
        return model.pass(call);
    }
    reply
}
