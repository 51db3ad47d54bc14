//! ExportTableToPointInTime (EXPORT-FULL, EXPORT-INCR): a part of the log and a name. What is in the way of writing
//! (buckets, permissions, keys) shows later (EXPORT-FULL-013).

use lookback_protocol::error::{ErrorCode, ServiceError};
use lookback_protocol::wire::export::{
    ExportTableToPointInTimeInput, ExportTableToPointInTimeOutput,
};

use super::artefact_by_arn::NamedTable;
use super::create_backup::cut_of_now;
use super::export_period::{Wanted, wanted};
use super::item_call::values_from_wire;
use super::restore_table_to_point_in_time::recovery_is_off;
use crate::calendar::whole_milliseconds;
use crate::choices::SECOND_US;
use crate::client_tokens::Replay;
use crate::export::{Content, Export, Filter, Stage, export_arn, missing_key, refuse_empty};
use crate::ids::invented_token;
use crate::quotas::admit_export;
use crate::service::{Call, Service, internal_error};
use crate::store::Cut;
use crate::table::Window;

pub(crate) fn export_table_to_point_in_time(
    service: &mut Service,
    call: &Call<'_>,
    input: &ExportTableToPointInTimeInput,
) -> Result<ExportTableToPointInTimeOutput, ServiceError> {
    let exported = NamedTable::read(&input.table_arn, call.caller)?;
    check_encryption(input)?;
    if let Some(filter) = &input.filter_specification {
        refuse_empty(filter)?;
    }
    let wanted = wanted(input)?;
    if let Some(arn) = replayed(service, call, input)? {
        return described(service, call, &arn);
    }
    let table = exported.find(service, call)?;
    let (store, schema) = (table.store, table.definition.schema.clone());
    let (table_arn, table_id) = (table.arn.clone(), table.id.clone());
    let window = table.pitr.window().copied();
    let admitted = match &wanted {
        Wanted::Changes(period) => Some(period.admit(call.now_us, table.created_us)?),
        Wanted::Now | Wanted::Instant(_) => None,
    };
    let window = window.ok_or_else(|| recovery_is_off(exported.name))?;
    let filter_values = match &input.filter_specification {
        Some(filter) => {
            let values = values_from_wire(filter.expression_attribute_values.clone())?;
            Filter::read(filter, values.as_ref(), &schema)?;
            values
        }
        None => None,
    };

    let serial = service.next_serial();
    let now_ms_us = whole_milliseconds(call.now_us);
    let (content, export_time_us, started_us) = match (wanted, admitted) {
        (Wanted::Changes(_), Some(admitted)) => {
            let rewrites = service.choices.exports_rewrites(serial);
            let changes = admitted.of_window(&window, call.now_us, rewrites)?;
            let started_us = call.now_us - call.now_us.rem_euclid(SECOND_US);
            (Content::Changes(changes), started_us, started_us)
        }
        (Wanted::Instant(instant_us), _) => {
            let recent = service.choices.admits_recent_export_time(serial);
            let instant_us = admitted_instant(&window, instant_us, call.now_us, recent)?;
            let cut = Cut::At {
                instant_us: window.cut_us(instant_us),
            };
            (Content::State(cut), instant_us, now_ms_us)
        }
        (Wanted::Now | Wanted::Changes(_), _) => {
            let cut = cut_of_now(service, call, serial);
            (Content::State(cut), now_ms_us, now_ms_us)
        }
    };
    admit_export(service, call)?;

    let seed = service.choices.seed;
    let items = service.stores.get_mut(store).ok_or_else(internal_error)?;
    let figures = items.statistics(call.now_us);
    let empty = items.is_empty();
    match &content {
        Content::State(cut) => items.retention_mut().pin(cut),
        Content::Changes(changes) => items
            .retention_mut()
            .pin_period(changes.from_us, changes.to_us),
    }
    service.stores.hold(store);
    let ends_us = call.now_us + service.choices.export_us(serial, empty);
    let mut request = input.clone();
    let token = input.client_token.clone();
    let token = token.unwrap_or_else(|| invented_token(seed, serial));
    request.client_token = Some(token.clone());
    let exports = &mut service.tenant(call.caller).exports;
    let incremental = matches!(content, Content::Changes(_));
    let id = exports.next_id(seed, serial, &table_arn, started_us, incremental);
    let export = Export {
        arn: export_arn(&table_arn, &id),
        id,
        request: request.clone(),
        filter_values,
        table_arn,
        table_id,
        schema,
        started_us,
        export_time_us,
        table_bytes: figures.bytes,
        ends_us,
        obstacle: missing_key(input, call.caller),
        store,
        content,
        stage: Stage::Running,
    };
    let (arn, expires_us) = (export.arn.clone(), export.expires_us());
    exports
        .tokens
        .remember(call.now_us, token, request, arn.clone());
    exports.add(export);
    service.exports_running.insert((ends_us, arn.clone()));
    service.note_begun_export(&arn);
    service.schedule(ends_us);
    service.schedule(expires_us);
    described(service, call, &arn)
}

/// The export that the same request made before, if its token is still known (EXPORT-API-001..005).
fn replayed(
    service: &mut Service,
    call: &Call<'_>,
    input: &ExportTableToPointInTimeInput,
) -> Result<Option<String>, ServiceError> {
    let Some(token) = &input.client_token else {
        return Ok(None);
    };
    let tokens = &mut service.tenant(call.caller).exports.tokens;
    match tokens.replay(call.now_us, token, input) {
        Replay::New => Ok(None),
        Replay::Same(arn) => Ok(Some(arn)),
        Replay::Different => Err(ServiceError::new(
            ErrorCode::ExportConflictException,
            "Export conflict: Duplicate request detected with conflicting parameters",
        )),
    }
}

/// The answer: the export as DescribeExport tells it.
fn described(
    service: &mut Service,
    call: &Call<'_>,
    arn: &str,
) -> Result<ExportTableToPointInTimeOutput, ServiceError> {
    let exports = &service.tenant(call.caller).exports;
    let export = exports.get(arn).ok_or_else(internal_error)?;
    Ok(ExportTableToPointInTimeOutput {
        export_description: Some(export.describe()),
    })
}

/// A key needs the algorithm KMS, and looks like an id, an alias or an ARN; whether there is such a key shows later
/// (VALIDATION-021, EXPORT-FULL-013).
fn check_encryption(input: &ExportTableToPointInTimeInput) -> Result<(), ServiceError> {
    let kms = input.s3_sse_algorithm.as_deref() == Some("KMS");
    let key_like = |key: &str| {
        key.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b":/_-".contains(&byte))
    };
    if let Some(key) = input
        .s3_sse_kms_key_id
        .as_deref()
        .filter(|key| !key_like(key))
    {
        return Err(ServiceError::validation(format!(
            "1 validation error detected: Value '{key}' at 's3SseKmsKeyId' failed to satisfy constraint: Member must \
             satisfy regular expression pattern: [a-zA-Z0-9:/_-]+"
        )));
    }
    if input.s3_sse_kms_key_id.is_some() && !kms {
        return Err(ServiceError::validation(
            "Invalid Request: KMS Key Id is not supported for this encryption type",
        ));
    }
    Ok(())
}

/// The instant in whole milliseconds, if the window has it: named instants are not later than the latest restorable
/// time, although leaving the time out exports the present (EXPORT-FULL-007, -008).
fn admitted_instant(
    window: &Window,
    wanted_us: i64,
    now_us: i64,
    recent: bool,
) -> Result<i64, ServiceError> {
    let invalid = |text: &str| ServiceError::new(ErrorCode::InvalidExportTimeException, text);
    let wanted_us = whole_milliseconds(wanted_us);
    if !(window.earliest_us(now_us)..=now_us).contains(&wanted_us) {
        return Err(invalid("Export Time is invalid"));
    }
    if wanted_us > window.latest_us(now_us) && !recent {
        return Err(invalid(
            "Point in Time Recovery is not available for specified export time",
        ));
    }
    Ok(wanted_us)
}
