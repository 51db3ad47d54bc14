//! Mutants of the parameters of the time before expressions: ITEM-014, -015, -020, -021.

use serde_json::{Value, json};

use crate::model::{Call, Model, Reply};
use crate::mutant::Mutant;

/// Mutants of AttributeUpdates, Expected, KeyConditions, QueryFilter, ScanFilter, AttributesToGet and
/// ConditionalOperator.
pub const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "expected-is-ignored",
        "ITEM-014",
        "Expected and ConditionalOperator guard nothing.",
        |model, call| model.pass(&call.without(&["Expected", "ConditionalOperator"])),
    ),
    Mutant::new(
        "expected-conditions-are-always-all",
        "ITEM-014",
        "ConditionalOperator OR of Expected is read as AND.",
        |model, call| {
            let read = call.has("Expected") && call.text("ConditionalOperator") == "OR";
            model.pass(&if read {
                call.with("ConditionalOperator", "AND")
            } else {
                call
            })
        },
    ),
    Mutant::new(
        "expected-compares-for-equality-alone",
        "ITEM-014",
        "Every ComparisonOperator of Expected that takes one value is read as EQ.",
        |model, call| model.pass(&call.rewritten(|text| text.replace("\"GT\"", "\"EQ\""))),
    ),
    Mutant::new(
        "attribute-updates-add-by-putting",
        "ITEM-015",
        "The action ADD of AttributeUpdates puts.",
        |model, call| model.pass(&call.rewritten(|text| text.replace("\"ADD\"", "\"PUT\""))),
    ),
    Mutant::new(
        "attribute-updates-without-action-do-nothing",
        "ITEM-015",
        "An AttributeUpdates without Action changes nothing.",
        |model, call| {
            model.pass(&call.edited(|body| {
                let updates = body
                    .get_mut("AttributeUpdates")
                    .and_then(Value::as_object_mut);
                if let Some(updates) = updates {
                    updates.retain(|_, update| update.get("Action").is_some());
                }
            }))
        },
    ),
    Mutant::new(
        "attribute-updates-delete-whole-sets",
        "ITEM-015",
        "The action DELETE of AttributeUpdates takes the attribute away, whatever its Value.",
        |model, call| {
            model.pass(&call.edited(|body| {
                let updates = body
                    .get_mut("AttributeUpdates")
                    .and_then(Value::as_object_mut);
                for (_, update) in updates.into_iter().flatten() {
                    if update["Action"] == "DELETE" {
                        crate::model::remove(update, "Value");
                    }
                }
            }))
        },
    ),
    Mutant::new(
        "an-update-that-takes-away-makes-an-item",
        "ITEM-015",
        "An update that only takes away makes an item of the key where there is none.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["UpdateItem"]) && reply.is_ok() {
                // An update without actions makes the item of the key where there is none, and changes no other.
                let bare =
                    json!({ "TableName": call.text("TableName"), "Key": call.body()["Key"] });
                model.ask("UpdateItem", bare);
            }
            reply
        },
    ),
    Mutant::new(
        "key-conditions-read-the-whole-collection",
        "ITEM-020",
        "KeyConditions on the sort key are ignored.",
        |model, call| {
            model.pass(&call.edited(|body| {
                let conditions = body.get_mut("KeyConditions").and_then(Value::as_object_mut);
                if let Some(conditions) = conditions.filter(|conditions| conditions.len() > 1) {
                    conditions.retain(|_, condition| condition["ComparisonOperator"] == "EQ");
                }
            }))
        },
    ),
    Mutant::new(
        "query-filters-are-ignored",
        "ITEM-020",
        "QueryFilter filters nothing.",
        |model, call| without_filter(model, &call, "QueryFilter"),
    ),
    Mutant::new(
        "scan-filters-are-ignored",
        "ITEM-021",
        "ScanFilter filters nothing.",
        |model, call| without_filter(model, &call, "ScanFilter"),
    ),
    Mutant::new(
        "filters-are-always-all",
        "ITEM-021",
        "ConditionalOperator OR of ScanFilter is read as AND.",
        |model, call| {
            let read = call.has("ScanFilter") && call.text("ConditionalOperator") == "OR";
            model.pass(&if read {
                call.with("ConditionalOperator", "AND")
            } else {
                call
            })
        },
    ),
    Mutant::new(
        "attributes-to-get-are-ignored",
        "ITEM-020",
        "AttributesToGet gives whole items.",
        |model, call| model.pass(&call.without(&["AttributesToGet"])),
    ),
    Mutant::new(
        "both-notations-may-be-mixed",
        "ITEM-020",
        "A query with KeyConditions and KeyConditionExpression follows the expression.",
        |model, call| {
            let mixed = call.has("KeyConditions") && call.has("KeyConditionExpression");
            model.pass(&if mixed {
                call.without(&["KeyConditions"])
            } else {
                call
            })
        },
    ),
];

fn without_filter(model: &mut Model, call: &Call, filter: &str) -> Reply {
    model.pass(&if call.has(filter) {
        call.without(&[filter, "ConditionalOperator"])
    } else {
        call.clone()
    })
}
