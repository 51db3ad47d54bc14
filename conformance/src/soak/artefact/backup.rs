//! On-demand backups.

use lookback_checker::history::Artefact;
use lookback_traffic::Deed;
use serde_json::{Value, json};

use super::{Errand, Stop};
use crate::soak::caller::micros;

impl Errand<'_> {
    /// Takes a backup, waits until it is AVAILABLE, and restores and reads it so often.
    pub(super) async fn back_up(&self, deed: Deed, table: &str, times: u32) -> Result<(), Stop> {
        self.has("RestoreTableFromBackup")?;
        let (call, details) = self.take(deed, table).await?;
        let (arn, created_s) = details;
        self.available(&arn).await?;
        for _ in 0..times {
            let artefact = Artefact {
                id: 0,
                kind: "on-demand-backup".to_owned(),
                name: Some(arn.clone()),
                table: table.to_owned(),
                call: Some(call),
                anchor_us: Some(micros(created_s)),
                position: None,
                group: None,
                items: Vec::new(),
                indexes: Vec::new(),
            };
            self.restore(&arn, artefact).await?;
        }
        self.drop_backup(&arn).await
    }

    /// CreateBackup: the call, the ARN and the creation time in epoch seconds.
    async fn take(&self, deed: Deed, table: &str) -> Result<(u64, (String, f64)), Stop> {
        let lock = self.tables.get(deed.table);
        let _stays = match lock {
            Some(lock) => Some(lock.read().await),
            None => None,
        };
        let name = self.fresh_name("backup");
        let now_us = self.caller.time.now_us();
        let body = json!({ "TableName": table, "BackupName": name });
        let (call, answer) = self.once_enabled("CreateBackup", &body).await?;
        let arn = answer
            .at("/BackupDetails/BackupArn")
            .and_then(Value::as_str);
        let created = answer.at("/BackupDetails/BackupCreationDateTime");
        let created_s = created.and_then(Value::as_f64);
        let (Some(arn), Some(created_s)) = (arn, created_s) else {
            return Err(Stop::Odd(
                "CreateBackup: no ARN or no creation time".to_owned(),
            ));
        };
        self.bands.add(now_us);
        Ok((call, (arn.to_owned(), created_s)))
    }

    async fn available(&self, arn: &str) -> Result<(), Stop> {
        let body = json!({ "BackupArn": arn });
        self.poll("DescribeBackup", &body, |answer| {
            let status = answer
                .ok()?
                .at("/BackupDescription/BackupDetails/BackupStatus")?;
            (status.as_str() == Some("AVAILABLE")).then_some(())
        })
        .await
    }

    /// Restores a backup under a name of its own and reads what came back.
    pub(super) async fn restore(&self, arn: &str, artefact: Artefact) -> Result<(), Stop> {
        let target = self.fresh_name("restored");
        let body = json!({ "TargetTableName": target, "BackupArn": arn });
        self.recorded("RestoreTableFromBackup", &body).await?;
        self.read(&target, artefact).await
    }
}
