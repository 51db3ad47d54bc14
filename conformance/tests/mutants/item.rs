//! Mutants of items: ITEM.

use serde_json::{Value, json};

use crate::content::items;
use crate::model::{Call, Model, Reply, every_object, put, remove};
use crate::mutant::Mutant;

const WRITES: &[&str] = &["PutItem", "UpdateItem", "DeleteItem"];
const READS: &[&str] = &["GetItem", "Query", "Scan"];

/// Mutants of ITEM.
pub const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "null-values-are-dropped",
        "ITEM-001",
        "Attributes that are NULL are not kept.",
        |model, call| {
            model.pass(&puts(&call, |item| {
                item.as_object_mut()
                    .unwrap()
                    .retain(|_, value| value.get("NULL").is_none());
            }))
        },
    ),
    Mutant::new(
        "empty-keys",
        "ITEM-002",
        "A key attribute may be an empty string.",
        |model, call| {
            model.pass(&call.edited(|body| {
                for place in ["Item", "Key"] {
                    if body
                        .pointer(&format!("/{place}/pk"))
                        .is_some_and(|key| *key == json!({ "S": "" }))
                    {
                        put(&mut body[place], "pk", json!({ "S": "empty" }));
                    }
                }
            }))
        },
    ),
    Mutant::new(
        "long-sort-keys",
        "ITEM-002",
        "A sort key may be longer than 1024 bytes.",
        |model, call| {
            model.pass(&puts(&call, |item| {
                if item["sk"]["S"]
                    .as_str()
                    .is_some_and(|text| text.len() > 1024)
                {
                    put(item, "sk", json!({ "S": "long" }));
                }
            }))
        },
    ),
    Mutant::new(
        "put-merges",
        "ITEM-003",
        "PutItem keeps attributes of the item that it replaces.",
        |model, call| {
            let table = call.text("TableName");
            let key = call.body()["Item"]["pk"].clone();
            let known = if call.is(&["PutItem"]) {
                items(model, &table)
            } else {
                Vec::new()
            };
            let before = known
                .into_iter()
                .find(|item| item["pk"] == key && item["sk"] == call.body()["Item"]["sk"]);
            model.pass(&puts(&call, |item| {
                for (name, value) in before
                    .as_ref()
                    .and_then(Value::as_object)
                    .into_iter()
                    .flatten()
                {
                    if item.get(name).is_none() {
                        put(item, name, value.clone());
                    }
                }
            }))
        },
    ),
    Mutant::new(
        "keys-of-any-type",
        "ITEM-004",
        "A string key may be given as a number.",
        |model, call| {
            model.pass(&puts(&call, |item| {
                if let Some(number) = item["pk"]["N"].as_str().map(str::to_owned) {
                    put(item, "pk", json!({ "S": number }));
                }
            }))
        },
    ),
    Mutant::new(
        "further-key-attributes-are-ignored",
        "ITEM-005",
        "A key may hold attributes that are no key.",
        |model, call| {
            let described = model.ask(
                "DescribeTable",
                json!({ "TableName": call.text("TableName") }),
            );
            let names: Vec<Value> = described
                .list("/Table/KeySchema")
                .into_iter()
                .map(|key| key["AttributeName"].clone())
                .collect();
            model.pass(&call.edited(|body| {
                if let Some(key) = body
                    .get_mut("Key")
                    .and_then(Value::as_object_mut)
                    .filter(|_| !names.is_empty())
                {
                    key.retain(|name, _| names.contains(&json!(name)));
                }
            }))
        },
    ),
    Mutant::new(
        "items-of-any-size",
        "ITEM-006",
        "An item may be larger than 400 KB.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(WRITES)
                && reply.is_error("ValidationException")
                && reply.message().to_lowercase().contains("size")
            {
                return Reply::ok(json!({}));
            }
            reply
        },
    ),
    Mutant::new(
        "items-of-400-000-bytes",
        "ITEM-006",
        "The limit of an item is 400,000 bytes.",
        |model, call| {
            if call.is(WRITES) && call.raw.len() > 400_000 {
                return Reply::invalid("Item size has exceeded the maximum allowed size");
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "numbers-are-doubles",
        "ITEM-007",
        "Numbers are kept as doubles.",
        |model, call| {
            model.pass(&puts(&call, |item| {
                every_object(item, &mut |object| {
                    let number = object
                        .get("N")
                        .and_then(Value::as_str)
                        .and_then(|text| text.parse::<f64>().ok());
                    if let Some(number) = number.filter(|number| number.is_finite()) {
                        put(object, "N", format!("{number:e}"));
                    }
                })
            }))
        },
    ),
    Mutant::new(
        "numbers-come-back-as-written",
        "ITEM-007",
        "Numbers come back in the spelling in which they were put.",
        |model, call| {
            if call.is(&["PutItem"]) {
                model.keep(
                    call.body()["Item"]["pk"].to_string(),
                    call.body()["Item"].clone(),
                );
            }
            let mut reply = model.pass(&call);
            every_object(&mut reply.body, &mut |object| {
                if let Some(item) = object
                    .get("pk")
                    .and_then(|pk| model.memory.get(&pk.to_string()))
                {
                    *object = item.clone();
                }
            });
            reply
        },
    ),
    Mutant::new(
        "empty-sets",
        "ITEM-008",
        "Empty sets are accepted and dropped.",
        |model, call| {
            model.pass(&puts(&call, |item| {
                item.as_object_mut().unwrap().retain(|_, value| {
                    ["SS", "NS", "BS"]
                        .iter()
                        .all(|kind| value.get(kind).is_none_or(|set| *set != json!([])))
                });
            }))
        },
    ),
    Mutant::new(
        "repeated-set-members",
        "ITEM-008",
        "A member that a set holds twice is dropped.",
        |model, call| {
            model.pass(&puts(&call, |item| {
                every_object(item, &mut |object| {
                    for kind in ["SS", "NS", "BS"] {
                        if let Some(set) = object.get_mut(kind).and_then(Value::as_array_mut) {
                            set.dedup();
                        }
                    }
                })
            }))
        },
    ),
    Mutant::new(
        "any-nesting",
        "ITEM-009",
        "Values may be nested to any depth.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(WRITES)
                && reply.is_error("ValidationException")
                && reply.message().to_lowercase().contains("nest")
            {
                return Reply::ok(json!({}));
            }
            reply
        },
    ),
    Mutant::new(
        "empty-strings-are-refused",
        "ITEM-010",
        "An attribute may not be an empty string.",
        |model, call| {
            let empty = call.body()["Item"]
                .as_object()
                .is_some_and(|item| item.values().any(|value| *value == json!({ "S": "" })));
            if call.is(&["PutItem"]) && empty {
                return Reply::invalid(
                    "One or more parameter values were invalid: An AttributeValue may not contain an empty string",
                );
            }
            model.pass(&call)
        },
    ),
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
        "absent-items-cannot-be-deleted",
        "ITEM-012",
        "DeleteItem on an absent key is refused.",
        |model, call| {
            if call.is(&["DeleteItem"]) {
                let found = model.ask(
                    "GetItem",
                    json!({ "TableName": call.text("TableName"), "Key": call.body()["Key"] }),
                );
                if found.is_ok() && found.at("/Item").is_null() {
                    return Reply::error(
                        "ResourceNotFoundException",
                        "Requested resource not found",
                    );
                }
            }
            model.pass(&call)
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
        "failed-conditions-write",
        "ITEM-014",
        "A write whose condition fails is refused and done.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(WRITES) && reply.is_error("ConditionalCheckFailedException") {
                // Names and values that only the condition uses would be refused: the write says what is left.
                let bare = call.without(&["ConditionExpression"]);
                if !model.pass(&bare).is_ok() {
                    model.pass(
                        &bare.without(&["ExpressionAttributeNames", "ExpressionAttributeValues"]),
                    );
                }
            }
            reply
        },
    ),
    Mutant::new(
        "conditions-are-ignored",
        "ITEM-014",
        "A write whose condition fails succeeds.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(WRITES) && reply.is_error("ConditionalCheckFailedException") {
                return Reply::ok(json!({}));
            }
            reply
        },
    ),
    Mutant::new(
        "updates-need-an-item",
        "ITEM-015",
        "UpdateItem on an absent key is refused.",
        |model, call| {
            if call.is(&["UpdateItem"]) {
                let found = model.ask(
                    "GetItem",
                    json!({ "TableName": call.text("TableName"), "Key": call.body()["Key"] }),
                );
                if found.is_ok() && found.at("/Item").is_null() {
                    return Reply::error(
                        "ConditionalCheckFailedException",
                        "The conditional request failed",
                    );
                }
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "add-replaces",
        "ITEM-015",
        "ADD sets the attribute.",
        |model, call| {
            model.pass(&call.edited(|body| {
                let text = body
                    .get("UpdateExpression")
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned();
                if let Some(rest) = text.strip_prefix("ADD ") {
                    let sets: Vec<String> = rest
                        .split(',')
                        .map(|part| part.trim().replacen(' ', " = ", 1))
                        .collect();
                    put(body, "UpdateExpression", format!("SET {}", sets.join(", ")));
                }
            }))
        },
    ),
    Mutant::new(
        "old-values-are-not-returned",
        "ITEM-015",
        "ReturnValues is ignored.",
        |model, call| {
            let bare = if call.is(WRITES) {
                call.without(&["ReturnValues"])
            } else {
                call
            };
            model.pass(&bare)
        },
    ),
    Mutant::new(
        "batches-of-26",
        "ITEM-016",
        "BatchWriteItem takes more than 25 writes.",
        |model, call| {
            model.pass(&call.edited(|body| {
                for writes in body
                    .get_mut("RequestItems")
                    .and_then(Value::as_object_mut)
                    .into_iter()
                    .flatten()
                {
                    if let Some(writes) = writes.1.as_array_mut() {
                        writes.truncate(25);
                    }
                }
            }))
        },
    ),
    Mutant::new(
        "the-first-write-of-a-batch",
        "ITEM-016",
        "BatchWriteItem does its first write alone.",
        |model, call| {
            if !call.is(&["BatchWriteItem"]) {
                return model.pass(&call);
            }
            model.pass(&call.edited(|body| {
                for writes in body
                    .get_mut("RequestItems")
                    .and_then(Value::as_object_mut)
                    .into_iter()
                    .flatten()
                {
                    if let Some(writes) =
                        writes.1.as_array_mut().filter(|writes| writes.len() <= 25)
                    {
                        writes.truncate(1);
                    }
                }
            }))
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
        "each-spelling-is-a-key",
        "ITEM-023",
        "1 and 1.0 are two number keys.",
        |model, call| {
            let mut serial = model.memory.len();
            let mut fresh = model.memory.clone();
            let told = call.edited(|body| {
                for place in ["Item", "Key"] {
                    if let Some(spelling) = body
                        .pointer(&format!("/{place}/pk/N"))
                        .and_then(Value::as_str)
                        .map(str::to_owned)
                    {
                        serial += 1;
                        let number = fresh
                            .entry(spelling)
                            .or_insert(json!(serial.to_string()))
                            .clone();
                        put(&mut body[place]["pk"], "N", number);
                    }
                }
            });
            model.memory = fresh;
            model.pass(&told)
        },
    ),
    Mutant::new(
        "reads-lag-a-write-behind",
        "ITEM-024",
        "Strong reads miss the last write.",
        |model, call| lagging(model, &call),
    ),
    Mutant::new(
        "writes-without-change-are-refused",
        "ITEM-025",
        "A put of the item that is there already is refused.",
        |model, call| {
            if call.is(&["PutItem"])
                && items(model, &call.text("TableName")).contains(&call.body()["Item"])
            {
                return Reply::invalid("The item is there already");
            }
            model.pass(&call)
        },
    ),
];

/// A PutItem with its item changed; any other call as it is.
fn puts(call: &Call, edit: impl FnOnce(&mut Value)) -> Call {
    if !call.is(&["PutItem"]) || !call.body()["Item"].is_object() {
        return call.clone();
    }
    call.edited(|body| edit(&mut body["Item"]))
}

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
