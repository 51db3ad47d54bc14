//! Which table, export or import an ARN means, or why it means none (VALIDATION-007..009, -011, EXPORT-API-009,
//! IMPORT-042).

use lookback_protocol::error::{ErrorCode, ServiceError};

use crate::arn::{Arn, is_artefact_id, is_resource_name};
use crate::caller::Caller;
use crate::service::{Call, Service};
use crate::table::Table;
use crate::tenant::access_denied;

/// A table as the calls of exports and imports name it: by ARN only.
pub(super) struct NamedTable<'a> {
    arn: &'a str,
    pub name: &'a str,
    /// Whether the ARN names the region of the endpoint.
    pub at_home: bool,
}

impl<'a> NamedTable<'a> {
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

/// Exports or imports, as their refusals call them.
pub(super) struct Family {
    /// What stands in the ARN.
    kind: &'static str,
    /// What stands in texts.
    title: &'static str,
    code: ErrorCode,
    /// Whether the service says twice that there is none (ERRORS-012).
    says_it_twice: bool,
}

/// DescribeExport's.
pub(super) const EXPORTS: Family = Family {
    kind: "export",
    title: "Export",
    code: ErrorCode::ExportNotFoundException,
    says_it_twice: true,
};

/// DescribeImport's.
pub(super) const IMPORTS: Family = Family {
    kind: "import",
    title: "Import",
    code: ErrorCode::ImportNotFoundException,
    says_it_twice: false,
};

impl Family {
    /// `Export not found: Export not found: <arn>` (ERRORS-012).
    pub fn not_found(&self, arn: &str) -> ServiceError {
        let title = self.title;
        let again = if self.says_it_twice {
            format!("{title} not found: ")
        } else {
            String::new()
        };
        ServiceError::new(self.code, format!("{title} not found: {again}{arn}"))
    }
}

/// Reads the ARN of an export or an import, and refuses what cannot be one of the caller's here (record 4.20,
/// IMPORT-042).
pub(super) fn check_artefact_arn(
    family: &Family,
    text: &str,
    caller: &Caller,
) -> Result<(), ServiceError> {
    let Family { kind, title, .. } = family;
    let arn = Arn::parse(text)
        .filter(|arn| {
            let id = arn.child.filter(|(child, _)| child == kind);
            is_resource_name(arn.table) && id.is_some_and(|(_, id)| is_artefact_id(id))
        })
        .ok_or_else(|| ServiceError::validation(format!("Invalid {title} ARN")))?;
    if arn.account != caller.account || !arn.is_of_dynamodb(caller) {
        return Err(access_denied());
    }
    if arn.region != caller.region {
        return Err(ServiceError::new(
            family.code,
            format!("{title} not found: Invalid {kind} arn"),
        ));
    }
    Ok(())
}
