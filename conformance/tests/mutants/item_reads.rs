//! Mutants of reads: ITEM-011, -013, -017, -020 to -022, -024.

use serde_json::{Value, json};

use crate::model::{Call, Model, Reply, put, remove};
use crate::mutant::Mutant;

const WRITES: &[&str] = &["PutItem", "UpdateItem", "DeleteItem"];
const READS: &[&str] = &["GetItem", "Query", "Scan"];

/// Mutants of ITEM on reads.
pub const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "absent-items-are-empty",
        "ITEM-011",
        "GetItem on an absent key answers an empty Item.",
        |model, call| {
            let mut reply = model.pass(&call);
            if call.is(&["GetItem"]) && reply.is_ok() && reply.at("/Item").is_null() {
                reply.put("", "Item", json!({}));
            }
            reply
        },
    ),
    Mutant::new(
        "strong-reads-of-global-indexes",
        "ITEM-013",
        "A global index may be read strongly.",
        |model, call| {
            let weak = if call.has("IndexName") {
                call.without(&["ConsistentRead"])
            } else {
                call
            };
            model.pass(&weak)
        },
    ),
    Mutant::new(
        "batch-gets-of-25",
        "ITEM-017",
        "BatchGetItem takes 25 keys.",
        |model, call| {
            let keys = call.body()["RequestItems"].as_object().map_or(0, |tables| {
                tables
                    .values()
                    .map(|table| table["Keys"].as_array().map_or(0, Vec::len))
                    .sum()
            });
            if call.is(&["BatchGetItem"]) && keys > 25 {
                return Reply::invalid("Too many items requested for the BatchGetItem call");
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "always-forward",
        "ITEM-020",
        "Query ignores ScanIndexForward.",
        |model, call| {
            let forward = if call.is(&["Query"]) {
                call.without(&["ScanIndexForward"])
            } else {
                call
            };
            model.pass(&forward)
        },
    ),
    Mutant::new(
        "sort-conditions-are-ignored",
        "ITEM-020",
        "Query returns the whole partition.",
        |model, call| {
            if !call.is(&["Query"]) {
                return model.pass(&call);
            }
            let whole = call.edited(|body| {
                let text = body["KeyConditionExpression"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned();
                if let Some((partition, _)) = text.split_once(" AND ") {
                    let used: Vec<String> =
                        partition.split_whitespace().map(str::to_owned).collect();
                    for member in ["ExpressionAttributeValues", "ExpressionAttributeNames"] {
                        if let Some(names) = body.get_mut(member).and_then(Value::as_object_mut) {
                            names.retain(|name, _| used.contains(name));
                        }
                        if body.get(member).is_some_and(|names| *names == json!({})) {
                            remove(body, member);
                        }
                    }
                    put(body, "KeyConditionExpression", partition);
                }
            });
            let reply = model.pass(&whole);
            if reply.is_ok() {
                reply
            } else {
                model.pass(&call)
            }
        },
    ),
    Mutant::new(
        "one-megabyte-is-no-limit",
        "ITEM-021",
        "A page of a Scan is as long as the table.",
        |model, call| {
            let mut reply = model.pass(&call);
            if call.is(&["Scan"]) && !call.has("Limit") {
                while let Value::Object(key) = reply.at("/LastEvaluatedKey") {
                    let more = model.pass(&call.with("ExclusiveStartKey", Value::Object(key)));
                    let mut all = reply.list("/Items");
                    all.extend(more.list("/Items"));
                    reply.put("", "Count", all.len());
                    reply.put("", "ScannedCount", all.len());
                    reply.put("", "Items", all);
                    reply.remove("", "LastEvaluatedKey");
                    reply.put("", "LastEvaluatedKey", more.at("/LastEvaluatedKey"));
                }
                if reply.at("/LastEvaluatedKey").is_null() {
                    reply.remove("", "LastEvaluatedKey");
                }
            }
            reply
        },
    ),
    Mutant::new(
        "segments-are-ignored",
        "ITEM-021",
        "Each segment of a parallel Scan is the whole table.",
        |model, call| {
            let body = call.body();
            let sound = body["Segment"].as_u64() < body["TotalSegments"].as_u64();
            model.pass(&if call.is(&["Scan"]) && sound {
                call.without(&["Segment", "TotalSegments"])
            } else {
                call
            })
        },
    ),
    Mutant::new(
        "limit-after-filter",
        "ITEM-022",
        "Limit counts the items that a filter leaves.",
        |model, call| {
            let body = call.body();
            let limit = body["Limit"]
                .as_u64()
                .map_or(usize::MAX, |limit| limit as usize);
            if !call.is(&["Query", "Scan"]) || !call.has("FilterExpression") {
                return model.pass(&call);
            }
            let mut reply = model.pass(&call.without(&["Limit"]));
            let mut found = reply.list("/Items");
            if found.len() > limit {
                found.truncate(limit);
                reply.put(
                    "",
                    "LastEvaluatedKey",
                    json!({ "pk": found[limit - 1]["pk"] }),
                );
            }
            reply.put("", "Count", found.len());
            reply.put("", "Items", found);
            reply
        },
    ),
    Mutant::new(
        "every-page-has-a-key",
        "ITEM-022",
        "The last page of a Scan has a LastEvaluatedKey.",
        |model, call| {
            let mut reply = model.pass(&call);
            let last = reply.list("/Items").last().cloned();
            if let (true, Some(item)) = (
                call.is(&["Scan", "Query"]) && reply.at("/LastEvaluatedKey").is_null(),
                last,
            ) {
                let described = model.ask(
                    "DescribeTable",
                    json!({ "TableName": call.text("TableName") }),
                );
                let mut key = json!({});
                for part in described.list("/Table/KeySchema") {
                    let name = part["AttributeName"].as_str().unwrap();
                    put(&mut key, name, item[name].clone());
                }
                reply.put("", "LastEvaluatedKey", key);
            }
            reply
        },
    ),
    Mutant::new(
        "reads-lag-a-write-behind",
        "ITEM-024",
        "Strong reads miss the last write.",
        |model, call| lagging(model, &call),
    ),
];

/// A write is answered at once and done when the next write comes.
fn lagging(model: &mut Model, call: &Call) -> Reply {
    if call.is(WRITES) && !call.has("ConditionExpression") && !call.has("ReturnValues") {
        if let Value::Array(waiting) = model.kept("waiting") {
            model.ask(waiting[0].as_str().unwrap(), waiting[1].clone());
        }
        model.keep("waiting", json!([call.operation(), call.body()]));
        return Reply::ok(json!({}));
    }
    if !call.is(READS)
        && let Some(Value::Array(waiting)) = model.memory.remove("waiting")
    {
        model.ask(waiting[0].as_str().unwrap(), waiting[1].clone());
    }
    model.pass(call)
}
