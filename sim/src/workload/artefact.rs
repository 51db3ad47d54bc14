//! Artefacts: asked for, restored under another name, read, given to the judge.

use std::rc::Rc;

use lookback_protocol::error::ServiceError;
use lookback_protocol::wire::backup::{
    BackupDetails, CreateBackupInput, DeleteBackupInput, DescribeBackupInput, ListBackupsInput,
};
use lookback_protocol::wire::continuous_backups::DescribeContinuousBackupsInput;
use lookback_protocol::wire::restore::{
    RestoreTableFromBackupInput, RestoreTableToPointInTimeInput,
};
use lookback_protocol::wire::table::{DeleteTableInput, DeleteTableOutput};
use lookback_protocol::wire::{Response, Timestamp};
use lookback_traffic::DeedKind;

use super::looks::Looks;
use super::{Caller, Ended, Workload};
use crate::plan::TableDeed;
use crate::recorder::Shown;
use crate::runtime;

const LOOK_US: i64 = 100_000;
const SECOND_US: i64 = 1_000_000;
/// How often one looks whether a table is gone.
const LOOKS: u32 = 200;
/// How often a restore that was not answered is asked for again under another name.
const TRIES: u32 = 5;

/// A success, or why it is none.
pub(super) fn good(
    operation: &str,
    ended: Ended,
) -> Result<Rc<Result<Response, ServiceError>>, String> {
    let ended = ended.ok_or_else(|| format!("{operation}: no answer"))?;
    match &*ended {
        Ok(_) => Ok(ended),
        Err(error) => Err(format!("{operation}: {}", error.code.name())),
    }
}

/// The same share of a span as a draw is of 2^64: a span that is a little longer gives a time that is a little later.
fn share_us(span_us: i64, draw: u64) -> i64 {
    let span_us = u128::try_from(span_us).unwrap_or(0);
    i64::try_from((span_us * u128::from(draw)) >> 64).unwrap_or(0)
}

impl Workload {
    /// Takes a backup, restores it so many times, reads what came back, and deletes it.
    pub(super) async fn back_up(&self, name: &str, times: u32) -> Result<(), String> {
        let caller = self.caller();
        let request = CreateBackupInput {
            table_name: name.to_owned(),
            backup_name: "backup".to_owned(),
        };
        let (call, ended) = caller.call(request.into()).await;
        let ended = good("CreateBackup", ended)?;
        let Ok(Response::CreateBackup(output)) = &*ended else {
            return Ok(());
        };
        let Some(details) = &output.backup_details else {
            return Ok(());
        };
        self.wait_for_backup(&caller, &details.backup_arn).await;
        for _ in 0..times {
            self.restore_backup(&caller, details, Some(call), name, "on-demand-backup")
                .await?;
        }
        let request = DeleteBackupInput {
            backup_arn: details.backup_arn.clone(),
        };
        caller.ask(request.into()).await;
        Ok(())
    }

    async fn wait_for_backup(&self, caller: &Caller, arn: &str) {
        let mut looks = Looks::new();
        loop {
            let request = DescribeBackupInput {
                backup_arn: arn.to_owned(),
            };
            if let Some(Ok(Response::DescribeBackup(output))) =
                caller.ask(request.into()).await.as_deref()
                && let Some(description) = &output.backup_description
                && let Some(details) = &description.backup_details
                && details.backup_status == "AVAILABLE"
            {
                return;
            }
            looks.wait().await;
        }
    }

    async fn restore_backup(
        &self,
        caller: &Caller,
        details: &BackupDetails,
        call: Option<u64>,
        table: &str,
        kind: &'static str,
    ) -> Result<(), String> {
        for _ in 0..TRIES {
            let target = self.fresh_name();
            let request = RestoreTableFromBackupInput {
                target_table_name: target.clone(),
                backup_arn: details.backup_arn.clone(),
                ..RestoreTableFromBackupInput::default()
            };
            let (_, ended) = caller.call(request.into()).await;
            match good("RestoreTableFromBackup", ended) {
                Ok(_) => {}
                Err(why) if why.ends_with("no answer") || why.ends_with("InternalServerError") => {
                    continue;
                }
                Err(why) => return Err(why),
            }
            let anchor_us = details.backup_creation_date_time.0;
            self.read_artefact(caller, &target, kind, table, call, anchor_us)
                .await;
            return Ok(());
        }
        Err("RestoreTableFromBackup: never answered".to_owned())
    }

    async fn read_artefact(
        &self,
        caller: &Caller,
        target: &str,
        kind: &'static str,
        table: &str,
        call: Option<u64>,
        anchor_us: i64,
    ) {
        self.wait_until_active(caller, target).await;
        let items = self.whole(caller, target).await;
        if let Some(call) = call {
            caller.log(
                "artefact",
                format_args!("{kind} of {table}: {} items", items.len()),
            );
            self.stage.recorder.artefact(&Shown {
                kind,
                table: table.to_owned(),
                call,
                anchor_us,
                items,
            });
        }
        self.drop_table(caller, target).await;
    }

    /// Restores a table to a time in its window, where it has one.
    pub(super) async fn look_back(&self, deed: &TableDeed) -> Result<(), String> {
        let name = deed.table.as_str();
        let caller = self.caller();
        let Some((earliest_us, latest_us)) = self.window_us(&caller, name).await? else {
            return Ok(());
        };
        let at_us = earliest_us + share_us(latest_us - earliest_us, deed.draw);
        let at_us = match deed.kind {
            DeedKind::RestoreToLatest => None,
            DeedKind::RestoreToSecond => Some(at_us / SECOND_US * SECOND_US),
            _ => Some(at_us / 1_000 * 1_000),
        };
        let target = self.fresh_name();
        let request = RestoreTableToPointInTimeInput {
            source_table_name: Some(name.to_owned()),
            target_table_name: target.clone(),
            use_latest_restorable_time: at_us.is_none().then_some(true),
            restore_date_time: at_us.map(Timestamp),
            ..RestoreTableToPointInTimeInput::default()
        };
        let (call, ended) = caller.call(request.into()).await;
        let ended = good("RestoreTableToPointInTime", ended)?;
        let Ok(Response::RestoreTableToPointInTime(output)) = &*ended else {
            return Ok(());
        };
        let summary = output.table_description.as_ref();
        let summary = summary.and_then(|table| table.restore_summary.as_ref());
        let Some(summary) = summary else {
            return Err("RestoreTableToPointInTime: no summary".to_owned());
        };
        let anchor_us = summary.restore_date_time.0;
        let kind = "point-in-time-restore";
        self.read_artefact(&caller, &target, kind, name, Some(call), anchor_us)
            .await;
        Ok(())
    }

    pub(super) async fn window_us(
        &self,
        caller: &Caller,
        name: &str,
    ) -> Result<Option<(i64, i64)>, String> {
        let request = DescribeContinuousBackupsInput {
            table_name: name.to_owned(),
        };
        let since_us = self.windows_since_us.borrow().get(name).copied();
        let ended = good(
            "DescribeContinuousBackups",
            caller.ask(request.into()).await,
        )?;
        let Ok(Response::DescribeContinuousBackups(output)) = &*ended else {
            return Ok(None);
        };
        let description = output.continuous_backups_description.as_ref();
        let window = description.and_then(|it| {
            let recovery = it.point_in_time_recovery_description.as_ref()?;
            let earliest = recovery.earliest_restorable_date_time?;
            Some((earliest.0, recovery.latest_restorable_date_time?.0))
        });
        if let (Some((earliest_us, _)), Some(since_us)) = (window, since_us)
            && earliest_us < since_us - self.stage.plan.skew_us()
        {
            self.broken(
                name,
                "can be restored to before its recovery was switched off (PITR-CFG-008)",
            );
        }
        Ok(window)
    }

    /// Deletes a table, reads its SYSTEM backup where it has one, and makes the table again.
    pub(super) async fn delete(&self, name: &str) -> Result<(), String> {
        let caller = self.caller();
        let recoverable = self.window_us(&caller, name).await?.is_some();
        let request = DeleteTableInput {
            table_name: name.to_owned(),
        };
        let request = request.into();
        let recorder = &self.stage.recorder;
        let call = recorder.call(caller.number, &request);
        let ended = caller.ask(request).await;
        // Nobody else deletes this table: that it is gone is as good as an answer.
        let gone = ended.is_some_and(|it| it.is_ok()) || self.is_soon_gone(&caller, name).await;
        let deleted: Response = DeleteTableOutput::default().into();
        recorder.returned(call, gone.then_some(&Ok(deleted)));
        if !gone {
            return Err("DeleteTable: came to nothing".to_owned());
        }
        if recoverable {
            let read = self.read_system_backup(&caller, name, call).await;
            self.note(read);
        }
        if let Some(request) = self.creation(name) {
            self.make_table(&caller, request).await;
        }
        Ok(())
    }

    async fn is_soon_gone(&self, caller: &Caller, name: &str) -> bool {
        for _ in 0..LOOKS {
            if self.status(caller, name).await.as_deref() == Some("gone") {
                return true;
            }
            runtime::sleep_us(LOOK_US).await;
        }
        false
    }

    async fn read_system_backup(
        &self,
        caller: &Caller,
        name: &str,
        call: u64,
    ) -> Result<(), String> {
        let request = ListBackupsInput {
            table_name: Some(name.to_owned()),
            ..ListBackupsInput::default()
        };
        let ended = good("ListBackups", caller.ask(request.into()).await)?;
        let Ok(Response::ListBackups(output)) = &*ended else {
            return Ok(());
        };
        let summaries = output.backup_summaries.iter().flatten();
        let system = summaries.filter(|it| it.backup_type.as_deref() == Some("SYSTEM"));
        let newest = system.max_by_key(|it| it.backup_creation_date_time);
        let Some(newest) = newest else {
            return Err("ListBackups: no SYSTEM backup".to_owned());
        };
        let details = BackupDetails {
            backup_arn: newest.backup_arn.clone().unwrap_or_default(),
            backup_creation_date_time: newest.backup_creation_date_time.unwrap_or_default(),
            ..BackupDetails::default()
        };
        self.wait_for_backup(caller, &details.backup_arn).await;
        self.restore_backup(caller, &details, Some(call), name, "system-backup")
            .await
    }

    fn fresh_name(&self) -> String {
        let number = self.restored.get();
        self.restored.set(number + 1);
        format!("sim-restored-{number}")
    }
}
