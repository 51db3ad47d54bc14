//! Waits for a status.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Driver, Stop};
use crate::run::Answer;

/// The first pause between two looks, and the longest, in seconds: on a movable clock they cost nothing.
const PAUSES_S_REAL: (f64, f64) = (0.25, 5.0);
const PAUSES_S_MOVABLE: (f64, f64) = (0.25, 20.0);

impl Driver {
    /// Looks again and again until `done` says something, the deadline has passed or the run is over.
    pub(super) async fn poll<T>(
        &self,
        operation: &str,
        body: &Value,
        mut done: impl FnMut(Result<&Answer, &Stop>) -> Option<T>,
    ) -> Result<T, Stop> {
        let time = &self.caller.time;
        let (mut pause_s, pause_s_max) = if time.is_movable() {
            PAUSES_S_MOVABLE
        } else {
            PAUSES_S_REAL
        };
        loop {
            let answer = self.asked(operation, body).await;
            if let Some(found) = done(answer.as_ref()) {
                return Ok(found);
            }
            if let Err(stop @ Stop::Lacking(_)) = answer {
                return Err(stop);
            }
            let late = self
                .deadline()
                .is_some_and(|deadline_us| time.now_us() >= deadline_us);
            if late || time.is_stopped() {
                return Err(Stop::Odd(format!("{operation}: not done in time")));
            }
            time.sleep(Duration::from_secs_f64(pause_s)).await;
            pause_s = (pause_s * 1.5).min(pause_s_max);
        }
    }

    /// Waits until a table is ACTIVE; its description.
    pub(super) async fn active(&self, table: &str) -> Result<Value, Stop> {
        let body = json!({ "TableName": table });
        self.poll("DescribeTable", &body, |answer| {
            let table = answer.ok()?.at("/Table")?;
            let status = table.get("TableStatus").and_then(Value::as_str);
            let backfills = table
                .get("GlobalSecondaryIndexes")
                .and_then(Value::as_array);
            let ready = |index: &Value| {
                let status = index.get("IndexStatus").and_then(Value::as_str);
                status.is_none_or(|status| status == "ACTIVE")
            };
            let settled = backfills.is_none_or(|indexes| indexes.iter().all(ready));
            (status == Some("ACTIVE") && settled).then(|| table.clone())
        })
        .await
    }

    /// Waits until a table is gone.
    pub(super) async fn gone(&self, table: &str) -> Result<(), Stop> {
        let body = json!({ "TableName": table });
        self.poll("DescribeTable", &body, |answer| match answer {
            Err(Stop::Odd(why)) if why.ends_with("ResourceNotFoundException") => Some(()),
            _ => None,
        })
        .await
    }
}
