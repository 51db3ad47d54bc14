//! Which table or export an ARN means, or why it means none (VALIDATION-007..009, -011, EXPORT-API-009).

use lookback_protocol::error::{ErrorCode, ServiceError};

use crate::arn::{Arn, is_artefact_id, is_resource_name};
use crate::caller::Caller;
use crate::service::{Call, Service};
use crate::table::Table;
use crate::tenant::access_denied;

/// A table as the export family names it: by ARN only.
pub(super) struct ExportedTable<'a> {
    arn: &'a str,
    pub name: &'a str,
    /// Whether the ARN names the region of the endpoint.
    pub at_home: bool,
}

impl<'a> ExportedTable<'a> {
    /// Reads a table's ARN (VALIDATION-008, -009).
    pub fn read(text: &'a str, caller: &Caller) -> Result<Self, ServiceError> {
        let arn = Arn::parse(text)
            .filter(|arn| arn.service == "dynamodb" && is_resource_name(arn.table))
            .ok_or_else(|| ServiceError::invalid_parameter("tableArn is not a valid ARN"))?;
        if arn.child.is_some() {
            return Err(ServiceError::validation(
                "Invalid Request: Table ARN is invalid.",
            ));
        }
        if arn.account != caller.account {
            return Err(access_denied());
        }
        Ok(Self {
            arn: text,
            name: arn.table,
            at_home: arn.region == caller.region,
        })
    }

    /// The table, as the backup family knows it. The ARN of another region names none (VALIDATION-011).
    pub fn find<'s>(
        &self,
        service: &'s mut Service,
        call: &Call<'_>,
    ) -> Result<&'s mut Table, ServiceError> {
        let not_found = || {
            ServiceError::new(
                ErrorCode::TableNotFoundException,
                format!("Table not found: {}", self.arn),
            )
        };
        if !self.at_home {
            return Err(not_found());
        }
        let tenant = service.tenant(call.caller);
        let table = tenant.backup_table(self.name, call.now_us);
        table.map_err(|_| not_found())
    }
}

/// Reads the ARN of an export, and refuses what cannot be one of the caller's here (record 4.20).
pub(super) fn check_export_arn(text: &str, caller: &Caller) -> Result<(), ServiceError> {
    let arn = Arn::parse(text)
        .filter(|arn| {
            let id = arn.child.filter(|(kind, _)| *kind == "export");
            is_resource_name(arn.table) && id.is_some_and(|(_, id)| is_artefact_id(id))
        })
        .ok_or_else(|| ServiceError::validation("Invalid Export ARN"))?;
    if arn.account != caller.account || !arn.is_of_dynamodb(caller) {
        return Err(access_denied());
    }
    if arn.region != caller.region {
        return Err(ServiceError::new(
            ErrorCode::ExportNotFoundException,
            "Export not found: Invalid export arn",
        ));
    }
    Ok(())
}

/// `Export not found: Export not found: <arn>`: the service says it twice (ERRORS-012).
pub(super) fn export_not_found(arn: &str) -> ServiceError {
    ServiceError::new(
        ErrorCode::ExportNotFoundException,
        format!("Export not found: Export not found: {arn}"),
    )
}
