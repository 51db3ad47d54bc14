//! Deletes a table, restores its SYSTEM backup where there is one, and makes a table of the same name.

use lookback_checker::history::Artefact;
use lookback_traffic::Deed;
use serde_json::{Value, json};

use super::{Errand, Stop, create};
use crate::soak::caller::micros;

impl Errand<'_> {
    /// Deletes a table and makes another of its name; what its SYSTEM backup holds is read.
    pub(super) async fn delete(&self, deed: Deed, table: &str) -> Result<(), Stop> {
        let (Some(lock), Some(request)) = (
            self.tables.get(deed.table),
            self.traffic.tables().into_iter().nth(deed.table),
        ) else {
            return Ok(());
        };
        let alone = lock.write().await;
        let body = json!({ "TableName": table });
        let (call, answer) = self.recorded("DeleteTable", &body).await?;
        let id = answer
            .at("/TableDescription/TableId")
            .and_then(Value::as_str);
        let id = id.map(str::to_owned);
        let gone = self.gone(table).await;
        if gone.is_ok() {
            let made = create(&self.caller, self.client, &request, table).await;
            made.map_err(|_| Stop::Odd("CreateTable after DeleteTable".to_owned()))?;
        }
        drop(alone);
        gone?;
        let Some((arn, created_s)) = self.system_backup(table, id.as_deref()).await? else {
            return Ok(());
        };
        let artefact = Artefact {
            id: 0,
            kind: "system-backup".to_owned(),
            name: Some(arn.clone()),
            table: table.to_owned(),
            call: Some(call),
            anchor_us: created_s.map(micros),
            position: None,
            group: None,
            items: Vec::new(),
            indexes: Vec::new(),
        };
        self.restore(&arn, artefact).await
    }

    /// The SYSTEM backup of this incarnation of a table, if it has left one.
    async fn system_backup(
        &self,
        table: &str,
        id: Option<&str>,
    ) -> Result<Option<(String, Option<f64>)>, Stop> {
        let body = json!({ "TableName": table, "BackupType": "SYSTEM" });
        let answer = self.asked("ListBackups", &body).await?;
        let listed = answer.at("/BackupSummaries").and_then(Value::as_array);
        let own = listed.into_iter().flatten().find(|backup| {
            let text = |member: &str| backup.get(member).and_then(Value::as_str);
            text("BackupType") == Some("SYSTEM") && id.is_some() && text("TableId") == id
        });
        Ok(own.and_then(|backup| {
            let arn = backup.get("BackupArn")?.as_str()?.to_owned();
            let created = backup.get("BackupCreationDateTime").and_then(Value::as_f64);
            Some((arn, created))
        }))
    }
}
