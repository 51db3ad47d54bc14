//! What a summary must say (EXPORT-FORMAT-012..017).

use lookback_protocol::export::{ExportLayout, INCREMENTAL_BILLED_BYTES_MIN};

use crate::format::Format;
use crate::manifest::{ExportKind, Summary};

const MINUTE_US: i64 = 60_000_000;
/// StartTime of an incremental export is cut to whole seconds (VALIDATION-007).
const START_UNCERTAINTY_US: i64 = 1_000_000;

/// What is wrong with a summary, by itself.
pub fn summary_faults(summary: &Summary) -> Vec<String> {
    let kind = match summary.kind() {
        Ok(kind) => kind,
        Err(what) => return vec![what],
    };
    let mut faults = Vec::new();
    let mut expect = |holds: bool, what: &dyn Fn() -> String| {
        if !holds {
            faults.push(what());
        }
    };
    let version = if kind.is_incremental() {
        "2023-08-01"
    } else {
        "2020-06-30"
    };
    expect(summary.version == version, &|| {
        format!(
            "version is {}, and that of this kind of export {version}",
            summary.version
        )
    });
    let of_table = format!("{}/export/", summary.table_arn);
    let id = summary.export_arn.strip_prefix(&of_table);
    expect(id.is_some_and(|id| !id.contains('/')), &|| {
        format!("exportArn is none of the table: {}", summary.export_arn)
    });
    let layout = ExportLayout::new(
        summary.s3_prefix.as_deref(),
        id.unwrap_or_default(),
        kind.is_incremental(),
    );
    expect(
        id.is_none() || summary.manifest_files_s3_key == layout.manifest_files(),
        &|| {
            format!(
                "manifestFilesS3Key is {}, and follows from s3Prefix and exportArn as {}",
                summary.manifest_files_s3_key,
                layout.manifest_files()
            )
        },
    );
    expect(summary.start_time <= summary.end_time, &|| {
        format!(
            "endTime {} is before startTime {}",
            summary.end_time, summary.start_time
        )
    });
    let started_us = summary.start_time.0.saturating_add(START_UNCERTAINTY_US);
    expect(kind.ends().0 <= started_us, &|| {
        format!(
            "startTime {} is before the exported time {}",
            summary.start_time,
            kind.ends()
        )
    });
    expect(Format::from_name(&summary.output_format).is_some(), &|| {
        format!("outputFormat is {}", summary.output_format)
    });
    let algorithm = summary.s3_sse_algorithm.as_str();
    expect(matches!(algorithm, "AES256" | "KMS"), &|| {
        format!("s3SseAlgorithm is {algorithm}")
    });
    match kind {
        ExportKind::Full { .. } => {
            let none = summary.export_from_time.is_none()
                && summary.export_to_time.is_none()
                && summary.output_view.is_none();
            expect(none, &|| {
                "a full export with members of an incremental one".to_owned()
            });
        }
        ExportKind::Incremental { from, to, .. } => {
            expect(summary.export_time.is_none(), &|| {
                "an incremental export with exportTime".to_owned()
            });
            let minutes = 15 * MINUTE_US..=24 * 60 * MINUTE_US;
            expect(minutes.contains(&(to.0.saturating_sub(from.0))), &|| {
                format!("the period from {from} to {to} is not of 15 minutes to 24 hours")
            });
            let billed = summary.billed_size_bytes;
            expect(billed >= INCREMENTAL_BILLED_BYTES_MIN, &|| {
                format!("billedSizeBytes is {billed}, below the minimum of incremental exports")
            });
        }
    }
    faults
}
