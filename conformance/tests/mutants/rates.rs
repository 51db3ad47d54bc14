//! Mutants of rates and quotas: RATE.

use serde_json::{Value, json};

use crate::model::{Call, Model, Reply};
use crate::mutant::Mutant;

/// Mutants of RATE.
pub const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "a-burst-loses-a-backup",
        "RATE-001",
        "The twentieth CreateBackup of a burst is answered and not kept.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["CreateBackup"]) && reply.is_ok() {
                let count = model.kept("created").as_u64().unwrap_or_default() + 1;
                model.keep("created", count);
                if count == 20 {
                    model.advance(1.0);
                    let arn = reply.at("/BackupDetails/BackupArn");
                    model.ask("DeleteBackup", json!({ "BackupArn": arn }));
                }
            }
            reply
        },
    ),
    Mutant::new(
        "one-deletion-a-second",
        "RATE-002",
        "The second DeleteBackup of a second is refused.",
        |model, call| a_second(model, &call, &["DeleteBackup"], 1),
    ),
    Mutant::new(
        "two-descriptions-a-second",
        "RATE-003",
        "The third DescribeBackup of a second is refused.",
        |model, call| two_a_second(model, &call, &["DescribeBackup"]),
    ),
    Mutant::new(
        "two-listings-a-second",
        "RATE-004",
        "The third ListBackups of a second is refused.",
        |model, call| two_a_second(model, &call, &["ListBackups"]),
    ),
    Mutant::new(
        "one-restore-a-second",
        "RATE-005",
        "The second RestoreTableFromBackup of a second is refused.",
        |model, call| a_second(model, &call, &["RestoreTableFromBackup"], 1),
    ),
    Mutant::new(
        "two-windows-a-second",
        "RATE-006",
        "The third call of a second about continuous backups is refused.",
        |model, call| {
            two_a_second(
                model,
                &call,
                &["DescribeContinuousBackups", "UpdateContinuousBackups"],
            )
        },
    ),
    Mutant::new(
        "a-hundred-backups-at-most",
        "RATE-014",
        "The hundred and first backup displaces the first.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(&["CreateBackup"]) && reply.is_ok() {
                let mut kept = model.kept("arns").as_array().cloned().unwrap_or_default();
                kept.push(reply.at("/BackupDetails/BackupArn"));
                if kept.len() > 100 {
                    model.ask("DeleteBackup", json!({ "BackupArn": kept.remove(0) }));
                }
                model.keep("arns", kept);
            }
            reply
        },
    ),
    Mutant::new(
        "one-look-at-time-to-live-a-second",
        "RATE-015",
        "The second DescribeTimeToLive of a second is refused.",
        |model, call| a_second(model, &call, &["DescribeTimeToLive"], 1),
    ),
];

fn two_a_second(model: &mut Model, call: &Call, operations: &[&str]) -> Reply {
    a_second(model, call, operations, 2)
}

/// Refuses what comes after so many calls within a second: not as a throttle, which is no behaviour.
fn a_second(model: &mut Model, call: &Call, operations: &[&str], most: usize) -> Reply {
    if call.is(operations) {
        let now_s = model.now_s();
        let mut times = model.kept("times").as_array().cloned().unwrap_or_default();
        times.retain(|time: &Value| time.as_f64().is_some_and(|time_s| now_s - time_s < 1.0));
        if times.len() >= most {
            return Reply::error("LimitExceededException", "Too many calls");
        }
        times.push(Value::from(now_s));
        model.keep("times", times);
    }
    model.pass(call)
}
