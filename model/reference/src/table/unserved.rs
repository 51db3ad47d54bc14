//! Members that ask for what is not served here: refused in clear words rather than dropped.

use lookback_protocol::error::ServiceError;
use lookback_protocol::wire::table::{CreateTableInput, UpdateTableInput};

/// Refuses a CreateTable that asks for more than a table.
///
/// # Errors
/// A ValidationException that names the first such member.
pub(crate) fn check_create(input: &CreateTableInput) -> Result<(), ServiceError> {
    check(&[
        ("ResourcePolicy", input.resource_policy.is_some()),
        (
            "GlobalTableSourceArn",
            input.global_table_source_arn.is_some(),
        ),
        (
            "GlobalTableSettingsReplicationMode",
            input.global_table_settings_replication_mode.is_some(),
        ),
        ("VectorIndexes", input.vector_indexes.is_some()),
    ])
}

/// Refuses an UpdateTable that asks for more than a table.
///
/// # Errors
/// A ValidationException that names the first such member.
pub(crate) fn check_update(input: &UpdateTableInput) -> Result<(), ServiceError> {
    check(&[
        ("ReplicaUpdates", input.replica_updates.is_some()),
        (
            "MultiRegionConsistency",
            input.multi_region_consistency.is_some(),
        ),
        (
            "GlobalTableWitnessUpdates",
            input.global_table_witness_updates.is_some(),
        ),
        (
            "GlobalTableSettingsReplicationMode",
            input.global_table_settings_replication_mode.is_some(),
        ),
        (
            "DisassociationProtectionEnabled",
            input.disassociation_protection_enabled.is_some(),
        ),
        ("VectorIndexUpdates", input.vector_index_updates.is_some()),
    ])
}

fn check(members: &[(&str, bool)]) -> Result<(), ServiceError> {
    match members.iter().find(|(_, given)| *given) {
        Some((member, _)) => Err(ServiceError::validation(format!(
            "{member} is not served here: leave it out. Global tables, vector indexes and resource policies are no part \
             of this service"
        ))),
        None => Ok(()),
    }
}
