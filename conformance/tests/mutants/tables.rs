//! Mutants of tables and their settings: TABLE, TAG, TTL, STREAM.

use serde_json::{Value, json};

use crate::model::{Call, Model, Reply, every_object, put, remove};
use crate::mutant::Mutant;

/// Mutants of TABLE, TAG, TTL and STREAM.
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
