//! Mutants of indexes and overrides in a restore: RESTORE-017 to -026, CONSISTENCY-008.

use serde_json::{Value, json};

use crate::model::{Call, Model, Reply, every_object, put, remove};
use crate::mutant::Mutant;

const RESTORE: &[&str] = &["RestoreTableFromBackup"];

/// Mutants of RESTORE on indexes and overrides.
pub const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "indexes-only-on-request",
        "RESTORE-017",
        "Without overrides a restore has no indexes.",
        |model, call| {
            if call.is(RESTORE)
                && !call.has("GlobalSecondaryIndexOverride")
                && !call.has("LocalSecondaryIndexOverride")
            {
                return model.pass(&call.edited(|body| {
                    put(body, "GlobalSecondaryIndexOverride", json!([]));
                    put(body, "LocalSecondaryIndexOverride", json!([]));
                }));
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "restored-indexes-are-empty",
        "RESTORE-017",
        "A restored index is described and holds nothing.",
        |model, call| {
            let mut reply = model.pass(&call);
            if call.is(RESTORE) && reply.is_ok() {
                model.keep(call.text("TargetTableName"), true);
            }
            if call.has("IndexName") && model.memory.contains_key(&call.text("TableName")) {
                reply.put("", "Items", json!([]));
                reply.put("", "Count", 0);
            }
            reply
        },
    ),
    Mutant::new(
        "global-indexes-never-settle",
        "CONSISTENCY-008",
        "A restored index lacks an item for good.",
        |model, call| {
            let mut reply = model.pass(&call);
            if call.is(RESTORE) && reply.is_ok() {
                model.keep(call.text("TargetTableName"), true);
            }
            if call.has("IndexName") && model.memory.contains_key(&call.text("TableName")) {
                let mut items = reply.list("/Items");
                items.pop();
                reply.put("", "Items", items);
            }
            reply
        },
    ),
    Mutant::new(
        "empty-override-is-absent",
        "RESTORE-018",
        "An empty list of index overrides counts as none.",
        |model, call| {
            model.pass(&call.edited(|body| {
                for member in [
                    "GlobalSecondaryIndexOverride",
                    "LocalSecondaryIndexOverride",
                ] {
                    if body.get(member).is_some_and(|list| *list == json!([])) {
                        remove(body, member);
                    }
                }
            }))
        },
    ),
    Mutant::new(
        "null-override-is-empty",
        "RESTORE-018",
        "A null list of index overrides drops the indexes.",
        |model, call| {
            model.pass(&call.edited(|body| {
                for member in [
                    "GlobalSecondaryIndexOverride",
                    "LocalSecondaryIndexOverride",
                ] {
                    if body.get(member).is_some_and(Value::is_null) {
                        put(body, member, json!([]));
                    }
                }
            }))
        },
    ),
    Mutant::new(
        "overrides-keep-the-other-indexes",
        "RESTORE-019",
        "Index overrides leave the indexes that they do not list.",
        |model, call| {
            if call.is(RESTORE) {
                let full = |list: Option<&Value>| {
                    list.and_then(Value::as_array)
                        .is_some_and(|list| !list.is_empty())
                };
                return model.pass(&call.edited(|body| {
                    for member in [
                        "GlobalSecondaryIndexOverride",
                        "LocalSecondaryIndexOverride",
                    ] {
                        if full(body.get(member)) {
                            remove(body, member);
                        }
                    }
                }));
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "unmatched-overrides-are-ignored",
        "RESTORE-020",
        "Overrides that match no index are left out.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(RESTORE) && reply.is_error("ValidationException") {
                return model.pass(&call.without(&[
                    "GlobalSecondaryIndexOverride",
                    "LocalSecondaryIndexOverride",
                ]));
            }
            reply
        },
    ),
    Mutant::new(
        "overrides-match-by-name",
        "RESTORE-021",
        "An override must name an index of the backup.",
        |model, call| {
            let described = model.ask(
                "DescribeBackup",
                json!({ "BackupArn": call.text("BackupArn") }),
            );
            let mut names = Vec::new();
            let mut features = described.at("/BackupDescription/SourceTableFeatureDetails");
            every_object(&mut features, &mut |object| {
                names.extend(object.get("IndexName").cloned())
            });
            let mut unknown = false;
            every_object(&mut call.body(), &mut |object| {
                unknown |= object
                    .get("IndexName")
                    .is_some_and(|name| !names.contains(name));
            });
            if call.is(RESTORE) && described.is_ok() && unknown {
                return Reply::invalid("An index of the override is not in the backup");
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "renamed-indexes-keep-their-name",
        "RESTORE-021",
        "An override finds its index, and its name is ignored.",
        |model, call| {
            let described = model.ask(
                "DescribeBackup",
                json!({ "BackupArn": call.text("BackupArn") }),
            );
            let known = described
                .list("/BackupDescription/SourceTableFeatureDetails/GlobalSecondaryIndexes");
            model.pass(&call.edited(|body| {
                let overrides = body
                    .get_mut("GlobalSecondaryIndexOverride")
                    .and_then(Value::as_array_mut);
                for index in overrides.into_iter().flatten() {
                    if let Some(own) = known
                        .iter()
                        .find(|own| own["KeySchema"] == index["KeySchema"])
                    {
                        put(index, "IndexName", own["IndexName"].clone());
                    }
                }
            }))
        },
    ),
    Mutant::new(
        "capacity-on-demand-is-ignored",
        "RESTORE-022",
        "A capacity given to an on-demand restore is ignored.",
        |model, call| ignoring(model, &call, &["ProvisionedThroughputOverride"]),
    ),
    Mutant::new(
        "capacity-by-default",
        "RESTORE-023",
        "A restore to PROVISIONED without capacity gets five units.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(RESTORE)
                && reply.is_error("ValidationException")
                && call.text("BillingModeOverride") == "PROVISIONED"
            {
                return model.pass(&call.with(
                    "ProvisionedThroughputOverride",
                    json!({ "ReadCapacityUnits": 5, "WriteCapacityUnits": 5 }),
                ));
            }
            reply
        },
    ),
    Mutant::new(
        "maxima-on-provisioned-are-ignored",
        "RESTORE-024",
        "On-demand maxima given to a provisioned restore are ignored.",
        |model, call| ignoring(model, &call, &["OnDemandThroughputOverride"]),
    ),
    Mutant::new(
        "maxima-are-lost",
        "RESTORE-024",
        "On-demand maxima given to a restore are accepted and forgotten.",
        |model, call| {
            let bare = if call.is(RESTORE) {
                call.without(&["OnDemandThroughputOverride"])
            } else {
                call
            };
            model.pass(&bare)
        },
    ),
    Mutant::new(
        "index-capacity-by-default",
        "RESTORE-025",
        "An index override without capacity gets five units.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(RESTORE) && reply.is_error("ValidationException") {
                return model.pass(&call.edited(|body| {
                    let overrides = body
                        .get_mut("GlobalSecondaryIndexOverride")
                        .and_then(Value::as_array_mut);
                    for index in overrides.into_iter().flatten() {
                        put(
                            index,
                            "ProvisionedThroughput",
                            json!({ "ReadCapacityUnits": 5, "WriteCapacityUnits": 5 }),
                        );
                    }
                }));
            }
            reply
        },
    ),
    Mutant::new(
        "index-capacity-on-demand-is-ignored",
        "RESTORE-025",
        "A capacity in an index override of an on-demand restore is ignored.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(RESTORE) && reply.is_error("ValidationException") {
                return model.pass(&call.edited(|body| {
                    let overrides = body
                        .get_mut("GlobalSecondaryIndexOverride")
                        .and_then(Value::as_array_mut);
                    overrides
                        .into_iter()
                        .flatten()
                        .for_each(|index| remove(index, "ProvisionedThroughput"));
                }));
            }
            reply
        },
    ),
    Mutant::new(
        "a-capacity-for-table-and-indexes",
        "RESTORE-026",
        "The capacity of the override is that of the indexes too.",
        |model, call| {
            let mut reply = model.pass(&call);
            let capacity = call.body()["ProvisionedThroughputOverride"].clone();
            if call.is(RESTORE) && capacity.is_object() {
                model.keep(call.text("TargetTableName"), capacity);
            }
            let name = if call.is(RESTORE) {
                call.text("TargetTableName")
            } else {
                call.text("TableName")
            };
            if let Some(capacity) = model.memory.get(&name) {
                every_object(&mut reply.body, &mut |object| {
                    if object.get("IndexName").is_some() {
                        put(object, "ProvisionedThroughput", capacity.clone());
                    }
                });
            }
            reply
        },
    ),
];

/// A restore that was refused, again without some members.
fn ignoring(model: &mut Model, call: &Call, members: &[&str]) -> Reply {
    let reply = model.pass(call);
    if call.is(RESTORE) && reply.is_error("ValidationException") {
        return model.pass(&call.without(members));
    }
    reply
}
