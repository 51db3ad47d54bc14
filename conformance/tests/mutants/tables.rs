//! Mutants of making and changing tables: TABLE-001 to -011.

use serde_json::{Value, json};

use crate::model::{Reply, every_object, put, remove};
use crate::mutant::Mutant;

/// Mutants of TABLE on creation, update and indexes.
pub const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "tables-are-active-at-once",
        "TABLE-001",
        "CreateTable answers ACTIVE.",
        |model, call| {
            let mut reply = model.pass(&call);
            if call.is(&["CreateTable"]) {
                reply.put("/TableDescription", "TableStatus", "ACTIVE");
            }
            reply
        },
    ),
    Mutant::new(
        "tables-are-never-active",
        "TABLE-001",
        "DescribeTable says CREATING forever.",
        |model, call| {
            let mut reply = model.pass(&call);
            if call.is(&["DescribeTable"]) {
                reply.put("/Table", "TableStatus", "CREATING");
            }
            reply
        },
    ),
    Mutant::new(
        "new-tables-are-not-described",
        "TABLE-002",
        "DescribeTable does not know a table in its first five minutes.",
        |model, call| {
            let reply = model.pass(&call);
            let created_s = reply
                .at("/Table/CreationDateTime")
                .as_f64()
                .unwrap_or_default();
            if call.is(&["DescribeTable"]) && reply.is_ok() && model.now_s() - created_s < 300.0 {
                let text = format!(
                    "Requested resource not found: Table: {} not found",
                    call.text("TableName")
                );
                return Reply::error("ResourceNotFoundException", text);
            }
            reply
        },
    ),
    Mutant::new(
        "create-table-is-idempotent",
        "TABLE-003",
        "Creating a table that exists describes it.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["CreateTable"]) && reply.is_error("ResourceInUseException") {
                let known = model.ask(
                    "DescribeTable",
                    json!({ "TableName": call.text("TableName") }),
                );
                return Reply::ok(json!({ "TableDescription": known.at("/Table") }));
            }
            reply
        },
    ),
    Mutant::new(
        "a-name-keeps-its-table-id",
        "TABLE-004",
        "A table made again under a name has the id of the one before.",
        |model, call| {
            let mut reply = model.pass(&call);
            for table in ["/Table", "/TableDescription"] {
                let name = reply.text(&format!("{table}/TableName")).to_owned();
                let id = reply.at(&format!("{table}/TableId"));
                if !name.is_empty() && id.is_string() {
                    let first = model.memory.entry(name).or_insert(id).clone();
                    reply.put(table, "TableId", first);
                }
            }
            reply
        },
    ),
    Mutant::new(
        "on-demand-by-default",
        "TABLE-005",
        "Without a BillingMode a table is on demand.",
        |model, call| {
            if call.is(&["CreateTable"]) && !call.has("BillingMode") {
                return model.pass(
                    &call
                        .with("BillingMode", "PAY_PER_REQUEST")
                        .without(&["ProvisionedThroughput"]),
                );
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "capacity-of-on-demand-tables-is-ignored",
        "TABLE-005",
        "On-demand tables may state a capacity.",
        |model, call| {
            if call.is(&["CreateTable"]) && call.text("BillingMode") == "PAY_PER_REQUEST" {
                return model.pass(&call.without(&["ProvisionedThroughput"]));
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "no-capacity-on-demand",
        "TABLE-006",
        "On-demand tables report no ProvisionedThroughput at all.",
        |model, call| {
            let mut reply = model.pass(&call);
            if reply.text("/Table/BillingModeSummary/BillingMode") == "PAY_PER_REQUEST" {
                reply.remove("/Table", "ProvisionedThroughput");
            }
            reply
        },
    ),
    Mutant::new(
        "any-number-of-local-indexes",
        "TABLE-007",
        "A table may have more than five local indexes.",
        |model, call| {
            model.pass(&call.edited(|body| {
                if let Some(indexes) = body
                    .get_mut("LocalSecondaryIndexes")
                    .and_then(Value::as_array_mut)
                {
                    let names: Vec<Value> = indexes
                        .drain(5.min(indexes.len())..)
                        .map(|index| index["KeySchema"][1]["AttributeName"].clone())
                        .collect();
                    if let Some(definitions) = body["AttributeDefinitions"].as_array_mut() {
                        definitions
                            .retain(|definition| !names.contains(&definition["AttributeName"]));
                    }
                }
            }))
        },
    ),
    Mutant::new(
        "local-indexes-without-a-sort-key",
        "TABLE-008",
        "A table without a sort key may have local indexes.",
        |model, call| {
            let one_key = call.body()["KeySchema"]
                .as_array()
                .is_some_and(|keys| keys.len() == 1);
            if call.is(&["CreateTable"]) && one_key && call.has("LocalSecondaryIndexes") {
                let pk = call.body()["KeySchema"][0]["AttributeName"].clone();
                return model.pass(&call.without(&["LocalSecondaryIndexes"]).edited(|body| {
                    if let Some(definitions) = body["AttributeDefinitions"].as_array_mut() {
                        definitions.retain(|definition| definition["AttributeName"] == pk);
                    }
                }));
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "updates-are-done-at-once",
        "TABLE-009",
        "UpdateTable answers ACTIVE.",
        |model, call| {
            let mut reply = model.pass(&call);
            if call.is(&["UpdateTable"]) {
                reply.put("/TableDescription", "TableStatus", "ACTIVE");
            }
            reply
        },
    ),
    Mutant::new(
        "updates-may-overlap",
        "TABLE-009",
        "A table that is UPDATING can be updated again.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["UpdateTable"]) && reply.is_error("ResourceInUseException") {
                model.advance(1.0);
                return model.pass(&call);
            }
            reply
        },
    ),
    Mutant::new(
        "several-indexes-in-one-update",
        "TABLE-010",
        "One UpdateTable may create several indexes.",
        |model, call| {
            if !call.is(&["UpdateTable"]) {
                return model.pass(&call);
            }
            model.pass(&call.edited(|body| {
                if let Some(updates) = body
                    .get_mut("GlobalSecondaryIndexUpdates")
                    .and_then(Value::as_array_mut)
                {
                    updates.truncate(1);
                }
            }))
        },
    ),
    Mutant::new(
        "new-indexes-are-active-at-once",
        "TABLE-011",
        "A new index is ACTIVE in the answer to UpdateTable.",
        |model, call| {
            let mut reply = model.pass(&call);
            every_object(&mut reply.body, &mut |object| {
                if object.get("IndexStatus").is_some() {
                    put(object, "IndexStatus", "ACTIVE");
                    remove(object, "Backfilling");
                }
            });
            reply
        },
    ),
];
