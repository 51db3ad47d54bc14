//! Mutants of settings of tables: TAG, TTL, STREAM.

use serde_json::{Value, json};

use crate::model::{Call, Model, Reply};
use crate::mutant::Mutant;

/// Mutants of TAG, TTL and STREAM.
pub const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "untagging-does-nothing",
        "TAG-001",
        "UntagResource answers and removes nothing.",
        |model, call| {
            if call.is(&["UntagResource"]) {
                return Reply::ok(Value::Null);
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "tags-at-creation-are-forgotten",
        "TAG-001",
        "Tags given to CreateTable are ignored.",
        |model, call| {
            let bare = if call.is(&["CreateTable"]) {
                call.without(&["Tags"])
            } else {
                call
            };
            model.pass(&bare)
        },
    ),
    Mutant::new(
        "aws-tags-are-accepted",
        "TAG-002",
        "Keys may begin with aws:.",
        |model, call| {
            model.pass(&call.edited(|body| {
                if let Some(tags) = body.get_mut("Tags").and_then(Value::as_array_mut) {
                    tags.retain(|tag| !tag["Key"].as_str().unwrap_or_default().starts_with("aws:"));
                    if tags.is_empty() {
                        tags.push(json!({ "Key": "other", "Value": "x" }));
                    }
                }
            }))
        },
    ),
    Mutant::new(
        "any-number-of-tags",
        "TAG-002",
        "A resource may have more than fifty tags.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["TagResource"]) && !reply.is_ok() && reply.message().contains("50") {
                return Reply::ok(Value::Null);
            }
            reply
        },
    ),
    Mutant::new(
        "tags-survive-re-creation",
        "TAG-003",
        "A table made again under a name has the tags of the one before.",
        |model, call| {
            let name = call.text("TableName");
            if call.is(&["DeleteTable"]) {
                let table = model.ask("DescribeTable", json!({ "TableName": name }));
                let tags = model.ask(
                    "ListTagsOfResource",
                    json!({ "ResourceArn": table.at("/Table/TableArn") }),
                );
                model.keep(name, tags.at("/Tags"));
                return model.pass(&call);
            }
            if call.is(&["CreateTable"]) && model.memory.contains_key(&name) {
                let tags = model.kept(&name);
                return model.pass(&call.with("Tags", tags));
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "time-to-live-is-not-echoed",
        "TTL-001",
        "UpdateTimeToLive answers {}.",
        |model, call| {
            let mut reply = model.pass(&call);
            if call.is(&["UpdateTimeToLive"]) {
                reply.remove("", "TimeToLiveSpecification");
            }
            reply
        },
    ),
    Mutant::new(
        "time-to-live-is-not-described",
        "TTL-001",
        "DescribeTimeToLive says DISABLED whatever was set.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["DescribeTimeToLive"]) && reply.is_ok() {
                return Reply::ok(
                    json!({ "TimeToLiveDescription": { "TimeToLiveStatus": "DISABLED" } }),
                );
            }
            reply
        },
    ),
    Mutant::new(
        "disabled-time-to-live-has-an-attribute",
        "TTL-002",
        "A disabled time to live still names its attribute.",
        |model, call| {
            let mut reply = model.pass(&call);
            if reply.text("/TimeToLiveDescription/TimeToLiveStatus") == "DISABLED" {
                reply.put("/TimeToLiveDescription", "AttributeName", "expires");
            }
            reply
        },
    ),
    Mutant::new(
        "time-to-live-may-be-set-twice",
        "TTL-003",
        "Enabling what is enabled succeeds.",
        |model, call| time_to_live_accepts(model, call, |text| text.contains("already")),
    ),
    Mutant::new(
        "time-to-live-may-change-at-any-time",
        "TTL-004",
        "A second change soon after the first succeeds.",
        |model, call| time_to_live_accepts(model, call, |_| true),
    ),
    Mutant::new(
        "time-to-live-of-a-creating-table",
        "TTL-008",
        "DescribeTimeToLive answers also for a table that is CREATING.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["DescribeTimeToLive"]) && reply.is_error("ValidationException") {
                return Reply::ok(
                    json!({ "TimeToLiveDescription": { "TimeToLiveStatus": "DISABLED" } }),
                );
            }
            reply
        },
    ),
    Mutant::new(
        "every-stream-has-new-images",
        "STREAM-002",
        "The view type of a stream is NEW_IMAGE, whatever was asked.",
        |model, call| {
            model.pass(&call).rewritten(|text| {
                text.replace("KEYS_ONLY\"}", "NEW_IMAGE\"}")
                    .replace("OLD_IMAGE", "NEW_IMAGE")
            })
        },
    ),
    Mutant::new(
        "a-stream-keeps-its-arn",
        "STREAM-003",
        "A stream that is switched on again has the ARN it had.",
        |model, call| {
            let mut reply = model.pass(&call);
            for table in ["/Table", "/TableDescription"] {
                let arn = reply.at(&format!("{table}/LatestStreamArn"));
                let label = reply.at(&format!("{table}/LatestStreamLabel"));
                if arn.is_string() {
                    let name = reply.text(&format!("{table}/TableName")).to_owned();
                    let first = model.memory.entry(name.clone()).or_insert(arn).clone();
                    let first_label = model
                        .memory
                        .entry(format!("{name} label"))
                        .or_insert(label)
                        .clone();
                    reply.put(table, "LatestStreamArn", first);
                    reply.put(table, "LatestStreamLabel", first_label);
                }
            }
            reply
        },
    ),
    Mutant::new(
        "a-backup-switches-the-stream-off",
        "STREAM-004",
        "CreateBackup disables the table's stream.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["CreateBackup"]) && reply.is_ok() {
                let off = json!({ "TableName": call.text("TableName"), "StreamSpecification": { "StreamEnabled": false } });
                model.ask("UpdateTable", off);
            }
            reply
        },
    ),
];

/// Refusals of UpdateTimeToLive whose text fits count as done.
fn time_to_live_accepts(model: &mut Model, call: Call, fits: fn(&str) -> bool) -> Reply {
    let reply = model.pass(&call);
    if call.is(&["UpdateTimeToLive"])
        && reply.is_error("ValidationException")
        && fits(reply.message())
    {
        return Reply::ok(
            json!({ "TimeToLiveSpecification": call.body()["TimeToLiveSpecification"] }),
        );
    }
    reply
}
