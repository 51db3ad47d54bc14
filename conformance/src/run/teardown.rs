//! Takes away whatever a case has made.
//!
//! Nothing here relies on the feature under test: what was made is known from the answers themselves, not
//! from listings, and a deletion that is refused is reported and never judged.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Options;
use super::answer::Answer;
use crate::target::{Caller, Request, Target, Unreachable};

/// The most deletions that are tried for one table or backup.
const TRIES: u32 = 60;

/// Tables and backups that a case has made and not deleted, as far as the answers tell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Made {
    tables: BTreeSet<(Caller, String)>,
    backups: BTreeSet<(Caller, String)>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    buckets: BTreeSet<String>,
}

/// Where a request names the table that it makes.
fn table_pointer(operation: &str) -> Option<&'static str> {
    match operation {
        "CreateTable" => Some("/TableName"),
        "RestoreTableFromBackup" | "RestoreTableToPointInTime" => Some("/TargetTableName"),
        "ImportTable" => Some("/TableCreationParameters/TableName"),
        _ => None,
    }
}

impl Made {
    /// Whether there is nothing to delete.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty() && self.backups.is_empty() && self.buckets.is_empty()
    }

    /// Each table, and who sees it.
    pub fn tables(&self) -> impl Iterator<Item = (Caller, &str)> {
        self.tables
            .iter()
            .map(|(caller, name)| (*caller, name.as_str()))
    }

    /// Adds the backups that a listing shows of these tables: the answer that told of one may have been lost. What
    /// cannot be listed is left to a sweep.
    pub async fn find_backups(&mut self, target: &dyn Target) {
        for (caller, name) in self.tables.clone() {
            let body = json!({ "TableName": name, "BackupType": "USER" });
            let request = Request {
                caller,
                ..Request::of("ListBackups", &body)
            };
            let Ok(raw) = target.call(&request).await else {
                continue;
            };
            let answer = Answer::new(raw);
            let listed = answer.at("/BackupSummaries").and_then(Value::as_array);
            let arns = listed
                .into_iter()
                .flatten()
                .filter_map(|backup| backup.get("BackupArn")?.as_str());
            self.backups
                .extend(arns.map(|arn| (caller, arn.to_owned())));
        }
    }

    /// A bucket that was made, or may have been.
    pub fn note_bucket(&mut self, name: &str) {
        self.buckets.insert(name.to_owned());
    }

    /// A request that got no answer may have been carried out.
    pub fn note_sent(&mut self, request: &Request) {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let name =
            table_pointer(&request.operation).and_then(|pointer| body.pointer(pointer)?.as_str());
        if let Some(name) = name {
            self.tables.insert((request.caller, name.to_owned()));
        }
    }

    /// What an answer says was made or deleted.
    pub fn note_answer(&mut self, request: &Request, answer: &Answer) {
        // OnDemandThroughputOverride={} is known to answer TableInUseException while the restore runs.
        let restoring = request.operation.starts_with("RestoreTable")
            && answer.error() == Some("TableInUseException");
        if answer.is_ok() || restoring {
            self.note_sent(request);
        }
        if !answer.is_ok() {
            return;
        }
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let named = |member: &str| {
            body.get(member)
                .and_then(Value::as_str)
                .map(|name| (request.caller, name.to_owned()))
        };
        match request.operation.as_str() {
            "CreateBackup" => {
                let arn = answer
                    .at("/BackupDetails/BackupArn")
                    .and_then(Value::as_str);
                self.backups
                    .extend(arn.map(|arn| (request.caller, arn.to_owned())));
            }
            "DeleteBackup" => drop(named("BackupArn").map(|backup| self.backups.remove(&backup))),
            "DeleteTable" => drop(named("TableName").map(|table| self.tables.remove(&table))),
            _ => {}
        }
    }

    /// Deletes everything; gives what is left and why.
    pub async fn delete(self, target: &dyn Target, options: &Options) -> Vec<String> {
        let mut left = Vec::new();
        for (caller, arn) in &self.backups {
            let body = json!({ "BackupArn": arn });
            if let Err(why) = delete(target, options, "DeleteBackup", *caller, &body).await {
                left.push(format!("backup {arn}: {why}"));
            }
        }
        for name in &self.buckets {
            if let Some(buckets) = target.buckets()
                && let Err(why) = buckets.remove(name).await
            {
                left.push(format!("bucket {name}: {why}"));
            }
        }
        for (caller, name) in &self.tables {
            let body = json!({ "TableName": name });
            if let Err(why) = delete(target, options, "DeleteTable", *caller, &body).await {
                left.push(format!("table {name}: {why}"));
            }
        }
        left
    }
}

async fn delete(
    target: &dyn Target,
    options: &Options,
    operation: &str,
    caller: Caller,
    body: &Value,
) -> Result<(), String> {
    let request = Request {
        caller,
        ..Request::of(operation, body)
    };
    let started = Instant::now();
    let mut why = String::new();
    for attempt in 0..TRIES {
        let answer = match target.call(&request).await {
            Ok(raw) => Answer::new(raw),
            Err(Unreachable::Refused(words)) => return Err(words),
            Err(error) => return Err(error.to_string()),
        };
        if answer.is_ok()
            || answer
                .error()
                .is_some_and(|error| error.ends_with("NotFoundException"))
        {
            return Ok(());
        }
        why = answer.outline();
        let protected = operation == "DeleteTable" && answer.error() == Some("ValidationException");
        let busy =
            answer.is_throttle() || answer.error().is_some_and(|error| error.contains("InUse"));
        if protected && attempt == 0 {
            unprotect(target, caller, body).await;
        } else if !busy && answer.error() != Some("LimitExceededException") {
            return Err(why);
        }
        if started.elapsed().as_secs_f64() > options.wait_s_max {
            break;
        }
        // A restore under way keeps its backup; on a movable clock even hours pass in no time.
        let pause_s = if target.describe().movable_clock {
            (0.25 * f64::from(attempt + 1).exp2()).min(600.0)
        } else {
            f64::from(attempt + 1) * 0.25
        };
        target
            .wait(Duration::from_secs_f64(pause_s))
            .await
            .map_err(|error| error.to_string())?;
    }
    Err(why)
}

/// Lifts deletion protection, the one setting that keeps a table from being deleted.
async fn unprotect(target: &dyn Target, caller: Caller, body: &Value) {
    let update = json!({ "TableName": body.get("TableName"), "DeletionProtectionEnabled": false });
    let request = Request {
        caller,
        ..Request::of("UpdateTable", &update)
    };
    // Whether it worked shows in the next deletion.
    drop(target.call(&request).await);
}
