//! Requests that change the catalogue.

use lookback_protocol::error::{ErrorCode, ServiceError};
use lookback_protocol::wire::backup::{
    BackupDescription, BackupDetails, CreateBackupInput, CreateBackupOutput, DeleteBackupInput,
    DeleteBackupOutput,
};
use lookback_protocol::wire::continuous_backups::{
    UpdateContinuousBackupsInput, UpdateContinuousBackupsOutput,
};
use lookback_protocol::wire::restore::{
    RestoreTableFromBackupInput, RestoreTableFromBackupOutput, RestoreTableToPointInTimeInput,
    RestoreTableToPointInTimeOutput,
};
use lookback_protocol::wire::table::{
    CreateTableInput, CreateTableOutput, DeleteTableInput, DeleteTableOutput,
};
use lookback_protocol::wire::ttl::{UpdateTimeToLiveInput, UpdateTimeToLiveOutput};
use lookback_protocol::wire::{Operation, Request, Response, Timestamp};

use super::{Backup, Control, Origin, Stage, Table};
use crate::bugs::Bug;
use crate::partition::rules;

/// The days of a window for which nothing else is said (PITR-CONFIG).
const RECOVERY_DAYS: i32 = 35;
/// A planted bug: how far ahead the clock is that no time service keeps in bounds, in microseconds.
const FAST_US: i64 = 20_000_000;

impl Control {
    /// Does what a client asks.
    ///
    /// # Errors
    /// What the service refuses it with.
    pub(super) fn change(
        &mut self,
        operation: &str,
        body: &str,
        bug: Option<Bug>,
    ) -> Result<Response, ServiceError> {
        let operation = Operation::from_name(operation).ok_or_else(not_served)?;
        match Request::parse(operation, body.as_bytes())? {
            Request::CreateTable(input) => self.create_table(*input),
            Request::DeleteTable(input) => self.delete_table(&input),
            Request::CreateBackup(input) => self.create_backup(*input, bug),
            Request::DeleteBackup(input) => self.delete_backup(&input),
            Request::ExportTableToPointInTime(input) => self.create_export(&input),
            Request::UpdateContinuousBackups(input) => self.set_recovery(&input, bug),
            Request::UpdateTimeToLive(input) => self.set_ttl(*input),
            Request::RestoreTableFromBackup(input) => self.restore_backup(*input, bug),
            Request::RestoreTableToPointInTime(input) => self.restore_past(*input, bug),
            _ => Err(not_served()),
        }
    }

    fn create_table(&mut self, input: CreateTableInput) -> Result<Response, ServiceError> {
        let (Some(key_schema), Some(definitions)) = (input.key_schema, input.attribute_definitions)
        else {
            return Err(ServiceError::validation("a table needs a key"));
        };
        if rules(&key_schema, &definitions).is_none() {
            return Err(ServiceError::validation("the key cannot be read"));
        }
        if self.names.contains_key(&input.table_name) {
            return Err(ServiceError::new(
                ErrorCode::ResourceInUseException,
                format!("Table already exists: {}", input.table_name),
            ));
        }
        let table = Table {
            name: input.table_name,
            stage: Stage::Creating,
            partitions: Vec::new(),
            key_schema,
            definitions,
            created_us: self.stamp_us,
            recovery_since_us: None,
            recovery_days: RECOVERY_DAYS,
            ttl_attribute: None,
            ttl_known: true,
            restored: None,
            retired: false,
            forgotten: false,
            collected_us: 0,
        };
        let id = self.enter_table(table);
        let table_description = self.tables.get(&id).map(Table::description);
        Ok(CreateTableOutput { table_description }.into())
    }

    fn enter_table(&mut self, mut table: Table) -> u64 {
        let id = self.next_table;
        self.next_table += 1;
        table.partitions = self.new_partitions(id, &table.key_schema, &table.definitions);
        self.names.insert(table.name.clone(), id);
        self.tables.insert(id, table);
        id
    }

    /// An active table of this name.
    fn active(
        &mut self,
        name: &str,
        missing: ErrorCode,
    ) -> Result<(u64, &mut Table), ServiceError> {
        let id = self.names.get(name).copied();
        let found = id.and_then(|id| Some((id, self.tables.get_mut(&id)?)));
        match found {
            Some((_, table)) if table.stage != Stage::Active => Err(ServiceError::new(
                ErrorCode::ResourceInUseException,
                format!("Table is in use: {name}"),
            )),
            Some(found) => Ok(found),
            None => Err(no_table(missing, name)),
        }
    }

    fn delete_table(&mut self, input: &DeleteTableInput) -> Result<Response, ServiceError> {
        let stamp_us = self.stamp_us;
        let missing = ErrorCode::ResourceNotFoundException;
        let (id, table) = self.active(&input.table_name, missing)?;
        table.stage = Stage::Deleting;
        let description = table.description();
        let name = table.name.clone();
        if table.recovery_since_us.is_some() {
            let backup = Backup {
                name: format!("{name}$DeletedTableBackup"),
                table: id,
                at_us: stamp_us,
                system: true,
                available: false,
            };
            self.backups.insert(backup_arn(&name, stamp_us), backup);
        }
        Ok(DeleteTableOutput {
            table_description: Some(description),
        }
        .into())
    }

    fn create_backup(
        &mut self,
        input: CreateBackupInput,
        bug: Option<Bug>,
    ) -> Result<Response, ServiceError> {
        let fast_us = match bug {
            Some(Bug::MarkerOfAFastClock) => FAST_US,
            _ => 0,
        };
        let at_us = self.stamp_us + fast_us;
        let missing = ErrorCode::TableNotFoundException;
        let (table, _) = self.active(&input.table_name, missing)?;
        let arn = backup_arn(&input.table_name, at_us);
        let backup = Backup {
            name: input.backup_name,
            table,
            at_us,
            system: false,
            available: false,
        };
        let backup_details = Some(backup.details(&arn));
        self.backups.insert(arn, backup);
        Ok(CreateBackupOutput { backup_details }.into())
    }

    fn delete_backup(&mut self, input: &DeleteBackupInput) -> Result<Response, ServiceError> {
        let backup = self.backups.get(&input.backup_arn);
        let Some(backup) = backup.filter(|backup| backup.available) else {
            return Err(no_backup(&input.backup_arn));
        };
        let details = BackupDetails {
            backup_status: "DELETED".to_owned(),
            ..backup.details(&input.backup_arn)
        };
        self.backups.remove(&input.backup_arn);
        Ok(DeleteBackupOutput {
            backup_description: Some(BackupDescription {
                backup_details: Some(details),
                ..BackupDescription::default()
            }),
        }
        .into())
    }

    fn set_recovery(
        &mut self,
        input: &UpdateContinuousBackupsInput,
        bug: Option<Bug>,
    ) -> Result<Response, ServiceError> {
        let stamp_us = self.stamp_us;
        let missing = ErrorCode::TableNotFoundException;
        let (_, table) = self.active(&input.table_name, missing)?;
        let wanted = &input.point_in_time_recovery_specification;
        if !wanted.point_in_time_recovery_enabled {
            table.recovery_since_us = None;
        } else if table.recovery_since_us.is_none() {
            let kept = bug == Some(Bug::WindowNotReset);
            table.recovery_since_us = Some(if kept { table.created_us } else { stamp_us });
        }
        table.recovery_days = wanted.recovery_period_in_days.unwrap_or(RECOVERY_DAYS);
        Ok(UpdateContinuousBackupsOutput {
            continuous_backups_description: Some(table.continuous_backups(stamp_us)),
        }
        .into())
    }

    fn set_ttl(&mut self, input: UpdateTimeToLiveInput) -> Result<Response, ServiceError> {
        let missing = ErrorCode::ResourceNotFoundException;
        let (_, table) = self.active(&input.table_name, missing)?;
        let wanted = input.time_to_live_specification;
        let attribute = wanted.attribute_name.clone();
        table.ttl_attribute = Some(attribute).filter(|_| wanted.enabled);
        table.ttl_known = false;
        Ok(UpdateTimeToLiveOutput {
            time_to_live_specification: Some(wanted),
        }
        .into())
    }

    fn restore_backup(
        &mut self,
        input: RestoreTableFromBackupInput,
        bug: Option<Bug>,
    ) -> Result<Response, ServiceError> {
        let backup = self.backups.get(&input.backup_arn);
        let backup = backup.filter(|backup| backup.available);
        let backup = backup.ok_or_else(|| no_backup(&input.backup_arn))?;
        let (table, at_us) = (backup.table, backup.at_us);
        let origin = Origin::Backup(input.backup_arn);
        let table = self.restore(table, input.target_table_name, origin, at_us, bug)?;
        Ok(RestoreTableFromBackupOutput {
            table_description: Some(table),
        }
        .into())
    }

    fn restore_past(
        &mut self,
        input: RestoreTableToPointInTimeInput,
        bug: Option<Bug>,
    ) -> Result<Response, ServiceError> {
        let stamp_us = self.stamp_us;
        let name = input.source_table_name.unwrap_or_default();
        let (id, table) = self.active(&name, ErrorCode::TableNotFoundException)?;
        let Some((earliest_us, latest_us)) = table.window_us(stamp_us) else {
            return Err(ServiceError::new(
                ErrorCode::PointInTimeRecoveryUnavailableException,
                format!("Point in time recovery is not enabled for table '{name}'"),
            ));
        };
        let at_us = match input.restore_date_time {
            Some(Timestamp(at_us)) => at_us,
            None => latest_us,
        };
        if at_us < earliest_us || at_us > latest_us {
            return Err(ServiceError::new(
                ErrorCode::InvalidRestoreTimeException,
                format!("{at_us} is not between {earliest_us} and {latest_us}"),
            ));
        }
        let origin = Origin::Table(id);
        let table = self.restore(id, input.target_table_name, origin, at_us, bug)?;
        Ok(RestoreTableToPointInTimeOutput {
            table_description: Some(table),
        }
        .into())
    }

    fn restore(
        &mut self,
        source: u64,
        name: String,
        origin: Origin,
        at_us: i64,
        bug: Option<Bug>,
    ) -> Result<lookback_protocol::wire::table::TableDescription, ServiceError> {
        if self.names.contains_key(&name) {
            return Err(ServiceError::new(
                ErrorCode::TableAlreadyExistsException,
                format!("Table already exists: {name}"),
            ));
        }
        let like = self.tables.get(&source).cloned();
        let like = like.ok_or_else(|| no_table(ErrorCode::TableNotFoundException, &name))?;
        let shared = like.partitions.clone();
        let id = self.enter_table(Table {
            name,
            stage: Stage::Creating,
            created_us: self.stamp_us,
            recovery_since_us: None,
            recovery_days: RECOVERY_DAYS,
            ttl_attribute: None,
            ttl_known: true,
            restored: Some((origin, at_us)),
            retired: false,
            forgotten: false,
            collected_us: 0,
            ..like
        });
        if bug == Some(Bug::TableSharesItsSource)
            && let Some(table) = self.tables.get_mut(&id)
        {
            table.partitions = shared;
            table.restored = None;
        }
        let table = self.tables.get(&id);
        Ok(table.map(Table::description).unwrap_or_default())
    }
}

impl Backup {
    /// The backup as it is told.
    pub(super) fn details(&self, arn: &str) -> BackupDetails {
        BackupDetails {
            backup_arn: arn.to_owned(),
            backup_name: self.name.clone(),
            backup_status: if self.available {
                "AVAILABLE"
            } else {
                "CREATING"
            }
            .to_owned(),
            backup_type: if self.system { "SYSTEM" } else { "USER" }.to_owned(),
            backup_creation_date_time: Timestamp(self.at_us),
            ..BackupDetails::default()
        }
    }
}

/// No two commands have one time, so no two backups have one ARN.
fn backup_arn(table: &str, at_us: i64) -> String {
    format!("arn:aws:dynamodb:us-east-1:000000000000:table/{table}/backup/{at_us:017}-00000000")
}

pub(super) fn no_table(code: ErrorCode, name: &str) -> ServiceError {
    ServiceError::new(code, format!("Table not found: {name}"))
}

pub(super) fn no_backup(arn: &str) -> ServiceError {
    ServiceError::new(
        ErrorCode::BackupNotFoundException,
        format!("Backup not found: {arn}"),
    )
}

pub(super) fn not_served() -> ServiceError {
    ServiceError::validation("the specimen does not serve this operation")
}
