//! RestoreTableToPointInTime (PITR-RESTORE): the items of then with the settings of now (record S6).

use lookback_protocol::error::{ErrorCode, ServiceError};
use lookback_protocol::wire::restore::{
    RestoreTableToPointInTimeInput, RestoreTableToPointInTimeOutput,
};

use super::start_restore::{Restoration, check_target, start_restore};
use crate::arn::{Arn, is_resource_name};
use crate::calendar::{iso_8601_shortest, iso_8601_shortest_ns};
use crate::caller::Caller;
use crate::restore::{Overrides, restored_definition};
use crate::service::{Call, Service};
use crate::store::Cut;
use crate::table::{Billing, RestoreOrigin, Window};
use crate::tenant::table_not_found;

/// Which table a request names: where it lives, and how a missing one is told.
struct Source {
    home: Caller,
    name: String,
    by_arn: bool,
}

pub(crate) fn restore_table_to_point_in_time(
    service: &mut Service,
    call: &Call<'_>,
    input: &RestoreTableToPointInTimeInput,
) -> Result<RestoreTableToPointInTimeOutput, ServiceError> {
    let source = source(input, call.caller)?;
    let wanted_us = wanted_instant(input)?;
    let target = &input.target_table_name;
    if source.home != *call.caller && input.sse_specification_override.is_none() {
        return Err(ServiceError::validation(
            "Invalid Request: sseSpecificationOverride must be provided for cross-region restores",
        ));
    }
    let indexes = input.global_secondary_index_override.as_deref();
    if let Some(index) = indexes
        .unwrap_or_default()
        .iter()
        .find(|index| index.warm_throughput.is_some())
    {
        return Err(ServiceError::invalid_parameter(format_args!(
            "WarmThroughput cannot be specified for index: {}",
            index.index_name
        )));
    }
    service.settle(&source.home);
    // A region in which there is nothing stays so: naming it makes no entry.
    let table = service
        .tenants
        .get_mut(&source.home)
        .ok_or_else(|| table_not_found(&source.name))
        .and_then(|tenant| tenant.backup_table(&source.name, call.now_us))
        .map_err(|error| {
            if source.by_arn {
                ServiceError::new(error.code, "Table not found")
            } else {
                error
            }
        })?;
    let window = table
        .pitr
        .window()
        .copied()
        .ok_or_else(|| recovery_is_off(&source.name))?;
    let restored_to_us = match wanted_us {
        Some(wanted_us) => {
            let below_us = |age_us| service.choices.nanoseconds(age_us);
            admitted_instant(&window, wanted_us, call.now_us, &source.name, below_us)?
        }
        None => window.latest_us(call.now_us),
    };
    let overrides = Overrides {
        billing: input
            .billing_mode_override
            .as_deref()
            .map(Billing::from_name),
        throughput: input.provisioned_throughput_override.as_ref(),
        on_demand: input.on_demand_throughput_override.as_ref(),
        global_indexes: indexes,
        local_indexes: input.local_secondary_index_override.as_deref(),
        encryption: input.sse_specification_override.as_ref(),
    };
    let restoration = Restoration {
        definition: restored_definition(&table.definition, &overrides, call.caller)?,
        source: table.store,
        cut: Cut::At {
            instant_us: window.cut_us(restored_to_us),
        },
        origin: RestoreOrigin {
            source_backup_arn: None,
            source_table_arn: table.arn.clone(),
            restored_to_us,
        },
    };
    check_target(service, call, target)?;
    let (description, _) = start_restore(service, call, target, restoration)?;
    Ok(RestoreTableToPointInTimeOutput {
        table_description: Some(description),
    })
}

/// Exactly one of SourceTableName and SourceTableArn (PITR-RESTORE-001, -016, -019).
fn source(input: &RestoreTableToPointInTimeInput, caller: &Caller) -> Result<Source, ServiceError> {
    match (&input.source_table_name, &input.source_table_arn) {
        (Some(_), Some(_)) => Err(ServiceError::validation(
            "Must provide exactly one of: sourceTableArn, sourceTableName",
        )),
        (None, None) => Err(ServiceError::validation(
            "The parameter 'TableName' is required",
        )),
        (Some(name), None) => Ok(Source {
            home: caller.clone(),
            name: name.clone(),
            by_arn: false,
        }),
        (None, Some(text)) => {
            let arn = Arn::parse(text)
                .filter(|arn| {
                    arn.is_of_dynamodb(caller) && arn.child.is_none() && is_resource_name(arn.table)
                })
                .ok_or_else(|| ServiceError::validation("sourceTableArn is not a valid ARN"))?;
            if arn.account != caller.account {
                return Err(ServiceError::validation(
                    "This action is only supported by accounts that match the resource owner's account",
                ));
            }
            let home = Caller::new(arn.account, arn.region);
            Ok(Source {
                home,
                name: arn.table.to_owned(),
                by_arn: true,
            })
        }
    }
}

/// The explicit instant, or `None` for the latest one: exactly one of both must be asked for
/// (PITR-RESTORE-002, -003; records S12, S13).
fn wanted_instant(input: &RestoreTableToPointInTimeInput) -> Result<Option<i64>, ServiceError> {
    let latest = input.use_latest_restorable_time.unwrap_or(false);
    match (input.restore_date_time, latest) {
        (Some(_), true) => Err(ServiceError::validation(
            "Invalid Request: Both RestoreDateTime and UseLatestRestorableTime cannot be set for point-in-time restore \
             request. Please specify either RestoreDateTime time or UseLatestRestorableTime",
        )),
        (None, false) => Err(ServiceError::validation(
            "Invalid Request: Either one of RestoreDateTime or UseLatestRestorableTime must be specified, but not both",
        )),
        (Some(time), false) => Ok(Some(time.0)),
        (None, true) => Ok(None),
    }
}

/// The instant in whole milliseconds, if it lies between the earliest restorable time and the present: later than
/// the latest restorable time is admitted (records S15, S16).
fn admitted_instant(
    window: &Window,
    wanted_us: i64,
    now_us: i64,
    table: &str,
    nanoseconds: impl Fn(i64) -> i64,
) -> Result<i64, ServiceError> {
    let rounded_us = wanted_us
        .saturating_add(500)
        .div_euclid(1_000)
        .saturating_mul(1_000);
    let earliest_us = window.earliest_us(now_us);
    if (earliest_us..=now_us).contains(&rounded_us) {
        return Ok(rounded_us);
    }
    Err(ServiceError::new(
        ErrorCode::InvalidRestoreTimeException,
        format!(
            "RestoreDateTime '{}' must be within EarliestRestorableDateTime '{}' and LatestRestorableDateTime '{}' for \
             table '{table}'",
            iso_8601_shortest(rounded_us),
            iso_8601_shortest(earliest_us),
            iso_8601_shortest_ns(window.latest_told_ns(now_us, nanoseconds))
        ),
    ))
}

/// `Point in time recovery is not enabled for table '<name>'` (ERRORS-008).
pub(super) fn recovery_is_off(name: &str) -> ServiceError {
    ServiceError::new(
        ErrorCode::PointInTimeRecoveryUnavailableException,
        format!("Point in time recovery is not enabled for table '{name}'"),
    )
}
