//! Deletes one table, one backup or one bucket, as far as it can be deleted now.

use std::fmt;

use serde_json::{Value, json};

use crate::run::Answer;
use crate::target::{Caller, Request, Target};

/// A table or a backup, and who sees it; or a bucket.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Thing {
    /// A backup's ARN.
    Backup(Caller, String),
    /// A table's name.
    Table(Caller, String),
    /// A bucket's name.
    Bucket(String),
}

impl fmt::Display for Thing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Backup(_, arn) => write!(formatter, "backup {arn}"),
            Self::Table(Caller::Own, name) => write!(formatter, "table {name}"),
            Self::Table(_, name) => write!(formatter, "table {name} in the other region"),
            Self::Bucket(name) => write!(formatter, "bucket {name} with everything in it"),
        }
    }
}

/// What came of a deletion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is on its way out.
    Accepted,
    /// It was gone already.
    Gone,
    /// Not now: it is CREATING, feeds a restore, or too much is going on.
    Busy(String),
    /// Asking again would hardly help.
    Refused(String),
}

/// Asks for one deletion; lifts deletion protection where that is in the way.
pub(super) async fn remove(target: &dyn Target, thing: &Thing) -> Outcome {
    let (caller, operation, body) = match thing {
        Thing::Backup(caller, arn) => (*caller, "DeleteBackup", json!({ "BackupArn": arn })),
        Thing::Table(caller, name) => (*caller, "DeleteTable", json!({ "TableName": name })),
        Thing::Bucket(name) => return remove_bucket(target, name).await,
    };
    let outcome = ask(target, caller, operation, &body).await;
    match (thing, &outcome) {
        (Thing::Table(_, name), (Outcome::Refused(_), Some(error)))
            if error == "ValidationException" =>
        {
            let update = json!({ "TableName": name, "DeletionProtectionEnabled": false });
            match ask(target, caller, "UpdateTable", &update).await.0 {
                Outcome::Accepted => Outcome::Busy("deletion protection was on".to_owned()),
                // There was nothing to lift: the first refusal is the one to tell.
                Outcome::Refused(_) => outcome.0,
                other => other,
            }
        }
        _ => outcome.0,
    }
}

async fn remove_bucket(target: &dyn Target, name: &str) -> Outcome {
    let Some(buckets) = target.buckets() else {
        return Outcome::Gone;
    };
    match buckets.remove(name).await {
        Ok(()) => Outcome::Accepted,
        Err(trouble) => Outcome::Refused(trouble.to_string()),
    }
}

async fn ask(
    target: &dyn Target,
    caller: Caller,
    operation: &str,
    body: &Value,
) -> (Outcome, Option<String>) {
    let request = Request {
        caller,
        ..Request::of(operation, body)
    };
    let answer = match target.call(&request).await {
        Ok(raw) => Answer::new(raw),
        Err(error) => return (Outcome::Refused(error.to_string()), None),
    };
    let error = answer.error().map(str::to_owned);
    let named = error.as_deref().unwrap_or_default();
    let outcome = if answer.is_ok() {
        Outcome::Accepted
    } else if named.ends_with("NotFoundException") {
        Outcome::Gone
    } else if answer.is_throttle() || named.contains("InUse") || named == "LimitExceededException" {
        Outcome::Busy(answer.outline())
    } else {
        Outcome::Refused(format!("{operation}: {}", answer.outline()))
    };
    (outcome, error)
}
