//! DescribeExport (EXPORT-API-008, -009).

use lookback_protocol::error::ServiceError;
use lookback_protocol::wire::export::{DescribeExportInput, DescribeExportOutput};

use super::export_by_arn::{check_export_arn, export_not_found};
use crate::service::{Call, Service};

pub(crate) fn describe_export(
    service: &mut Service,
    call: &Call<'_>,
    input: &DescribeExportInput,
) -> Result<DescribeExportOutput, ServiceError> {
    let arn = &input.export_arn;
    check_export_arn(arn, call.caller)?;
    let exports = &service.tenant(call.caller).exports;
    let export = exports.get(arn).ok_or_else(|| export_not_found(arn))?;
    Ok(DescribeExportOutput {
        export_description: Some(export.describe()),
    })
}
