//! Mutants of DescribeBackup: BACKUP-DESCRIBE.

use serde_json::{Value, json};

use crate::model::{Reply, every_object, put, remove};
use crate::mutant::Mutant;

const SOURCE: &str = "/BackupDescription/SourceTableDetails";
const FEATURES: &str = "/BackupDescription/SourceTableFeatureDetails";

/// Mutants of BACKUP-DESCRIBE.
pub const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "describe-backup-by-name",
        "BACKUP-DESCRIBE-001",
        "DescribeBackup answers the details alone.",
        |model, call| {
            let mut reply = model.pass(&call);
            if call.is(&["DescribeBackup"]) {
                reply.remove("/BackupDescription", "SourceTableDetails");
            }
            reply
        },
    ),
    Mutant::new(
        "no-table-id-in-backups",
        "BACKUP-DESCRIBE-002",
        "A backup does not tell its table's id.",
        |model, call| {
            let mut reply = model.pass(&call);
            reply.remove(SOURCE, "TableId");
            reply
        },
    ),
    Mutant::new(
        "no-maxima-in-backups",
        "BACKUP-DESCRIBE-002",
        "A backup does not tell its table's on-demand maxima.",
        |model, call| {
            let mut reply = model.pass(&call);
            reply.remove(SOURCE, "OnDemandThroughput");
            reply
        },
    ),
    Mutant::new(
        "on-demand-backups-have-no-capacity",
        "BACKUP-DESCRIBE-003",
        "A backup of an on-demand table has no ProvisionedThroughput.",
        |model, call| {
            let mut reply = model.pass(&call);
            if reply.text(&format!("{SOURCE}/BillingMode")) == "PAY_PER_REQUEST" {
                reply.remove(SOURCE, "ProvisionedThroughput");
            }
            reply
        },
    ),
    Mutant::new(
        "plain-tables-have-no-feature-details",
        "BACKUP-DESCRIBE-004",
        "A backup of a plain table has no SourceTableFeatureDetails.",
        |model, call| {
            let mut reply = model.pass(&call);
            if reply.at(FEATURES) == json!({}) {
                reply.remove("/BackupDescription", "SourceTableFeatureDetails");
            }
            reply
        },
    ),
    Mutant::new(
        "every-feature-is-listed",
        "BACKUP-DESCRIBE-004",
        "Features that are off are listed too.",
        |model, call| {
            let mut reply = model.pass(&call);
            if reply.at(&format!("{FEATURES}/StreamDescription")).is_null() {
                reply.put(
                    FEATURES,
                    "StreamDescription",
                    json!({ "StreamEnabled": false }),
                );
            }
            reply
        },
    ),
    Mutant::new(
        "indexes-in-backups-are-active",
        "BACKUP-DESCRIBE-005",
        "Indexes in a backup carry an IndexStatus.",
        |model, call| {
            let mut reply = model.pass(&call);
            if let Some(features) = reply.body.pointer_mut(FEATURES) {
                every_object(features, &mut |object| {
                    if object.get("IndexName").is_some() {
                        put(object, "IndexStatus", "ACTIVE");
                    }
                });
            }
            reply
        },
    ),
    Mutant::new(
        "time-to-live-is-not-recorded",
        "BACKUP-DESCRIBE-006",
        "A backup tells nothing of the time to live.",
        |model, call| {
            let mut reply = model.pass(&call);
            reply.remove(FEATURES, "TimeToLiveDescription");
            reply
        },
    ),
    Mutant::new(
        "capacity-of-the-live-table",
        "BACKUP-DESCRIBE-007",
        "A backup tells its table's capacity as it is now.",
        |model, call| {
            let mut reply = model.pass(&call);
            let name = reply.text(&format!("{SOURCE}/TableName")).to_owned();
            let live = model.ask("DescribeTable", json!({ "TableName": name }));
            if call.is(&["DescribeBackup"]) && live.is_ok() {
                let mut throughput = live.at("/Table/ProvisionedThroughput");
                remove(&mut throughput, "NumberOfDecreasesToday");
                reply.put(SOURCE, "ProvisionedThroughput", throughput);
            }
            reply
        },
    ),
    Mutant::new(
        "unknown-sizes-are-minus-one",
        "BACKUP-DESCRIBE-008",
        "A size that was never measured is -1.",
        |model, call| {
            let mut reply = model.pass(&call);
            every_object(&mut reply.body, &mut |object| {
                if object.get("BackupSizeBytes").is_some() {
                    put(object, "BackupSizeBytes", -1);
                }
            });
            reply
        },
    ),
    Mutant::new(
        "the-id-of-the-live-table",
        "BACKUP-DESCRIBE-009",
        "A backup tells the id of the table that has the name now.",
        |model, call| {
            let mut reply = model.pass(&call);
            let name = reply.text(&format!("{SOURCE}/TableName")).to_owned();
            let live = model.ask("DescribeTable", json!({ "TableName": name }));
            if call.is(&["DescribeBackup"]) && live.is_ok() {
                reply.put(SOURCE, "TableId", live.at("/Table/TableId"));
            }
            reply
        },
    ),
    Mutant::new(
        "no-description-without-the-table",
        "BACKUP-DESCRIBE-010",
        "A backup cannot be described once its table is gone.",
        |model, call| {
            let reply = model.pass(&call);
            let name = reply.text(&format!("{SOURCE}/TableName")).to_owned();
            let live = model.ask("DescribeTable", json!({ "TableName": name }));
            if call.is(&["DescribeBackup"]) && reply.is_ok() && !live.is_ok() {
                return Reply::error("TableNotFoundException", format!("Table not found: {name}"));
            }
            reply
        },
    ),
    Mutant::new(
        "backups-are-visible-everywhere",
        "BACKUP-DESCRIBE-011",
        "A backup is described in every region.",
        |model, call| {
            let reply = model.pass(&call);
            let arn = call.text("BackupArn");
            let region = arn.split(':').nth(3).unwrap_or_default().to_owned();
            if call.is(&["DescribeBackup"]) && reply.is_error("BackupNotFoundException") {
                let mut there = model.caller().clone();
                there.region = region;
                return model.acting(there, |model| model.pass(&call));
            }
            reply
        },
    ),
    Mutant::new(
        "every-backup-has-an-expiry",
        "BACKUP-DESCRIBE-012",
        "A USER backup tells when it expires.",
        |model, call| {
            let mut reply = model.pass(&call);
            every_object(&mut reply.body, &mut |object| {
                if let Some(created_s) =
                    object.get("BackupCreationDateTime").and_then(Value::as_f64)
                {
                    put(object, "BackupExpiryDateTime", created_s + 35.0 * 86_400.0);
                }
            });
            reply
        },
    ),
];
