//! Mutants of which restores to a time are taken: PITR-RESTORE.

use serde_json::{Value, json};

use crate::model::{Call, Model, Reply, put, remove};
use crate::mutant::Mutant;
use crate::recovery_window::earliest_s;

const RESTORE: &[&str] = &["RestoreTableToPointInTime"];

/// Mutants of the admission of restores to a time.
pub const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "the-name-wins-over-the-arn",
        "PITR-RESTORE-001",
        "With both sources given the name is taken.",
        |model, call| {
            if call.is(RESTORE) && call.has("SourceTableName") {
                return model.pass(&call.without(&["SourceTableArn"]));
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "a-false-flag-is-refused",
        "PITR-RESTORE-003",
        "UseLatestRestorableTime=false beside a time is refused.",
        |model, call| {
            if call.is(RESTORE)
                && call.has("RestoreDateTime")
                && call.body()["UseLatestRestorableTime"] == false
            {
                return Reply::invalid("Both RestoreDateTime and UseLatestRestorableTime are set");
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "the-target-is-checked-first",
        "PITR-RESTORE-006",
        "An existing target is reported before anything else.",
        |model, call| {
            if call.is(RESTORE) && status(model, &call.text("TargetTableName")) == "ACTIVE" {
                return Reply::error("TableAlreadyExistsException", "Table already exists");
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "tables-are-rewound-in-place",
        "PITR-RESTORE-007",
        "A restore onto its source is taken.",
        |model, call| {
            let reply = model.pass(&call);
            let name = call.text("SourceTableName");
            if call.is(RESTORE) && !reply.is_ok() && name == call.text("TargetTableName") {
                return taken(&call);
            }
            reply
        },
    ),
    Mutant::new(
        "latest-only-after-minutes",
        "PITR-RESTORE-009",
        "In the first five minutes there is no latest time to restore to.",
        |model, call| {
            if call.is(RESTORE) && call.body()["UseLatestRestorableTime"] == true {
                let source = call.text("SourceTableName");
                let window = model.ask("DescribeContinuousBackups", json!({ "TableName": source }));
                if earliest_s(&window).is_some_and(|start_s| model.now_s() - start_s < 300.0) {
                    return Reply::error(
                        "InvalidRestoreTimeException",
                        "RestoreDateTime is not in the window",
                    );
                }
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "overrides-mean-nothing-for-a-time",
        "PITR-RESTORE-014",
        "A restore to a time takes overrides and ignores them.",
        |model, call| {
            if call.is(RESTORE) {
                return model.pass(&call.without(&[
                    "BillingModeOverride",
                    "GlobalSecondaryIndexOverride",
                    "LocalSecondaryIndexOverride",
                    "OnDemandThroughputOverride",
                    "ProvisionedThroughputOverride",
                    "SSESpecificationOverride",
                ]));
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "warm-throughput-is-ignored",
        "PITR-RESTORE-015",
        "WarmThroughput in an index override is ignored.",
        |model, call| {
            model.pass(&call.edited(|body| {
                let indexes = body.get_mut("GlobalSecondaryIndexOverride");
                if let Some(indexes) = indexes.and_then(Value::as_array_mut) {
                    indexes
                        .iter_mut()
                        .for_each(|index| remove(index, "WarmThroughput"));
                }
            }))
        },
    ),
    Mutant::new(
        "no-encryption-override-across-regions",
        "PITR-RESTORE-016",
        "A restore from another region needs no encryption override.",
        |model, call| {
            if call.is(RESTORE) && !call.has("SSESpecificationOverride") {
                let reply = model.pass(&call);
                return if reply.message().contains("sseSpecificationOverride") {
                    model.pass(&call.edited(|body| {
                        put(
                            body,
                            "SSESpecificationOverride",
                            json!({ "Enabled": false }),
                        );
                    }))
                } else {
                    reply
                };
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "a-deleting-source-is-in-use",
        "PITR-RESTORE-017",
        "A source that is DELETING is refused as in use.",
        |model, call| {
            if call.is(RESTORE) && status(model, &call.text("SourceTableName")) == "DELETING" {
                return Reply::error("ResourceInUseException", "Table is being deleted");
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "malformed-sources-are-not-found",
        "PITR-RESTORE-019",
        "A SourceTableArn that is no ARN is reported as a missing table.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(RESTORE)
                && call.has("SourceTableArn")
                && reply.is_error("ValidationException")
            {
                return Reply::error("TableNotFoundException", "Table not found");
            }
            reply
        },
    ),
    Mutant::new(
        "one-restore-of-a-source-at-a-time",
        "PITR-RESTORE-020",
        "While a restore runs its source cannot be restored again.",
        |model, call| {
            let source = call.text("SourceTableName");
            if call.is(RESTORE) {
                let running = model.kept(&source).as_str().unwrap_or_default().to_owned();
                if status(model, &running) == "CREATING" {
                    return Reply::error("LimitExceededException", "Too many restores");
                }
            }
            let reply = model.pass(&call);
            if call.is(RESTORE) && reply.is_ok() {
                model.keep(source, call.text("TargetTableName"));
            }
            reply
        },
    ),
    Mutant::new(
        "restores-in-whole-seconds",
        "PITR-RESTORE-024",
        "The time of a restore is cut to the second before it is looked at.",
        |model, call| {
            model.pass(&call.edited(|body| {
                if let Some(time_s) = body["RestoreDateTime"].as_f64() {
                    put(body, "RestoreDateTime", time_s.floor());
                }
            }))
        },
    ),
    Mutant::new(
        "missing-sources-have-their-own-name",
        "ERRORS-024",
        "A missing source is SourceTableNotFoundException.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(RESTORE) && reply.is_error("TableNotFoundException") {
                return Reply::error("SourceTableNotFoundException", reply.message());
            }
            reply
        },
    ),
    Mutant::new(
        "history-outlives-its-table",
        "SURVIVAL-007",
        "A table that is gone can be restored to a time.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["DeleteTable"]) && reply.is_ok() {
                model.keep(call.text("TableName"), true);
            } else if call.is(RESTORE)
                && reply.is_error("TableNotFoundException")
                && model.kept(&call.text("SourceTableName")) == true
            {
                return taken(&call);
            }
            reply
        },
    ),
];

/// The status of a table; empty where there is none.
fn status(model: &mut Model, table: &str) -> String {
    let described = model.ask("DescribeTable", json!({ "TableName": table }));
    described.text("/Table/TableStatus").to_owned()
}

/// What a restore that is taken answers, in short.
fn taken(call: &Call) -> Reply {
    Reply::ok(
        json!({ "TableDescription": { "TableName": call.text("TargetTableName"), "TableStatus": "CREATING" } }),
    )
}
