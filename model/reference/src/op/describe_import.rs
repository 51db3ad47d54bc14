//! DescribeImport (IMPORT-042).

use lookback_protocol::error::ServiceError;
use lookback_protocol::wire::import::{DescribeImportInput, DescribeImportOutput};

use super::artefact_by_arn::{IMPORTS, check_artefact_arn};
use crate::service::{Call, Service};

pub(crate) fn describe_import(
    service: &mut Service,
    call: &Call<'_>,
    input: &DescribeImportInput,
) -> Result<DescribeImportOutput, ServiceError> {
    let arn = &input.import_arn;
    check_artefact_arn(&IMPORTS, arn, call.caller)?;
    let imports = &service.tenant(call.caller).imports;
    let import = imports.get(arn).ok_or_else(|| IMPORTS.not_found(arn))?;
    Ok(DescribeImportOutput {
        import_table_description: import.describe(call.now_us),
    })
}
