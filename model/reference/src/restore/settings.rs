//! The settings of a restored table.

use lookback_protocol::error::ServiceError;
use lookback_protocol::wire::index::{GlobalSecondaryIndex, LocalSecondaryIndex};
use lookback_protocol::wire::table::SSESpecification;
use lookback_protocol::wire::throughput::{OnDemandThroughput, ProvisionedThroughput};

use super::indexes::{restored_global_indexes, restored_local_indexes};
use crate::caller::Caller;
use crate::table::{Billing, Definition, Throughput, encryption, on_demand_maxima};

/// What the caller wants otherwise than in the source.
pub(crate) struct Overrides<'a> {
    pub billing: Option<Billing>,
    pub throughput: Option<&'a ProvisionedThroughput>,
    pub on_demand: Option<&'a OnDemandThroughput>,
    /// `None` restores all, an empty list none (RESTORE-018).
    pub global_indexes: Option<&'a [GlobalSecondaryIndex]>,
    /// Likewise.
    pub local_indexes: Option<&'a [LocalSecondaryIndex]>,
    pub encryption: Option<&'a SSESpecification>,
}

/// The settings that a restore of `source` comes up with. Keys, indexes, billing, capacity and encryption are
/// inherited; stream, table class and deletion protection are not, and time to live, tags and point-in-time
/// recovery belong to the table, so a new table has none (record 2.4).
pub(crate) fn restored_definition(
    source: &Definition,
    overrides: &Overrides<'_>,
    caller: &Caller,
) -> Result<Definition, ServiceError> {
    let billing = overrides.billing.unwrap_or(source.billing);
    let definition = Definition {
        schema: source.schema.clone(),
        local_indexes: restored_local_indexes(source, overrides)?,
        global_indexes: restored_global_indexes(source, overrides, billing)?,
        billing,
        throughput: throughput(source, overrides, billing)?,
        on_demand: on_demand(source, overrides, billing)?,
        stream: None,
        encryption: match overrides.encryption {
            Some(wanted) => encryption(Some(wanted), caller)?,
            None => source.encryption.clone(),
        },
        infrequent_access: false,
        deletion_protection: false,
    };
    definition.check_names()?;
    Ok(definition)
}

/// RESTORE-022, RESTORE-023, RESTORE-026.
fn throughput(
    source: &Definition,
    overrides: &Overrides<'_>,
    billing: Billing,
) -> Result<Throughput, ServiceError> {
    match (billing, overrides.throughput) {
        (Billing::PayPerRequest, Some(_)) => Err(ServiceError::validation(
            "Cannot override ProvisionedThroughput unless BillingMode is PROVISIONED",
        )),
        (Billing::PayPerRequest, None) => Ok(Throughput::default()),
        (Billing::Provisioned, Some(throughput)) => Ok(throughput.into()),
        (Billing::Provisioned, None) if source.billing == Billing::Provisioned => {
            Ok(source.throughput)
        }
        (Billing::Provisioned, None) => Err(ServiceError::validation(
            "Must override ProvisionedThroughput if BillingMode is overridden to PROVISIONED",
        )),
    }
}

/// RESTORE-024, RESTORED-SETTINGS-006. An override without members changes nothing.
fn on_demand(
    source: &Definition,
    overrides: &Overrides<'_>,
    billing: Billing,
) -> Result<Option<OnDemandThroughput>, ServiceError> {
    let wanted = overrides.on_demand.filter(|maxima| {
        maxima.max_read_request_units.is_some() || maxima.max_write_request_units.is_some()
    });
    match (billing, wanted) {
        (Billing::Provisioned, Some(maxima)) => {
            let name = if maxima.max_read_request_units.is_some() {
                "MaxReadRequestUnits"
            } else {
                "MaxWriteRequestUnits"
            };
            Err(ServiceError::validation(format!(
                "Cannot override {name} for OnDemandThroughput unless BillingModeOverride is PAY_PER_REQUEST"
            )))
        }
        (Billing::Provisioned, None) => Ok(None),
        (Billing::PayPerRequest, Some(maxima)) => on_demand_maxima(billing, Some(maxima)),
        (Billing::PayPerRequest, None) => Ok(source.on_demand.clone()),
    }
}
