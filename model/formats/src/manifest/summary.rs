//! manifest-summary.json (EXPORT-FORMAT-012..018).

use lookback_protocol::export::ExportLayout;
use lookback_protocol::wire::Timestamp;
use lookback_protocol::wire::export::ExportDescription;
use serde::{Deserialize, Serialize};

use super::ManifestTime;
use crate::error::FormatError;

/// The summary of an export: its members in the order in which the service writes them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// `2020-06-30` for full exports, `2023-08-01` for incremental ones (EXPORT-FORMAT-013).
    pub version: String,
    /// ExportArn.
    pub export_arn: String,
    /// StartTime.
    pub start_time: ManifestTime,
    /// EndTime.
    pub end_time: ManifestTime,
    /// TableArn.
    pub table_arn: String,
    /// TableId.
    pub table_id: String,
    /// The instant of a full export.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub export_time: Option<ManifestTime>,
    /// Where the period of an incremental export begins, inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub export_from_time: Option<ManifestTime>,
    /// Where it ends, exclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub export_to_time: Option<ManifestTime>,
    /// S3Bucket.
    pub s3_bucket: String,
    /// S3Prefix, null when it was not sent (EXPORT-FORMAT-014).
    pub s3_prefix: Option<String>,
    /// `AES256` or `KMS`.
    pub s3_sse_algorithm: String,
    /// S3SseKmsKeyId, null when it was not sent.
    pub s3_sse_kms_key_id: Option<String>,
    /// The key of manifest-files.json, from the root of the bucket (EXPORT-FORMAT-025).
    #[serde(rename = "manifestFilesS3Key")]
    pub manifest_files_s3_key: String,
    /// BilledSizeBytes.
    pub billed_size_bytes: u64,
    /// The sum over the data files (EXPORT-FORMAT-017).
    pub item_count: u64,
    /// `DYNAMODB_JSON` or `ION`.
    pub output_format: String,
    /// The view of an incremental export.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_view: Option<String>,
    /// `INCREMENTAL_EXPORT`; full exports have none, or `FULL_EXPORT` (EXPORT-FORMAT-015).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub export_type: Option<String>,
}

impl Summary {
    /// The summary of a completed export.
    ///
    /// # Errors
    /// [`FormatError::Whole`]: a member is missing that every completed export has.
    pub fn of(description: &ExportDescription, layout: &ExportLayout) -> Result<Self, FormatError> {
        let period = description.incremental_export_specification.as_ref();
        let time = |time: Option<Timestamp>| time.map(|time| ManifestTime(time.0));
        let version = match period {
            None => "2020-06-30",
            Some(_) => "2023-08-01",
        };
        Ok(Self {
            version: version.to_owned(),
            export_arn: told("ExportArn", description.export_arn.as_ref())?,
            start_time: told("StartTime", time(description.start_time).as_ref())?,
            end_time: told("EndTime", time(description.end_time).as_ref())?,
            table_arn: told("TableArn", description.table_arn.as_ref())?,
            table_id: told("TableId", description.table_id.as_ref())?,
            export_time: time(description.export_time),
            export_from_time: period.and_then(|period| time(period.export_from_time)),
            export_to_time: period.and_then(|period| time(period.export_to_time)),
            s3_bucket: told("S3Bucket", description.s3_bucket.as_ref())?,
            s3_prefix: description.s3_prefix.clone(),
            s3_sse_algorithm: told("S3SseAlgorithm", description.s3_sse_algorithm.as_ref())?,
            s3_sse_kms_key_id: description.s3_sse_kms_key_id.clone(),
            manifest_files_s3_key: layout.manifest_files(),
            billed_size_bytes: count("BilledSizeBytes", description.billed_size_bytes)?,
            item_count: count("ItemCount", description.item_count)?,
            output_format: told("ExportFormat", description.export_format.as_ref())?,
            output_view: period.and_then(|period| period.export_view_type.clone()),
            export_type: period.map(|_| "INCREMENTAL_EXPORT".to_owned()),
        })
    }

    /// The object's bytes: one line without line feed (EXPORT-FORMAT-012).
    pub fn write(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads the object's bytes.
    ///
    /// # Errors
    /// [`FormatError::Whole`]: no JSON, or a member that is missing or of another type.
    pub fn read(bytes: &[u8]) -> Result<Self, FormatError> {
        serde_json::from_slice(bytes).map_err(|error| FormatError::of_json(&error))
    }
}

fn told<T: Clone>(member: &str, value: Option<&T>) -> Result<T, FormatError> {
    let missing = || FormatError::Whole(format!("the export has no {member}: it is not completed"));
    value.cloned().ok_or_else(missing)
}

fn count(member: &str, value: Option<i64>) -> Result<u64, FormatError> {
    let value = told(member, value.as_ref())?;
    u64::try_from(value).map_err(|_| FormatError::Whole(format!("{member} is below zero: {value}")))
}
