//! Exports: a marker is put down at the request; the files are written afterwards.

use lookback_protocol::error::{ErrorCode, ServiceError};
use lookback_protocol::wire::export::{
    DescribeExportOutput, ExportDescription, ExportTableToPointInTimeInput,
    ExportTableToPointInTimeOutput, IncrementalExportSpecification,
};
use lookback_protocol::wire::{Response, Timestamp};
use serde::{Deserialize, Serialize};

use super::Control;
use super::api::no_table;

/// An export.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Export {
    /// The table that it is of.
    pub table: u64,
    /// What it holds.
    pub span: Span,
    /// Whether its files have been written.
    pub completed: bool,
}

/// What an export holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Span {
    /// The items as of a time.
    Full(i64),
    /// The changes from the first time on until just before the second (EXPORT-INCR-003).
    Changes(i64, i64),
}

impl Span {
    /// The earliest time of which anything must be known.
    pub fn begins_us(self) -> i64 {
        match self {
            Self::Full(at_us) => at_us,
            Self::Changes(from_us, _) => from_us.saturating_sub(1),
        }
    }
}

impl Control {
    pub(super) fn create_export(
        &mut self,
        input: &ExportTableToPointInTimeInput,
    ) -> Result<Response, ServiceError> {
        let stamp_us = self.stamp_us;
        let name = input.table_arn.rsplit('/').next().unwrap_or_default();
        let missing = ErrorCode::TableNotFoundException;
        let id = self.names.get(name).copied();
        let table = id.and_then(|id| self.tables.get(&id));
        let (Some(id), Some(table)) = (id, table) else {
            return Err(no_table(missing, name));
        };
        let Some((earliest_us, latest_us)) = table.window_us(stamp_us) else {
            return Err(ServiceError::new(
                ErrorCode::PointInTimeRecoveryUnavailableException,
                format!("Point in time recovery is not enabled for table '{name}'"),
            ));
        };
        let span = match &input.incremental_export_specification {
            Some(wanted) => {
                let from_us = wanted.export_from_time.map_or(earliest_us, |it| it.0);
                let to_us = wanted.export_to_time.map_or(latest_us, |it| it.0);
                Span::Changes(from_us, to_us)
            }
            None => Span::Full(input.export_time.map_or(latest_us, |it| it.0)),
        };
        let legal = match span {
            Span::Full(at_us) => (earliest_us..=latest_us).contains(&at_us),
            Span::Changes(from_us, to_us) => {
                earliest_us <= from_us && from_us < to_us && to_us <= latest_us
            }
        };
        if !legal {
            return Err(ServiceError::new(
                ErrorCode::InvalidExportTimeException,
                format!("{span:?} is not between {earliest_us} and {latest_us}"),
            ));
        }
        let export = Export {
            table: id,
            span,
            completed: false,
        };
        let arn = format!("{}/export/{stamp_us:017}-00000000", input.table_arn);
        let export_description = Some(export.description(&arn));
        self.exports.insert(arn, export);
        Ok(ExportTableToPointInTimeOutput { export_description }.into())
    }

    pub(super) fn describe_export(&self, arn: &str) -> Result<Response, ServiceError> {
        let export = self.exports.get(arn).ok_or_else(|| {
            let told = format!("Export not found: {arn}");
            ServiceError::new(ErrorCode::ExportNotFoundException, told)
        })?;
        Ok(DescribeExportOutput {
            export_description: Some(export.description(arn)),
        }
        .into())
    }
}

impl Export {
    fn description(&self, arn: &str) -> ExportDescription {
        let status = if self.completed {
            "COMPLETED"
        } else {
            "IN_PROGRESS"
        };
        let (at, changes) = match self.span {
            Span::Full(at_us) => (Some(Timestamp(at_us)), None),
            Span::Changes(from_us, to_us) => {
                let changes = IncrementalExportSpecification {
                    export_from_time: Some(Timestamp(from_us)),
                    export_to_time: Some(Timestamp(to_us)),
                    export_view_type: Some("NEW_AND_OLD_IMAGES".to_owned()),
                };
                (None, Some(changes))
            }
        };
        ExportDescription {
            export_arn: Some(arn.to_owned()),
            export_status: Some(status.to_owned()),
            export_time: at,
            incremental_export_specification: changes,
            export_manifest: Some(crate::archive::manifest(self.table, arn)),
            ..ExportDescription::default()
        }
    }
}
