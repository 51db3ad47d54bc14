//! An export: a frozen request, a part of the log, and how far it has come (EXPORT-FULL, EXPORT-INCR).

mod book;
mod content;
mod filter;
mod hand_out;
mod key;

use std::collections::BTreeMap;

use lookback_protocol::export::ExportLayout;
use lookback_protocol::key::KeySchema;
use lookback_protocol::value::AttributeValue;
use lookback_protocol::wire::Timestamp;
use lookback_protocol::wire::export::{
    ExportDescription, ExportSummary, ExportTableToPointInTimeInput, IncrementalExportSpecification,
};

pub(crate) use book::{Exports, export_arn};
pub(crate) use content::{Changes, Content};
pub(crate) use filter::{Filter, refuse_empty};
pub use hand_out::{BegunExport, DueExport};
pub(crate) use key::missing_key;

use crate::choices::DAY_US;
use crate::failure::Failure;
use crate::stores::StoreId;

/// How long the record of an export is kept after its end (EXPORT-API-015).
const RECORD_LIFETIME_US: i64 = 90 * DAY_US;

/// What a completed export tells of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Items, or records of an incremental export (EXPORT-FULL-015, EXPORT-INCR-021).
    pub items: u64,
    pub billed_bytes: u64,
}

/// How far an export has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Its content is held.
    Running,
    /// Its content was taken by the caller, who writes it.
    Writing(Tally),
    /// Everything is written.
    Completed(Tally),
    /// Writing failed.
    Failed(Failure),
}

/// An export.
#[derive(Debug)]
pub(crate) struct Export {
    pub arn: String,
    pub id: String,
    /// As it was sent, with a token.
    pub request: ExportTableToPointInTimeInput,
    /// The values of its filter, judged.
    pub filter_values: Option<BTreeMap<String, AttributeValue>>,
    pub table_arn: String,
    /// Which incarnation of the table (EXPORT-API-016).
    pub table_id: String,
    pub schema: KeySchema,
    /// StartTime: the request in whole milliseconds, or in whole seconds for an incremental export (VALIDATION-007).
    pub started_us: i64,
    /// The instant of a full export (EXPORT-FULL-006).
    pub export_time_us: i64,
    /// What a full export is billed for: the table's statistics (EXPORT-FULL-016).
    pub table_bytes: u64,
    /// EndTime; from then on it is over, or waits to be written.
    pub ends_us: i64,
    /// What was found to be in the way when it began: it is FAILED at its end (EXPORT-FULL-013).
    pub obstacle: Option<Failure>,
    pub store: StoreId,
    pub content: Content,
    pub stage: Stage,
}

impl Export {
    /// When the record is forgotten.
    pub fn expires_us(&self) -> i64 {
        self.ends_us.saturating_add(RECORD_LIFETIME_US)
    }

    /// Whether it counts as one of those that run at once.
    pub fn is_running(&self) -> bool {
        matches!(self.stage, Stage::Running | Stage::Writing(_))
    }

    /// Whether its part of the log is still held for it.
    pub fn holds_content(&self) -> bool {
        self.stage == Stage::Running
    }

    /// ExportStatus: both ends are final (LIFECYCLE-007).
    fn status(&self) -> &'static str {
        match self.stage {
            Stage::Running | Stage::Writing(_) => "IN_PROGRESS",
            Stage::Completed(_) => "COMPLETED",
            Stage::Failed(_) => "FAILED",
        }
    }

    /// The export in a list: its type is told even where it was not sent (EXPORT-API-010).
    pub fn summary(&self) -> ExportSummary {
        let kind = match self.content {
            Content::State(_) => "FULL_EXPORT",
            Content::Changes(_) => "INCREMENTAL_EXPORT",
        };
        ExportSummary {
            export_arn: Some(self.arn.clone()),
            export_status: Some(self.status().to_owned()),
            export_type: Some(kind.to_owned()),
        }
    }

    /// The full description (EXPORT-FULL-003..006, -014, EXPORT-API-017).
    pub fn describe(&self) -> ExportDescription {
        match &self.stage {
            Stage::Running | Stage::Writing(_) => self.describe_start(),
            Stage::Completed(tally) => self.describe_completed(*tally),
            Stage::Failed(failure) => ExportDescription {
                end_time: Some(Timestamp(self.ends_us)),
                failure_code: Some(failure.code.clone()),
                failure_message: Some(failure.message.clone()),
                ..self.describe_start()
            },
        }
    }

    /// How its objects are called.
    fn layout(&self) -> ExportLayout {
        let incremental = matches!(self.content, Content::Changes(_));
        ExportLayout::new(self.request.s3_prefix.as_deref(), &self.id, incremental)
    }

    /// What the description says once everything is written.
    pub fn describe_completed(&self, tally: Tally) -> ExportDescription {
        ExportDescription {
            export_status: Some("COMPLETED".to_owned()),
            end_time: Some(Timestamp(self.ends_us)),
            export_manifest: Some(self.layout().manifest_summary()),
            item_count: Some(i64::try_from(tally.items).unwrap_or(i64::MAX)),
            billed_size_bytes: Some(i64::try_from(tally.billed_bytes).unwrap_or(i64::MAX)),
            ..self.describe_start()
        }
    }

    /// What it says from the beginning: what was sent, and the defaults of what was not.
    fn describe_start(&self) -> ExportDescription {
        let sent = self.request.clone();
        let or = |sent: Option<String>, default: &str| sent.or_else(|| Some(default.to_owned()));
        let (export_time, period) = match &self.content {
            Content::State(_) => (Some(Timestamp(self.export_time_us)), None),
            Content::Changes(changes) => (None, Some(changes.specification())),
        };
        ExportDescription {
            export_arn: Some(self.arn.clone()),
            export_status: Some(self.status().to_owned()),
            start_time: Some(Timestamp(self.started_us)),
            table_arn: Some(self.table_arn.clone()),
            table_id: Some(self.table_id.clone()),
            export_time,
            client_token: sent.client_token,
            s3_bucket: Some(sent.s3_bucket),
            s3_bucket_owner: sent.s3_bucket_owner,
            s3_prefix: sent.s3_prefix,
            s3_sse_algorithm: or(sent.s3_sse_algorithm, "AES256"),
            s3_sse_kms_key_id: sent.s3_sse_kms_key_id,
            export_format: or(sent.export_format, "DYNAMODB_JSON"),
            export_type: sent.export_type,
            incremental_export_specification: period,
            filter_specification: sent.filter_specification,
            ..ExportDescription::default()
        }
    }
}

impl Changes {
    /// The period as it is echoed, with what was defaulted (EXPORT-INCR-020).
    fn specification(&self) -> IncrementalExportSpecification {
        let view = if self.old_images {
            "NEW_AND_OLD_IMAGES"
        } else {
            "NEW_IMAGE"
        };
        IncrementalExportSpecification {
            export_from_time: Some(Timestamp(self.from_us)),
            export_to_time: Some(Timestamp(self.to_us)),
            export_view_type: Some(view.to_owned()),
        }
    }
}
