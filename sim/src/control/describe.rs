//! Requests that change nothing.

use lookback_protocol::error::{ErrorCode, ServiceError};
use lookback_protocol::wire::backup::{
    BackupDescription, BackupSummary, DescribeBackupOutput, ListBackupsOutput,
};
use lookback_protocol::wire::continuous_backups::{
    ContinuousBackupsDescription, DescribeContinuousBackupsOutput, PointInTimeRecoveryDescription,
};
use lookback_protocol::wire::restore::RestoreSummary;
use lookback_protocol::wire::table::{DescribeTableOutput, TableDescription};
use lookback_protocol::wire::{Request, Response, Timestamp};

use super::api::{no_backup, no_table, not_served};
use super::{Control, Origin, Stage, Table};

const DAY_US: i64 = 86_400_000_000;

impl Control {
    /// Answers a request that changes nothing.
    ///
    /// # Errors
    /// What the service refuses it with.
    pub(super) fn describe(&self, request: &Request) -> Result<Response, ServiceError> {
        match request {
            Request::DescribeTable(input) => {
                let table = self.named(&input.table_name);
                let missing = ErrorCode::ResourceNotFoundException;
                let table = table.ok_or_else(|| no_table(missing, &input.table_name))?;
                Ok(DescribeTableOutput {
                    table: Some(table.description()),
                }
                .into())
            }
            Request::DescribeBackup(input) => {
                let arn = &input.backup_arn;
                let backup = self.backups.get(arn).ok_or_else(|| no_backup(arn))?;
                Ok(DescribeBackupOutput {
                    backup_description: Some(BackupDescription {
                        backup_details: Some(backup.details(arn)),
                        ..BackupDescription::default()
                    }),
                }
                .into())
            }
            Request::DescribeExport(input) => self.describe_export(&input.export_arn),
            Request::ListBackups(input) => {
                let of_table = self.backups.iter().filter(|(_, backup)| {
                    let table = self.tables.get(&backup.table);
                    let wanted = input.table_name.as_ref();
                    wanted.is_none_or(|name| table.is_some_and(|it| it.name == *name))
                });
                let summaries = of_table.map(|(arn, backup)| {
                    let details = backup.details(arn);
                    BackupSummary {
                        table_name: self.tables.get(&backup.table).map(|it| it.name.clone()),
                        backup_arn: Some(details.backup_arn),
                        backup_name: Some(details.backup_name),
                        backup_status: Some(details.backup_status),
                        backup_type: Some(details.backup_type),
                        backup_creation_date_time: Some(details.backup_creation_date_time),
                        ..BackupSummary::default()
                    }
                });
                Ok(ListBackupsOutput {
                    backup_summaries: Some(summaries.collect()),
                    ..ListBackupsOutput::default()
                }
                .into())
            }
            Request::DescribeContinuousBackups(input) => {
                let table = self.named(&input.table_name);
                let missing = ErrorCode::TableNotFoundException;
                let table = table.ok_or_else(|| no_table(missing, &input.table_name))?;
                Ok(DescribeContinuousBackupsOutput {
                    continuous_backups_description: Some(table.continuous_backups(self.stamp_us)),
                }
                .into())
            }
            _ => Err(not_served()),
        }
    }

    fn named(&self, name: &str) -> Option<&Table> {
        self.tables.get(self.names.get(name)?)
    }
}

impl Table {
    /// The table as it is told.
    pub(super) fn description(&self) -> TableDescription {
        let status = match self.stage {
            Stage::Creating | Stage::Loading => "CREATING",
            Stage::Active => "ACTIVE",
            Stage::Deleting | Stage::Deleted => "DELETING",
        };
        let restore_summary = self
            .restored
            .as_ref()
            .map(|(origin, at_us)| RestoreSummary {
                source_backup_arn: match origin {
                    Origin::Backup(arn) => Some(arn.clone()),
                    Origin::Table(_) => None,
                },
                restore_date_time: Timestamp(*at_us),
                restore_in_progress: self.stage != Stage::Active,
                ..RestoreSummary::default()
            });
        TableDescription {
            table_name: Some(self.name.clone()),
            table_status: Some(status.to_owned()),
            key_schema: Some(self.key_schema.clone()),
            attribute_definitions: Some(self.definitions.clone()),
            creation_date_time: Some(Timestamp(self.created_us)),
            restore_summary,
            ..TableDescription::default()
        }
    }

    /// The window that the table can be restored in, now that the control plane's time is this.
    pub(super) fn window_us(&self, now_us: i64) -> Option<(i64, i64)> {
        let since_us = self.recovery_since_us?;
        let oldest_us = now_us.saturating_sub(i64::from(self.recovery_days) * DAY_US);
        Some((since_us.max(oldest_us), now_us))
    }

    pub(super) fn continuous_backups(&self, now_us: i64) -> ContinuousBackupsDescription {
        let window = self.window_us(now_us);
        let status = if window.is_some() {
            "ENABLED"
        } else {
            "DISABLED"
        };
        ContinuousBackupsDescription {
            continuous_backups_status: "ENABLED".to_owned(),
            point_in_time_recovery_description: Some(PointInTimeRecoveryDescription {
                point_in_time_recovery_status: Some(status.to_owned()),
                recovery_period_in_days: window.map(|_| self.recovery_days),
                earliest_restorable_date_time: window.map(|(earliest, _)| Timestamp(earliest)),
                latest_restorable_date_time: window.map(|(_, latest)| Timestamp(latest)),
                ..PointInTimeRecoveryDescription::default()
            }),
        }
    }
}
