//! Mutants of what a request must look like: VALIDATION, but for values and tables.

use std::sync::OnceLock;

use regex::{Captures, Regex};
use serde_json::json;

use crate::model::Reply;
use crate::mutant::Mutant;

/// Mutants of VALIDATION on names, ARNs and order.
pub const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "first-violation-only",
        "VALIDATION-001",
        "Of several violations only the first is told.",
        |model, call| {
            let mut reply = model.pass(&call);
            let text = reply.message().to_owned();
            if let Some((_, told)) = text.split_once(" validation errors detected: ") {
                let first = told.split("; ").next().unwrap_or_default();
                reply.put(
                    "",
                    "message",
                    format!("1 validation error detected: {first}"),
                );
            }
            reply
        },
    ),
    Mutant::new(
        "violations-are-not-counted",
        "VALIDATION-001",
        "A violation is told without the count.",
        |model, call| {
            let mut reply = model.pass(&call);
            let text = reply.message().to_owned();
            if let Some((_, told)) = text.split_once(" detected: ") {
                reply.put("", "message", told);
            }
            reply
        },
    ),
    Mutant::new(
        "any-target-name",
        "VALIDATION-003",
        "A restored table may have any name.",
        |model, call| {
            if call.is(&["RestoreTableFromBackup"])
                && !is_name(&call.text("TargetTableName"))
                && call.has("TargetTableName")
            {
                let name = format!("any-{}", model.memory.len());
                model.keep(name.clone(), true);
                return model.pass(&call.with("TargetTableName", name));
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "backups-of-bare-names-only",
        "VALIDATION-004",
        "Where a table is named an ARN is no name.",
        |model, call| {
            if call.text("TableName").starts_with("arn:") {
                return Reply::invalid(
                    "1 validation error detected: Value at 'tableName' failed to satisfy constraint",
                );
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "short-backup-names",
        "VALIDATION-005",
        "A backup's name may have one or two characters.",
        |model, call| {
            let name = call.text("BackupName");
            let short = call.is(&["CreateBackup"]) && (1..3).contains(&name.len());
            let mut reply = model.pass(&if short {
                call.with("BackupName", format!("{name}__"))
            } else {
                call
            });
            if short {
                reply.put("/BackupDetails", "BackupName", name);
            }
            reply
        },
    ),
    Mutant::new(
        "backup-names-with-any-character",
        "VALIDATION-005",
        "A backup's name may hold any character.",
        |model, call| {
            let name = call.text("BackupName");
            if call.is(&["CreateBackup"]) && name.len() >= 3 && name.len() <= 255 {
                let legal: String = name
                    .chars()
                    .map(|letter| {
                        if letter.is_ascii_alphanumeric() {
                            letter
                        } else {
                            '-'
                        }
                    })
                    .collect();
                let mut reply = model.pass(&call.with("BackupName", legal));
                reply.put("/BackupDetails", "BackupName", name);
                return reply;
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "no-dots-in-backup-names",
        "VALIDATION-005",
        "A backup's name may not hold a dot.",
        |model, call| {
            if call.is(&["CreateBackup"]) && call.text("BackupName").contains('.') {
                return Reply::invalid(
                    "1 validation error detected: Value at 'backupName' failed to satisfy constraint",
                );
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "backup-ids-are-uuids",
        "VALIDATION-006",
        "The last part of a backup's ARN is a UUID.",
        |model, call| {
            let own = call.rewritten(|text| {
                UUID_ID.replace(text, |found: &Captures| {
                    format!(
                        "/backup/{}{}{}-{}",
                        &found[1], &found[2], &found[3], &found[4]
                    )
                })
            });
            model.pass(&own).rewritten(|text| {
                OWN_ID.replace(text, |found: &Captures| {
                    format!(
                        "/backup/{}-{}-4{}0-8000-0000{}",
                        &found[1], &found[2], &found[3], &found[4]
                    )
                })
            })
        },
    ),
    Mutant::new(
        "malformed-arns-are-unknown-backups",
        "VALIDATION-006",
        "What is no backup's ARN at all is a backup that does not exist.",
        |model, call| {
            let reply = model.pass(&call);
            let malformed = reply.is_error("ValidationException")
                && reply.message().to_lowercase().contains("arn");
            if malformed && call.is(&["DescribeBackup", "DeleteBackup", "RestoreTableFromBackup"]) {
                let arn = call.text("BackupArn");
                return Reply::error(
                    "BackupNotFoundException",
                    format!("Backup not found: {arn}"),
                );
            }
            reply
        },
    ),
    Mutant::new(
        "any-account-in-an-arn",
        "VALIDATION-009",
        "The account in an ARN is not looked at.",
        |model, call| {
            let account = model.caller().account.clone();
            let own = call.rewritten(|text| {
                ACCOUNT.replace(text, |found: &Captures| format!("{}{account}:", &found[1]))
            });
            model.pass(&own)
        },
    ),
    Mutant::new(
        "the-region-in-a-backup-arn-counts",
        "VALIDATION-010",
        "A backup's ARN with another region names no backup.",
        |model, call| {
            let arn = call.text("BackupArn");
            let region = model.caller().region.clone();
            let elsewhere = arn.split(':').nth(3).is_some_and(|named| named != region);
            let reply = model.pass(&call);
            if call.is(&["DescribeBackup", "DeleteBackup"]) && elsewhere && reply.is_ok() {
                return Reply::error(
                    "BackupNotFoundException",
                    format!("Backup not found: {arn}"),
                );
            }
            reply
        },
    ),
    Mutant::new(
        "any-region-in-a-backup-arn",
        "VALIDATION-010",
        "Any text is a region.",
        |model, call| {
            let region = model.caller().region.clone();
            let own = call.rewritten(|text| {
                REGION.replace(text, |found: &Captures| format!("{}{region}:", &found[1]))
            });
            model.pass(&own)
        },
    ),
    Mutant::new(
        "state-before-shape",
        "VALIDATION-029",
        "Whether things exist is looked at before the request's shape.",
        |model, call| {
            let reply = model.pass(&call);
            if !reply.is_error("ValidationException") {
                return reply;
            }
            let missing = |reply: &Reply| reply.code().ends_with("NotFoundException");
            let (table, backup, target) = (
                call.text("TableName"),
                call.text("BackupArn"),
                call.text("TargetTableName"),
            );
            if call.is(&["CreateBackup"])
                && missing(&model.ask("DescribeTable", json!({ "TableName": table })))
            {
                return Reply::error(
                    "TableNotFoundException",
                    format!("Table not found: {table}"),
                );
            }
            if missing(&model.ask("DescribeBackup", json!({ "BackupArn": backup }))) {
                return Reply::error(
                    "BackupNotFoundException",
                    format!("Backup not found: {backup}"),
                );
            }
            if model
                .ask("DescribeTable", json!({ "TableName": target }))
                .is_ok()
            {
                return Reply::error(
                    "TableAlreadyExistsException",
                    format!("Table already exists: {target}"),
                );
            }
            reply
        },
    ),
];

/// An expression, compiled when it is first used.
struct Rewrite(&'static str, OnceLock<Regex>);

impl Rewrite {
    fn replace(&self, text: &str, replacement: impl Fn(&Captures) -> String) -> String {
        let expression = self.1.get_or_init(|| Regex::new(self.0).unwrap());
        expression
            .replace_all(text, |found: &Captures| replacement(found))
            .into_owned()
    }
}

/// The id part of the model's backup ARNs, in the pieces of which the mutant makes a UUID.
static OWN_ID: Rewrite = Rewrite(
    r"/backup/([0-9]{8})([0-9]{4})([0-9]{2})-([0-9a-f]{8})",
    OnceLock::new(),
);
/// That UUID.
static UUID_ID: Rewrite = Rewrite(
    r"/backup/([0-9]{8})-([0-9]{4})-4([0-9]{2})0-8000-0000([0-9a-f]{8})",
    OnceLock::new(),
);
/// An ARN up to its account.
static ACCOUNT: Rewrite = Rewrite(r"(arn:aws:dynamodb:[a-z0-9-]*:)[0-9]*:", OnceLock::new());
/// An ARN up to its region.
static REGION: Rewrite = Rewrite(r"(arn:aws:dynamodb:)[a-z0-9-]*:", OnceLock::new());

fn is_name(text: &str) -> bool {
    let legal = |letter: char| letter.is_ascii_alphanumeric() || "_.-".contains(letter);
    (3..=255).contains(&text.len()) && text.chars().all(legal)
}
