//! Mutants of what calls on items tell beside the item: capacity, collections, changed elements.

use serde_json::json;

use crate::model::every_object;
use crate::mutant::Mutant;

/// Mutants of ITEM and TABLE on what is told of a call.
pub const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "what-is-absent-consumes-nothing",
        "ITEM-011",
        "GetItem of an absent item consumes 0 units.",
        |model, call| {
            let mut reply = model.pass(&call);
            if call.is(&["GetItem"]) && reply.at("/Item").is_null() {
                reply.put("/ConsumedCapacity", "CapacityUnits", 0.0);
            }
            reply
        },
    ),
    Mutant::new(
        "capacity-is-told-unasked",
        "ITEM-012",
        "DeleteItem tells what it consumed whoever asks for other values.",
        |model, call| {
            let mut reply = model.pass(&call);
            if call.is(&["DeleteItem"]) && call.has("ReturnValuesOnConditionCheckFailure") {
                let consumed = json!({ "TableName": call.text("TableName"), "CapacityUnits": 1.0 });
                reply.put("", "ConsumedCapacity", consumed);
            }
            reply
        },
    ),
    Mutant::new(
        "transactions-do-not-tell-reads-from-writes",
        "ITEM-018",
        "What a transaction consumed is told without ReadCapacityUnits and WriteCapacityUnits.",
        |model, call| {
            let mut reply = model.pass(&call);
            if call.is(&["TransactGetItems", "TransactWriteItems"]) {
                every_object(&mut reply.body, &mut |object| {
                    crate::model::remove(object, "ReadCapacityUnits");
                    crate::model::remove(object, "WriteCapacityUnits");
                });
            }
            reply
        },
    ),
    Mutant::new(
        "writes-to-indexes-cost-nothing",
        "ITEM-003",
        "Writes consume what the table takes alone.",
        |model, call| {
            let mut reply = model.pass(&call);
            let of_table = reply.at("/ConsumedCapacity/Table/CapacityUnits");
            if !of_table.is_null() {
                reply.put("/ConsumedCapacity", "CapacityUnits", of_table);
                reply.remove("/ConsumedCapacity", "GlobalSecondaryIndexes");
                reply.remove("/ConsumedCapacity", "LocalSecondaryIndexes");
            }
            reply
        },
    ),
    Mutant::new(
        "collections-are-never-told",
        "TABLE-008",
        "ReturnItemCollectionMetrics is ignored.",
        |model, call| model.pass(&call.without(&["ReturnItemCollectionMetrics"])),
    ),
    Mutant::new(
        "updated-new-tells-whole-documents",
        "ITEM-015",
        "UPDATED_NEW tells the whole item.",
        |model, call| {
            let wants = call.text("ReturnValues") == "UPDATED_NEW";
            model.pass(&if wants {
                call.with("ReturnValues", "ALL_NEW")
            } else {
                call
            })
        },
    ),
    Mutant::new(
        "names-without-characters-are-read",
        "ITEM-001",
        "AttributesToGet may name nothing.",
        |model, call| model.pass(&call.without(&["AttributesToGet"])),
    ),
    Mutant::new(
        "capacity-was-lowered-in-1970",
        "TABLE-006",
        "A table whose capacity was never changed tells when it was.",
        |model, call| {
            let mut reply = model.pass(&call);
            if call.is(&["DescribeTable"]) {
                reply.put("/Table/ProvisionedThroughput", "LastDecreaseDateTime", 0.0);
            }
            reply
        },
    ),
    Mutant::new(
        "placeholders-are-as-long-as-you-like",
        "ITEM-015",
        "A placeholder of 256 bytes is read.",
        |model, call| {
            model.pass(&call.rewritten(|text| {
                let text = text.replace(&format!("#{}", "n".repeat(255)), "#n");
                text.replace(&format!(":{}", "v".repeat(255)), ":v")
            }))
        },
    ),
];
