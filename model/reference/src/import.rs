//! An import: a request, the table that comes of it, and how far it has come (IMPORT).

mod book;
mod read_in;

use lookback_protocol::wire::Timestamp;
use lookback_protocol::wire::import::{ImportSummary, ImportTableDescription, ImportTableInput};
use lookback_protocol::wire::table::CreateTableInput;

pub(crate) use book::Imports;
pub use read_in::DueImport;

use crate::caller::Caller;
use crate::choices::DAY_US;
use crate::failure::Failure;
use crate::table::Definition;

/// How long the record of an import is kept after its end (IMPORT-048).
const RECORD_LIFETIME_US: i64 = 90 * DAY_US;

/// What an import has read. Told at its end only (IMPORT-011).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Items written, duplicates counted too (IMPORT-013).
    pub imported: u64,
    /// Lines and items that were refused.
    pub errors: u64,
    /// Uncompressed bytes (IMPORT-015).
    pub bytes: u64,
}

/// How far an import has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Nothing was read yet, and there is no table.
    Waiting,
    /// The table is there, and is filled.
    Reading(Counts),
    /// Everything was read that could be; a failure says what could not.
    Ended(Counts, Option<Failure>),
}

/// An import.
#[derive(Debug)]
pub(crate) struct Import {
    pub arn: String,
    /// As it was sent, with a token.
    pub request: ImportTableInput,
    pub caller: Caller,
    pub definition: Definition,
    pub table_arn: String,
    /// Allocated at the request (IMPORT-045).
    pub table_id: String,
    /// What the table's id was drawn from.
    pub serial: u64,
    pub started_us: i64,
    /// From then on there is a table, if the source can be read (IMPORT-007).
    pub appears_us: i64,
    /// From then on the table is ACTIVE, unless reading takes longer.
    pub active_us: i64,
    /// From then on the import is over: a moment after its table is ACTIVE (IMPORT-009).
    pub ends_us: i64,
    pub stage: Stage,
}

impl Import {
    /// When the record is forgotten.
    pub fn expires_us(&self) -> i64 {
        self.ends_us.saturating_add(RECORD_LIFETIME_US)
    }

    /// How it ended, once it is over.
    fn outcome(&self, now_us: i64) -> Option<(Counts, Option<&Failure>)> {
        match &self.stage {
            Stage::Ended(counts, failure) if now_us >= self.ends_us => {
                Some((*counts, failure.as_ref()))
            }
            _ => None,
        }
    }

    /// Whether it is not over yet.
    pub fn is_running(&self, now_us: i64) -> bool {
        self.outcome(now_us).is_none()
    }

    /// ImportStatus (LIFECYCLE-008).
    fn status(&self, now_us: i64) -> &'static str {
        match self.outcome(now_us) {
            None => "IN_PROGRESS",
            Some((_, None)) => "COMPLETED",
            Some((_, Some(_))) => "FAILED",
        }
    }

    /// The name of the table.
    pub fn table_name(&self) -> &str {
        &self.request.table_creation_parameters.table_name
    }

    /// CloudWatchLogGroupArn: there is no log here, and the live service tells it always (IMPORT-046, record 5.13).
    fn log_group_arn(&self) -> String {
        let Caller { account, region } = &self.caller;
        let partition = crate::arn::partition(region);
        format!("arn:{partition}:logs:{region}:{account}:log-group:/aws-dynamodb/imports:*")
    }

    /// EndTime: absent until the import is over (IMPORT-044).
    fn end_time(&self, now_us: i64) -> Option<Timestamp> {
        self.outcome(now_us).map(|_| Timestamp(self.ends_us))
    }

    /// The import in a list (IMPORT-043).
    pub fn summary(&self, now_us: i64) -> ImportSummary {
        ImportSummary {
            import_arn: Some(self.arn.clone()),
            import_status: Some(self.status(now_us).to_owned()),
            table_arn: Some(self.table_arn.clone()),
            s3_bucket_source: Some(self.request.s3_bucket_source.clone()),
            cloud_watch_log_group_arn: Some(self.log_group_arn()),
            input_format: Some(self.request.input_format.clone()),
            start_time: Some(Timestamp(self.started_us)),
            end_time: self.end_time(now_us),
        }
    }

    /// The full description (IMPORT-004..006, -011, -012, -044).
    pub fn describe(&self, now_us: i64) -> ImportTableDescription {
        let sent = self.request.clone();
        let (counts, failure) = self.outcome(now_us).unwrap_or_default();
        let count = |items: u64| Some(i64::try_from(items).unwrap_or(i64::MAX));
        ImportTableDescription {
            import_arn: Some(self.arn.clone()),
            import_status: Some(self.status(now_us).to_owned()),
            table_arn: Some(self.table_arn.clone()),
            table_id: Some(self.table_id.clone()),
            client_token: sent.client_token,
            s3_bucket_source: Some(sent.s3_bucket_source),
            error_count: count(counts.errors),
            cloud_watch_log_group_arn: Some(self.log_group_arn()),
            input_format: Some(sent.input_format),
            input_format_options: sent.input_format_options,
            input_compression_type: sent.input_compression_type,
            table_creation_parameters: Some(sent.table_creation_parameters),
            start_time: Some(Timestamp(self.started_us)),
            end_time: self.end_time(now_us),
            processed_size_bytes: count(counts.bytes).filter(|bytes| *bytes > 0),
            processed_item_count: count(counts.imported + counts.errors),
            imported_item_count: count(counts.imported),
            failure_code: failure.map(|failure| failure.code.clone()),
            failure_message: failure.map(|failure| failure.message.clone()),
        }
    }
}

/// The CreateTable request that makes the same table (IMPORT-002, -040).
pub(crate) fn create_table_input(import: &ImportTableInput) -> CreateTableInput {
    let parameters = import.table_creation_parameters.clone();
    CreateTableInput {
        table_name: parameters.table_name,
        attribute_definitions: Some(parameters.attribute_definitions),
        key_schema: Some(parameters.key_schema),
        billing_mode: parameters.billing_mode,
        provisioned_throughput: parameters.provisioned_throughput,
        on_demand_throughput: parameters.on_demand_throughput,
        sse_specification: parameters.sse_specification,
        global_secondary_indexes: parameters.global_secondary_indexes,
        vector_indexes: parameters.vector_indexes,
        ..CreateTableInput::default()
    }
}
