//! Makes tables, and takes away what an artefact needed.

use std::time::Duration;

use lookback_protocol::wire::Request;
use serde_json::{Value, json};

use super::{Driver, Stop};
use crate::soak::caller::Caller;

/// How long a new table may take to be ACTIVE.
const ACTIVE_WITHIN: Duration = Duration::from_secs(120);

/// Makes a table, which is written down, and waits until it is ACTIVE.
///
/// # Errors
/// It cannot be made; in words.
pub async fn create(
    caller: &Caller,
    client: u32,
    request: &Request,
    name: &str,
) -> Result<(), String> {
    let _part = caller.time.take_part();
    let mut body = Vec::new();
    request.to_json(&mut body);
    let (_, answer) = caller.call(client, "CreateTable", body).await;
    match answer {
        Some(answer) if answer.is_ok() => {}
        Some(answer) => return Err(format!("CreateTable {name}: {}", answer.outline())),
        None => return Err(format!("CreateTable {name}: no answer")),
    }
    let body = json!({ "TableName": name });
    let until_us = caller.time.now_us() + i64::try_from(ACTIVE_WITHIN.as_micros()).unwrap_or(0);
    while caller.time.now_us() < until_us && !caller.time.is_stopped() {
        let answer = caller.ask("DescribeTable", &body).await?;
        if answer.at("/Table/TableStatus").and_then(Value::as_str) == Some("ACTIVE") {
            return Ok(());
        }
        caller.time.sleep(Duration::from_millis(250)).await;
    }
    Err(format!(
        "{name} is not ACTIVE after {} s",
        ACTIVE_WITHIN.as_secs()
    ))
}

impl Driver {
    /// Deletes a table that was restored: its work is done. What cannot be deleted is left to the clean-up.
    pub(super) async fn drop_table(&self, name: &str) -> Result<(), Stop> {
        self.asked("DeleteTable", &json!({ "TableName": name }))
            .await
            .map(drop)
    }

    /// Deletes a backup.
    pub(super) async fn drop_backup(&self, arn: &str) -> Result<(), Stop> {
        self.asked("DeleteBackup", &json!({ "BackupArn": arn }))
            .await
            .map(drop)
    }
}
