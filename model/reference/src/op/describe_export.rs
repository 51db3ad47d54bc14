//! DescribeExport (EXPORT-API-008, -009).

use lookback_protocol::error::ServiceError;
use lookback_protocol::wire::export::{DescribeExportInput, DescribeExportOutput};

use super::artefact_by_arn::{EXPORTS, check_artefact_arn};
use crate::service::{Call, Service};

pub(crate) fn describe_export(
    service: &mut Service,
    call: &Call<'_>,
    input: &DescribeExportInput,
) -> Result<DescribeExportOutput, ServiceError> {
    let arn = &input.export_arn;
    check_artefact_arn(&EXPORTS, arn, call.caller)?;
    let exports = &service.tenant(call.caller).exports;
    let export = exports.get(arn).ok_or_else(|| EXPORTS.not_found(arn))?;
    Ok(DescribeExportOutput {
        export_description: Some(export.describe()),
    })
}
