//! Mutants of deleting, listing and describing tables: TABLE-012 to -026.

use serde_json::{Value, json};

use crate::model::{Reply, every_object, put};
use crate::mutant::Mutant;

/// Mutants of TABLE on deletion, lists and descriptions.
pub const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "deletion-answers-active",
        "TABLE-012",
        "DeleteTable answers with the table as it was, ACTIVE.",
        |model, call| {
            let mut reply = model.pass(&call);
            if call.is(&["DeleteTable"]) {
                reply.put("/TableDescription", "TableStatus", "ACTIVE");
            }
            reply
        },
    ),
    Mutant::new(
        "tables-are-deleting-forever",
        "TABLE-012",
        "A deleted table stays DELETING.",
        |model, call| {
            let reply = model.pass(&call);
            let name = call.text("TableName");
            if call.is(&["DeleteTable"]) && reply.is_ok() {
                model.keep(name, reply.at("/TableDescription"));
            } else if call.is(&["DescribeTable"])
                && !reply.is_ok()
                && model.memory.contains_key(&name)
            {
                return Reply::ok(json!({ "Table": model.kept(&name) }));
            }
            reply
        },
    ),
    Mutant::new(
        "deletion-while-creating",
        "TABLE-013",
        "A table that is CREATING can be deleted.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["DeleteTable"]) && reply.is_error("ResourceInUseException") {
                model.advance(1.0);
                return model.pass(&call);
            }
            reply
        },
    ),
    Mutant::new(
        "a-second-deletion-is-refused",
        "TABLE-013",
        "Deleting a table that is DELETING is refused.",
        |model, call| {
            let before = model.ask(
                "DescribeTable",
                json!({ "TableName": call.text("TableName") }),
            );
            if call.is(&["DeleteTable"]) && before.text("/Table/TableStatus") == "DELETING" {
                return Reply::error(
                    "ResourceInUseException",
                    "Attempt to change a resource which is still in use",
                );
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "deletion-protection-protects-nothing",
        "TABLE-014",
        "A protected table can be deleted.",
        |model, call| {
            let reply = model.pass(&call);
            let name = call.text("TableName");
            if call.is(&["DeleteTable"]) && reply.is_error("ValidationException") {
                model.ask(
                    "UpdateTable",
                    json!({ "TableName": name, "DeletionProtectionEnabled": false }),
                );
                model.advance(1.0);
                return model.pass(&call);
            }
            reply
        },
    ),
    Mutant::new(
        "protected-by-default",
        "TABLE-015",
        "A new table is protected from deletion.",
        |model, call| {
            if call.is(&["CreateTable"]) && !call.has("DeletionProtectionEnabled") {
                return model.pass(&call.with("DeletionProtectionEnabled", true));
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "list-tables-in-one-page",
        "TABLE-017",
        "ListTables ignores Limit.",
        |model, call| {
            let whole = if call.is(&["ListTables"]) {
                call.without(&["Limit"])
            } else {
                call
            };
            model.pass(&whole)
        },
    ),
    Mutant::new(
        "list-tables-starts-over",
        "TABLE-017",
        "ListTables ignores ExclusiveStartTableName once the first page was read.",
        |model, call| {
            if call.is(&["ListTables"]) && call.has("ExclusiveStartTableName") {
                let mut reply = model.pass(&call.without(&["ExclusiveStartTableName"]));
                reply.remove("", "LastEvaluatedTableName");
                return reply;
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "table-ids-in-capitals",
        "TABLE-018",
        "A TableId is an upper-case UUID.",
        |model, call| {
            let mut reply = model.pass(&call);
            every_object(&mut reply.body, &mut |object| {
                if let Some(id) = object
                    .get("TableId")
                    .and_then(Value::as_str)
                    .map(str::to_uppercase)
                {
                    put(object, "TableId", id);
                }
            });
            reply
        },
    ),
    Mutant::new(
        "unknown-counts-are-minus-one",
        "TABLE-019",
        "A table that was never counted has -1 items.",
        |model, call| {
            let mut reply = model.pass(&call);
            every_object(&mut reply.body, &mut |object| {
                for member in ["ItemCount", "TableSizeBytes"] {
                    if object.get(member).is_some() {
                        put(object, member, -1);
                    }
                }
            });
            reply
        },
    ),
    Mutant::new(
        "standard-class-is-told",
        "TABLE-020",
        "Tables of the standard class say so.",
        |model, call| {
            let mut reply = model.pass(&call);
            if reply.at("/Table/TableClassSummary").is_null() {
                reply.put(
                    "/Table",
                    "TableClassSummary",
                    json!({ "TableClass": "STANDARD" }),
                );
            }
            reply
        },
    ),
    Mutant::new(
        "table-class-is-ignored",
        "TABLE-020",
        "The infrequent-access class is accepted and forgotten.",
        |model, call| model.pass(&call.without(&["TableClass"])),
    ),
    Mutant::new(
        "no-table-limits",
        "TABLE-023",
        "DescribeLimits tells of the account only.",
        |model, call| {
            let mut reply = model.pass(&call);
            if call.is(&["DescribeLimits"]) {
                reply.remove("", "TableMaxReadCapacityUnits");
                reply.remove("", "TableMaxWriteCapacityUnits");
            }
            reply
        },
    ),
    Mutant::new(
        "the-view-type-can-be-changed",
        "TABLE-024",
        "An enabled stream can be given another view type.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["UpdateTable"])
                && call.has("StreamSpecification")
                && reply.is_error("ValidationException")
            {
                let table = model.ask(
                    "DescribeTable",
                    json!({ "TableName": call.text("TableName") }),
                );
                return Reply::ok(json!({ "TableDescription": table.at("/Table") }));
            }
            reply
        },
    ),
    Mutant::new(
        "encryption-is-always-described",
        "TABLE-025",
        "Every table has an SSEDescription.",
        |model, call| {
            let mut reply = model.pass(&call);
            if reply.at("/Table/SSEDescription").is_null() {
                reply.put(
                    "/Table",
                    "SSEDescription",
                    json!({ "Status": "ENABLED", "SSEType": "AES256" }),
                );
            }
            reply
        },
    ),
    Mutant::new(
        "items-before-active",
        "TABLE-026",
        "A table that is CREATING takes items.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["PutItem", "GetItem", "Scan", "Query"])
                && reply.is_error("ResourceNotFoundException")
            {
                model.advance(1.0);
                return model.pass(&call);
            }
            reply
        },
    ),
];
