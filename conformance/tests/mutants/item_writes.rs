//! Mutants of writes: ITEM-012, -014 to -016, -025.

use serde_json::{Value, json};

use crate::content::items;
use crate::model::{Reply, put};
use crate::mutant::Mutant;

const WRITES: &[&str] = &["PutItem", "UpdateItem", "DeleteItem"];

/// Mutants of ITEM on writes.
pub const MUTANTS: &[Mutant] = &[
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
