//! Mutants of numbers and enumerated values: VALIDATION-012 to -016.

use serde_json::Value;

use crate::model::{Reply, every_object, put, remove};
use crate::mutant::Mutant;

/// Mutants of VALIDATION on numbers and enumerations.
pub const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "a-recovery-period-of-any-length",
        "VALIDATION-012",
        "RecoveryPeriodInDays may be any number.",
        |model, call| {
            model.pass(&call.edited(|body| {
                if let Some(specification) = body.get_mut("PointInTimeRecoverySpecification") {
                    remove(specification, "RecoveryPeriodInDays");
                }
            }))
        },
    ),
    Mutant::new(
        "an-empty-recovery-specification-disables",
        "VALIDATION-013",
        "PointInTimeRecoveryEnabled is false where it is missing.",
        |model, call| {
            model.pass(&call.edited(|body| {
                let specification = body.get_mut("PointInTimeRecoverySpecification");
                if let Some(specification) =
                    specification.filter(|it| it.get("PointInTimeRecoveryEnabled").is_none())
                {
                    put(specification, "PointInTimeRecoveryEnabled", false);
                }
            }))
        },
    ),
    Mutant::new(
        "limits-are-clamped",
        "VALIDATION-014",
        "A Limit outside its range is brought into it.",
        |model, call| {
            if !call.is(&["ListBackups", "ListTables"]) {
                return model.pass(&call);
            }
            model.pass(&call.edited(|body| {
                if let Some(limit) = body.get("Limit").and_then(Value::as_i64) {
                    put(body, "Limit", limit.clamp(1, 100));
                }
            }))
        },
    ),
    Mutant::new(
        "backup-pages-of-fifty",
        "VALIDATION-014",
        "ListBackups takes a Limit of at most 50.",
        |model, call| {
            let limit = call
                .body()
                .get("Limit")
                .and_then(Value::as_i64)
                .unwrap_or(1);
            if call.is(&["ListBackups"]) && limit > 50 {
                return Reply::invalid(
                    "1 validation error detected: Value at 'limit' failed to satisfy constraint",
                );
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "table-pages-of-fifty",
        "VALIDATION-014",
        "ListTables takes a Limit of at most 50.",
        |model, call| {
            let limit = call
                .body()
                .get("Limit")
                .and_then(Value::as_i64)
                .unwrap_or(1);
            if call.is(&["ListTables"]) && limit > 50 {
                return Reply::invalid(
                    "1 validation error detected: Value at 'limit' failed to satisfy constraint",
                );
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "enumerations-in-any-case",
        "VALIDATION-015",
        "Enumerated values are matched without regard to case.",
        |model, call| {
            model.pass(&call.edited(|body| {
                every_object(body, &mut |object| {
                    for member in [
                        "BackupType",
                        "BillingMode",
                        "BillingModeOverride",
                        "ProjectionType",
                        "SSEType",
                        "StreamViewType",
                    ] {
                        if let Some(text) = object
                            .get(member)
                            .and_then(Value::as_str)
                            .map(str::to_uppercase)
                        {
                            put(object, member, text);
                        }
                    }
                })
            }))
        },
    ),
    Mutant::new(
        "unknown-backup-types-count-as-none",
        "VALIDATION-015",
        "A BackupType that does not exist is ignored.",
        |model, call| {
            let known =
                ["USER", "SYSTEM", "AWS_BACKUP", "ALL"].contains(&call.text("BackupType").as_str());
            model.pass(&if known {
                call
            } else {
                call.without(&["BackupType"])
            })
        },
    ),
    Mutant::new(
        "enum-messages-without-the-values",
        "VALIDATION-016",
        "The message about an enumerated value does not say what is allowed.",
        |model, call| {
            let mut reply = model.pass(&call);
            if let Some((text, _)) = reply.message().to_owned().split_once("enum value set") {
                reply.put("", "message", text);
            }
            reply
        },
    ),
];
